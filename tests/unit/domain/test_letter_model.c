/* Model check of dossier, letter and clock together. Breadth first over kinds of situation (state,
 * hands, hold, marks, finding, pledge, letters, ledger, where the clock stands), each of them
 * driven by the real functions: what people may do to the dossier and its letters, the engine's
 * look, and time going on with or without it. From every situation a settled end is reached, and
 * no step on the way breaks what the law promises. Bounds: two letters, one hold, six instants.
 * MOTCUA_CHECK=long adds holds. */
#include "../test.h"

#include "domain/apology.h"
#include "lifecycle_world.h"

#define NODES_MAX   1500000
#define TABLE_SIZE  4194304
#define EDGES_MAX   30000000
#define LETTERS_MAX 2
#define HASH        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

/* Due on Thursday 17:00: before the letter's window, inside it, after its latest moment, on the
 * day, after it, after a new date. */
static const int64_t instants[] = {
    HOUR(2),
    DAY(1) + 10 * INSTANT_HOUR + INSTANT_HOUR / 2,
    DAY(2) + 11 * INSTANT_HOUR,
    DAY(3) + 3 * INSTANT_HOUR,
    DAY(4) + 2 * INSTANT_HOUR,
    DAY(15) + 2 * INSTANT_HOUR,
};

enum { WINDOW_CLOSED, WINDOW_OPEN, LATEST_PASSED, DUE_DAY, OVERDUE };

struct node {
    struct dossier *dossier; /* until it is expanded */
    uint64_t key[2];
    int time;
    bool is_storm; /* an objective interval with evidence is declared */
    bool is_settled, ends;
};

static struct world w;
static struct decision again;
static struct node *nodes;
static int32_t *table;
static struct {
    int32_t from, to;
} * edges;
static int n_nodes, n_edges, n_letters_issued, n_reappointed, n_waived, n_escalated;
static bool has_holds; /* a walk with holds is three times as long */

/* ---- a situation's key ---- */

static bool is_late_at(const struct dossier *d, int64_t at)
{
    return instant_date(at, ZONE_VIETNAM_S) > d->due_on; /* a limit of days */
}

