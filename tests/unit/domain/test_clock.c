/* The legal clock over random calendars and holds, against a walk that knows no stretches: it asks
 * of every single day, or minute, whether it counts. And the laws that hold whatever the calendar.
 * The seed stands in the output; MOTCUA_SEED=N runs another one, MOTCUA_ROUNDS=N more calendars. */
#include "../test.h"

#include "base/instant.h"
#include "domain/clock.h"
#include "random_life.h"
#include "reference.h"

static struct dice dice;
static uint64_t seed;
static struct reference reference = {.zone_s = ZONE_VIETNAM_S};
static struct calendar *cal;
static struct error err;

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("# seed %llu\n", (unsigned long long)seed);                                     \
            fail_msg("%s", #condition);                                                            \
        }                                                                                          \
    } while (0)

static int32_t pick(int32_t from, int32_t to) /* both included */
{
    return from + (int32_t)dice_roll(&dice, (int64_t)to - from + 1);
}

/* ---- a random office of three years ---- */

static struct calendar_row *row_add(enum calendar_row_type type, int32_t on)
{
    struct calendar_row *row = &reference.rows[reference.n_rows++];

    *row = (struct calendar_row){
        .type = type, .line = reference.n_rows, .from_on = on, .to_on = on, .like_on = DATE_NONE};
    return row;
}

static void random_week(void)
{
    struct calendar_row *row = row_add(CALENDAR_ROW_WEEKLY, reference.first_on);
    int16_t noon = (int16_t)pick(600, 800);

    row->to_on = DATE_NONE;
    row->weekdays = (uint8_t)(pick(0, 3) ? 0x1f : pick(1, 127));
    row->n_sessions = pick(1, 2);
    row->sessions[0] = (struct calendar_session){(int16_t)pick(300, 560), noon};
    row->sessions[1] =
        (struct calendar_session){(int16_t)(noon + pick(0, 90)), (int16_t)pick(900, 1440)};
}

/* Days off, half days, and now and then a working day where the week has none. */
static void random_days(void)
{
    for (int32_t on = reference.first_on; on < reference.first_on + reference.n_days; on++) {
        bool is_off = !(reference.rows[0].weekdays >> (date_weekday(on) - 1) & 1);
        struct calendar_row *row;

        if (pick(0, 11) || reference.n_rows > REFERENCE_ROWS_MAX - 4)
            continue;
        row = row_add(CALENDAR_ROW_DAY, on);
        row->kind = is_off ? CALENDAR_MAKE_UP : pick(0, 2) ? CALENDAR_HOLIDAY : CALENDAR_HALF_DAY;
        if (row->kind == CALENDAR_HOLIDAY)
            continue;
        row->n_sessions = 1;
        row->sessions[0] = (struct calendar_session){480, (int16_t)pick(500, 900)};
    }
}

static void random_office(void)
{
    CLEANUP(calendar_builder_freep) struct calendar_builder *b = NULL;

    reference.first_on = date_from_civil(2022, 1, 1);
    reference.n_days = date_from_civil(2025, 1, 1) - reference.first_on;
    reference.n_rows = 0;
    random_week();
    for (int year = 2022; year <= 2024; year++) {
        struct calendar_row *row = row_add(CALENDAR_ROW_YEAR, date_from_civil(year, 1, 1));

        row->to_on = date_from_civil(year, 12, 31);
        row->year_state = CALENDAR_YEAR_PUBLISHED;
    }
    random_days();
    reference_fill(&reference);
    assert_true(calendar_builder_new("random", ZONE_VIETNAM_S, &b, &err));
    for (int i = 0; i < reference.n_rows; i++)
        assert_true(calendar_builder_add(b, &reference.rows[i], &err));
    cal = calendar_unref(cal);
    assert_true(calendar_builder_build(b, &cal, &err));
}

/* ---- random dossiers, all instants on whole minutes ---- */

struct life {
    struct due_rule due;
    struct clock_rule rule;
    struct dossier_hold holds[4];
    int n;
};

static int64_t minutes(int32_t n)
{
    return n * INSTANT_MINUTE;
}

