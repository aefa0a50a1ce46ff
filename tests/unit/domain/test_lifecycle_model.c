/* Model check. Breadth first: every reachable kind of situation (state, hand-over, hold, step,
 * opinion) is found, and from each of them an end can be reached. At random: long lives with
 * advancing clocks keep what must always hold, fold to what was decided, and read back from their
 * bytes. The seed is printed; MODEL_SEED repeats one. */
#include "../test.h"

#include "lifecycle_world.h"

static uint64_t seed = 20220829;

static uint64_t rnd(uint64_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % below;
}

/* Whoever would do it, with what it needs. */
static struct action_input right_input(const struct world *w, enum action action)
{
    const struct dossier *d = &w->dossier;
    struct action_input in = world_input(action, OFFICER, d->holder_office);
    int next = d->step + 1;

    if (action == ACTION_TAKE_OVER || action == ACTION_DECLINE ||
        action == ACTION_TAKE_OVER_RESULT) {
        in.actor_office = d->has_pending ? d->pending_office : d->supervising_office;
        in.actor = d->pending_officer ? d->pending_officer : RETURN_CLERK;
    }
    if (action == ACTION_FORWARD && (next == 3 || next > (int)ARRAY_LEN(world_steps)))
        in.to_office = LEADER_OFFICE;
    if (action == ACTION_ASSIGN)
        in.to_officer = 200 + (int64_t)rnd(3);
    if (action == ACTION_ASK_OPINION) {
        in.to_office = 40;
        in.answer_by = w->now + INSTANT_DAY;
    }
    if (action == ACTION_GIVE_OPINION)
        in.actor_office = 40;
    if (action == ACTION_PLEDGE)
        in.pledged_at = w->now + INSTANT_DAY;
    if (action == ACTION_HOLD)
        in.hold_kind = (enum hold_kind)(1 + rnd(3));
    if (action == ACTION_CLOSE || rnd(4) == 0)
        in.legal_ground = "sector:land";
    if (action == ACTION_CORRECT) {
        in.corrected_field = "channel";
        in.corrected_number = CHANNEL_POST;
    }
    if (action == ACTION_DECIDE_CAUSE) {
        in.actor_office = 50;
        in.cause = CAUSE_KEY_FORCE_MAJEURE;
    }
    if (action == ACTION_FORCE_CLOSE)
        in.actor = rnd(8) ? LEADER : OFFICER;
    if (action == ACTION_DECIDE && rnd(2))
        in.outcome = OUTCOME_REFUSED;
    return in;
}

/* ---- breadth first ---- */

#define NODES_MAX 4096
#define EDGES_MAX 65536

struct node {
    uint64_t key;
    struct dossier dossier;
    bool ends; /* an end can be reached */
};

static struct node *nodes;
static int n_nodes, n_edges;
static struct {
    int from, to;
} edges[EDGES_MAX];

static uint64_t key_of(const struct dossier *d)
{
    const struct dossier_hold *h = dossier_running_hold(d);
    uint64_t key = (uint64_t)d->state;
    bool is_asked = false, is_guided = false;

    for (int i = 0; i < d->n_opinions; i++)
        is_asked = is_asked || d->opinions[i].answered_at == INSTANT_NONE;
    for (int i = 0; i < d->n_holds; i++)
        is_guided = is_guided || d->holds[i].kind == HOLD_KIND_SUPPLEMENT;
    key = key * 2 + d->has_pending;
    key = key * 2 + d->is_result_sent;
    key = key * 8 + (h ? 1 + (uint64_t)h->kind : 0);
    key = key * 2 + (h && dossier_hold_moves(h));
    key = key * 8 + (uint64_t)d->step;
    key = key * 8 + (uint64_t)d->pending_step;
    key = key * 2 + is_asked;
    key = key * 2 + (d->proposal.seq != 0);
    key = key * 2 + (is_guided && d->received_at == INSTANT_NONE);
    key = key * 2 + (d->received_at != INSTANT_NONE);
    key = key * 2 + (d->decided_at != INSTANT_NONE);
    key = key * 16 +
          (h || d->state == STATE_WITHDRAWAL_REQUESTED ? (uint64_t)d->state_before_wait : 0);
    return key * 4 + (d->holder_office == COUNTER_OFFICE  ? 1
                      : d->holder_office == LEADER_OFFICE ? 2
                                                          : 0);
}

static int node_of(const struct dossier *d)
{
    uint64_t key = key_of(d);

    for (int i = 0; i < n_nodes; i++) {
        if (nodes[i].key == key)
            return i;
    }
    assert_true(n_nodes < NODES_MAX);
    nodes[n_nodes].key = key;
    nodes[n_nodes].dossier = *d;
    nodes[n_nodes].ends = state_phase(d->state) == PHASE_END;
    return n_nodes++;
}

