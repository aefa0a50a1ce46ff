/* Deadlines: who must act, when a row comes and goes, and every date against a second computation
 * that looks at single minutes and days and knows no calendar of ours. */
#include "../test.h"

#include "deadline_fixture.h"

#define MONDAY INT64_C(19233) /* 29/8/2022 */
#define DAYS   70
#define ROUNDS 4000

/* ---- an office, and the same office as a list of minutes ---- */

static bool works[DAYS]; /* by day from MONDAY on: 07:00-11:30 and 13:30-17:00 */
static struct calendar *cal;
static struct ruleset rules;
static struct dossier d;
static struct deadline list[DEADLINES_MAX];
static int n_list;
static uint64_t seed = 88172645463325252u;

static int64_t roll(int64_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int64_t)(seed % (uint64_t)n);
}

static void add_row(struct calendar_builder *b, struct calendar_row row)
{
    struct error err;

    row.level = CALENDAR_COUNTRY;
    assert_true(calendar_builder_add(b, &row, &err));
}

static void build_office(bool with_holidays)
{
    struct calendar_builder *b;
    struct error err;

    cal = calendar_unref(cal);
    assert_true(calendar_builder_new("test", ZONE_VIETNAM_S, &b, &err));
    add_row(b, (struct calendar_row){.type = CALENDAR_ROW_YEAR,
                                     .line = 1,
                                     .from_on = date_from_civil(2022, 1, 1),
                                     .to_on = date_from_civil(2022, 12, 31),
                                     .year_state = CALENDAR_YEAR_PUBLISHED});
    add_row(b, (struct calendar_row){.type = CALENDAR_ROW_WEEKLY,
                                     .line = 2,
                                     .from_on = date_from_civil(2022, 1, 1),
                                     .to_on = DATE_NONE,
                                     .weekdays = 0x1f,
                                     .n_sessions = 2,
                                     .sessions = {{420, 690}, {810, 1020}}});
    for (int i = 0; i < DAYS; i++) {
        works[i] = i % 7 < 5;
        if (works[i] && with_holidays && roll(6) == 0) {
            works[i] = false;
            add_row(b, (struct calendar_row){.type = CALENDAR_ROW_DAY,
                                             .line = 10 + i,
                                             .from_on = (int32_t)MONDAY + i,
                                             .to_on = (int32_t)MONDAY + i,
                                             .kind = CALENDAR_HOLIDAY});
        }
    }
    assert_true(calendar_builder_build(b, &cal, &err));
    calendar_builder_free(b);
}

static int64_t at_minute(int64_t minute)
{
    return date_instant((int32_t)MONDAY, ZONE_VIETNAM_S) + minute * INSTANT_MINUTE;
}

static bool slow_works(int64_t minute)
{
    int64_t m = minute % 1440;

    return works[minute / 1440] && ((m >= 420 && m < 690) || (m >= 810 && m < 1020));
}

static int64_t slow_next_day(int64_t day) /* the first working day after `day` */
{
    while (!works[++day])
        ;
    return day;
}

/* The minute at which so many worked minutes have passed. */
static int64_t slow_add(int64_t minute, int64_t minutes)
{
    while (minutes > 0)
        minutes -= slow_works(minute++);
    return minute;
}

static struct decide_context context(void)
{
    return (struct decide_context){.dossier = &d,
                                   .procedure_case = &fixture_case,
                                   .ruleset = &rules,
                                   .calendar = cal,
                                   .zone_s = ZONE_VIETNAM_S};
}

static const struct deadline *find(enum deadline_kind kind)
{
    struct decide_context ctx = context();

    n_list = deadline_list(&ctx, list);
    return fixture_find(list, n_list, kind);
}

/* ---- dates ---- */