static void random_life(struct life *l)
{
    int64_t at;

    l->due = due_rule_default();
    l->due.day_model = pick(0, 3) ? DUE_DAYS_WHOLE : DUE_DAYS_HOURS;
    l->due.day_minutes = pick(60, 480);
    l->due.is_rolled_forward = pick(0, 3) != 0;
    l->rule = (struct clock_rule){.calendar = cal, .due = &l->due};
    l->rule.limit.unit = (enum limit_unit)pick(0, LIMIT_UNIT_COUNT - 1);
    l->rule.limit.amount = l->rule.limit.unit == LIMIT_SAME_DAY ? 0
                           : l->rule.limit.unit == LIMIT_MONTHS ? pick(1, 3)
                                                                : pick(1, 12);
    at = date_instant(reference.first_on + pick(0, 300), ZONE_VIETNAM_S) + minutes(pick(0, 1439));
    l->rule.start = at;
    l->n = pick(0, 4);
    for (int i = 0; i < l->n; i++) {
        struct dossier_hold *h = &l->holds[i];

        *h = (struct dossier_hold){.effect = (enum hold_effect)pick(0, HOLD_EFFECT_COUNT - 1),
                                   .is_late_request = !pick(0, 9),
                                   .began_after_due = !pick(0, 9)};
        h->from = at += minutes(pick(0, 4) ? pick(0, 6000) : 0); /* may follow at once */
        h->to = at += minutes(pick(0, 4) ? pick(0, 9000) : 0);   /* may be empty */
    }
}

/* ---- the walk ---- */

static int32_t date_of(int64_t at)
{
    return instant_date(at, ZONE_VIETNAM_S);
}

static int32_t days_of(const struct life *l, int32_t from_on)
{
    return l->rule.limit.unit == LIMIT_MONTHS
               ? date_add_months(from_on, l->rule.limit.amount) - from_on
               : l->rule.limit.amount;
}

/* Day by day: is it counted, and does the count begin again on it? */
static int32_t walk_days(const struct life *l)
{
    bool is_working = l->rule.limit.unit == LIMIT_WORKING_DAYS;
    int32_t start_on = date_of(l->rule.start), last_on = start_on;
    int32_t left = days_of(l, start_on), on = start_on;

    for (int i = 0; i < l->n; i++)
        if (dossier_hold_moves(&l->holds[i]))
            last_on = date_of(l->holds[i].to);
    for (;; on++) {
        bool is_held = false, is_restart = false;

        for (int i = 0; i < l->n; i++) {
            const struct dossier_hold *h = &l->holds[i];

            if (!dossier_hold_moves(h))
                continue;
            is_held = is_held || (date_of(h->from) < on && on <= date_of(h->to));
            if (date_of(h->to) == on) /* of several on one day the last one says how it goes on */
                is_restart = h->effect == HOLD_EFFECT_RESTART || is_restart;
        }
        if (on > start_on && !is_held && left > 0 &&
            (!is_working || reference_is_working(&reference, on)))
            left--;
        if (is_restart)
            left = days_of(l, on);
        if (on >= last_on && left == 0)
            break;
    }
    while ((is_working || l->due.is_rolled_forward) && !reference_is_working(&reference, on))
        on++;
    return on;
}

/* The working minutes a whole limit from `from` consists of. */
static int64_t walk_budget(const struct life *l, int64_t from, int64_t *ret_due_at)
{
    int64_t us;
    int32_t on;

    CHECK(reference_due(&reference, &l->due, l->rule.limit, from, ret_due_at, &on));
    CHECK(reference_between(&reference, from, *ret_due_at, &us));
    return us / INSTANT_MINUTE;
}