static void expand(struct world *w, int from)
{
    for (int action = 0; action < ACTION_COUNT; action++) {
        for (int kind = 1; kind < (action == ACTION_HOLD ? (int)HOLD_KIND_COUNT : 2); kind++) {
            struct action_input in;
            int to;

            w->dossier = nodes[from].dossier;
            w->now =
                w->dossier.last_at == INSTANT_NONE ? HOUR(1) : w->dossier.last_at + INSTANT_HOUR;
            in = right_input(w, (enum action)action);
            in.hold_kind = (enum hold_kind)kind;
            in.legal_ground = "sector:land";
            w->n_events = 0;
            if (!world_act(w, &in))
                continue;
            to = node_of(&w->dossier);
            assert_true(n_edges < EDGES_MAX);
            edges[n_edges].from = from;
            edges[n_edges++].to = to;
        }
    }
}

static void every_situation_has_a_way_to_an_end(void **state)
{
    static struct world w;
    bool seen[STATE_COUNT] = {false}, is_changed = true;

    (void)state;
    nodes = calloc(NODES_MAX, sizeof *nodes);
    world_init(&w, world_calendar());
    node_of(&w.dossier);
    for (int i = 0; i < n_nodes; i++)
        expand(&w, i);
    while (is_changed) {
        is_changed = false;
        for (int i = 0; i < n_edges; i++) {
            if (nodes[edges[i].to].ends && !nodes[edges[i].from].ends)
                is_changed = nodes[edges[i].from].ends = true;
        }
    }
    for (int i = 0; i < n_nodes; i++) {
        const struct dossier *d = &nodes[i].dossier;

        seen[d->state] = true;
        assert_true(nodes[i].ends);
        if (d->state == STATE_DONE || d->state == STATE_RETURNED)
            assert_true(d->decided_at != INSTANT_NONE);
    }
    for (int s = 0; s < STATE_COUNT; s++)
        assert_true(seen[s]); /* no row leads nowhere, no state is out of reach */
    print_message("# %d situations, %d steps between them\n", n_nodes, n_edges);
    assert_true(n_nodes > 100);
    world_deinit(&w);
    free(nodes);
}

/* ---- at random ---- */

static void check_always(const struct dossier *d)
{
    int n_running = 0;

    for (int i = 0; i < d->n_holds; i++) {
        n_running += d->holds[i].to == INSTANT_NONE;
        if (i)
            assert_true(d->holds[i].from >= d->holds[i - 1].to); /* no clock stands twice */
    }
    assert_true(n_running <= 1);
    n_running = 0;
    for (int i = 0; i < d->n_segments; i++) {
        n_running += d->segments[i].to == INSTANT_NONE;
        if (i) /* somebody has it at every moment, and only one */
            assert_int_equal(d->segments[i].from, d->segments[i - 1].to);
    }
    assert_int_equal(n_running, dossier_is_open(d) || d->state == STATE_SUBMITTED ||
                                    (d->state == STATE_AWAITING_SUPPLEMENT));
    assert_int_equal(d->ended_at != INSTANT_NONE, state_phase(d->state) == PHASE_END);
    if (d->received_at != INSTANT_NONE)
        assert_true(d->due_at >= d->due_original);
    if (d->state == STATE_DONE || d->state == STATE_RETURNED)
        assert_true(d->decided_at != INSTANT_NONE && d->done_at >= d->decided_at);
    if (d->ended_at != INSTANT_NONE)
        assert_false(d->has_pending);
    assert_false(d->is_overflow);
}

#define SAME(member) assert_memory_equal(&a->member, &b->member, sizeof a->member)

static void check_same(const struct dossier *a, const struct dossier *b)
{
    SAME(id), SAME(version), SAME(last_at), SAME(last_recorded_at), SAME(state);
    SAME(procedure_id), SAME(case_id), SAME(field_id), SAME(ruleset_id), SAME(channel);
    SAME(filed_office), SAME(supervising_office), SAME(competent_office), SAME(applicant);
    SAME(submitted_at), SAME(received_at), SAME(due_original), SAME(due_at), SAME(due_reappointed);
    SAME(due_on), SAME(due_is_instant), SAME(step), SAME(holder_office), SAME(holder_officer);
    SAME(has_pending), SAME(is_result_sent), SAME(pending_step), SAME(pending_office);
    SAME(pending_officer), SAME(pending_since), SAME(n_holds), SAME(n_segments), SAME(n_opinions);
    SAME(decided_at), SAME(done_at), SAME(returned_at), SAME(ended_at), SAME(judged_at);
    SAME(withdrawal_requested_at), SAME(outcome), SAME(declared_late_at), SAME(pledged_at);
    SAME(proposal.seq), SAME(proposal.by), SAME(proposal.result_on);
    SAME(paid_dong), SAME(paid_way), SAME(paid_at);
    SAME(verdict), SAME(cause), SAME(is_cause_decided), SAME(is_mistake);
    for (int i = 0; i < a->n_segments; i++) {
        SAME(segments[i].step), SAME(segments[i].office), SAME(segments[i].officer);
        SAME(segments[i].from), SAME(segments[i].to), SAME(segments[i].is_waiting);
    }
    for (int i = 0; i < a->n_holds; i++)
        SAME(holds[i].from), SAME(holds[i].to), SAME(holds[i].effect),
            SAME(holds[i].began_after_due);
}