static void mix(uint64_t key[2], uint64_t value)
{
    key[0] = (key[0] ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    key[0] ^= key[0] >> 29;
    key[1] = (key[1] + value + 1) * UINT64_C(0xbf58476d1ce4e5b9);
    key[1] ^= key[1] >> 31;
}

/* Which of the instants it lies before, or that it has passed: all that later comparisons can tell.
 */
static uint64_t place(int64_t at, int time)
{
    uint64_t n = 0;

    if (at == INSTANT_NONE)
        return 99;
    if (at <= instants[time])
        return 0;
    while (n < ARRAY_LEN(instants) && instants[n] < at)
        n++;
    return n;
}

static void mix_letters(uint64_t key[2], const struct dossier *d, int time)
{
    for (int i = 0; i < d->n_letters; i++) {
        const struct dossier_letter *l = &d->letters[i];

        /* once issued it only stands, or is cancelled */
        mix(key, (uint64_t)(l->state < LETTER_ISSUED          ? l->state
                            : l->state <= LETTER_ACKNOWLEDGED ? LETTER_ISSUED
                                                              : l->state) *
                         64 +
                     (uint64_t)l->trigger);
        if (l->state < LETTER_ISSUED)
            mix(key, place(l->latest_at, time) * 1000 + place(l->reappointed_at, time));
        mix(key, (uint64_t)l->wording * 2 + (l->issued_at != INSTANT_NONE));
        mix(key, l->issued_at != INSTANT_NONE && l->reappointed_at == d->due_reappointed);
    }
    for (int i = 0; i < d->n_obligations; i++) {
        const struct dossier_obligation *o = &d->obligations[i];

        mix(key, (uint64_t)o->trigger * 1000 + (uint64_t)o->state * 100 + (uint64_t)o->waiver * 10);
        mix(key, o->letter_id != 0);
    }
}

static void mix_open(uint64_t key[2], const struct dossier *d, int time)
{
    const struct dossier_hold *h = dossier_running_hold(d);

    mix(key, (uint64_t)(h ? d->state_before_wait : 0) * 16 + (uint64_t)d->step);
    mix(key, (uint64_t)d->has_pending * 2 + d->is_result_sent);
    mix(key, (uint64_t)d->n_holds * 2 + (h && dossier_hold_moves(h)));
    mix(key, place(d->due_at, time) * 1000 + place(d->pledged_at, time));
    mix(key, d->overdue_at != INSTANT_NONE   ? 3
             : d->certain_at != INSTANT_NONE ? 2
                                             : d->at_risk_at != INSTANT_NONE);
    mix(key, d->overdue_at == INSTANT_NONE && d->declared_late_at != INSTANT_NONE);
}

static void key_of(const struct dossier *d, int time, bool is_storm, uint64_t key[2])
{
    key[0] = 1, key[1] = 2;
    mix(key, (uint64_t)time * 2 + is_storm);
    mix(key, (uint64_t)d->state);
    if (d->ended_at == INSTANT_NONE)
        mix_open(key, d, time);
    else
        mix(key, (uint64_t)is_late_at(d, d->judged_at) * 2 + (d->overdue_at != INSTANT_NONE));
    mix(key, d->due_reappointed == INSTANT_NONE ? 99 : place(d->due_reappointed, time));
    mix(key, (uint64_t)d->verdict * 4 + (uint64_t)d->is_cause_decided * 2 + d->is_escalated);
    mix_letters(key, d, time);
}

/* ---- what must hold in every situation ---- */

static bool is_settled(const struct dossier *d)
{
    for (int i = 0; i < d->n_obligations; i++)
        if (d->obligations[i].state == OBLIGATION_OPEN ||
            d->obligations[i].state == OBLIGATION_REFUSED)
            return false;
    return d->ended_at != INSTANT_NONE;
}

static void check_situation(const struct dossier *d)
{
    for (int i = 0; i < d->n_letters; i++) {
        const struct dossier_letter *l = &d->letters[i];
        int n_live = 0, n_owed = 0;

        for (int k = 0; k < d->n_letters; k++)
            n_live += d->letters[k].trigger == l->trigger &&
                      d->letters[k].state >= LETTER_DRAFTED &&
                      d->letters[k].state <= LETTER_ACKNOWLEDGED;
        for (int k = 0; k < d->n_obligations; k++)
            n_owed += d->obligations[k].trigger == l->trigger;
        assert_true(n_live <= 1);
        assert_true(n_owed >= 1);
        /* no letter without a cause: a later promise may have reset it, then the letter lapses */
        if (l->trigger == LETTER_TRIGGER_LATENESS && l->state == LETTER_ISSUED)
            assert_true(d->verdict != CAUSE_NONE || d->n_holds > 0);
    }
    assert_false(d->is_overflow);
}

static void check_ledger(const struct dossier *a, const struct dossier *b)
{
    assert_true(b->n_obligations >= a->n_obligations);
    for (int i = 0; i < a->n_obligations; i++) {
        assert_int_equal(b->obligations[i].trigger, a->obligations[i].trigger);
        assert_int_equal(b->obligations[i].owed_at, a->obligations[i].owed_at);
        if (a->obligations[i].waiver == WAIVER_SECOND_DELAY)
            assert_int_equal(b->obligations[i].state, OBLIGATION_WAIVED);
    }
}

/* Two appointments are never in force, and the second is never another. */
static void check_appointment(const struct dossier *a, const struct dossier *b, enum action action)
{
    if (a->due_reappointed == INSTANT_NONE || a->due_reappointed == b->due_reappointed)
        return;
    assert_int_equal(action, ACTION_CANCEL_LETTER);
    assert_true(b->due_reappointed == INSTANT_NONE);
}

/* The step to a new situation: everything that compares what was with what is. */
static void check_step(const struct dossier *a, const struct dossier *b, enum action action)
{
    check_ledger(a, b);
    check_appointment(a, b, action);
    for (int i = a->n_letters; i < b->n_letters; i++) {
        const struct dossier_letter *l = &b->letters[i];

        assert_int_equal(action, ACTION_DRAFT_LETTER);
        if (l->trigger != LETTER_TRIGGER_LATENESS)
            continue;
        assert_true(b->verdict != CAUSE_NONE);
        assert_true(b->certain_at != INSTANT_NONE || b->overdue_at != INSTANT_NONE);
    }
    n_letters_issued += action == ACTION_ISSUE_LETTER;
    n_reappointed += b->due_reappointed != a->due_reappointed;
    n_escalated += b->is_escalated && !a->is_escalated;
}

/* ---- the graph ---- */

static int32_t *slot_of(const uint64_t key[2])
{
    uint64_t i = key[0] % TABLE_SIZE;

    while (table[i] && memcmp(nodes[table[i] - 1].key, key, sizeof nodes->key) != 0)
        i = (i + 1) % TABLE_SIZE;
    return &table[i];
}

static int node_of(const struct dossier *d, int time, bool is_storm)
{
    uint64_t key[2];
    int32_t *slot;
    struct node *n;

    key_of(d, time, is_storm, key);
    slot = slot_of(key);
    if (*slot)
        return *slot - 1;
    assert_true(n_nodes < NODES_MAX);
    check_situation(d);
    n = &nodes[n_nodes];
    memcpy(n->key, key, sizeof key);
    n->dossier = malloc(sizeof *d);
    assert_non_null(n->dossier);
    *n->dossier = *d;
    n->time = time;
    n->is_storm = is_storm;
    n->is_settled = n->ends = is_settled(d);
    *slot = ++n_nodes;
    return n_nodes - 1;
}

static void edge(int from, const struct dossier *to, int time, bool is_storm, enum action action)
{
    check_step(nodes[from].dossier, to, action);
    assert_true(n_edges < EDGES_MAX);
    edges[n_edges].from = from;
    edges[n_edges++].to = node_of(to, time, is_storm);
}

/* ---- what people do to the dossier ---- */

static struct action_input input_of(const struct dossier *d, enum action action)
{
    struct action_input in = world_input(action, OFFICER, d->holder_office);

    if (action == ACTION_TAKE_OVER || action == ACTION_TAKE_OVER_RESULT) {
        in.actor_office = d->has_pending ? d->pending_office : d->supervising_office;
        in.actor = d->pending_officer ? d->pending_officer : RETURN_CLERK;
    }
    if (action == ACTION_FORWARD && d->step == 2)
        in.to_office = LEADER_OFFICE;
    if (action == ACTION_PLEDGE)
        in.pledged_at = w.now + 20 * INSTANT_HOUR;
    if (action == ACTION_HOLD)
        in.hold_kind = HOLD_KIND_FINANCIAL;
    in.legal_ground = "sector:land";
    return in;
}

/* Late, to the leadership or out of the house, and no letter: it is said, or refused. */
static void check_letter_asked_for(const struct dossier *d, const struct action_input *in,
                                   bool is_done)
{
    const struct dossier_letter *l = dossier_live_letter(d, LETTER_TRIGGER_LATENESS);

    if (in->action == ACTION_RETURN && is_done && is_late_at(d, d->judged_at) &&
        (!l || l->issued_at == INSTANT_NONE))
        assert_true(world_warned(&w, "no_letter"));
    if (in->action != ACTION_FORWARD || in->to_office != LEADER_OFFICE || l ||
        !is_late_at(d, w.now) || d->has_pending || !dossier_is_open(d))
        return;
    if (w.ruleset.blocks_submission_without_letter)
        assert_false(is_done);
    else if (is_done)
        assert_true(world_warned(&w, "no_letter"));
}

static void act(int from, const struct action_input *in)
{
    const struct dossier *d = nodes[from].dossier;
    bool is_done;

    w.dossier = *d;
    w.n_events = 0;
    is_done = world_act(&w, in);
    check_letter_asked_for(d, in, is_done);
    if (is_done)
        edge(from, &w.dossier, nodes[from].time, nodes[from].is_storm, in->action);
}

static void people_act(int from)
{
    static const enum action usual[] = {
        ACTION_FORWARD,          ACTION_TAKE_OVER, ACTION_DECIDE, ACTION_HAND_OVER_RESULT,
        ACTION_TAKE_OVER_RESULT, ACTION_RETURN,    ACTION_RESUME};
    static const enum action ahead[] = {ACTION_DECLARE_LATE, ACTION_PLEDGE, ACTION_HOLD};
    const struct dossier *d = nodes[from].dossier;
    struct action_input in;

    for (size_t i = 0; i < ARRAY_LEN(usual); i++) {
        in = input_of(d, usual[i]);
        act(from, &in);
    }
    for (size_t i = 0; i < ARRAY_LEN(ahead) && nodes[from].time <= LATEST_PASSED; i++) {
        if (ahead[i] == ACTION_HOLD && (!has_holds || d->n_holds > 0))
            continue;
        in = input_of(d, ahead[i]);
        act(from, &in);
    }
    if (!d->is_cause_decided && nodes[from].time == OVERDUE) {
        in = input_of(d, ACTION_DECIDE_CAUSE);
        in.actor_office = 50;
        for (int i = 0; i < 2; i++) {
            in.cause = i ? CAUSE_KEY_FORCE_MAJEURE : CAUSE_KEY_SLOW_UNIT;
            act(from, &in);
        }
    }
}

/* ---- what people do to its letters ---- */

/* Approved words are true on the day they are signed, and on the day they get their number. */
static void check_words(const struct dossier *d, const struct dossier_letter *l, enum action action)
{
    if (l->trigger != LETTER_TRIGGER_LATENESS ||
        (action != ACTION_SIGN_LETTER && action != ACTION_NUMBER_LETTER))
        return;
    assert_false(d->is_mistake);
    if (d->ended_at != INSTANT_NONE)
        assert_true(is_late_at(d, d->judged_at));
    assert_true(l->wording != LETTER_WORDING_BEFORE_DUE || !is_late_at(d, w.now));
    assert_true((l->wording == LETTER_WORDING_ENDED) == (d->ended_at != INSTANT_NONE));
    assert_true(d->ended_at == INSTANT_NONE || l->reappointed_at == INSTANT_NONE);
}

static void letter_act(int from, const struct dossier_letter *l, enum action action, int64_t date)
{
    struct action_input in = world_input(action, LEADER, LEADER_OFFICE);
    struct letter_input letter;
    struct decide_context ctx;

    w.dossier = *nodes[from].dossier;
    ctx = world_context(&w);
    letter_input_init(&letter);
    letter.content_hash = HASH;
    letter.registry = "1:2022:UBND-XL";
    letter.delivery = "counter";
    letter.reappointed_at = date;
    if (!letter_decide(&ctx, l->id, &in, &letter, w.arena, &w.decision, &w.err))
        return;
    check_words(nodes[from].dossier, l, action);
    edge(from, &w.decision.after, nodes[from].time, nodes[from].is_storm, action);
}

static void letters_act(int from)
{
    static const enum action list[] = {ACTION_SIGN_LETTER,    ACTION_UNSIGN_LETTER,
                                       ACTION_REFUSE_LETTER,  ACTION_REVISE_LETTER,
                                       ACTION_NUMBER_LETTER,  ACTION_ISSUE_LETTER,
                                       ACTION_DELIVER_LETTER, ACTION_ACKNOWLEDGE_LETTER};
    const struct dossier *d = nodes[from].dossier;

    for (int i = 0; i < d->n_letters; i++) {
        const struct dossier_letter *l = &d->letters[i];

        for (size_t k = 0; k < ARRAY_LEN(list); k++)
            letter_act(from, l, list[k], INSTANT_NONE);
        letter_act(from, l, ACTION_SIGN_LETTER, DAY(21));
        if (d->n_letters < LETTERS_MAX)
            letter_act(from, l, ACTION_CANCEL_LETTER, INSTANT_NONE);
    }
}

/* ---- the engine looks ---- */

static void look(int from)
{
    static const struct objective_interval storm = {.id = 1,
                                                    .kind = OBJECTIVE_FORCE_MAJEURE,
                                                    .from = HOUR(0),
                                                    .to = DAY(60),
                                                    .evidence = "BB-1"};
    const struct node *n = &nodes[from];
    const struct dossier *d = n->dossier;
    struct lateness_context ctx = {d,          &w.procedure_case, &w.ruleset,
                                   w.calendar, ZONE_VIETNAM_S,    NULL};
    int64_t id = 70 + d->n_letters;
    enum action action = ACTION_COUNT;
    struct warning warning;
    bool is_found = false;

    if (d->n_letters == LETTERS_MAX && !dossier_live_letter(d, LETTER_TRIGGER_LATENESS))
        return; /* the bound of the model */
    assert_true(
        alarm_decide(&ctx, &storm, n->is_storm, id, w.now, w.now, w.arena, &w.decision, &w.err));
    for (int i = 0; i < w.decision.n_events; i++) {
        is_found = is_found || w.decision.events[i].action == ACTION_FIND_CAUSE;
        n_waived += w.decision.events[i].action == ACTION_WAIVE_LETTER;
        if (w.decision.events[i].action == ACTION_DRAFT_LETTER)
            action = ACTION_DRAFT_LETTER;
    }
    warning_compute(&ctx, w.now, &warning);
    if (w.decision.n_events && !is_found) /* the timer knows that there is something to do */
        assert_true(alarm_next(&ctx, &warning, w.now, INSTANT_NONE) <= w.now);
    ctx.dossier = &w.decision.after;
    assert_true(
        alarm_decide(&ctx, &storm, n->is_storm, id + 1, w.now, w.now, w.arena, &again, &w.err));
    assert_int_equal(again.n_events, 0);
    warning_compute(&ctx, w.now, &warning);
    assert_true(alarm_next(&ctx, &warning, w.now, INSTANT_NONE) > w.now ||
                alarm_next(&ctx, &warning, w.now, INSTANT_NONE) == INSTANT_NONE);
    if (w.decision.n_events)
        edge(from, &w.decision.after, n->time, n->is_storm, action);
}

/* After a look nobody is late unseen: marked, and a letter lives, or why not is on record. */
static void check_seen(void)
{
    const struct dossier *d = &w.decision.after;
    bool is_late = d->ended_at != INSTANT_NONE ? is_late_at(d, d->judged_at)
                                               : dossier_is_overdue(d, w.now, ZONE_VIETNAM_S);

    if (!is_late || d->is_mistake)
        return;
    assert_true(d->overdue_at != INSTANT_NONE);
    assert_true(d->n_obligations > 0);
    if (dossier_live_letter(d, LETTER_TRIGGER_LATENESS))
        return;
    assert_true(d->obligations[d->n_obligations - 1].state == OBLIGATION_WAIVED ||
                dossier_obligation(d, LETTER_TRIGGER_LATENESS)->state == OBLIGATION_WAIVED ||
                d->is_escalated);
}

static void expand(int from)
{
    struct node *n = &nodes[from];
    struct dossier *d = n->dossier;

    if (arena_used(w.arena) > 1 << 20) { /* nothing of a step outlives it */
        arena_free(w.arena);
        w.arena = arena_new(1 << 22);
    }
    w.now = instants[n->time];
    w.decision.after = *d;
    w.decision.n_events = 0;
    look(from);
    if (d->n_letters < LETTERS_MAX || dossier_live_letter(d, LETTER_TRIGGER_LATENESS))
        check_seen();
    people_act(from);
    letters_act(from);
    if (n->time + 1 < (int)ARRAY_LEN(instants))
        edge(from, d, n->time + 1, n->is_storm, ACTION_COUNT);
    if (!n->is_storm && (n->time == WINDOW_CLOSED || n->time == OVERDUE))
        edge(from, d, n->time, true, ACTION_COUNT);
    free(d);
    nodes[from].dossier = NULL;
}

/* Backwards over the edges: newest first, because most of them lead forward. */
static void mark_ends(void)
{
    bool is_changed = true;

    while (is_changed) {
        is_changed = false;
        for (int i = n_edges - 1; i >= 0; i--)
            if (nodes[edges[i].to].ends && !nodes[edges[i].from].ends)
                is_changed = nodes[edges[i].from].ends = true;
    }
    for (int i = 0; i < n_nodes; i++)
        assert_true(nodes[i].ends);
}

static void walk(enum objective_policy policy, bool is_blocked, bool with_holds)
{
    has_holds = with_holds;
    world_init(&w, world_calendar());
    w.procedure_case.limit = (struct limit){3, LIMIT_WORKING_DAYS};
    w.ruleset.objective_policy = policy;
    w.ruleset.blocks_submission_without_letter = is_blocked;
    memset(table, 0, TABLE_SIZE * sizeof *table);
    n_nodes = n_edges = 0;
    world_processing(&w);
    node_of(&w.dossier, 0, false);
    for (int i = 0; i < n_nodes; i++)
        expand(i);
    mark_ends();
    print_message("# policy %d%s: %d situations, %d steps between them\n", (int)policy,
                  is_blocked ? ", no submission without a letter" : "", n_nodes, n_edges);
    assert_true(n_nodes > 1000);
    world_deinit(&w);
}

static void every_situation_has_a_way_to_a_settled_end(void **state)
{
    (void)state;
    bool is_long = getenv("MOTCUA_CHECK") && strcmp(getenv("MOTCUA_CHECK"), "long") == 0;
    nodes = calloc(NODES_MAX, sizeof *nodes);
    table = calloc(TABLE_SIZE, sizeof *table);
    edges = calloc(EDGES_MAX, sizeof *edges);
    assert_true(nodes && table && edges);
    walk(OBJECTIVE_POLICY_NOTICE, false, false);
    walk(OBJECTIVE_POLICY_LETTER, true, false);
    if (is_long) {
        walk(OBJECTIVE_POLICY_NONE, false, false);
        walk(OBJECTIVE_POLICY_NOTICE, false, true);
    }
    assert_true(n_letters_issued && n_reappointed && n_waived && n_escalated);
    free(nodes);
    free(table);
    free(edges);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_situation_has_a_way_to_a_settled_end),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
