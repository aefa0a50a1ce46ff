/* A desk handed over: what is held, what waits for the officer in person, and what is not his. */
#include "../test.h"

#include "domain/desk.h"
#include "random_life.h"

#define TO INT64_C(300)

static struct dossier d;
static struct event events[DESK_EVENTS_MAX];

static int give(struct script *s, int64_t officer, int64_t office, int64_t to, int64_t now)
{
    struct desk_order order = {officer, office, to, 71, 9, to ? 0 : 8};
    int n;

    script_fold(s, &d);
    n = desk_compose(&d, &order, now, events);
    assert_int_equal(desk_is_given(&(struct history){s->events, s->n}, &order), false);
    for (int i = 0; i < n; i++) {
        events[i].seq = s->n + 1;
        s->events[s->n++] = events[i];
    }
    script_fold(s, &d);
    assert_int_equal(desk_is_given(&(struct history){s->events, s->n}, &order), n > 0);
    return n;
}

/* Held by officer 200 of the competent office. */
static struct script held(void)
{
    struct script s = {0};

    script_accept(&s, HOUR(0), DAY(7), false);
    script_send(&s, ACTION_FORWARD, HOUR(1), 2, COMPETENT_OFFICE);
    script_add(&s, ACTION_TAKE_OVER, 200, HOUR(2));
    return s;
}

static void what_is_held_goes_to_the_other_or_to_nobody(void **state)
{
    struct script s = held(), nobody = held();

    (void)state;
    assert_int_equal(give(&s, 200, COMPETENT_OFFICE, TO, HOUR(5)), 1);
    assert_int_equal(d.holder_officer, TO);
    assert_int_equal(d.holder_office, COMPETENT_OFFICE);
    assert_int_equal(d.step, 2);
    assert_int_equal(d.segments[d.n_segments - 1].from, HOUR(5));
    assert_false(event_has(&events[0], EVENT_FIELD_ON_BEHALF_OF));
    assert_int_equal(give(&nobody, 200, COMPETENT_OFFICE, 0, HOUR(1)), 1);
    assert_int_equal(events[0].at, HOUR(2)); /* after what happened last */
    assert_int_equal(event_number(&events[0], EVENT_FIELD_ON_BEHALF_OF, 0), 8);
    assert_int_equal(d.holder_officer, 0);
    assert_int_equal(d.holder_office, COMPETENT_OFFICE);
}

static void what_waits_for_him_in_person_waits_for_the_other(void **state)
{
    struct script s = held();

    (void)state;
    /* To another desk of the same office: the holder stays. */
    script_send(&s, ACTION_FORWARD, HOUR(3), 2, COMPETENT_OFFICE);
    event_put_number(&s.events[s.n - 1], EVENT_FIELD_TO_OFFICER, 201);
    assert_int_equal(give(&s, 201, COMPETENT_OFFICE, TO, HOUR(5)), 1);
    assert_true(d.has_pending);
    assert_int_equal(d.pending_officer, TO);
    assert_int_equal(d.pending_since, HOUR(3));
    assert_int_equal(d.holder_officer, 200);
    s.n--;
    assert_int_equal(give(&s, 201, COMPETENT_OFFICE, 0, HOUR(5)), 1);
    assert_true(d.has_pending);
    assert_int_equal(d.pending_officer, 0);
    assert_int_equal(d.holder_officer, 200);
    /* A hand-over that is over has no receiver to be changed. */
    s.n--;
    script_add(&s, ACTION_DECLINE, 201, HOUR(4));
    events[0].seq = s.n + 1;
    s.events[s.n++] = events[0];
    script_fold(&s, &d);
    assert_false(d.has_pending);
    assert_int_equal(d.holder_officer, 200);
}

static void what_is_not_his_there_or_has_ended_stays(void **state)
{
    struct script s = held();

    (void)state;
    assert_int_equal(give(&s, 201, COMPETENT_OFFICE, TO, HOUR(5)), 0);
    assert_int_equal(give(&s, 200, COUNTER_OFFICE, TO, HOUR(5)), 0);
    script_finish(&s, HOUR(6));
    assert_int_equal(give(&s, d.holder_officer, d.holder_office, TO, HOUR(7)), 0);
    script_fold(&s, &d);
    assert_int_equal(give(&s, d.holder_officer, d.holder_office, TO, HOUR(7)), 0);
}

static void while_the_applicant_is_waited_for_it_changes_hands_as_well(void **state)
{
    struct script s = held();
    int n_segments;

    (void)state;
    script_hold(&s, ACTION_REQUEST_SUPPLEMENT, HOUR(3), "supplement", "resume");
    script_fold(&s, &d);
    n_segments = d.n_segments;
    assert_int_equal(give(&s, 200, COMPETENT_OFFICE, TO, HOUR(5)), 1);
    assert_int_equal(d.holder_officer, TO);
    assert_int_equal(d.state, STATE_AWAITING_SUPPLEMENT);
    assert_int_equal(d.n_segments, n_segments); /* the applicant's time goes on */
}

static void who_only_reads_or_returns_takes_no_desk(void **state)
{
    (void)state;
    assert_true(desk_role_takes(ROLE_OFFICER) && desk_role_takes(ROLE_CLERK) &&
                desk_role_takes(ROLE_HEAD) && desk_role_takes(ROLE_LEADER));
    assert_false(desk_role_takes(ROLE_INSPECTOR) || desk_role_takes(ROLE_STATISTICIAN) ||
                 desk_role_takes(ROLE_RETURNER));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_held_goes_to_the_other_or_to_nobody),
        cmocka_unit_test(what_waits_for_him_in_person_waits_for_the_other),
        cmocka_unit_test(what_is_not_his_there_or_has_ended_stays),
        cmocka_unit_test(while_the_applicant_is_waited_for_it_changes_hands_as_well),
        cmocka_unit_test(who_only_reads_or_returns_takes_no_desk),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
