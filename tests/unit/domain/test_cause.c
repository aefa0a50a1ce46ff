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

/* Offices 20, 21 and 22 of the committee 20; 120 is another authority's. */
static bool test_within(const void *organisation, int64_t office, int64_t root)
{
    (void)organisation;
    return office == root || (root == 20 && office / 10 == 2);
}

static bool test_is_elsewhere(const void *organisation, int64_t office, int64_t of)
{
    (void)organisation;
    return office / 100 != of / 100;
}

static const struct organisation organisation = {.within = test_within,
                                                 .is_elsewhere = test_is_elsewhere};

struct slow_finding {
    int64_t objective, silence, overrun, by_segment[DOSSIER_SEGMENTS_MAX];
    int64_t by_opinion[DOSSIER_OPINIONS_MAX], by_interval[INTERVALS];
    bool late_without_objective, late_without_overrun;
};

static bool slow_covers(const struct objective_interval *o, const struct dossier_segment *s)
{
    bool is_here = o->n_offices == 0, is_step = o->n_steps == 0;

    for (int i = 0; i < o->n_offices; i++)
        is_here = is_here || test_within(NULL, s->office, o->offices[i]);
    for (int i = 0; i < o->n_steps; i++)
        is_step = is_step || o->steps[i] == s->step;
    return is_here && is_step;
}

static bool slow_is_objective(const struct objective_interval *intervals, int64_t minute,
                              const struct dossier_segment *s, struct slow_finding *slow)
{
    bool is_objective = false;

    for (int i = 0; i < INTERVALS; i++)
        if (SLOW_AT(minute) >= intervals[i].from &&
            (intervals[i].to == INSTANT_NONE || SLOW_AT(minute) < intervals[i].to) &&
            slow_covers(&intervals[i], s)) {
            slow->by_interval[i]++;
            is_objective = true;
        }
    return is_objective;
}

/* The opinion of these whose silence holds the step in this minute, the longest past its date. */
static int slow_silent(int64_t minute, int step, bool is_elsewhere)
{
    int found = -1;

    for (int i = 0; i < d.n_opinions; i++) {
        const struct dossier_opinion *o = &d.opinions[i];
        int64_t end = o->answered_at != INSTANT_NONE ? o->answered_at : d.decided_at;

        if (o->step == step && (o->office >= 100) == is_elsewhere &&
            SLOW_AT(minute) >= o->answer_by && (end == INSTANT_NONE || SLOW_AT(minute) < end) &&
            (found < 0 || o->answer_by < d.opinions[found].answer_by))
            found = i;
    }
    return found;
}

/* Every worked minute of the running clock is the storm's, or drawn from the step's purse, or
 * waited for somebody's answer, or overrun. */
static void slow_find(const struct objective_interval *intervals, int64_t until, int64_t end,
                      struct slow_finding *ret)
{
    struct slow_finding slow = {0};
    int64_t origin = slow_origin(&d), purse[5] = {0};
    bool is_at_once = fixture_ruleset.opinion_silence == OPINION_SILENCE_AT_ONCE;