/* Minute by minute. */
static int64_t walk_minutes(const struct life *l)
{
    int64_t at = l->rule.start, due_at, left = walk_budget(l, at, &due_at), last_at = at;
    bool is_rest = false;

    for (int i = 0; i < l->n; i++)
        if (dossier_hold_moves(&l->holds[i]))
            last_at = l->holds[i].to;
    for (;; at += INSTANT_MINUTE) {
        bool is_held = false;
        int64_t us;

        for (int i = 0; i < l->n; i++) {
            const struct dossier_hold *h = &l->holds[i];

            if (!dossier_hold_moves(h))
                continue;
            is_held = is_held || (h->from <= at && at < h->to);
            if (h->to == at && h->effect == HOLD_EFFECT_RESTART)
                left = walk_budget(l, at, &due_at);
            if (h->to == at)
                is_rest = h->effect != HOLD_EFFECT_RESTART;
        }
        if (at >= last_at && !is_rest)
            return due_at;
        if (at >= last_at && left == 0) {
            CHECK(reference_add(&reference, at, 0, &due_at));
            return due_at;
        }
        CHECK(reference_between(&reference, at, at + INSTANT_MINUTE, &us));
        if (!is_held && left > 0 && us)
            left--;
        if (at >= last_at && left == 0)
            return at + INSTANT_MINUTE;
    }
}

static void the_walk_agrees(void **state)
{
    const char *asked = getenv("MOTCUA_ROUNDS");
    int rounds = asked ? (int)strtol(asked, NULL, 10) : 40, n_moved = 0;

    (void)state;
    for (int i = 0; i < rounds; i++) {
        random_office();
        for (int k = 0; k < 60; k++) {
            struct life l;
            struct due due;
            int32_t on;

            seed = dice.state;
            random_life(&l);
            CHECK(clock_promise(&l.rule, l.holds, l.n, &due, &err));
            n_moved += l.n > 0;
            if (clock_is_by_time(&l.rule)) {
                CHECK(due.at == walk_minutes(&l));
                CHECK(due.is_instant == (l.rule.limit.unit != LIMIT_WORKING_DAYS));
                continue;
            }
            on = walk_days(&l);
            CHECK(due.on == on && !due.is_instant);
            CHECK(due.at == (reference_is_working(&reference, on)
                                 ? reference_closing(&reference, on)
                                 : date_instant(on + 1, ZONE_VIETNAM_S) - INSTANT_SECOND));
        }
    }
    assert_true(n_moved > 100);
}

/* ---- laws ---- */

static int64_t promise(const struct life *l)
{
    struct due due;

    CHECK(clock_promise(&l->rule, l->holds, l->n, &due, &err));
    return due.at;
}

/* A random dossier whose holds all end inside its promise, so that one more may follow. */
static int64_t random_open(struct life *l)
{
    int64_t due_at;

    do {
        seed = dice.state;
        random_life(l);
        l->n = l->n > 3 ? 3 : l->n;
        due_at = promise(l);
    } while (l->n && due_at <= l->holds[l->n - 1].to);
    return due_at;
}

static void hold_add(struct life *l, enum hold_effect effect, int64_t from, int64_t to)
{
    l->holds[l->n++] = (struct dossier_hold){.effect = effect, .from = from, .to = to};
}

static void identities_hold_on_any_calendar(void **state)
{
    (void)state;
    for (int i = 0; i < 1500; i++) {
        struct life l, m, fresh;
        int64_t due_at, from, at;

        if (i % 50 == 0)
            random_office();
        due_at = random_open(&l);
        from = l.n ? l.holds[l.n - 1].to : l.rule.start;
        at = from + dice_roll(&dice, (due_at - from) / INSTANT_MINUTE + 1) * INSTANT_MINUTE;
        m = l; /* an empty pause changes nothing */
        hold_add(&m, HOLD_EFFECT_RESUME, at, at);
        CHECK(promise(&m) == due_at);
        m = l; /* what runs on stops nothing, however long */
        hold_add(&m, HOLD_EFFECT_RUNS_ON, at, at + minutes(pick(0, 20000)));
        CHECK(promise(&m) == due_at);
        m.holds[m.n - 1] = (struct dossier_hold){.effect = HOLD_EFFECT_RESTART,
                                                 .from = at,
                                                 .to = at + minutes(pick(0, 20000)),
                                                 .began_after_due = true};
        CHECK(promise(&m) == due_at);
        m = l; /* still running: nothing yet */
        hold_add(&m, HOLD_EFFECT_RESTART, at, INSTANT_NONE);
        CHECK(promise(&m) == due_at);
        m = fresh = l; /* a restart forgets the past */
        hold_add(&m, HOLD_EFFECT_RESTART, at, at + minutes(pick(0, 20000)));
        fresh.n = 0;
        fresh.rule.start = m.holds[m.n - 1].to;
        CHECK(promise(&m) == promise(&fresh));
    }
}

