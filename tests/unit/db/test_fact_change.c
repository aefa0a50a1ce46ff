/* From one timeline to the next: what stays, ends, is retracted, is new. */
#include "../test.h"
#include "base/instant.h"
#include "db/committer.h"

static struct fact fact_from(int64_t from, int64_t to, bool is_waiting)
{
    return (struct fact){.valid_from = from, .valid_to = to, .is_waiting = is_waiting};
}

static void nothing_new_changes_nothing(void **state)
{
    const struct fact a[] = {fact_from(10, 20, false), fact_from(20, INSTANT_FOREVER, true)};
    struct commit_fact ret[4];

    (void)state;
    assert_int_equal(commit_fact_changes(a, 2, a, 2, 99, ret), 0);
}

static void an_open_row_ends_and_another_begins(void **state)
{
    const struct fact a[] = {fact_from(10, INSTANT_FOREVER, false)};
    const struct fact b[] = {fact_from(10, 20, false), fact_from(20, INSTANT_FOREVER, true)};
    struct commit_fact ret[3];

    (void)state;
    assert_int_equal(commit_fact_changes(a, 1, b, 2, 99, ret), 2);
    assert_int_equal(ret[0].operation, COMMIT_FACT_CLOSE_VALID);
    assert_int_equal(ret[0].fact.valid_from, 10);
    assert_int_equal(ret[0].fact.valid_to, 20);
    assert_int_equal(ret[0].known_at, 99);
    assert_int_equal(ret[1].operation, COMMIT_FACT_INSERT);
    assert_int_equal(ret[1].fact.valid_from, 20);
}

static void a_correction_retracts_and_writes_anew(void **state)
{
    const struct fact a[] = {fact_from(10, 20, false), fact_from(20, INSTANT_FOREVER, true)};
    const struct fact b[] = {fact_from(10, 15, false), fact_from(15, INSTANT_FOREVER, true)};
    struct commit_fact ret[4];

    (void)state;
    /* The first had an end already: a second end would rewrite what was known. */
    assert_int_equal(commit_fact_changes(a, 2, b, 2, 99, ret), 4);
    assert_int_equal(ret[0].operation, COMMIT_FACT_RETRACT);
    assert_int_equal(ret[1].operation, COMMIT_FACT_RETRACT);
    assert_int_equal(ret[2].operation, COMMIT_FACT_INSERT);
    assert_int_equal(ret[3].operation, COMMIT_FACT_INSERT);
}

static void a_mistake_leaves_the_reports(void **state)
{
    const struct fact a[] = {fact_from(10, INSTANT_FOREVER, false)};
    struct commit_fact ret[1];

    (void)state;
    assert_int_equal(commit_fact_changes(a, 1, NULL, 0, 99, ret), 1);
    assert_int_equal(ret[0].operation, COMMIT_FACT_RETRACT);
}

static struct event *add(struct event *events, int *n, enum action action, int64_t at,
                         int64_t recorded_at)
{
    struct event *e = &events[*n];

    event_init(e, INT64_C(20220000000001), action, 1, at, recorded_at);
    e->seq = ++*n;
    return e;
}

/* A dossier accepted at 100, known at once; that a new date was given at 200 is learned at 900; at
 * 1000 it turns out to be entered by mistake. */
static void every_row_keeps_the_time_in_which_it_was_known(void **state)
{
    struct event events[4];
    struct history h = {events, 0};
    struct known_fact rows[8];

    (void)state;
    event_put_number(add(events, &h.n, ACTION_ACCEPT, 100, 100), EVENT_FIELD_DUE_AT, 5000);
    event_put_number(add(events, &h.n, ACTION_WAIVE_LETTER, 200, 900), EVENT_FIELD_REAPPOINTED_AT,
                     7000);
    assert_int_equal(commit_facts_known(&h, 0, rows, 8), 2);
    assert_int_equal(rows[0].fact.valid_from, 100);
    assert_int_equal(rows[0].fact.valid_to, 200);
    assert_int_equal(rows[0].known_from, 100);
    assert_int_equal(rows[0].valid_to_known_at, 900);
    assert_int_equal(rows[1].fact.due_reappointed, 7000);
    assert_int_equal(rows[1].known_from, 900);
    assert_int_equal(rows[1].known_to, INSTANT_FOREVER);
    assert_int_equal(commit_facts_known(&h, 0, rows, 1), -1); /* never a part of them */
    (void)add(events, &h.n, ACTION_CLOSE_MISTAKE, 1000, 1000);
    assert_int_equal(commit_facts_known(&h, 0, rows, 8), 2);
    assert_int_equal(rows[0].known_to, 1000);
    assert_int_equal(rows[1].known_to, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_new_changes_nothing),
        cmocka_unit_test(an_open_row_ends_and_another_begins),
        cmocka_unit_test(a_correction_retracts_and_writes_anew),
        cmocka_unit_test(a_mistake_leaves_the_reports),
        cmocka_unit_test(every_row_keeps_the_time_in_which_it_was_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
