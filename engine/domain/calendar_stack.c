/* What the rows of a calendar come to on one date.
 *
 * A date's week comes from the most specific level that has any weekly session in force on it; a
 * day row, of any level, beats the week, and the most specific day row beats the others.
 * Contradictions are judged inside one level: a country's make-up Saturday does not contradict an
 * office that works Saturdays anyway. Weekly rows for intake alone are a week of their own beside
 * that of work, so that a province's Saturday morning reaches an office with its own timetable. */
#include <stdlib.h>
#include <string.h>

#include "domain/calendar_impl.h"

/* ---- weeks ---- */

static bool is_in_force(const struct calendar_row *row, int32_t on)
{
    return on >= row->from_on && (row->to_on == DATE_NONE || on <= row->to_on);
}

/* A date on which two weekly rows overlap, or DATE_NONE. */
static int32_t weekly_clash(const struct calendar_row *a, const struct calendar_row *b)
{
    int32_t from = a->from_on > b->from_on ? a->from_on : b->from_on;
    bool is_clash = false;

    for (int i = 0; i < a->n_sessions; i++)
        for (int k = 0; k < b->n_sessions; k++)
            is_clash = is_clash || (a->sessions[i].from_minute < b->sessions[k].to_minute &&
                                    b->sessions[k].from_minute < a->sessions[i].to_minute);
    if (!is_clash || a->level != b->level)
        return DATE_NONE;
    for (int32_t on = from; on < from + 7 && is_in_force(a, on) && is_in_force(b, on); on++)
        if (a->weekdays & b->weekdays & (1u << (date_weekday(on) - 1)))
            return on;
    return DATE_NONE;
}

bool calendar_stack_check(const struct calendar_build *w, struct error *err)
{
    for (uint32_t i = 0; i < w->n_weekly; i++)
        for (uint32_t k = 0; k < i; k++) {
            const struct calendar_row *row = &w->rows[w->weekly[i]],
                                      *other = &w->rows[w->weekly[k]];
            int32_t on = weekly_clash(row, other);

            if (on != DATE_NONE)
                return error_set(err, ERR_CALENDAR_OVERLAP, arg_number("line", row->line),
                                 arg_number("other", other->line), arg_date("on", on));
        }
    return true;
}

/* The most specific level up to `max` with a weekly row of work, or of intake, in force on the
 * date; -1 when there is none. */
static int week_level(const struct calendar_build *w, int32_t on, int max, bool is_intake)
{
    int level = -1;

    for (uint32_t i = 0; i < w->n_weekly && level < max; i++) {
        const struct calendar_row *row = &w->rows[w->weekly[i]];

        if ((int)row->level > level && (int)row->level <= max && row->is_intake == is_intake &&
            is_in_force(row, on))
            level = (int)row->level;
    }
    return level;
}

static int compare_sessions(const void *a, const void *b)
{
    const struct calendar_session *x = a, *y = b;

    return x->from_minute - y->from_minute;
}

/* The sessions a level's week, of work or of intake, gives a weekday on a date; `ret_row` is a row
 * that gave one, if any.
 */
static bool week_sessions(const struct calendar_build *w, int level, int32_t on, int weekday,
                          bool is_intake, struct calendar_schedule *ret_s, uint32_t *ret_row,
                          struct error *err)
{
    struct calendar_schedule s = {0};

    *ret_row = CALENDAR_REASON_NONE;
    for (uint32_t i = 0; i < w->n_weekly; i++) {
        const struct calendar_row *row = &w->rows[w->weekly[i]];

        if ((int)row->level != level || row->is_intake != is_intake ||
            !(row->weekdays & (1u << (weekday - 1))) || !is_in_force(row, on))
            continue;
        if (s.n + row->n_sessions > CALENDAR_SESSIONS_MAX)
            return error_set(err, ERR_CALENDAR_SESSIONS, arg_number("line", row->line));
        memcpy(s.sessions + s.n, row->sessions, (size_t)row->n_sessions * sizeof *row->sessions);
        s.n += row->n_sessions;
        *ret_row = w->weekly[i];
    }
    qsort(s.sessions, (size_t)s.n, sizeof *s.sessions, compare_sessions);
    *ret_s = s;
    return true;
}

/* ---- days ---- */

static bool day_twice(const struct calendar_row *row, const struct calendar_row *other, int32_t on,
                      struct error *err)
{
    if (row->kind == other->kind)
        return error_set(err, ERR_CALENDAR_DAY_TWICE, arg_number("line", row->line),
                         arg_date("on", on), arg_number("other", other->line));
    return error_set(err, ERR_CALENDAR_DAY_DIFFERS, arg_number("line", row->line),
                     arg_date("on", on), arg_text("kind", calendar_kind_word(row->kind)),
                     arg_number("other", other->line),
                     arg_text("other_kind", calendar_kind_word(other->kind)));
}

