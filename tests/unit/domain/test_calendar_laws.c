/* The laws that hold on any calendar, whatever its rows: a later receipt is never due earlier,
 * counts add up and invert, weeks without days off are all alike, and nothing falls into a hole at
 * an edge of a session, a day, a year or February. */
#include "base/instant.h"
#include "random_calendar.h"

static void check_laws(const struct calendar *cal, const struct reference *r)
{
    int64_t from = random_instant(r), a = random_work(), b = random_work(), one, both, end, start,
            us;
    struct error err;

    if (!calendar_add_work(cal, from, a, &one, &err) ||
        !calendar_add_work(cal, one, b, &both, &err))
        return;
    CHECK(calendar_add_work(cal, from, a + b, &end, &err) && end == both);     /* additivity */
    CHECK(calendar_work_between(cal, from, end, &us, &err) && us == a + b);    /* inverse */
    CHECK(calendar_work_between(cal, end, from, &us, &err) && us == -(a + b)); /* sign */
    CHECK(calendar_sub_work(cal, end, a + b, &start, &err) && start >= from); /* the latest start */
    CHECK(calendar_work_between(cal, start, end, &us, &err) && us == a + b);
    CHECK(calendar_add_work(cal, start, a + b, &one, &err) && (a + b == 0 || one == end));
}

static void check_monotony(const struct calendar *cal, const struct reference *r)
{
    struct due_rule rule = random_rule();
    struct limit limit = random_limit();
    int64_t from = random_instant(r), later = from + random_work();
    struct due due, due_later;
    struct error err;

    if (due_compute(cal, &rule, limit, from, &due, &err) &&
        due_compute(cal, &rule, limit, later, &due_later, &err))
        CHECK(due_later.at >= due.at && due_later.on >= due.on);
}

/* Where half days touch, the instant between them ends one and begins the other. */
static bool begins_half(const struct reference *r, int64_t at)
{
    int64_t opening[2], closing[2];
    int32_t on = instant_date(at, r->zone_s);
    int n = reference_is_known(r, on) ? reference_halves(r, on, opening, closing) : 0;

    return (n > 0 && opening[0] == at) || (n > 1 && opening[1] == at);
}

/* Days and half days add up as hours do, and counting back leads home. */
static void check_day_laws(const struct calendar *cal, const struct reference *r)
{
    int32_t on = r->first_on + pick(-3, r->n_days + 2), one, both, sum, days;
    int a = pick(1, 40), b = pick(1, 40);
    int64_t from = random_instant(r), at, end;
    struct error err;

    if (calendar_next_working(cal, on, a, &one, &err) &&
        calendar_next_working(cal, one, b, &both, &err)) {
        CHECK(calendar_next_working(cal, on, a + b, &sum, &err) && sum == both);
        CHECK(calendar_working_days_between(cal, on, both, &days, &err) && days == a + b);
        CHECK(calendar_next_working(cal, both, -b, &sum, &err) && sum == one);
    }
    if (calendar_next_half(cal, from, a, &on, &at, &err) &&
        calendar_next_half(cal, at, b, &on, &end, &err) && !begins_half(r, at))
        CHECK(calendar_next_half(cal, from, a + b, &on, &at, &err) && at == end);
}

/* ---- edges ---- */

#define EDGES_MAX 4096

struct edges {
    int64_t at[EDGES_MAX];
    int n;
};

static void edges_add(struct edges *e, int64_t at)
{
    for (int64_t d = -1; d <= 1 && e->n < EDGES_MAX; d++)
        e->at[e->n++] = at + d;
}