    for (int64_t m = 0; m < until; m++) {
        int holder = slow_holder(&d, m, origin);
        int step, own, elsewhere;

        if (holder < 0)
            continue;
        if (slow_is_objective(intervals, m, &d.segments[holder], &slow)) {
            slow.objective++;
            continue;
        }
        step = d.segments[holder].step;
        own = slow_silent(m, step, false);
        elsewhere = slow_silent(m, step, true);
        if (purse[step] < fixture_steps[step - 1].budget_minutes &&
            !(is_at_once && (own >= 0 || elsewhere >= 0))) {
            purse[step]++;
        } else if (own >= 0) {
            slow.overrun++;
            slow.by_opinion[own]++;
        } else if (elsewhere >= 0) {
            slow.objective++;
            slow.silence++;
            slow.by_opinion[elsewhere]++;
        } else {
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
    static const int64_t offices[] = {20, 21, 22, 30};
    static const int64_t steps[] = {1, 2, 3, 4};

    for (int i = 0; i < INTERVALS; i++) {
        int64_t from = dice_roll(dice, until + 1), to = from + dice_roll(dice, 5 * 1440);
        int first = (int)dice_roll(dice, 3);

        ret[i] = (struct objective_interval){
            .id = i + 1,
            .kind = (enum objective_kind)dice_roll(dice, OBJECTIVE_KIND_COUNT),
            .from = SLOW_AT(from),
            .to = dice_roll(dice, 6) == 0 ? INSTANT_NONE : SLOW_AT(to),
            .n_offices = dice_roll(dice, 2) ? 0 : 1 + (int)dice_roll(dice, 2),
            .offices = &offices[first],
            .n_steps = dice_roll(dice, 2) ? 0 : 1 + (int)dice_roll(dice, 2),
            .steps = &steps[first],
            .evidence = "12/CV"};
        if (dice_roll(dice, 3) == 0)
            ret[i].to = ret[i].from; /* none */
    }
}

/* Up to three requests for an opinion, some never answered, some after a decision without them. */
static void life_opinions(struct dice *dice, int64_t until)
{
    static const int64_t offices[] = {20, 21, 120, 130};
    int64_t from = slow_minute(d.received_at);

    d.n_opinions = (int)dice_roll(dice, 4);
    for (int i = 0; i < d.n_opinions; i++) {
        int64_t asked = from + dice_roll(dice, until - from + 1);
        int64_t by = asked + 1 + dice_roll(dice, 3 * 1440);

        d.opinions[i] = (struct dossier_opinion){
            .office = offices[dice_roll(dice, 4)],
            .asked_at = SLOW_AT(asked),
            .answer_by = SLOW_AT(by),
            .answered_at =
                dice_roll(dice, 2) ? INSTANT_NONE : SLOW_AT(asked + dice_roll(dice, 6 * 1440)),
            .step = 1 + (int)dice_roll(dice, 4)};
    }
    if (dice_roll(dice, 3) == 0)
        d.decided_at = SLOW_AT(until - dice_roll(dice, until - from + 1));
    fixture_ruleset.opinion_silence =
        dice_roll(dice, 2) ? OPINION_SILENCE_AT_ONCE : OPINION_SILENCE_AFTER_BUDGET;
}

/* Stretch by stretch and interval by interval, not only in the sums. */
static bool detail_agrees(const struct slow_finding *slow, const struct cause_detail *detail)
{
    for (int i = 0; i < detail->n_uses; i++)
        if (detail->uses[i].overrun_us !=
            slow->by_segment[detail->uses[i].segment - d.segments] * INSTANT_MINUTE)
            return false;
    for (int i = 0; i < INTERVALS; i++)
        if (detail->interval_us[i] != slow->by_interval[i] * INSTANT_MINUTE)
            return false;
    for (int i = 0; i < d.n_opinions; i++)
        if (detail->silence_us[i] != slow->by_opinion[i] * INSTANT_MINUTE)
            return false;
    return true;
}

static bool finding_agrees(const struct slow_finding *slow)
{
    int64_t last = INT64_MAX;

    if (f.objective_us != slow->objective * INSTANT_MINUTE ||
        f.silence_us != slow->silence * INSTANT_MINUTE ||
        f.overrun_us != slow->overrun * INSTANT_MINUTE ||
        f.late_without_objective != slow->late_without_objective ||
        f.late_without_overrun != slow->late_without_overrun || f.verdict != slow_verdict(slow))
        return false;
    for (int i = 0; i < f.n_responsible; i++) {
        const struct cause_share *share = &f.responsible[i];
        int64_t office =
            share->opinion ? d.opinions[share->opinion - 1].office : share->segment->office;
        int64_t minutes = share->opinion ? slow->by_opinion[share->opinion - 1]
                                         : slow->by_segment[share->segment - d.segments];

        if (share->overrun_us != minutes * INSTANT_MINUTE || share->overrun_us > last ||
            share->office != office)
            return false;
        last = share->overrun_us;
    }
    if (f.verdict == CAUSE_OBJECTIVE)
        return f.at_fault_office == 0;
    return f.n_responsible == 0 ||
           (f.at_fault_office == f.responsible[0].office && f.offices[0] == f.at_fault_office);
}

static void findings_agree_with_a_walk_over_every_minute(void **state)
{
    struct dice dice = {5};
    int seen[CAUSE_VERDICT_COUNT] = {0}, seen_silence[2] = {0};

    (void)state;
    for (int round = 0; round < 1500; round++) {
        uint64_t seed = dice.state;
        struct objective_interval intervals[INTERVALS];
        struct cause_detail detail;
        struct slow_finding slow;
        int64_t until, end;

        if (round % 50 == 0)
            fixture_office(&dice);
        life_open(&dice, &d, &until);
        end = until + dice_roll(&dice, 5 * 1440); /* a projected end */
        life_intervals(&dice, until, intervals);
        life_opinions(&dice, until);
        ctx = fixture_context(&d);
        ctx.organisation = &organisation;
        cause_find(&ctx, intervals, INTERVALS, SLOW_AT(until), SLOW_AT(end), &f, &detail);
        slow_find(intervals, until, end, &slow);
        seen[f.verdict]++;
        seen_silence[0] += slow.silence > 0;
        for (int i = 0; i < d.n_opinions; i++)
            seen_silence[1] += d.opinions[i].office < 100 && slow.by_opinion[i] > 0;
        if (!finding_agrees(&slow) || !detail_agrees(&slow, &detail))
            fail_msg(
                "verdict %d, not %d; objective %lld, not %lld; overrun %lld, not %lld; round %d, "
                "seed %llu",
                (int)f.verdict, (int)slow_verdict(&slow),
                (long long)(f.objective_us / INSTANT_MINUTE), (long long)slow.objective,
                (long long)(f.overrun_us / INSTANT_MINUTE), (long long)slow.overrun, round,
                (unsigned long long)seed);
    }
    fixture_ruleset.opinion_silence = OPINION_SILENCE_AFTER_BUDGET;
    assert_true(seen[CAUSE_SUBJECTIVE] > 50 && seen[CAUSE_OBJECTIVE] > 50 &&
                seen[CAUSE_UNDETERMINED] > 50);
    assert_true(seen_silence[0] > 50 && seen_silence[1] > 50);
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
    d.competent_office = 20;
    ctx = fixture_context(&d);
    ctx.organisation = &organisation;
}

static struct objective_interval storm(int64_t from, int64_t to)
{
    return (struct objective_interval){
        .id = 1, .kind = OBJECTIVE_FORCE_MAJEURE, .from = from, .to = to, .evidence = "10/CT-UBND"};
}

static void find(const struct objective_interval *intervals, int n, int64_t end)
{
    cause_find(&ctx, intervals, n, end, end, &f, NULL);
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

static void intervals_concern_whom_they_name(void **state)
{
    static const char *const keys[] = {"TP-09", "TP-10"};
    struct objective_interval o = storm(DAY(0), DAY(1));

    (void)state;
    examined();
    assert_true(objective_concerns(&o, &d, "TP-10"));
    o.procedures = keys;
    o.n_procedures = 2; /* whichever of its versions the dossier was received under */
    for (d.procedure_id = 5; d.procedure_id < 7; d.procedure_id++)
        assert_true(objective_concerns(&o, &d, "TP-10"));
    assert_false(objective_concerns(&o, &d, "TP-11"));
    assert_false(objective_concerns(&o, &d, NULL));
    o.n_procedures = 0;
    assert_true(objective_concerns(&o, &d, NULL));
    o.dossier = 1;
    assert_false(objective_concerns(&o, &d, "TP-10"));
}

/* Monday and Tuesday in the examination of office 21, Wednesday at the leadership. */
static void an_interval_excuses_the_hands_and_steps_it_names(void **state)
{
    static const int64_t offices[] = {21, 20};
    static const int64_t steps[] = {3, 2};
    struct objective_interval o;

    (void)state;
    examined();
    d.segments[0].office = 21;
    d.segments[0].to = DAY(2);
    d.segments[d.n_segments++] = (struct dossier_segment){3, 1, 300, DAY(2), INSTANT_NONE, false};
    o = storm(DAY(0), DAY(3));
    o.offices = offices;
    o.n_offices = 1;
    find(&o, 1, DAY(3));
    assert_int_equal(f.objective_us, 16 * INSTANT_HOUR); /* the leadership was not in the storm */
    o.offices = &offices[1];
    find(&o, 1, DAY(3));
    assert_int_equal(f.objective_us, 16 * INSTANT_HOUR); /* 21 stands below 20 */
    o.n_offices = 0;
    find(&o, 1, DAY(3));
    assert_int_equal(f.objective_us, 24 * INSTANT_HOUR);
    o.steps = steps;
    o.n_steps = 1;
    find(&o, 1, DAY(3));
    assert_int_equal(f.objective_us, 8 * INSTANT_HOUR); /* the signature alone */
    o.n_steps = 2;
    find(&o, 1, DAY(3));
    assert_int_equal(f.objective_us, 24 * INSTANT_HOUR);
    assert_int_equal(f.n_intervals, 1);
    assert_int_equal(f.intervals[0], o.id);
}

static void ask(int64_t office, int64_t by, int64_t answered)
{
    d.opinions[d.n_opinions++] = (struct dossier_opinion){
        .office = office, .asked_at = HOUR(2), .answer_by = by, .answered_at = answered, .step = 2};
}

/* The sixteen hours of the step end on Tuesday evening. The other agency was to answer by Tuesday
 * 07:00 and answers on Thursday evening: Tuesday was still the holder's own time. */
static void another_agencys_silence_is_objective_once_the_budget_is_used_up(void **state)
{
    (void)state;
    examined();
    ask(120, DAY(1), DAY(4));
    find(NULL, 0, DAY(4) + 10 * INSTANT_HOUR);
    assert_int_equal(f.silence_us, 16 * INSTANT_HOUR); /* Wednesday and Thursday */
    assert_int_equal(f.objective_us, f.silence_us);
    assert_int_equal(f.overrun_us, 8 * INSTANT_HOUR); /* Friday */
    assert_int_equal(f.objective_kind, OBJECTIVE_OTHER_AGENCY);
    fixture_ruleset.opinion_silence = OPINION_SILENCE_AT_ONCE;
    find(NULL, 0, DAY(4) + 10 * INSTANT_HOUR);
    fixture_ruleset.opinion_silence = OPINION_SILENCE_AFTER_BUDGET;
    assert_int_equal(f.silence_us, 24 * INSTANT_HOUR); /* Tuesday as well */
    assert_int_equal(f.overrun_us, 0);
    assert_int_equal(f.verdict, CAUSE_OBJECTIVE);
    assert_int_equal(f.cause, CAUSE_KEY_OTHER_AUTHORITY);
}

static void a_silent_office_of_the_same_committee_answers_for_it(void **state)
{
    (void)state;
    examined();
    ask(22, DAY(1), INSTANT_NONE);
    ask(120, DAY(0) + 10 * INSTANT_HOUR, INSTANT_NONE); /* and another agency: that is no excuse */
    find(NULL, 0, DAY(4) + 10 * INSTANT_HOUR);
    assert_int_equal(f.objective_us, 0);
    assert_int_equal(f.overrun_us, 24 * INSTANT_HOUR);
    assert_int_equal(f.verdict, CAUSE_SUBJECTIVE);
    assert_int_equal(f.cause, CAUSE_KEY_SLOW_UNIT);
    assert_int_equal(f.at_fault_office, 22);
    assert_int_equal(f.at_fault_officer, 0);
    assert_int_equal(f.n_offices, 1);
}

/* The holder went on without it: the file lies elsewhere, and nobody waits. */
static void an_opinion_holds_the_step_that_asked_for_it(void **state)
{
    (void)state;
    examined();
    ask(120, DAY(1), INSTANT_NONE);
    d.segments[0].to = DAY(2);
    d.segments[d.n_segments++] = (struct dossier_segment){3, 1, 300, DAY(2), INSTANT_NONE, false};
    find(NULL, 0, DAY(7));
    assert_int_equal(f.objective_us, 0);
    assert_int_equal(f.at_fault_office, 1);
    d.segments[0].to = INSTANT_NONE;
    d.n_segments = 1;
    d.decided_at = DAY(3); /* decided without it: from then on it held nothing */
    find(NULL, 0, DAY(7));
    assert_int_equal(f.silence_us, 8 * INSTANT_HOUR);
}

/* A closure in the calendar is no working time, whoever declares the same day as well. */
static void a_closure_and_an_interval_over_the_same_hours_excuse_once(void **state)
{
    struct calendar_builder *b;
    struct objective_interval o = storm(DAY(1), DAY(2));
    struct error err;
    int64_t worked;

    (void)state;
    examined();
    find(&o, 1, DAY(3));
    worked = f.objective_us + f.overrun_us;
    assert_int_equal(f.objective_us, 8 * INSTANT_HOUR);
    assert_true(calendar_builder_new("closed", ZONE_VIETNAM_S, &b, &err));
    fixture_week(b);
    fixture_row(b, (struct calendar_row){.type = CALENDAR_ROW_DAY,
                                         .from_on = instant_date(DAY(1), ZONE_VIETNAM_S),
                                         .to_on = instant_date(DAY(1), ZONE_VIETNAM_S),
                                         .kind = CALENDAR_CLOSURE});
    fixture_calendar = calendar_unref(fixture_calendar);
    assert_true(calendar_builder_build(b, &fixture_calendar, &err));
    calendar_builder_free(b);
    ctx = fixture_context(&d);
    find(&o, 1, DAY(3));
    assert_int_equal(f.objective_us, 0);
    assert_int_equal(worked - f.overrun_us, 8 * INSTANT_HOUR);
    fixture_office(NULL);
}

static void the_arithmetic_is_told_in_words(void **state)
{
    struct buffer buf = {0};
    struct objective_interval o;
    struct cause_figures figures;
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
    assert_true(cause_figures_read(compact, &figures));
    assert_int_equal(figures.overrun_minutes, 960);
    assert_int_equal(figures.end_at, f.end_at);
    assert_int_equal(figures.end_without_overrun, f.end_without_overrun);
    assert_false(cause_figures_read("overrun=1;objective=x", &figures));
    assert_false(cause_figures_read(NULL, &figures));
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
        cmocka_unit_test(an_interval_excuses_the_hands_and_steps_it_names),
        cmocka_unit_test(another_agencys_silence_is_objective_once_the_budget_is_used_up),
        cmocka_unit_test(a_silent_office_of_the_same_committee_answers_for_it),
        cmocka_unit_test(an_opinion_holds_the_step_that_asked_for_it),
        cmocka_unit_test(a_closure_and_an_interval_over_the_same_hours_excuse_once),
        cmocka_unit_test(the_arithmetic_is_told_in_words),
    };
    int failed;

    cmocka_set_message_output(CM_OUTPUT_TAP);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    calendar_unref(fixture_calendar);
    return failed;
}
