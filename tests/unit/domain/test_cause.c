/* Cause: both counterfactuals against a walk over every minute, and the cases a lawyer would ask
 * about. */
#include "../test.h"
#include "domain/cause.h"
#include "late_fixture.h"

static struct dossier d;
static struct lateness_context ctx;
static struct cause_finding f;

/* ---- against the walk ---- */

#define INTERVALS 4

struct slow_finding {
    int64_t objective, overrun, by_segment[DOSSIER_SEGMENTS_MAX];
    bool late_without_objective, late_without_overrun;
};

static bool slow_is_objective(const struct objective_interval *intervals, int64_t minute)
{
    for (int i = 0; i < INTERVALS; i++)
        if (SLOW_AT(minute) >= intervals[i].from &&
            (intervals[i].to == INSTANT_NONE || SLOW_AT(minute) < intervals[i].to))
            return true;
    return false;
}

/* Every worked minute of the running clock is the storm's, or drawn from the step's purse, or
 * overrun. */
static void slow_find(const struct objective_interval *intervals, int64_t until, int64_t end,
                      struct slow_finding *ret)
{
    struct slow_finding slow = {0};
    int64_t origin = slow_origin(&d), purse[5] = {0};

    for (int64_t m = 0; m < until; m++) {
        int holder = slow_holder(&d, m, origin);
        int step;

        if (holder < 0)
            continue;
        if (slow_is_objective(intervals, m)) {
            slow.objective++;
            continue;
        }
        step = d.segments[holder].step;
        if (++purse[step] > fixture_steps[step - 1].budget_minutes) {
            slow.overrun++;
            slow.by_segment[holder]++;
        }
    }
    slow.late_without_objective = slow_is_late(&d, slow_before(end, slow.objective));
    slow.late_without_overrun = slow_is_late(&d, slow_before(end, slow.overrun));
    *ret = slow;
}

static enum cause_verdict slow_verdict(const struct slow_finding *slow)
{
    if (slow->objective == 0 && slow->overrun == 0)
        return CAUSE_UNDETERMINED;
    if (slow->late_without_objective)
        return CAUSE_SUBJECTIVE;
    return slow->late_without_overrun ? CAUSE_OBJECTIVE : CAUSE_UNDETERMINED;
}

static void life_intervals(struct dice *dice, int64_t until, struct objective_interval *ret)
{
    for (int i = 0; i < INTERVALS; i++) {
        int64_t from = dice_roll(dice, until + 1), to = from + dice_roll(dice, 5 * 1440);

        ret[i] = (struct objective_interval){
            .id = i + 1,
            .kind = (enum objective_kind)dice_roll(dice, OBJECTIVE_KIND_COUNT),
            .from = SLOW_AT(from),
            .to = dice_roll(dice, 6) == 0 ? INSTANT_NONE : SLOW_AT(to),
            .evidence = "12/CV"};
        if (dice_roll(dice, 3) == 0)
            ret[i].to = ret[i].from; /* none */
    }
}

static bool finding_agrees(const struct slow_finding *slow)
{
    int64_t last = INT64_MAX;

    if (f.objective_us != slow->objective * INSTANT_MINUTE ||
        f.overrun_us != slow->overrun * INSTANT_MINUTE ||
        f.late_without_objective != slow->late_without_objective ||
        f.late_without_overrun != slow->late_without_overrun || f.verdict != slow_verdict(slow))
        return false;
    for (int i = 0; i < f.n_responsible; i++) {
        int k = (int)(f.responsible[i].segment - d.segments);

        if (f.responsible[i].overrun_us != slow->by_segment[k] * INSTANT_MINUTE ||
            f.responsible[i].overrun_us > last)
            return false;
        last = f.responsible[i].overrun_us;
    }
    return f.n_responsible == 0 || f.at_fault_office == f.responsible[0].segment->office;
}

static void findings_agree_with_a_walk_over_every_minute(void **state)
{
    struct dice dice = {5};
    int seen[CAUSE_VERDICT_COUNT] = {0};

    (void)state;
    for (int round = 0; round < 1500; round++) {
        uint64_t seed = dice.state;
        struct objective_interval intervals[INTERVALS];
        struct slow_finding slow;
        int64_t until, end;

        if (round % 50 == 0)
            fixture_office(&dice);
        life_open(&dice, &d, &until);
        end = until + dice_roll(&dice, 5 * 1440); /* a projected end */
        life_intervals(&dice, until, intervals);
        ctx = fixture_context(&d);
        cause_find(&ctx, intervals, INTERVALS, SLOW_AT(until), SLOW_AT(end), &f);
        slow_find(intervals, until, end, &slow);
        seen[f.verdict]++;
        if (!finding_agrees(&slow))
            fail_msg(
                "verdict %d, not %d; objective %lld, not %lld; overrun %lld, not %lld; round %d, "
                "seed %llu",
                (int)f.verdict, (int)slow_verdict(&slow),
                (long long)(f.objective_us / INSTANT_MINUTE), (long long)slow.objective,
                (long long)(f.overrun_us / INSTANT_MINUTE), (long long)slow.overrun, round,
                (unsigned long long)seed);
    }
    assert_true(seen[CAUSE_SUBJECTIVE] > 50 && seen[CAUSE_OBJECTIVE] > 50 &&
                seen[CAUSE_UNDETERMINED] > 50);
}