static int compare_instants(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* Every opening, closing, noon and midnight of some days, and the microseconds beside them. */
static void edges_of(const struct reference *r, int32_t first, int32_t last, struct edges *e)
{
    e->n = 0;
    for (int32_t on = first; on <= last; on++) {
        int64_t midnight = date_instant(on, r->zone_s);
        bool was_open = false;

        edges_add(e, midnight);
        edges_add(e, midnight + 12 * INSTANT_HOUR);
        edges_add(e, midnight + 15 * INSTANT_HOUR);
        for (int m = 0; m < 1440 && reference_is_known(r, on); m++) {
            bool is_open =
                (r->minutes[(int64_t)(on - r->first_on) * 1440 + m] & MINUTE_KIND) == MINUTE_WORK;

            if (is_open != was_open)
                edges_add(e, midnight + m * INSTANT_MINUTE);
            was_open = is_open;
        }
    }
    qsort(e->at, (size_t)e->n, sizeof *e->at, compare_instants);
}

/* Where the holes of other systems were: the turn of a year, the end of February, any week. */
static int32_t random_edge_day(const struct reference *r)
{
    int32_t on = r->first_on + pick(0, r->n_days - 1);
    int year = date_civil(on).year;

    if (pick(0, 2) == 0)
        return date_from_civil(year, 12, 30);
    if (pick(0, 1) == 0)
        return date_from_civil(year, 2, 27);
    return on;
}

static void check_edges(const struct calendar *cal, const struct reference *r)
{
    static struct edges e;
    struct due_rule rule = random_rule();
    struct limit limit = random_limit();
    int32_t first = random_edge_day(r);
    int64_t before = INT64_MIN, work_us = random_work();
    int64_t worked = INT64_MIN;
    int32_t before_on = INT32_MIN;

    edges_of(r, first, first + 5, &e);
    for (int i = 0; i < e.n; i++) {
        struct due due;
        struct error err;
        int64_t at = 0, us = 0, want = 0;
        int32_t on = 0;
        bool is_known = due_compute(cal, &rule, limit, e.at[i], &due, &err);

        CHECK(is_known == reference_due(r, &rule, limit, e.at[i], &at, &on));
        CHECK(!is_known ||
              (due.at == at && due.on == on && due.at >= before && due.on >= before_on));
        if (is_known) {
            before = due.at;
            before_on = due.on;
        }
        if (calendar_add_work(cal, e.at[i], work_us, &at, &err)) {
            CHECK(at >= worked && at >= e.at[i]);
            worked = at;
        }
        if (i && e.at[i] > e.at[i - 1] &&
            calendar_work_between(cal, e.at[i - 1], e.at[i], &us, &err))
            CHECK(us >= 0 && us <= e.at[i] - e.at[i - 1] &&
                  reference_between(r, e.at[i - 1], e.at[i], &want) && us == want);
    }
}

static void check_shift(const struct calendar *cal, const struct reference *r)
{
    struct due_rule rule = random_rule();
    struct limit limit = random_limit();
    int64_t from = random_instant(r), shift = pick(1, 50) * 7 * INSTANT_DAY;
    struct due due, shifted;
    struct error err;

    if (limit.unit == LIMIT_MONTHS)
        return; /* months are not weeks */
    if (due_compute(cal, &rule, limit, from, &due, &err) &&
        due_compute(cal, &rule, limit, from + shift, &shifted, &err))
        CHECK(shifted.at - due.at == shift);
}

static void work_adds_up_and_inverts(void **state)
{
    (void)state;
    random_walk(false, 400, check_laws);
}

static void days_and_half_days_add_up_and_invert(void **state)
{
    (void)state;
    random_walk(false, 200, check_day_laws);
}

static void a_later_receipt_is_never_due_earlier(void **state)
{
    (void)state;
    random_walk(false, 400, check_monotony);
}

static void no_edge_is_a_hole(void **state)
{
    (void)state;
    random_walk(false, 4, check_edges);
}

static void weeks_without_holidays_are_all_alike(void **state)
{
    (void)state;
    random_walk(true, 400, check_shift);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_adds_up_and_inverts),
        cmocka_unit_test(days_and_half_days_add_up_and_invert),
        cmocka_unit_test(a_later_receipt_is_never_due_earlier),
        cmocka_unit_test(no_edge_is_a_hole),
        cmocka_unit_test(weeks_without_holidays_are_all_alike),
    };

    random_begin();
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
