/* Form II.06a: every check sum over random lives, random periods and random times of asking; and
 * the counters of the present against the same form. */
#include "../test.h"
#include "domain/letter_report.h"
#include "domain/report.h"
#include "random_life.h"

#define DOSSIERS 60

static struct script lives[DOSSIERS];
static struct fact facts[FACTS_MAX];

/* The form as of `as_of`, known at `known_at`, over all lives. */
static void form(int32_t from_on, int32_t to_on, int64_t as_of, int64_t known_at,
                 struct report_row *ret)
{
    struct report_row row = {.label = "all"};

    for (int i = 0; i < DOSSIERS; i++) {
        const struct history h = {lives[i].events, lives[i].n};
        int n = fact_timeline(&h, known_at, ZONE_VIETNAM_S, facts);

        for (int k = 0; k < n; k++)
            if (facts[k].valid_from <= as_of && as_of < facts[k].valid_to)
                report_count(&facts[k], from_on, to_on, as_of, ZONE_VIETNAM_S, &row);
    }
    *ret = row;
}

static int64_t end_of(int32_t on)
{
    return date_instant(on + 1, ZONE_VIETNAM_S) - 1;
}

static void lives_make(struct dice *dice)
{
    for (int i = 0; i < DOSSIERS; i++) {
        life_random(dice, &lives[i], 40);
        life_record_late(dice, &lives[i]);
    }
}

static void sums_balance_and_open_carries_over(void **state)
{
    struct dice dice = {6};

    (void)state;
    for (int round = 0; round < 60; round++) {
        uint64_t seed = dice.state;
        int32_t monday = instant_date(MONDAY_7, ZONE_VIETNAM_S), from_on, to_on, next_on;
        int64_t known_at;
        struct report_row a, b;
        struct error err;

        lives_make(&dice);
        from_on = monday + (int32_t)dice_roll(&dice, 40);
        to_on = from_on + (int32_t)dice_roll(&dice, 31);
        next_on = to_on + 1 + (int32_t)dice_roll(&dice, 31);
        known_at = dice_roll(&dice, 2) ? INSTANT_FOREVER : end_of(next_on + 3);
        form(from_on, to_on, end_of(to_on), known_at, &a);
        form(to_on + 1, next_on, end_of(next_on), known_at, &b);
        if (!report_check(&a, 1, &a, &err) || !report_check(&b, 1, &b, &err))
            fail_msg("unbalanced, seed %llu", (unsigned long long)seed);
        if (b.carried_over != a.total_open)
            fail_msg("carried over %lld, open before %lld, seed %llu", (long long)b.carried_over,
                     (long long)a.total_open, (unsigned long long)seed);
    }
}

/* Asked again later, with the same as-of and known-at, the form is the same. */
static void a_past_period_reads_the_same_when_asked_again(void **state)
{
    struct dice dice = {8};
    int32_t from_on = instant_date(MONDAY_7, ZONE_VIETNAM_S) + 5, to_on = from_on + 20;
    struct report_row before, after;

    (void)state;
    lives_make(&dice);
    form(from_on, to_on, end_of(to_on), end_of(to_on + 2), &before);
    for (int i = 0; i < DOSSIERS; i++) { /* what the engine learns afterwards */
        struct event *e = script_add(&lives[i], ACTION_STOP, 100, end_of(to_on - 3));

        e->recorded_at = end_of(to_on + 3);
    }
    form(from_on, to_on, end_of(to_on), end_of(to_on + 2), &after);
    assert_memory_equal(&before, &after, sizeof before);
}

/* What the lives add to the counters of the days up to `on`, together. */
static void counters(int32_t on, int64_t sums[COUNTER_COLUMN_COUNT])
{
    static struct counter_delta deltas[COUNTER_DELTAS_OF(FACTS_MAX)];

    memset(sums, 0, COUNTER_COLUMN_COUNT * sizeof *sums);
    for (int i = 0; i < DOSSIERS; i++) {
        const struct history h = {lives[i].events, lives[i].n};
        int n = fact_timeline(&h, INSTANT_FOREVER, ZONE_VIETNAM_S, facts);

        n = counter_contributions(facts, n, ZONE_VIETNAM_S, deltas);
        for (int k = 0; k < n; k++)
            if (deltas[k].on <= on)
                sums[deltas[k].column] += deltas[k].delta;
    }
}

static int64_t counters_open(const int64_t sums[COUNTER_COLUMN_COUNT])
{
    return sums[COUNTER_RECEIVED_ONLINE] + sums[COUNTER_RECEIVED_OTHER] + sums[COUNTER_MOVED_IN] -
           sums[COUNTER_MOVED_OUT] - sums[COUNTER_EARLY] - sums[COUNTER_ON_TIME] -
           sums[COUNTER_LATE];
}