/* The same limits as R2, each counted the slow way; -1: none. */
static int64_t slow_due(enum deadline_kind kind, int64_t from, bool is_elsewhere)
{
    int64_t day = from / 1440;

    switch (kind) {
    case DEADLINE_ONLINE_ANNOUNCEMENT:
        return from + 120;
    case DEADLINE_ONLINE_INTAKE:
        return slow_add(from, 480);
    case DEADLINE_FORWARD:
        if (is_elsewhere)
            return slow_next_day(day) * 1440 + 1020;
        if (works[day] && from % 1440 <= 900)
            return day * 1440 + 1020;
        return slow_add(slow_next_day(day) * 1440 + 420, 60);
    case DEADLINE_SUPPLEMENT_NOTICE:
        return slow_next_day(slow_next_day(slow_next_day(day))) * 1440 + 1020;
    case DEADLINE_SILENCE:
        return slow_next_day(day + 14) * 1440 + 1439;
    case DEADLINE_CONFIRMATION:
        return slow_next_day(day) * 1440 + 1439;
    case DEADLINE_FINANCIAL_HOLD: /* twenty days */
        return slow_next_day(day + 19) * 1440 + 1439;
    case DEADLINE_OTHER_HOLD: /* two working days */
        return slow_next_day(slow_next_day(day)) * 1440 + 1020;
    case DEADLINE_WITHDRAWAL:
        return slow_next_day(day) * 1440 + 1020;
    case DEADLINE_OPINION:
    case DEADLINE_OPINION_REPORT:
        return from;
    case DEADLINE_STALE:
    case DEADLINE_KIND_COUNT:
        break;
    }
    return -1;
}

static void every_date_agrees_with_a_walk_over_days_and_minutes(void **state)
{
    (void)state;
    ruleset_shipped(1, &rules);
    rules.financial_hold_limit = (struct limit){20, LIMIT_CALENDAR_DAYS};
    rules.other_hold_limit = (struct limit){2, LIMIT_WORKING_DAYS};
    for (int round = 0; round < ROUNDS; round++) {
        enum deadline_kind kind = (enum deadline_kind)(round % DEADLINE_KIND_COUNT);
        int64_t from = roll(30 * 1440), due;
        struct decide_context ctx;
        const struct deadline *row;

        if (round % 50 == 0)
            build_office(true);
        fixture_dossier(&d, kind, at_minute(from), CHANNEL_DIRECT);
        ctx = context();
        ctx.is_competent_elsewhere = roll(2);
        n_list = deadline_list(&ctx, list);
        row = fixture_find(list, n_list, kind);
        due = slow_due(kind, from, ctx.is_competent_elsewhere);
        assert_int_equal(row != NULL, due >= 0);
        if (!row)
            continue;
        /* to the minute: what ends with the day ends in its last one */
        assert_int_equal((row->due_at - at_minute(0)) / INSTANT_MINUTE, due);
        assert_int_equal(row->due_on, instant_date(row->due_at, ZONE_VIETNAM_S));
        assert_false(deadline_has_passed(row, row->due_at, ZONE_VIETNAM_S));
        assert_true(deadline_has_passed(row, at_minute((due / 1440 + 1) * 1440), ZONE_VIETNAM_S));
        assert_int_equal(deadline_has_passed(row, row->due_at + 1, ZONE_VIETNAM_S),
                         row->is_instant);
    }
}

/* ---- who must act ---- */

static void the_office_and_the_officer_are_those_of_the_table(void **state)
{
    static const struct {
        enum deadline_kind kind;
        int64_t office, officer;
    } rows[] = {
        {DEADLINE_ONLINE_INTAKE, FIXTURE_COUNTER, 0},
        {DEADLINE_FORWARD, FIXTURE_COUNTER, FIXTURE_CLERK},
        {DEADLINE_SUPPLEMENT_NOTICE, FIXTURE_COUNTER, FIXTURE_CLERK},
        {DEADLINE_SILENCE, FIXTURE_COUNTER, 0},
        {DEADLINE_CONFIRMATION, FIXTURE_COUNTER, 0},
        {DEADLINE_OPINION, FIXTURE_CONSULTED, 0},
        {DEADLINE_OPINION_REPORT, FIXTURE_COUNTER, 0},
        {DEADLINE_WITHDRAWAL, FIXTURE_COUNTER, 0},
    };

    (void)state;
    build_office(false);
    ruleset_shipped(1, &rules);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct deadline *row;

        fixture_dossier(&d, rows[i].kind, at_minute(600), CHANNEL_DIRECT);
        row = find(rows[i].kind);
        assert_non_null(row);
        assert_int_equal(row->office, rows[i].office);
        assert_int_equal(row->officer, rows[i].officer);
    }
}

/* ---- rows come and go ---- */

static void handed_over_paper_is_no_longer_owed(void **state)
{
    (void)state;
    fixture_dossier(&d, DEADLINE_FORWARD, at_minute(600), CHANNEL_POST);
    assert_non_null(find(DEADLINE_FORWARD));
    d.has_pending = true;
    assert_null(find(DEADLINE_FORWARD));
    d.has_pending = false; /* declined: the clerk has it again */
    assert_non_null(find(DEADLINE_FORWARD));
    d.step = 2; /* the next step is the counter's own */
    assert_null(find(DEADLINE_FORWARD));
}