static void check_bytes(struct world *w, const struct event *e)
{
    CLEANUP(buffer_deinit) struct buffer buf = {0};
    struct event back;

    event_encode(e, &buf);
    buffer_printf(&buf, "seq %d\n", e->seq);
    assert_true(event_decode(w->arena, buf.data, buf.len, &back, &w->err));
    assert_int_equal(back.seq, e->seq);
    assert_int_equal(back.at, e->at);
    assert_int_equal(back.recorded_at, e->recorded_at);
    assert_int_equal(back.n_values, e->n_values);
    for (int i = 0; i < e->n_values; i++) {
        assert_int_equal(back.values[i].field, e->values[i].field);
        assert_int_equal(back.values[i].number, e->values[i].number);
        if (e->values[i].text)
            assert_string_equal(back.values[i].text, e->values[i].text);
    }
}

static void check_allowed(const struct world *w, uint64_t allowed, enum action action, bool is_done)
{
    if (is_done)
        assert_true(allowed >> action & 1);
    if (!is_done && w->err.code == ERR_WRONG_STATE)
        assert_false(allowed >> action & 1);
}

static int live(struct world *w)
{
    static struct dossier folded;
    struct history h = {w->events, 0};
    int64_t last_at = INSTANT_NONE;
    int n_done = 0;

    for (int i = 0; i < 150 && w->n_events < 120; i++) {
        const struct decide_context ctx = world_context(w);
        uint64_t allowed = dossier_allowed(&ctx);
        enum action action = (enum action)rnd(ACTION_COUNT);
        struct action_input in = right_input(w, action);
        int64_t due_at = w->dossier.due_at;
        int first = w->n_events;
        bool is_done;

        if (rnd(10) == 0)
            in.actor_office = 30; /* a stranger */
        if (w->dossier.n_holds >= DOSSIER_HOLDS_MAX - 1 && rnd(2))
            continue;
        is_done = world_act(w, &in);
        check_allowed(w, allowed, action, is_done);
        n_done += is_done;
        check_always(&w->dossier);
        assert_true(due_at == INSTANT_NONE || w->dossier.due_at >= due_at);
        for (int k = first; k < w->n_events; k++) {
            assert_true(w->events[k].at >= last_at);
            last_at = w->events[k].at;
            check_bytes(w, &w->events[k]);
        }
        w->now += (int64_t)rnd(30) * INSTANT_HOUR;
    }
    h.n = w->n_events;
    history_fold(&h, INSTANT_FOREVER, INSTANT_FOREVER, &folded);
    if (h.n)
        check_same(&folded, &w->dossier);
    return n_done;
}

static void random_lives_keep_what_must_always_hold(void **state)
{
    static struct world w;
    bool ended[STATE_COUNT] = {false};
    int n_done = 0;

    (void)state;
    for (int i = 0; i < 400; i++) {
        world_init(&w, world_calendar());
        ruleset_shipped((int)rnd(2), &w.ruleset);
        w.procedure_case.limit.unit = (enum limit_unit)rnd(LIMIT_UNIT_COUNT);
        w.procedure_case.limit.amount =
            w.procedure_case.limit.unit == LIMIT_SAME_DAY ? 0 : 1 + (int32_t)rnd(3);
        w.procedure_case.supplement_effect = (enum hold_effect)rnd(HOLD_EFFECT_COUNT);
        n_done += live(&w);
        ended[w.dossier.state] = true;
        world_deinit(&w);
    }
    print_message("# %d actions done\n", n_done);
    assert_true(n_done > 1000);
    assert_true(ended[STATE_STOPPED] && ended[STATE_MISTAKE]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_situation_has_a_way_to_an_end),
        cmocka_unit_test(random_lives_keep_what_must_always_hold),
    };
    const char *from = getenv("MODEL_SEED");

    if (from)
        seed = strtoull(from, NULL, 10);
    print_message("# seed %llu\n", (unsigned long long)seed);
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
