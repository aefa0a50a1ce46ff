/* As of one instant, known at another: two clocks, replaced events, events of the future. */
#include "../test.h"

#include "dossier_events.h"

static struct dossier d;

static void the_past_is_seen_as_it_stood(void **state)
{
    struct script s = {0};
    struct history h;

    (void)state;
    script_accept(&s, DAY(1), DAY(7), false);
    script_finish(&s, DAY(5));
    h = (struct history){s.events, s.n};
    history_fold(&h, DAY(1) - 1, INSTANT_FOREVER, &d);
    assert_int_equal(d.state, STATE_NEW);
    history_fold(&h, DAY(1), INSTANT_FOREVER, &d);
    assert_int_equal(d.state, STATE_RECEIVED);
    assert_int_equal(d.version, 4); /* the newest known, whether it counts yet or not */
    history_fold(&h, DAY(5), INSTANT_FOREVER, &d);
    assert_int_equal(d.state, STATE_DONE);
    assert_int_equal(history_next_at(&h, DAY(1)), DAY(5));
    assert_int_equal(history_next_at(&h, DAY(5)), INSTANT_NONE);
}

static void what_was_not_known_does_not_count(void **state)
{
    struct script s = {0};
    struct history h;

    (void)state;
    script_accept(&s, DAY(1), DAY(7), false);
    script_finish(&s, DAY(5));
    for (int i = 1; i < s.n; i++)
        s.events[i].recorded_at = DAY(9); /* entered four days later */
    h = (struct history){s.events, s.n};
    history_fold(&h, DAY(6), DAY(8), &d);
    assert_int_equal(d.state, STATE_RECEIVED);
    assert_int_equal(d.version, 1);
    history_fold(&h, DAY(6), DAY(9), &d);
    assert_int_equal(d.state, STATE_DONE);
}

static void a_replaced_event_is_dropped_once_the_correction_is_known(void **state)
{
    struct script s = {0};
    struct event *e;
    struct history h;

    (void)state;
    script_accept(&s, DAY(1), DAY(7), false);
    script_finish(&s, DAY(8)); /* events 2, 3, 4 */
    e = script_add(&s, ACTION_TAKE_OVER_RESULT, 101, DAY(8) - INSTANT_HOUR);
    e->recorded_at = DAY(10);
    event_put_number(e, EVENT_FIELD_REPLACES, 4);
    s.events[1].at = s.events[2].at = DAY(6);
    s.events[4].at = DAY(7);
    h = (struct history){s.events, s.n};
    history_fold(&h, INSTANT_FOREVER, DAY(9), &d);
    assert_int_equal(d.done_at, DAY(8));
    history_fold(&h, INSTANT_FOREVER, DAY(10), &d);
    assert_int_equal(d.done_at, DAY(7));
    assert_int_equal(d.version, 5);
    history_fold(&h, DAY(7), DAY(10), &d); /* the past is seen as it now is known to have been */
    assert_int_equal(d.state, STATE_DONE);
}

static void a_replaced_replacement_keeps_out_what_it_replaced(void **state)
{
    struct script s = {0};
    int order[8];
    struct history h;

    (void)state;
    script_accept(&s, DAY(1), DAY(7), false);
    event_put_number(script_add(&s, ACTION_CORRECT, 1, DAY(2)), EVENT_FIELD_REPLACES, 1);
    event_put_number(script_add(&s, ACTION_CORRECT, 1, DAY(3)), EVENT_FIELD_REPLACES, 2);
    h = (struct history){s.events, s.n};
    assert_int_equal(history_order(&h, INSTANT_FOREVER, DAY(2), order), 1);
    assert_int_equal(order[0], 1);
    assert_int_equal(history_order(&h, INSTANT_FOREVER, DAY(3), order), 1);
    assert_int_equal(order[0], 2);
}

static void events_come_in_order_of_their_instants_then_of_their_numbers(void **state)
{
    static const int64_t at[] = {DAY(5), DAY(2), DAY(5), DAY(1), DAY(2), DAY(9)};
    static const int expected[] = {3, 1, 4, 0, 2};
    struct script s = {0};
    int order[8];
    struct history h;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(at); i++)
        script_add(&s, ACTION_HISTORY_ACTIVITY, 0, at[i]);
    h = (struct history){s.events, s.n};
    assert_int_equal(history_order(&h, DAY(8), INSTANT_FOREVER, order), 5);
    assert_memory_equal(order, expected, sizeof expected);
}

static void no_events_are_a_new_dossier(void **state)
{
    const struct history h = {NULL, 0};

    (void)state;
    history_fold(&h, INSTANT_FOREVER, INSTANT_FOREVER, &d);
    assert_int_equal(d.state, STATE_NEW);
    assert_int_equal(d.version, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_past_is_seen_as_it_stood),
        cmocka_unit_test(what_was_not_known_does_not_count),
        cmocka_unit_test(a_replaced_event_is_dropped_once_the_correction_is_known),
        cmocka_unit_test(a_replaced_replacement_keeps_out_what_it_replaced),
        cmocka_unit_test(events_come_in_order_of_their_instants_then_of_their_numbers),
        cmocka_unit_test(no_events_are_a_new_dossier),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