static void paper_completed_later_is_passed_on_from_then(void **state)
{
    (void)state;
    build_office(false);
    fixture_dossier(&d, DEADLINE_FORWARD, at_minute(600), CHANNEL_DIRECT);
    d.holds[d.n_holds++] = (struct dossier_hold){.kind = HOLD_KIND_SUPPLEMENT,
                                                 .effect = HOLD_EFFECT_RESTART,
                                                 .from = at_minute(700),
                                                 .to = at_minute(3 * 1440 + 901)};
    assert_int_equal(find(DEADLINE_FORWARD)->due_at, at_minute(4 * 1440 + 480));
}

static void an_answered_opinion_and_a_decision_end_its_rows(void **state)
{
    (void)state;
    fixture_dossier(&d, DEADLINE_OPINION, at_minute(600), CHANNEL_DIRECT);
    d.opinions[d.n_opinions++] =
        (struct dossier_opinion){31, at_minute(0), at_minute(900), INSTANT_NONE};
    d.opinions[0].answered_at = at_minute(599);
    assert_int_equal(find(DEADLINE_OPINION)->ordinal, 2);
    assert_int_equal(find(DEADLINE_OPINION)->office, 31);
    assert_int_equal(find(DEADLINE_OPINION_REPORT)->from, at_minute(900));
    d.decided_at = at_minute(700);
    assert_null(find(DEADLINE_OPINION));
    assert_null(find(DEADLINE_OPINION_REPORT));
}

static void a_window_is_gone_with_the_first_event_after_it(void **state)
{
    (void)state;
    fixture_dossier(&d, DEADLINE_SUPPLEMENT_NOTICE, at_minute(600), CHANNEL_DIRECT);
    d.last_recorded_at = find(DEADLINE_SUPPLEMENT_NOTICE)->due_at + INSTANT_HOUR;
    assert_non_null(find(DEADLINE_SUPPLEMENT_NOTICE)); /* its day is not over */
    d.last_recorded_at += INSTANT_DAY;
    assert_null(find(DEADLINE_SUPPLEMENT_NOTICE));
    fixture_dossier(&d, DEADLINE_FORWARD, at_minute(600), CHANNEL_DIRECT);
    d.last_recorded_at += 9 * INSTANT_DAY;
    assert_non_null(find(DEADLINE_FORWARD)); /* a duty stays until somebody acts */
}

static void who_has_ended_or_lives_elsewhere_has_none(void **state)
{
    (void)state;
    fixture_dossier(&d, DEADLINE_OPINION, at_minute(600), CHANNEL_DIRECT);
    d.is_imported = true;
    assert_null(find(DEADLINE_OPINION));
    d.is_adopted = true;
    assert_non_null(find(DEADLINE_OPINION));
    d.ended_at = at_minute(700);
    assert_null(find(DEADLINE_OPINION));
    assert_int_equal(n_list, 0);
}

static void silence_is_agreement_only_while_the_question_stands(void **state)
{
    struct decide_context ctx;

    (void)state;
    build_office(false);
    ruleset_shipped(0, &rules);
    fixture_dossier(&d, DEADLINE_CONFIRMATION, at_minute(600), CHANNEL_DIRECT);
    ctx = context();
    assert_int_equal(deadline_confirmation_end(&ctx), find(DEADLINE_CONFIRMATION)->due_at);
    d.state = STATE_WITHDRAWAL_REQUESTED;
    assert_int_equal(deadline_confirmation_end(&ctx), INSTANT_NONE);
    d.state = STATE_ON_HOLD;
    d.holds[0].to = at_minute(700);
    assert_int_equal(deadline_confirmation_end(&ctx), INSTANT_NONE);
    d.holds[0].to = INSTANT_NONE;
    d.holds[0].answer_by = at_minute(900); /* asked for no longer than that */
    assert_int_equal(deadline_confirmation_end(&ctx), at_minute(900));
    d.holds[0].answer_by = INSTANT_NONE;
    rules.confirmation.amount = 0;
    assert_int_equal(deadline_confirmation_end(&ctx), INSTANT_NONE);
    d.holds[0].kind = HOLD_KIND_OTHER;
    ruleset_shipped(0, &rules);
    assert_int_equal(deadline_confirmation_end(&ctx), INSTANT_NONE);
}

