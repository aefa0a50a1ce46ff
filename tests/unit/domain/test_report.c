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

/* The counters of all days up to today, summed, are the form from the beginning to today. */
static void counters_sum_to_the_form_of_the_present(void **state)
{
    static struct dossier d;
    struct dice dice = {9};

    (void)state;
    for (int round = 0; round < 60; round++) {
        uint64_t seed = dice.state;
        int32_t today = instant_date(MONDAY_7, ZONE_VIETNAM_S) + (int32_t)dice_roll(&dice, 80);
        int64_t now = end_of(today), sums[COUNTER_COLUMN_COUNT] = {0}, open;
        struct report_row row;

        for (int i = 0; i < DOSSIERS; i++) {
            struct history h;
            struct counter_delta deltas[COUNTER_DELTAS_MAX];
            int n;

            life_random(&dice, &lives[i], 40);
            /* Marks of instants still to come are no events yet. */
            h = (struct history){lives[i].events, lives[i].n};
            history_fold(&h, now, INSTANT_FOREVER, &d);
            n = counter_contributions(&d, ZONE_VIETNAM_S, deltas);
            for (int k = 0; k < n; k++)
                if (deltas[k].on <= today)
                    sums[deltas[k].column] += deltas[k].delta;
        }
        for (int i = 0; i < DOSSIERS; i++) { /* a mistake found later is not known now */
            int n = 0;

            for (int k = 0; k < lives[i].n; k++)
                if (lives[i].events[k].at <= now)
                    lives[i].events[n++] = lives[i].events[k];
            lives[i].n = n;
        }
        form(0, today, now, INSTANT_FOREVER, &row);
        open = sums[COUNTER_RECEIVED_ONLINE] + sums[COUNTER_RECEIVED_OTHER] - sums[COUNTER_EARLY] -
               sums[COUNTER_ON_TIME] - sums[COUNTER_LATE];
        if (row.online != sums[COUNTER_RECEIVED_ONLINE] ||
            row.direct != sums[COUNTER_RECEIVED_OTHER] || row.early != sums[COUNTER_EARLY] ||
            row.on_time != sums[COUNTER_ON_TIME] || row.late != sums[COUNTER_LATE] ||
            row.total_open != open || row.open_overdue != sums[COUNTER_OVERDUE])
            fail_msg("counters differ: open %lld %lld overdue %lld %lld, seed %llu",
                     (long long)row.total_open, (long long)open, (long long)row.open_overdue,
                     (long long)sums[COUNTER_OVERDUE], (unsigned long long)seed);
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
        cmocka_unit_test(counters_sum_to_the_form_of_the_present),
        cmocka_unit_test(a_form_that_does_not_balance_is_refused),
        cmocka_unit_test(letters_owed_are_the_sum_of_what_became_of_them),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
