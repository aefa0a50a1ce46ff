/* Model check of the clock: every sequence of requests, returns, withdrawals, recomputations and
 * ends up to length 6, for every unit of a limit and every effect of a hold, keeps what must always
 * hold. Sequences that begin with a refused action are not gone on with: nothing has happened. */
#include "../test.h"

#include "domain/clock.h"
#include "domain/recompute.h"
#include "lifecycle_world.h"

#define DEPTH 6

enum move {
    ASK,       /* a supplement */
    PAUSE,     /* another hold, with its ground */
    COME_BACK, /* of whatever runs */
    WITHDRAW,
    KEEP, /* the withdrawal refused */
    EDIT, /* the calendar closes two days more */
    UNEDIT,
    END, /* stopped */
    MOVE_COUNT
};

static struct world w;
static struct calendar *calendars[2];
static struct decision decision;
static int edited, n_walked, n_moved;
static enum hold_effect effect;
/* What was asked, kept by the test: the raw rows must be the same. */
static struct dossier_hold asked[DEPTH];
static int n_asked;

static struct decide_context context(const struct dossier *d)
{
    struct decide_context ctx = world_context(&w);

    ctx.dossier = d;
    ctx.calendar = calendars[edited];
    return ctx;
}

static bool decide(const struct dossier *d, const struct action_input *in)
{
    struct decide_context ctx = context(d);

    return dossier_decide(&ctx, in, w.arena, &decision, &w.err);
}

static bool recompute(const struct dossier *d, int to)
{
    struct decide_context ctx;
    struct recompute r;

    if (edited == to)
        return false;
    edited = to;
    ctx = context(d);
    assert_true(dossier_recompute(&ctx, 0, 1, &decision, &r, &w.err));
    n_moved += r.outcome == RECOMPUTE_MOVED;
    return true;
}

/* Asks, and writes down what was asked. */
static bool hold(const struct dossier *d, enum action action)
{
    struct action_input in = world_input(action, OFFICER, COMPETENT_OFFICE);

    in.legal_ground = "sector:land";
    in.approver = LEADER;
    in.hold_kind = HOLD_KIND_OTHER;
    in.hold_effect = effect;
    if (!decide(d, &in))
        return false;
    asked[n_asked++] = (struct dossier_hold){.from = w.now, .to = INSTANT_NONE, .effect = effect};
    return true;
}

static bool act(const struct dossier *d, enum action action)
{
    struct action_input in = world_input(action, OFFICER, COMPETENT_OFFICE);

    return decide(d, &in);
}

static bool come_back(const struct dossier *d)
{
    if (!act(d, d->state == STATE_AWAITING_SUPPLEMENT ? ACTION_RECEIVE_SUPPLEMENT : ACTION_RESUME))
        return false;
    asked[n_asked - 1].to = w.now;
    return true;
}

static bool end(const struct dossier *d)
{
    if (!act(d, ACTION_STOP))
        return false;
    if (n_asked && asked[n_asked - 1].to == INSTANT_NONE)
        asked[n_asked - 1].to = w.now;
    return true;
}

static bool step(const struct dossier *d, enum move move)
{
    switch (move) {
    case ASK:
        return hold(d, ACTION_REQUEST_SUPPLEMENT);
    case PAUSE:
        return hold(d, ACTION_HOLD);
    case COME_BACK:
        return come_back(d);
    case WITHDRAW:
        return act(d, ACTION_REQUEST_WITHDRAWAL);
    case KEEP:
        return act(d, ACTION_REFUSE_WITHDRAWAL);
    case EDIT:
    case UNEDIT:
        return recompute(d, move == EDIT);
    case END:
        return end(d);
    case MOVE_COUNT:
        break;
    }
    return false;
}

static void check_rows(const struct dossier *d)
{
    assert_int_equal(d->n_holds, n_asked);
    for (int i = 0; i < n_asked; i++) {
        assert_int_equal(d->holds[i].from, asked[i].from);
        assert_int_equal(d->holds[i].to, asked[i].to);
        assert_int_equal(d->holds[i].effect, asked[i].effect);
        if (i < n_asked - 1) /* no clock stands twice */
            assert_true(asked[i].to != INSTANT_NONE && asked[i].to <= asked[i + 1].from);
    }
}

