/* Warning: the levels and the instants at which they turn, against a walk over every minute. */
#include "../test.h"
#include "late_fixture.h"

static struct dossier d;

/* ---- the slow way: the sentences of the rule, one after the other ---- */

static int64_t slow_used_in_step(int64_t now)
{
    int64_t origin = slow_origin(&d), used = 0;

    for (int64_t m = 0; m < now; m++) {
        int holder = slow_holder(&d, m, origin);

        used += holder >= 0 && d.segments[holder].step == d.step;
    }
    return used;
}

static enum warning_level slow_level(int64_t now, int64_t used, int64_t left)
{
    int64_t budget = 0, least = 0;

    if (slow_is_late(&d, now))
        return WARNING_OVERDUE;
    for (size_t i = 0; i < ARRAY_LEN(fixture_steps); i++) {
        const struct procedure_step *step = &fixture_steps[i];
        int64_t rest = step->budget_minutes - used;

        if (step->seq < d.step)
            continue;
        if (step->seq > d.step) {
            budget += step->budget_minutes;
            least += step->least_minutes;
        } else if (rest <= 0) { /* idling is not progress */
            budget += step->least_minutes;
            least += step->least_minutes;
        } else {
            budget += rest;
            least += rest < step->least_minutes ? rest : step->least_minutes;
        }
    }
    if (least > left)
        return WARNING_CERTAIN;
    return budget > left ? WARNING_AT_RISK : WARNING_FINE;
}

/* The first minute from `now` on at which the level is reached, -1 when overdue comes first. */
static int64_t slow_turn(int64_t now, enum warning_level level)
{
    int64_t used = slow_used_in_step(now), left = slow_between(now, slow_minute(d.due_at));

    for (int64_t m = now; m < SLOW_MINUTES - 1; m++) {
        enum warning_level at = slow_level(m, used, left);

        if (at == WARNING_OVERDUE && level != WARNING_OVERDUE)
            return -1;
        if (at >= level)
            return m;
        used += slow_work[m];
        left -= slow_work[m] && left > 0;
    }
    return -1;
}

/* `at` lies in the minute that ends at the slow answer; none where the level is there already. */
static bool turns_with(int64_t at, int64_t now, enum warning_level level,
                       enum warning_level reached)
{
    int64_t minute = slow_turn(now, level);

    if (reached >= level || minute < 0)
        return at == INSTANT_NONE;
    return at > SLOW_AT(minute - 1) && at <= SLOW_AT(minute);
}

static void warnings_agree_with_a_walk_over_every_minute(void **state)
{
    struct dice dice = {2022};
    int seen[WARNING_COUNT] = {0};

    (void)state;
    for (int round = 0; round < 1500; round++) {
        uint64_t seed = dice.state;
        struct lateness_context ctx;
        enum warning_level level;
        struct warning w;
        int64_t now;

        if (round % 50 == 0)
            fixture_office(&dice);
        life_open(&dice, &d, &now);
        ctx = fixture_context(&d);
        warning_compute(&ctx, SLOW_AT(now), &w);
        level = slow_level(now, slow_used_in_step(now), slow_between(now, slow_minute(d.due_at)));
        seen[level]++;
        if (w.level != level)
            fail_msg("level %d, not %d, round %d seed %llu", (int)w.level, (int)level, round,
                     (unsigned long long)seed);
        if (!turns_with(w.risk_at, now, WARNING_AT_RISK, level) ||
            !turns_with(w.certain_at, now, WARNING_CERTAIN, level) ||
            !turns_with(w.late_at, now, WARNING_OVERDUE, level))
            fail_msg("a level turns at another time, round %d seed %llu", round,
                     (unsigned long long)seed);
    }
    for (int i = 0; i < WARNING_COUNT; i++)
        assert_true(seen[i] > 20); /* the dice reached every level */
}

static void segments_use_what_a_walk_counts(void **state)
{
    struct dice dice = {31};

    (void)state;
    fixture_office(&dice);
    for (int round = 0; round < 500; round++) {
        uint64_t seed = dice.state;
        struct segment_use uses[DOSSIER_SEGMENTS_MAX];
        struct lateness_context ctx;
        int64_t now, origin, counted[DOSSIER_SEGMENTS_MAX] = {0}, over[DOSSIER_SEGMENTS_MAX] = {0};
        int64_t purse[5] = {0};
        int n;

        life_open(&dice, &d, &now);
        ctx = fixture_context(&d);
        origin = slow_origin(&d);
        for (int64_t m = 0; m < now; m++) {
            int holder = slow_holder(&d, m, origin),
                step = holder < 0 ? 0 : d.segments[holder].step;

            if (holder < 0)
                continue;
            counted[holder]++;
            over[holder] += ++purse[step] > fixture_steps[step - 1].budget_minutes;
        }
        n = lateness_segments(&ctx, SLOW_AT(now), uses);
        for (int i = 0; i < n; i++) {
            int k = (int)(uses[i].segment - d.segments);

            if (uses[i].used_us != counted[k] * INSTANT_MINUTE ||
                uses[i].overrun_us != over[k] * INSTANT_MINUTE)
                fail_msg("segment %d, round %d seed %llu", k, round, (unsigned long long)seed);
        }
    }
}