/* The form of any period as known now is the difference of two sums: at its end, and on its eve. */
static void counters_sum_to_the_form_of_any_period(void **state)
{
    struct dice dice = {9};

    (void)state;
    for (int round = 0; round < 400; round++) {
        uint64_t seed = dice.state;
        int32_t from_on = instant_date(MONDAY_7, ZONE_VIETNAM_S) + (int32_t)dice_roll(&dice, 60);
        int32_t to_on = from_on + (int32_t)dice_roll(&dice, 40);
        int64_t eve[COUNTER_COLUMN_COUNT], end[COUNTER_COLUMN_COUNT];
        struct report_row row, sum = {.label = "all"};

        for (int i = 0; i < DOSSIERS; i++)
            life_random(&dice, &lives[i], 40);
        counters(from_on - 1, eve);
        counters(to_on, end);
        form(from_on, to_on, end_of(to_on), INSTANT_FOREVER, &row);
        sum.online = end[COUNTER_RECEIVED_ONLINE] - eve[COUNTER_RECEIVED_ONLINE];
        sum.direct = end[COUNTER_RECEIVED_OTHER] - eve[COUNTER_RECEIVED_OTHER];
        sum.carried_over = counters_open(eve);
        sum.early = end[COUNTER_EARLY] - eve[COUNTER_EARLY];
        sum.on_time = end[COUNTER_ON_TIME] - eve[COUNTER_ON_TIME];
        sum.late = end[COUNTER_LATE] - eve[COUNTER_LATE];
        sum.stopped_late = end[COUNTER_STOPPED_LATE] - eve[COUNTER_STOPPED_LATE];
        sum.stopped_other = end[COUNTER_STOPPED_OTHER] - eve[COUNTER_STOPPED_OTHER];
        sum.open_overdue = end[COUNTER_OVERDUE];
        sum.open_in_time = counters_open(end) - sum.open_overdue;
        sum.total_received = sum.online + sum.direct + sum.carried_over;
        sum.total_done = sum.early + sum.on_time + sum.late;
        sum.total_open = sum.open_in_time + sum.open_overdue;
        if (memcmp(&sum, &row, sizeof sum) != 0)
            fail_msg(
                "received %lld/%lld carried %lld/%lld done %lld/%lld open %lld/%lld overdue "
                "%lld/%lld, seed %llu",
                (long long)row.total_received, (long long)sum.total_received,
                (long long)row.carried_over, (long long)sum.carried_over, (long long)row.total_done,
                (long long)sum.total_done, (long long)row.total_open, (long long)sum.total_open,
                (long long)row.open_overdue, (long long)sum.open_overdue, (unsigned long long)seed);
    }
}

static void a_form_that_does_not_balance_is_refused(void **state)
{
    struct report_row rows[2] = {
        {.label = "a", .total_received = 2, .online = 2, .total_open = 2, .open_in_time = 2},
        {.label = "b", .total_received = 1, .direct = 1, .total_done = 1, .late = 1}};
    struct report_row total = {.label = "total"};
    struct error err;

    (void)state;
    report_add(&total, &rows[0]);
    report_add(&total, &rows[1]);
    assert_true(report_check(rows, 2, &total, &err));
    total.total_open++;
    total.open_overdue++;
    total.total_received++;
    total.online++;
    assert_false(
        report_check(rows, 2, &total, &err)); /* balanced in itself, but not the sum of its rows */
    assert_int_equal(err.code, ERR_REPORT_UNBALANCED);
    assert_string_equal(error_arg(&err, "row")->text, "total");
    assert_string_equal(error_arg(&err, "sum")->text, "(3)");
    rows[1].late = 2;
    assert_false(report_check(rows, 2, &total, &err));
    assert_string_equal(error_arg(&err, "row")->text, "b");
    assert_string_equal(error_arg(&err, "sum")->text, "(7)=(8)+(9)+(10)");
}

static void letters_owed_are_the_sum_of_what_became_of_them(void **state)
{
    struct letter_report_row row = {.label = "tp",
                                    .owed = 45,
                                    .in_time = 1,
                                    .after_latest = 2,
                                    .after_due = 3,
                                    .missing = 4,
                                    .open = 5,
                                    .objective_none = 6,
                                    .objective_notice = 7,
                                    .second_delay = 8,
                                    .lapsed = 9};
    struct letter_report_row total = {0};
    struct error err;

    (void)state;
    letter_report_add(&total, &row);
    assert_true(letter_report_check(&row, 1, &total, &err));
    total.owed++;
    assert_false(letter_report_check(&row, 1, &total, &err));
    assert_int_equal(err.code, ERR_REPORT_UNBALANCED);
    row.lapsed--; /* a row of the ledger that no column counts */
    assert_false(letter_report_check(&row, 1, &total, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_balance_and_open_carries_over),
        cmocka_unit_test(a_past_period_reads_the_same_when_asked_again),
        cmocka_unit_test(counters_sum_to_the_form_of_any_period),
        cmocka_unit_test(a_form_that_does_not_balance_is_refused),
        cmocka_unit_test(letters_owed_are_the_sum_of_what_became_of_them),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
