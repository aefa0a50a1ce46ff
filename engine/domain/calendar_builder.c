/* Rows for a calendar: copied, and judged one by one. calendar_build.c stacks and sums them. */
#include <stdlib.h>

#include "domain/calendar_impl.h"

#define BUILDER_TEXT_MAX ((size_t)64 << 20)
#define WEEKLY_ROWS_MAX  1000

static bool no_memory(struct error *err)
{
    return error_set(err, ERR_NO_MEMORY, arg_text("what", "calendar"));
}

bool calendar_builder_new(const char *name, int32_t zone_s, struct calendar_builder **ret_builder,
                          struct error *err)
{
    CLEANUP(calendar_builder_freep) struct calendar_builder *b = calloc(1, sizeof *b);

    if (b)
        b->texts = arena_new(BUILDER_TEXT_MAX);
    if (!b || !b->texts)
        return no_memory(err);
    if (!calendar_builder_set_name(b, name, zone_s, err))
        return false;
    *ret_builder = b;
    b = NULL;
    return true;
}

struct calendar_builder *calendar_builder_free(struct calendar_builder *b)
{
    if (b) {
        arena_free(b->texts);
        free(b->rows);
        free(b);
    }
    return NULL;
}

bool calendar_builder_set_name(struct calendar_builder *b, const char *name, int32_t zone_s,
                               struct error *err)
{
    char *copy = arena_strdup(b->texts, name);

    if (!copy)
        return no_memory(err);
    b->name = copy;
    b->zone_s = zone_s;
    return true;
}

/* ---- judging one row ---- */

static bool are_sessions_valid(const struct calendar_row *row)
{
    for (int i = 0; i < row->n_sessions; i++) {
        const struct calendar_session *s = &row->sessions[i];

        if (s->from_minute < (i ? s[-1].to_minute : 0) || s->to_minute <= s->from_minute ||
            s->to_minute > 24 * 60)
            return false;
    }
    return true;
}

/* How many sessions a row must have at least and may have at most. */
static void session_bounds(const struct calendar_row *row, int *ret_min, int *ret_max)
{
    bool is_off = row->kind == CALENDAR_HOLIDAY || row->kind == CALENDAR_SUBSTITUTE ||
                  row->kind == CALENDAR_SWAPPED;
    bool is_like = row->type == CALENDAR_ROW_DAY && row->like_weekday;

    *ret_min = row->type == CALENDAR_ROW_WEEKLY;
    *ret_max = row->type == CALENDAR_ROW_YEAR ? 0 : CALENDAR_SESSIONS_MAX;
    if (row->type != CALENDAR_ROW_DAY)
        return;
    *ret_min = row->kind == CALENDAR_HALF_DAY || row->kind == CALENDAR_INTAKE ||
               (row->kind == CALENDAR_MAKE_UP && !is_like);
    *ret_max = is_off || is_like ? 0 : CALENDAR_SESSIONS_MAX;
}

static bool row_check(const struct calendar_row *row, struct error *err)
{
    int32_t low = date_from_civil(CALENDAR_YEAR_MIN, 1, 1),
            high = date_from_civil(CALENDAR_YEAR_MAX, 12, 31);
    char to[INSTANT_TEXT_MAX] = "-";
    int min, max;

    if (row->from_on < low || row->from_on > high ||
        (row->to_on != DATE_NONE && (row->to_on < row->from_on || row->to_on > high))) {
        if (row->to_on != DATE_NONE)
            date_format(row->to_on, to);
        return error_set(err, ERR_CALENDAR_RANGE, arg_number("line", row->line),
                         arg_date("from", row->from_on), arg_text("to", to));
    }
    session_bounds(row, &min, &max);
    if (row->n_sessions < min || row->n_sessions > max || !are_sessions_valid(row))
        return error_set(err, ERR_CALENDAR_SESSIONS, arg_number("line", row->line));
    return true;
}

static bool text_copy(struct calendar_builder *b, const char **text, struct error *err)
{
    if (!*text || !**text) {
        *text = "";
        return true;
    }
    *text = arena_strdup(b->texts, *text);
    return *text || no_memory(err);
}

bool calendar_builder_add(struct calendar_builder *b, const struct calendar_row *row,
                          struct error *err)
{
    struct calendar_row copy = *row;

    assert(row->level < CALENDAR_LEVEL_COUNT && row->kind < CALENDAR_KIND_COUNT);
    assert(row->n_sessions >= 0 && row->n_sessions <= CALENDAR_SESSIONS_MAX);
    if (!row_check(row, err))
        return false;
    if (b->n_rows == CALENDAR_ROWS_MAX)
        return error_set(err, ERR_CALENDAR_TOO_LARGE, arg_number("limit", CALENDAR_ROWS_MAX),
                         arg_text("what", "rows"));
    if (row->type == CALENDAR_ROW_WEEKLY && b->n_weekly == WEEKLY_ROWS_MAX)
        return error_set(err, ERR_CALENDAR_TOO_LARGE, arg_number("limit", WEEKLY_ROWS_MAX),
                         arg_text("what", "weekly rows"));
    if (!text_copy(b, &copy.name_vi, err) || !text_copy(b, &copy.name_en, err) ||
        !text_copy(b, &copy.source, err))
        return false;
    if (copy.type != CALENDAR_ROW_WEEKLY && copy.to_on == DATE_NONE)
        copy.to_on = copy.from_on;
    if (b->n_rows == b->size) {
        size_t size = b->size ? b->size * 2 : 64;
        struct calendar_row *rows = realloc(b->rows, size * sizeof *rows);

        if (!rows)
            return no_memory(err);
        b->rows = rows;
        b->size = size;
    }
    b->rows[b->n_rows++] = copy;
    b->n_weekly += row->type == CALENDAR_ROW_WEEKLY;
    return true;
}