/* ---- the exceptions ---- */

/* In the examination since Monday 07:00 of the first week, five working days, due Monday 5/9 17:00.
 */
static struct lateness_context examined(void)
{
    fixture_office(NULL);
    dossier_init(&d, INT64_C(20220000000001));
    d.state = STATE_PROCESSING;
    d.received_at = HOUR(0);
    d.limit = (struct limit){5, LIMIT_WORKING_DAYS};
    d.due_at = DAY(7) + 10 * INSTANT_HOUR;
    d.due_on = instant_date(d.due_at, ZONE_VIETNAM_S);
    d.step = 2;
    d.segments[d.n_segments++] = (struct dossier_segment){2, 20, 200, HOUR(0), INSTANT_NONE, false};
    return fixture_context(&d);
}

/* A step without a least time of its own takes the share of its budget that its dossier's ruleset
 * gives; one that has one, be it nothing, keeps it. */
static void the_least_time_of_a_step_follows_the_ruleset(void **state)
{
    static const int64_t percents[] = {0, 50, 75, 100};
    static struct procedure_step steps[ARRAY_LEN(fixture_steps)];
    struct procedure_case without = fixture_case;
    struct ruleset rules = fixture_ruleset;
    struct lateness_context ctx;
    struct warning w;

    (void)state;
    fixture_office(NULL);
    dossier_init(&d, INT64_C(20220000000001));
    d.state = STATE_PROCESSING;
    d.received_at = SLOW_AT(7 * 60);
    d.limit = (struct limit){5, LIMIT_WORKING_DAYS};
    d.due_at = SLOW_AT(7 * 1440 + 1020);
    d.due_on = instant_date(d.due_at, ZONE_VIETNAM_S);
    d.step = 1;
    memcpy(steps, fixture_steps, sizeof steps);
    without.steps = steps;
    ctx = fixture_context(&d);
    ctx.procedure_case = &without;
    ctx.ruleset = &rules;
    for (size_t own = 0; own < 3; own++) {
        static const int32_t leasts[] = {-1, 0, 300}; /* of the examination, 960 minutes */

        for (size_t i = 0; i < ARRAY_LEN(steps); i++)
            steps[i].least_minutes = i == 1 ? leasts[own] : -1;
        for (size_t i = 0; i < ARRAY_LEN(percents); i++) {
            int64_t others = (120 + 480 + 120) * percents[i] / 100;
            int64_t examination = leasts[own] < 0 ? 960 * percents[i] / 100 : leasts[own];

            rules.default_least_percent = (int)percents[i];
            warning_compute(&ctx, d.received_at, &w);
            assert_int_equal(w.need_budget_us, INT64_C(1680) * INSTANT_MINUTE);
            assert_int_equal(w.need_least_us, (others + examination) * INSTANT_MINUTE);
        }
    }
}

static void a_limit_of_a_day_is_certain_only_by_declaration(void **state)
{
    static const struct limit limits[] = {
        {0, LIMIT_SAME_DAY}, {8, LIMIT_WORKING_HOURS}, {1, LIMIT_WORKING_DAYS}};
    struct lateness_context ctx = examined();
    struct warning w;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
        d.limit = limits[i];
        d.declared_late_at = INSTANT_NONE;
        warning_compute(&ctx, DAY(7) + 9 * INSTANT_HOUR, &w);
        assert_int_equal(w.level, WARNING_AT_RISK);
        assert_int_equal(w.certain_at, INSTANT_NONE);
        d.declared_late_at = HOUR(1);
        warning_compute(&ctx, DAY(7) + 9 * INSTANT_HOUR, &w);
        assert_int_equal(w.level, WARNING_CERTAIN);
    }
    d.limit = (struct limit){9, LIMIT_WORKING_HOURS};
    d.declared_late_at = INSTANT_NONE;
    warning_compute(&ctx, DAY(7) + 9 * INSTANT_HOUR, &w);
    assert_int_equal(w.level, WARNING_CERTAIN);
}