/* ---- one dossier ---- */

/* In the examination (16 hours) from Monday 07:00; due Wednesday 31/8 17:00. */
static void examined(void)
{
    fixture_office(NULL);
    dossier_init(&d, INT64_C(20220000000001));
    d.state = STATE_PROCESSING;
    d.received_at = HOUR(0);
    d.limit = (struct limit){2, LIMIT_WORKING_DAYS};
    d.due_at = DAY(2) + 10 * INSTANT_HOUR;
    d.due_on = instant_date(d.due_at, ZONE_VIETNAM_S);
    d.step = 2;
    d.segments[d.n_segments++] = (struct dossier_segment){2, 20, 200, HOUR(0), INSTANT_NONE, false};
    ctx = fixture_context(&d);
}

static struct objective_interval storm(int64_t from, int64_t to)
{
    return (struct objective_interval){
        .id = 1, .kind = OBJECTIVE_FORCE_MAJEURE, .from = from, .to = to, .evidence = "10/CT-UBND"};
}

static void find(const struct objective_interval *intervals, int n, int64_t end)
{
    cause_find(&ctx, intervals, n, end, end, &f);
}

/* The sixteen hours were used up on Tuesday evening; a storm on Thursday is the storm's all the
 * same. */
static void overrun_time_inside_an_objective_interval_is_the_storms(void **state)
{
    struct objective_interval o;

    (void)state;
    examined();
    o = storm(DAY(3), DAY(4)); /* Thursday, the whole day: 8 hours of sessions */
    find(&o, 1, DAY(4) + 10 * INSTANT_HOUR);
    assert_int_equal(f.objective_us, 8 * INSTANT_HOUR);
    /* five days of 8 hours, less 16 of budget, less the storm */
    assert_int_equal(f.overrun_us, (40 - 16 - 8) * INSTANT_HOUR);
}

/* A storm at the beginning does not eat the officer's budget. */
static void an_officer_stopped_by_a_storm_has_not_overrun(void **state)
{
    struct objective_interval o;

    (void)state;
    examined();
    o = storm(DAY(0), DAY(2));
    find(&o, 1, DAY(3) + 10 * INSTANT_HOUR); /* Monday and Tuesday lost, then the 16 hours worked */
    assert_int_equal(f.objective_us, 16 * INSTANT_HOUR);
    assert_int_equal(f.overrun_us, 0);
    assert_int_equal(f.verdict, CAUSE_OBJECTIVE);
    assert_int_equal(f.cause, CAUSE_KEY_FORCE_MAJEURE);
    assert_int_equal(f.at_fault_office, 0);
}

static void the_same_hours_excuse_once(void **state)
{
    struct objective_interval twice[2];

    (void)state;
    examined();
    twice[0] = storm(DAY(1), DAY(2));
    twice[1] = storm(DAY(1) + 2 * INSTANT_HOUR, DAY(2));
    find(twice, 2, DAY(3));
    assert_int_equal(f.objective_us, 8 * INSTANT_HOUR);
}

static void without_evidence_nothing_is_found(void **state)
{
    struct objective_interval o;

    (void)state;
    examined();
    o = storm(DAY(0), DAY(2));
    o.evidence = "";
    find(&o, 1, DAY(3) + 10 * INSTANT_HOUR);
    assert_int_equal(f.verdict, CAUSE_UNDETERMINED);
    assert_true(f.is_evidence_missing);
    o.to = o.from; /* an interval that touches nothing needs no evidence */
    find(&o, 1, DAY(4));
    assert_false(f.is_evidence_missing);
    assert_int_equal(f.verdict, CAUSE_SUBJECTIVE);
    assert_int_equal(f.cause, CAUSE_KEY_IDLE);
    assert_int_equal(f.at_fault_office, 20);
    assert_int_equal(f.at_fault_officer, 200);
}