static void two_pauses_that_touch_are_one(void **state)
{
    (void)state;
    for (int i = 0; i < 1500; i++) {
        struct life one, two;
        int64_t due_at, from, a, b, c;

        if (i % 50 == 0)
            random_office();
        random_open(&one);
        one.n = one.n > 2 ? 2 : one.n;
        due_at = promise(&one);
        from = one.n ? one.holds[one.n - 1].to : one.rule.start;
        if (due_at < from)
            continue;
        a = from + dice_roll(&dice, (due_at - from) / INSTANT_MINUTE + 1) * INSTANT_MINUTE;
        b = a + minutes(pick(0, 9000));
        c = b + minutes(pick(0, 9000));
        two = one;
        hold_add(&one, HOLD_EFFECT_RESUME, a, c);
        hold_add(&two, HOLD_EFFECT_RESUME, a, b);
        hold_add(&two, HOLD_EFFECT_RESUME, b, c);
        CHECK(promise(&one) == promise(&two));
    }
}

static void later_is_never_earlier(void **state)
{
    (void)state;
    for (int i = 0; i < 1500; i++) {
        struct life l, later;
        int64_t before, shift = minutes(pick(0, 4000));

        if (i % 50 == 0)
            random_office();
        seed = dice.state;
        random_life(&l);
        before = promise(&l);
        later = l; /* a later return, up to the next request */
        if (l.n) {
            struct dossier_hold *h = &later.holds[pick(0, l.n - 1)];
            bool is_last = h == &later.holds[l.n - 1];

            h->to += is_last || h->to + shift <= h[1].from ? shift : h[1].from - h->to;
            CHECK(promise(&later) >= before);
        }
        later =
            l; /* a later receipt; nobody takes over what waits, and a limit whose length depends
                  on where it begins (months, halves, the rest of a day) may lose by it */
        later.rule.start += shift;
        if (l.n && later.rule.start > l.holds[0].from &&
            (l.rule.limit.unit == LIMIT_MONTHS || l.rule.limit.unit == LIMIT_HALF_DAYS ||
             l.rule.limit.unit == LIMIT_SAME_DAY))
            continue;
        CHECK(promise(&later) >= before);
    }
}

static void the_stretches_are_those_of_the_rows(void **state)
{
    (void)state;
    for (int i = 0; i < 500; i++) {
        struct clock_stretch s[CLOCK_STRETCHES_MAX];
        struct life l;
        int n;

        if (i % 50 == 0)
            random_office();
        seed = dice.state;
        random_life(&l);
        CHECK(clock_stretches(&l.rule, l.holds, l.n, s, &n, &err));
        CHECK(s[0].from == l.rule.start && s[0].hold == -1 && s[0].is_whole);
        CHECK(s[n - 1].to == INSTANT_NONE);
        for (int k = 1; k < n; k++) {
            const struct dossier_hold *h = &l.holds[s[k].hold];

            CHECK(s[k - 1].to == h->from && s[k].from == h->to); /* never two at once */
            CHECK(s[k].is_whole == (h->effect == HOLD_EFFECT_RESTART));
            CHECK(s[k].is_whole || s[k].days <= s[k - 1].days);
            CHECK(s[k].is_whole || s[k].work_us <= s[k - 1].work_us);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_walk_agrees),
        cmocka_unit_test(identities_hold_on_any_calendar),
        cmocka_unit_test(two_pauses_that_touch_are_one),
        cmocka_unit_test(later_is_never_earlier),
        cmocka_unit_test(the_stretches_are_those_of_the_rows),
    };
    const char *from = getenv("MOTCUA_SEED");
    int failed;

    dice.state = from ? strtoull(from, NULL, 10) : 20221122;
    cmocka_set_message_output(CM_OUTPUT_TAP);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    reference_deinit(&reference);
    cal = calendar_unref(cal);
    return failed;
}