static void nothing_turns_while_the_clock_stands(void **state)
{
    struct lateness_context ctx = examined();
    struct warning w;

    (void)state;
    d.holds[d.n_holds++] = (struct dossier_hold){
        HOLD_KIND_SUPPLEMENT, HOLD_EFFECT_RESUME, DAY(2), INSTANT_NONE, false, false};
    warning_compute(&ctx, DAY(20), &w);
    assert_int_equal(w.level, WARNING_FINE);
    assert_int_equal(w.late_at, INSTANT_NONE);
    assert_int_equal(w.letter_draft_at, INSTANT_NONE);
    d.holds[0].began_after_due = true; /* it stops nothing */
    warning_compute(&ctx, DAY(20), &w);
    assert_int_equal(w.level, WARNING_OVERDUE);
}

static void without_steps_it_is_only_overdue(void **state)
{
    struct lateness_context ctx = examined();
    struct warning w;

    (void)state;
    ctx.procedure_case = NULL;
    warning_compute(&ctx, DAY(7) + 9 * INSTANT_HOUR, &w);
    assert_int_equal(w.level, WARNING_FINE);
    assert_int_equal(w.late_at, DAY(8) - 7 * INSTANT_HOUR); /* midnight after Monday */
    assert_int_equal(w.projected_end, INSTANT_NONE);
    warning_compute(&ctx, DAY(8), &w);
    assert_int_equal(w.level, WARNING_OVERDUE);
}

static void a_year_without_calendar_is_judged_by_date_alone(void **state)
{
    struct lateness_context ctx = examined();
    struct warning w;

    (void)state;
    d.due_at = date_instant(date_from_civil(2024, 1, 5), ZONE_VIETNAM_S);
    d.due_on = date_from_civil(2024, 1, 5);
    warning_compute(&ctx, HOUR(1), &w);
    assert_int_equal(w.level, WARNING_FINE);
    assert_int_equal(w.risk_at, INSTANT_NONE);
    assert_int_equal(w.letter_latest_at, INSTANT_NONE);
    assert_int_equal(w.late_at, date_instant(date_from_civil(2024, 1, 6), ZONE_VIETNAM_S));
}

static void the_letter_leaves_one_working_day_before_due(void **state)
{
    struct lateness_context ctx = examined();
    struct warning w;

    (void)state;
    warning_compute(&ctx, HOUR(0),
                    &w); /* due Monday: latest Friday 17:00, drafted Thursday 17:00 */
    assert_int_equal(w.letter_latest_at, DAY(4) + 10 * INSTANT_HOUR);
    assert_int_equal(w.letter_draft_at, DAY(3) + 10 * INSTANT_HOUR);
    d.received_at = DAY(7); /* same day: nobody could have written it on Friday */
    warning_compute(&ctx, DAY(7), &w);
    assert_int_equal(w.letter_latest_at, d.due_at);
    assert_int_equal(w.letter_draft_at, DAY(7));
}

static void a_late_episode_is_counted_in_both_calendars(void **state)
{
    struct lateness_context ctx = examined();
    struct late_days days;

    (void)state;
    assert_false(lateness_episode(&ctx, DAY(7) + 16 * INSTANT_HOUR, &days));
    assert_true(lateness_episode(&ctx, DAY(14), &days)); /* a week later */
    assert_int_equal(days.calendar_days, 7);
    assert_int_equal(days.working_days, 5);
    d.ended_at = d.judged_at = DAY(8);
    assert_true(lateness_episode(&ctx, DAY(14), &days));
    assert_int_equal(days.to, DAY(8));
    assert_int_equal(days.working_days, 1);
    assert_true(lateness_episode(&ctx, DAY(14), &days));
    d.ended_at = d.judged_at = date_instant(date_from_civil(2024, 1, 6), ZONE_VIETNAM_S);
    assert_true(lateness_episode(&ctx, d.ended_at, &days));
    assert_int_equal(days.working_days, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(warnings_agree_with_a_walk_over_every_minute),
        cmocka_unit_test(segments_use_what_a_walk_counts),
        cmocka_unit_test(the_least_time_of_a_step_follows_the_ruleset),
        cmocka_unit_test(a_limit_of_a_day_is_certain_only_by_declaration),
        cmocka_unit_test(nothing_turns_while_the_clock_stands),
        cmocka_unit_test(without_steps_it_is_only_overdue),
        cmocka_unit_test(a_year_without_calendar_is_judged_by_date_alone),
        cmocka_unit_test(the_letter_leaves_one_working_day_before_due),
        cmocka_unit_test(a_late_episode_is_counted_in_both_calendars),
    };
    int failed;

    cmocka_set_message_output(CM_OUTPUT_TAP);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    calendar_unref(fixture_calendar);
    return failed;
}
