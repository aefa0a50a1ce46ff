/* One office, one procedure and one ruleset for the tests of lateness, and time counted on fingers:
 * a second implementation that knows nothing of prefix sums and looks at every single minute. */
#pragma once
#include "base/instant.h"
#include "domain/lateness.h"
#include "random_life.h"

/* ---- the office: Monday to Friday 07:00-11:30 and 13:30-17:00, with days off as drawn ---- */

#define SLOW_DAYS    120 /* from Monday 29/8/2022 */
#define SLOW_MINUTES (SLOW_DAYS * 1440)
#define SLOW_ZERO    (MONDAY_7 - 7 * INSTANT_HOUR) /* midnight of that Monday */
#define SLOW_AT(m)   (SLOW_ZERO + (m)*INSTANT_MINUTE)

static bool slow_work[SLOW_MINUTES]; /* is the minute that begins here worked? */
static struct calendar *fixture_calendar;

static void fixture_row(struct calendar_builder *b, struct calendar_row row)
{
    struct error err;

    row.level = CALENDAR_OFFICE;
    assert_true(calendar_builder_add(b, &row, &err));
}

static const struct calendar_session fixture_sessions[] = {{420, 690}, {810, 1020}};

/* The week and the years, without a day off. */
static void fixture_week(struct calendar_builder *b)
{
    struct calendar_row row = {.type = CALENDAR_ROW_WEEKLY,
                               .from_on = instant_date(MONDAY_7, ZONE_VIETNAM_S) - 400,
                               .to_on = DATE_NONE,
                               .weekdays = 0x1f,
                               .n_sessions = 2,
                               .sessions = {fixture_sessions[0], fixture_sessions[1]}};

    fixture_row(b, row);
    for (int year = 2022; year <= 2023; year++)
        fixture_row(b, (struct calendar_row){.type = CALENDAR_ROW_YEAR,
                                             .from_on = date_from_civil(year, 1, 1),
                                             .to_on = date_from_civil(year, 1, 1),
                                             .year_state = CALENDAR_YEAR_PUBLISHED});
}

/* `dice` NULL: no day off but weekends. */
UNUSED static void fixture_office(struct dice *dice)
{
    int32_t monday = instant_date(MONDAY_7, ZONE_VIETNAM_S);
    struct calendar_builder *b;
    struct error err;

    assert_true(calendar_builder_new("test", ZONE_VIETNAM_S, &b, &err));
    fixture_week(b);
    memset(slow_work, 0, sizeof slow_work);
    for (int32_t day = 0; day < SLOW_DAYS; day++) {
        if (day % 7 >= 5)
            continue;
        if (dice && dice_roll(dice, 8) == 0) {
            fixture_row(b, (struct calendar_row){.type = CALENDAR_ROW_DAY,
                                                 .from_on = monday + day,
                                                 .to_on = monday + day,
                                                 .kind = CALENDAR_HOLIDAY});
            continue;
        }
        for (size_t i = 0; i < ARRAY_LEN(fixture_sessions); i++)
            for (int m = fixture_sessions[i].from_minute; m < fixture_sessions[i].to_minute; m++)
                slow_work[day * 1440 + m] = true;
    }
    fixture_calendar = calendar_unref(fixture_calendar);
    assert_true(calendar_builder_build(b, &fixture_calendar, &err));
    calendar_builder_free(b);
}

/* ---- the procedure: intake, examination, signature, return ---- */

static struct procedure_step fixture_steps[] = {
    {1, "intake", STEP_OFFICE_ONE_STOP, 0, ROLE_CLERK, 120, 60, false},
    {2, "examination", STEP_OFFICE_COMPETENT, 0, ROLE_OFFICER, 960, 480, false},
    {3, "signature", STEP_OFFICE_LEADERSHIP, 0, ROLE_LEADER, 480, 240, true},
    {4, "return", STEP_OFFICE_ONE_STOP, 0, ROLE_CLERK, 120, 60, false},
};
static struct procedure_case fixture_case = {.id = 6,
                                             .procedure_id = 5,
                                             .limit = {5, LIMIT_WORKING_DAYS},
                                             .n_steps = ARRAY_LEN(fixture_steps),
                                             .steps = fixture_steps};
static struct ruleset fixture_ruleset = {.letter_lead_days = 1,
                                         .letter_draft_days = 2,
                                         .objective_policy = OBJECTIVE_POLICY_LETTER,
                                         .reappointment_margin_hours = 8,
                                         .reappointments_max = 1,
                                         .default_least_percent = 50};

UNUSED static struct lateness_context fixture_context(const struct dossier *d)
{
    return (struct lateness_context){d, &fixture_case, &fixture_ruleset, fixture_calendar,
                                     ZONE_VIETNAM_S};
}