bool calendar_stack_days(struct calendar_build *w, struct error *err)
{
    struct calendar *cal = w->cal;

    for (uint32_t i = 0; i < w->n_rows; i++) {
        const struct calendar_row *row = &w->rows[i];
        uint32_t **days = &w->day_rows[row->level];

        if (row->type != CALENDAR_ROW_DAY)
            continue;
        if (!*days) {
            *days = malloc((size_t)cal->n_cells * sizeof **days);
            if (!*days)
                return error_set(err, ERR_NO_MEMORY, arg_text("what", "calendar"));
            memset(*days, 0xFF, (size_t)cal->n_cells * sizeof **days);
        }
        for (int32_t on = row->from_on; on <= row->to_on; on++) {
            int32_t k = on - cal->first_on;

            if (k < 0 || k >= cal->n_cells)
                continue; /* a notice for a year not yet opened by a year row */
            if ((*days)[k] != CALENDAR_NOT_SET)
                return day_twice(row, &w->rows[(*days)[k]], on, err);
            (*days)[k] = i;
        }
    }
    return true;
}

/* Judges a day row against the week of its own level or, when that has none, of the levels above.
 *   is_off   a less specific day row already made it a day off
 */
static bool day_check(const struct calendar_build *w, const struct calendar_row *row, int32_t on,
                      bool is_off, struct error *err)
{
    int level = week_level(w, on, (int)row->level, false);
    struct calendar_schedule s;
    uint32_t reason;

    if (level < 0)
        return true;
    if (!week_sessions(w, level, on, date_weekday(on), false, &s, &reason, err))
        return false;
    if (row->kind == CALENDAR_INTAKE && s.n && !is_off)
        return error_set(err, ERR_CALENDAR_INTAKE_WORKING, arg_number("line", row->line),
                         arg_date("on", on));
    if (row->kind == CALENDAR_MAKE_UP && s.n)
        return error_set(err, ERR_CALENDAR_MAKE_UP_WORKING, arg_number("line", row->line),
                         arg_date("on", on));
    if (!s.n && (row->kind == CALENDAR_SUBSTITUTE || row->kind == CALENDAR_SWAPPED ||
                 row->kind == CALENDAR_HALF_DAY))
        return error_set(err, ERR_CALENDAR_OFF_ALREADY, arg_number("line", row->line),
                         arg_date("on", on), arg_text("kind", calendar_kind_word(row->kind)));
    return true;
}

/* The days of known years are all given by a week: the year row promised as much. */
static bool week_missing(const struct calendar_build *w, int32_t on, struct error *err)
{
    int line = 0;

    for (uint32_t i = 0; i < w->n_rows; i++)
        if (w->rows[i].type == CALENDAR_ROW_YEAR && is_in_force(&w->rows[i], on))
            line = w->rows[i].line;
    return error_set(err, ERR_CALENDAR_NO_WEEK, arg_number("line", line), arg_date("on", on));
}

/* Adds what the week gives for intake alone; a day off on which there is some is of that kind. */
static bool day_add_intake(const struct calendar_build *w, int32_t on, struct calendar_schedule *s,
                           enum calendar_kind *kind, uint32_t *reason, struct error *err)
{
    int level = week_level(w, on, CALENDAR_OFFICE, true);
    struct calendar_schedule intake;
    uint32_t row;

    if (level < 0)
        return true;
    if (!week_sessions(w, level, on, date_weekday(on), true, &intake, &row, err))
        return false;
    s->n_intake = intake.n;
    memcpy(s->intake, intake.sessions, sizeof s->intake);
    if (intake.n && !s->n) {
        *kind = CALENDAR_INTAKE;
        *reason = row;
    }
    return true;
}

/* Sessions, kind and deciding row of one date. A day row replaces the week of its date, that of
 * intake too: nobody receives on a holiday because it is a Saturday. */
bool calendar_stack_day(const struct calendar_build *w, int32_t on, struct calendar_schedule *ret_s,
                        enum calendar_kind *ret_kind, uint32_t *ret_reason, struct error *err)
{
    int level = week_level(w, on, CALENDAR_OFFICE, false);
    const struct calendar_row *day = NULL;
    uint32_t ignored;

    if (level < 0)
        return week_missing(w, on, err);
    if (!week_sessions(w, level, on, date_weekday(on), false, ret_s, ret_reason, err))
        return false;
    *ret_kind = ret_s->n ? CALENDAR_WORKDAY : CALENDAR_WEEKEND;
    for (int k = 0; k < CALENDAR_LEVEL_COUNT; k++) {
        uint32_t i = w->day_rows[k] ? w->day_rows[k][on - w->cal->first_on] : CALENDAR_NOT_SET;

        if (i == CALENDAR_NOT_SET)
            continue;
        if (!day_check(w, &w->rows[i], on, day && !day->n_sessions && !day->like_weekday, err))
            return false;
        day = &w->rows[i];
        *ret_reason = i;
    }
    if (!day)
        return day_add_intake(w, on, ret_s, ret_kind, ret_reason, err);
    *ret_kind = day->kind;
    if (day->like_weekday) {
        if (!week_sessions(w, level, on, day->like_weekday, false, ret_s, &ignored, err))
            return false;
        if (!ret_s->n)
            return error_set(err, ERR_CALENDAR_MAKE_UP_EMPTY, arg_number("line", day->line),
                             arg_date("on", on));
        return true;
    }
    if (day->kind == CALENDAR_INTAKE) {
        ret_s->n = 0;
        ret_s->n_intake = day->n_sessions;
        memcpy(ret_s->intake, day->sessions, sizeof ret_s->intake);
        return true;
    }
    ret_s->n = day->n_sessions;
    memcpy(ret_s->sessions, day->sessions, sizeof ret_s->sessions);
    return true;
}