static void the_largest_overrun_stands_first(void **state)
{
    (void)state;
    examined();
    d.segments[0].to = DAY(3); /* examination: 24 hours of 16 */
    d.segments[d.n_segments++] = (struct dossier_segment){3, 1, 300, DAY(3), INSTANT_NONE, false};
    find(NULL, 0, DAY(7)); /* signature: Thursday, Friday: 16 hours of 8 ... */
    assert_int_equal(f.n_responsible, 2);
    assert_int_equal(f.at_fault_office, 20); /* of equal ones the earlier */
    find(NULL, 0, DAY(7) + 2 * INSTANT_HOUR);
    assert_int_equal(f.at_fault_office, 1);
    assert_int_equal(f.cause, CAUSE_KEY_LATE_SIGNATURE);
}

static void a_restart_begins_a_new_count(void **state)
{
    (void)state;
    examined();
    d.segments[0].to =
        DAY(1); /* 8 hours, then a supplement of two days, then the examination again */
    d.holds[d.n_holds++] = (struct dossier_hold){
        HOLD_KIND_SUPPLEMENT, HOLD_EFFECT_RESTART, DAY(1), DAY(3), false, false};
    d.segments[d.n_segments++] = (struct dossier_segment){2, 0, 0, DAY(1), DAY(3), true};
    d.segments[d.n_segments++] = (struct dossier_segment){2, 20, 200, DAY(3), INSTANT_NONE, false};
    find(NULL, 0, DAY(7)); /* Thursday and Friday: 16 hours */
    assert_int_equal(f.overrun_us, 0);
    d.holds[0].effect = HOLD_EFFECT_RESUME;
    find(NULL, 0, DAY(7));
    assert_int_equal(f.overrun_us, 8 * INSTANT_HOUR);
}

static bool within_all(const void *organisation, int64_t office, int64_t root)
{
    (void)organisation;
    return office / 10 == root / 10;
}

static void intervals_concern_whom_they_name(void **state)
{
    struct objective_interval o = storm(DAY(0), DAY(1));

    (void)state;
    examined();
    assert_true(objective_concerns(&o, &d, "TP-10", 20, NULL, NULL));
    o.office = 21;
    assert_false(objective_concerns(&o, &d, "TP-10", 20, NULL, NULL));
    assert_true(objective_concerns(&o, &d, "TP-10", 20, within_all, NULL));
    o.office = 0;
    o.procedure = "TP-10"; /* whichever of its versions the dossier was received under */
    for (d.procedure_id = 5; d.procedure_id < 7; d.procedure_id++)
        assert_true(objective_concerns(&o, &d, "TP-10", 20, NULL, NULL));
    assert_false(objective_concerns(&o, &d, "TP-11", 20, NULL, NULL));
    assert_false(objective_concerns(&o, &d, NULL, 20, NULL, NULL));
    o.procedure = "";
    assert_true(objective_concerns(&o, &d, NULL, 20, NULL, NULL));
    o.dossier = 1;
    assert_false(objective_concerns(&o, &d, "TP-10", 20, NULL, NULL));
}

static void the_arithmetic_is_told_in_words(void **state)
{
    struct buffer buf = {0};
    struct objective_interval o;
    char compact[192];

    (void)state;
    examined();
    o = storm(DAY(0), DAY(2));
    find(&o, 1, DAY(3) + 10 * INSTANT_HOUR);
    cause_words(&ctx, &f, "", LANGUAGE_VI, &buf);
    assert_non_null(strstr(buf.data, "16 giờ 00 phút làm việc"));
    assert_non_null(strstr(buf.data, "Khách quan"));
    assert_non_null(strstr(buf.data, "Hẹn trả 17:00 31/8/2022"));
    buffer_clear(&buf);
    find(NULL, 0, DAY(4));
    cause_words(&ctx, &f, "Division A", LANGUAGE_EN, &buf);
    assert_non_null(strstr(buf.data, "Largest overrun: Division A, step 2, 16 h 00 min"));
    buffer_deinit(&buf);
    cause_arithmetic(&f, compact, sizeof compact);
    assert_non_null(strstr(compact, "overrun=960;objective=0;end="));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_agree_with_a_walk_over_every_minute),
        cmocka_unit_test(overrun_time_inside_an_objective_interval_is_the_storms),
        cmocka_unit_test(an_officer_stopped_by_a_storm_has_not_overrun),
        cmocka_unit_test(the_same_hours_excuse_once),
        cmocka_unit_test(without_evidence_nothing_is_found),
        cmocka_unit_test(the_largest_overrun_stands_first),
        cmocka_unit_test(a_restart_begins_a_new_count),
        cmocka_unit_test(intervals_concern_whom_they_name),
        cmocka_unit_test(the_arithmetic_is_told_in_words),
    };
    int failed;

    cmocka_set_message_output(CM_OUTPUT_TAP);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    calendar_unref(fixture_calendar);
    return failed;
}