/* ---- a random open dossier, all its instants on whole minutes ---- */

/* The end of the limit: the last worked minute of a day, or any minute for limits by instant. */
static int64_t life_due(struct dice *dice, int64_t from_minute, bool is_instant)
{
    int64_t m = from_minute + 600 + dice_roll(dice, 10 * 1440);
    int64_t day;

    if (is_instant)
        return m;
    for (day = m / 1440; !slow_work[day * 1440 + 1019];)
        day++;
    return day * 1440 + 1020;
}

/* Segments one after another from `from` to `now`, the last still running; sometimes with waits. */
UNUSED static void life_segments(struct dice *dice, struct dossier *d, int64_t from, int64_t now)
{
    int n = 1 + (int)dice_roll(dice, 6);
    int64_t at = from;

    for (int i = 0; i < n; i++) {
        bool is_last = i == n - 1;
        int64_t to = is_last ? now : at + dice_roll(dice, now - at + 1);
        bool is_waiting = !is_last && dice_roll(dice, 4) == 0;
        struct dossier_segment s = {.step = is_waiting ? d->step : 1 + (int)dice_roll(dice, 4),
                                    .office = is_waiting ? 0 : 20 + dice_roll(dice, 3),
                                    .officer = 200,
                                    .from = SLOW_AT(at),
                                    .to = is_last ? INSTANT_NONE : SLOW_AT(to),
                                    .is_waiting = is_waiting};

        d->segments[d->n_segments++] = s;
        d->step = s.step;
        if (is_waiting)
            d->holds[d->n_holds++] = (struct dossier_hold){
                .kind = HOLD_KIND_SUPPLEMENT,
                .effect = dice_roll(dice, 2) ? HOLD_EFFECT_RESTART : HOLD_EFFECT_RESUME,
                .from = s.from,
                .to = s.to};
        at = to;
    }
}

/* ret_now: the minute up to which its life is known. */
UNUSED static void life_open(struct dice *dice, struct dossier *d, int64_t *ret_now)
{
    int64_t from = dice_roll(dice, 20 * 1440), now = from + dice_roll(dice, 12 * 1440);

    dossier_init(d, INT64_C(20220000000001));
    d->state = STATE_PROCESSING;
    d->received_at = SLOW_AT(from);
    d->limit = (struct limit){5, LIMIT_WORKING_DAYS};
    d->due_is_instant = dice_roll(dice, 4) == 0;
    d->due_at = SLOW_AT(life_due(dice, from, d->due_is_instant));
    d->due_on = instant_date(d->due_at, ZONE_VIETNAM_S);
    d->competent_office = 20;
    d->supervising_office = COUNTER_OFFICE;
    life_segments(dice, d, from, now);
    *ret_now = now;
}

/* ---- the slow way ---- */

UNUSED static int64_t slow_minute(int64_t at)
{
    return (at - SLOW_ZERO) / INSTANT_MINUTE;
}

/* Since when the count in force runs, found by walking the holds. */
UNUSED static int64_t slow_origin(const struct dossier *d)
{
    int64_t origin = slow_minute(d->received_at);

    for (int i = 0; i < d->n_holds; i++)
        if (d->holds[i].effect == HOLD_EFFECT_RESTART && slow_minute(d->holds[i].to) > origin)
            origin = slow_minute(d->holds[i].to);
    return origin;
}

/* Whose minute is it?  The segment's index, or -1: nobody's (not worked, waiting, before the
 * count). */
UNUSED static int slow_holder(const struct dossier *d, int64_t minute, int64_t origin)
{
    int64_t at = SLOW_AT(minute);

    if (!slow_work[minute] || minute < origin)
        return -1;
    for (int i = 0; i < d->n_segments; i++) {
        const struct dossier_segment *s = &d->segments[i];

        if (at >= s->from && (s->to == INSTANT_NONE || at < s->to))
            return s->is_waiting ? -1 : i;
    }
    return -1;
}

UNUSED static int64_t slow_between(int64_t from, int64_t to)
{
    int64_t n = 0;

    for (int64_t m = from; m < to; m++)
        n += slow_work[m];
    return n;
}

/* So many worked minutes before `to`: the end of the last worked minute that remains. */
UNUSED static int64_t slow_before(int64_t to, int64_t minutes)
{
    bool is_moved = minutes > 0;

    while (minutes > 0)
        minutes -= slow_work[--to];
    while (is_moved && to > 0 && !slow_work[to - 1])
        to--;
    return to;
}

UNUSED static bool slow_is_late(const struct dossier *d, int64_t minute)
{
    int64_t due = slow_minute(d->due_at);

    return d->due_is_instant ? minute > due : minute / 1440 > due / 1440;
}