static void a_pause_is_listed_until_it_ends(void **state)
{
    (void)state;
    build_office(false);
    ruleset_shipped(1, &rules);
    fixture_dossier(&d, DEADLINE_OTHER_HOLD, at_minute(600), CHANNEL_DIRECT);
    assert_null(find(DEADLINE_OTHER_HOLD));
    d.holds[0].answer_by = at_minute(900);
    assert_int_equal(find(DEADLINE_OTHER_HOLD)->due_at, at_minute(900));
    assert_int_equal(find(DEADLINE_OTHER_HOLD)->officer, FIXTURE_CLERK);
    assert_null(find(DEADLINE_FINANCIAL_HOLD));
    d.last_recorded_at += 9 * INSTANT_DAY; /* a duty stays */
    assert_non_null(find(DEADLINE_OTHER_HOLD));
    d.state = STATE_WITHDRAWAL_REQUESTED; /* another duty now */
    assert_null(find(DEADLINE_OTHER_HOLD));
    d.state = STATE_PROCESSING;
    d.holds[0].to = at_minute(800);
    assert_null(find(DEADLINE_OTHER_HOLD));
}

static void the_counter_goes_by_its_own_calendar(void **state)
{
    struct calendar *other;
    struct decide_context ctx;

    (void)state;
    build_office(false);
    other = calendar_ref(cal);
    memset(works, 0, sizeof works);
    build_office(true);
    ruleset_shipped(0, &rules);
    fixture_dossier(&d, DEADLINE_ONLINE_INTAKE, at_minute(600), CHANNEL_ONLINE);
    ctx = context();
    ctx.counter_calendar = other;
    n_list = deadline_list(&ctx, list);
    assert_int_equal(fixture_find(list, n_list, DEADLINE_ONLINE_INTAKE)->due_at,
                     at_minute(1440 + 600));
    calendar_unref(other);
}

static void most_opinions_fit(void **state)
{
    (void)state;
    fixture_dossier(&d, DEADLINE_OPINION, at_minute(600), CHANNEL_DIRECT);
    while (d.n_opinions < DOSSIER_OPINIONS_MAX)
        d.opinions[d.n_opinions++] =
            (struct dossier_opinion){31, at_minute(0), at_minute(900), INSTANT_NONE};
    (void)find(DEADLINE_OPINION);
    assert_true(n_list >= 2 * DOSSIER_OPINIONS_MAX);
    assert_true(deadline_lists_equal(list, n_list, list, n_list));
    assert_false(deadline_lists_equal(list, n_list, list, n_list - 1));
    assert_false(deadline_lists_equal(list, n_list - 1, list + 1, n_list - 1));
}

static void every_row_names_a_parameter_and_a_source(void **state)
{
    (void)state;
    for (int i = 0; i < DEADLINE_KIND_COUNT; i++) {
        const struct deadline_row *row = &deadline_rows[i];
        bool is_known = row->parameter[0] == '\0';

        for (int p = 0; p < n_ruleset_parameters; p++)
            is_known = is_known || strcmp(ruleset_parameters[p].name, row->parameter) == 0;
        assert_true(is_known);
        assert_int_equal(strncmp(row->law, "law:", 4), 0);
        assert_true(!strcmp(row->confidence, "V") || !strcmp(row->confidence, "OPEN"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_names_a_parameter_and_a_source),
        cmocka_unit_test(every_date_agrees_with_a_walk_over_days_and_minutes),
        cmocka_unit_test(the_office_and_the_officer_are_those_of_the_table),
        cmocka_unit_test(handed_over_paper_is_no_longer_owed),
        cmocka_unit_test(paper_completed_later_is_passed_on_from_then),
        cmocka_unit_test(an_answered_opinion_and_a_decision_end_its_rows),
        cmocka_unit_test(a_window_is_gone_with_the_first_event_after_it),
        cmocka_unit_test(who_has_ended_or_lives_elsewhere_has_none),
        cmocka_unit_test(silence_is_agreement_only_while_the_question_stands),
        cmocka_unit_test(a_pause_is_listed_until_it_ends),
        cmocka_unit_test(the_counter_goes_by_its_own_calendar),
        cmocka_unit_test(most_opinions_fit),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    cal = calendar_unref(cal);
    return failed;
}