static void check_promise(const struct dossier *d)
{
    struct decide_context ctx = context(d);
    struct clock_rule rule = clock_rule_of(&ctx, d);
    struct dossier_hold ended[DOSSIER_HOLDS_MAX];
    struct clocks c;
    struct due due;
    int n = 0;

    /* A hold that ended with its dossier came back to nobody. */
    for (int i = 0; i < d->n_holds; i++)
        if (d->holds[i].to != d->ended_at || d->ended_at == INSTANT_NONE)
            ended[n++] = d->holds[i];
    assert_true(clock_promise(&rule, ended, n, &due, &w.err));
    assert_true(due.at <= d->due_at || d->ended_at != INSTANT_NONE ||
                dossier_is_overdue(d, w.now, ZONE_VIETNAM_S));
    assert_true(clock_read(&ctx, w.now, &c, &w.err));
    assert_true(c.from >= d->received_at && c.used_us >= 0);
    assert_true(c.elapsed_work_us >= c.used_us);
    assert_int_equal(c.is_running, dossier_is_open(d) && !dossier_is_waiting(d));
    if (dossier_is_waiting(d))
        assert_false(dossier_is_overdue(d, w.now + 100 * INSTANT_DAY, ZONE_VIETNAM_S));
}

static void check_end(const struct dossier *d)
{
    struct action_input in = world_input(ACTION_STOP, OFFICER, COMPETENT_OFFICE);

    if (d->ended_at == INSTANT_NONE)
        assert_true(decide(d, &in)); /* every situation has a way to an end */
}

static void walk(const struct dossier *from, int depth)
{
    int64_t now = w.now;
    int was_edited = edited, had_asked = n_asked;
    struct dossier_hold last = n_asked ? asked[n_asked - 1] : (struct dossier_hold){0};

    for (int move = 0; depth < DEPTH && move < MOVE_COUNT; move++) {
        struct dossier after;

        w.now = now + (5 + 13 * depth) * INSTANT_HOUR; /* over nights, noons and weekends */
        if (step(from, (enum move)move)) {
            after = decision.after;
            n_walked++;
            assert_true(after.due_at >= from->due_at);
            assert_int_equal(after.due_original, from->due_original);
            check_rows(&after);
            check_promise(&after);
            check_end(&after);
            walk(&after, depth + 1);
        }
        w.now = now;
        edited = was_edited;
        n_asked = had_asked;
        if (n_asked)
            asked[n_asked - 1] = last;
    }
}

static void every_sequence_keeps_what_must_always_hold(void **state)
{
    static const int32_t amounts[LIMIT_UNIT_COUNT] = {[LIMIT_WORKING_DAYS] = 5,
                                                      [LIMIT_CALENDAR_DAYS] = 9,
                                                      [LIMIT_WORKING_HOURS] = 30,
                                                      [LIMIT_MONTHS] = 1,
                                                      [LIMIT_HALF_DAYS] = 7};

    (void)state;
    calendars[0] = world_calendar();
    calendars[1] = world_calendar_closed(8, 9);
    for (int unit = 0; unit < LIMIT_UNIT_COUNT; unit++) {
        for (int e = 0; e < HOLD_EFFECT_COUNT; e++) {
            struct dossier start;

            effect = (enum hold_effect)e;
            edited = n_asked = 0;
            world_init(&w, calendar_ref(calendars[0]));
            w.procedure_case.limit = (struct limit){amounts[unit], (enum limit_unit)unit};
            world_processing(&w);
            start = w.dossier;
            walk(&start, 0);
            world_deinit(&w);
        }
    }
    print_message("# %d steps walked, %d promises moved by edits\n", n_walked, n_moved);
    assert_true(n_walked > 10000 && n_moved > 100);
    for (int i = 0; i < 2; i++)
        calendars[i] = calendar_unref(calendars[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sequence_keeps_what_must_always_hold),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
