/* See demo_run.h. */
#include "daemon/demo_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "daemon/demo_life.h"
#include "flow/act.h"
#include "flow/intake.h"
#include "flow/job.h"
#include "flow/objective.h"
#include "flow/session.h"
#include "flow/sweep.h"
#include "flow/sweep_order.h"
#include "wire/message.h"

#define ALARM_ROUNDS_MAX 5
#define COMPONENTS_MAX   6

/* ---- one thing at a time ---- */

static void set_clock(struct demo *d, int64_t at)
{
    if (at > d->now)
        d->now = at;
    clock_set_offset(d->now - clock_real());
}

/* Real time has passed meanwhile: what follows follows. */
static void read_clock(struct demo *d)
{
    int64_t now = clock_business();

    if (now > d->now)
        d->now = now;
}

static void performed(struct request *req, void *data)
{
    struct demo *d = data;

    d->is_busy = false;
    if (req->error.code != ERR_NONE)
        d->error = req->error;
    else if (req->use_case == &use_case_act)
        demo_life_see(d->life, &container_of(req, struct act, base)->record.after);
    else if (req->use_case == &use_case_intake)
        demo_life_see(d->life, &container_of(req, struct intake, base)->record.after);
}

/* A reload sets the clock to what is stored: nothing else may be under way then. */
static void run_loop(struct demo *d)
{
    while ((d->is_busy || d->app->is_reference_loading) && uv_run(d->app->loop, UV_RUN_ONCE))
        ;
    read_clock(d);
}

bool demo_perform(struct demo *d, const struct use_case *use_case, const struct officer_ref *who,
                  void (*prepare)(struct request *, void *))
{
    struct principal principal;

    if (!who)
        return error_set(&d->error, ERR_OFFICER_UNKNOWN, arg_text("field", use_case->name),
                         arg_text("value", "-"));
    session_principal(d->reference, who, &principal);
    d->is_busy = true;
    if (!request_start(d->app, use_case, NULL, &principal, prepare, performed, d))
        return error_set(&d->error, ERR_NO_MEMORY, arg_text("what", use_case->name));
    run_loop(d);
    d->n_actions++;
    return d->error.code == ERR_NONE;
}

static void queried(struct db_call *call)
{
    *(bool *)call->data = true;
}

bool demo_query(struct app *app, enum db_query query, struct db_params *p, struct db_call *call,
                struct error *err)
{
    static bool is_done; /* one question at a time: the loop runs inside it */
    bool sent;

    memset(call, 0, sizeof *call);
    is_done = false;
    call->done = queried;
    call->data = &is_done;
    sent = db_query(app->db, DB_LANE_JOB, query, p, call, err);
    if (p)
        db_params_deinit(p);
    while (sent && !is_done && uv_run(app->loop, UV_RUN_ONCE))
        ;
    if (sent && call->error.code != ERR_NONE)
        *err = call->error;
    return sent && call->error.code == ERR_NONE;
}

static bool put(struct demo *d, int64_t at, enum demo_kind kind, int index)
{
    return demo_queue_put(&d->queue, at, kind, index) ||
           error_set(&d->error, ERR_NO_MEMORY, arg_text("what", "demonstration"));
}

/* ---- dossiers ---- */

static struct wire_person *person(struct request *req, struct demo_life *l, int serial)
{
    const struct office_ref *o = reference_office(req->reference, l->counter);
    struct wire_person *w = arena_new_of(req->arena, struct wire_person);
    struct demo_person *p = arena_new_of(req->arena, struct demo_person);

    assert(w && p);
    wire_person_init(w);
    demo_person_make(&l->random, serial, o ? o->place_name : "Tân Kỳ", p);
    w->name = p->name;
    w->identity = p->identity;
    w->phone = p->phone;
    w->address = p->address;
    return w;
}

static void put_components(struct request *req, const struct procedure_case *c,
                           struct wire_dossier_submit *in)
{
    int n = c->n_components < COMPONENTS_MAX ? c->n_components : COMPONENTS_MAX;
    struct wire_component *list = arena_array(req->arena, COMPONENTS_MAX, sizeof *list);

    for (int i = 0; list && i < n; i++) {
        wire_component_init(&list[i]);
        list[i].name = c->components[i].name;
        list[i].kind = c->components[i].kind;
    }
    in->components = list;
    in->n_components = list ? (size_t)n : 0;
}

static void prepare_intake(struct request *req, void *data)
{
    struct demo *d = data;
    struct demo_life *l = d->life;
    struct wire_dossier_submit *in = &container_of(req, struct intake, base)->in;
    const struct office_ref *counter = reference_office(req->reference, l->counter);
    const struct wire_person *applicant = person(req, l, l->serial);

    wire_dossier_submit_init(in);
    in->procedure = l->procedure->procedure_key;
    in->channel = (int)l->channel;
    in->filed_office = counter->key;
    in->applicant = applicant;
    snprintf(l->applicant, sizeof l->applicant, "%s", applicant->name);
    if (l->fate != DEMO_SETTLED && demo_random_chance(&l->random, 80))
        in->submitter = person(req, l, 500000 + l->serial);
    in->settle = l->fate == DEMO_SETTLED;
    in->is_submission = l->next.action == ACTION_SUBMIT;
    in->is_refusal = l->next.action == ACTION_REFUSE;
    in->remark = l->next.reason;
    put_components(req, l->procedure, in);
}

/* Asks for a paper of the case, of some dossiers for two; and who filed online paid online. */
static void put_details(struct request *req, const struct demo_life *l,
                        struct wire_action_request *in)
{
    const struct procedure_case *c = l->procedure;
    const char **items = arena_array(req->arena, 2, sizeof *items);

    if (l->next.action == ACTION_RECORD_PAYMENT)
        in->payment_way =
            words_find(&words_payment_way, l->channel == CHANNEL_ONLINE ? "online" : "counter");
    if (l->next.action != ACTION_REQUEST_SUPPLEMENT || !items || c->n_components == 0)
        return;
    items[0] = c->components[l->serial % c->n_components].name;
    items[1] = c->components[(l->serial + 1) % c->n_components].name;
    in->items = items;
    in->n_items = c->n_components > 1 && l->serial % 3 == 0 ? 2 : 1;
}

static void prepare_act(struct request *req, void *data)
{
    struct demo *d = data;
    struct demo_life *l = d->life;
    const struct demo_action *n = &l->next;
    struct act *a = container_of(req, struct act, base);

    wire_action_request_init(&a->in);
    a->code = l->view.code;
    a->action = n->action;
    a->in.reason = n->reason;
    a->in.legal_ground = n->legal_ground;
    a->in.office = n->office;
    a->in.officer = n->officer;
    a->in.second_person = n->second_person;
    a->in.outcome = (int)n->outcome;
    a->in.answer_by = n->answer_by;
    if (n->action == ACTION_HOLD)
        a->in.hold_kind = (int)l->pause_kind;
    put_details(req, l, &a->in);
    if (n->action != ACTION_RETURN)
        return;
    if (l->channel == CHANNEL_POST) {
        a->in.postal_code = arena_printf(req->arena, "EX%09dVN", l->serial);
        return;
    }
    a->in.collector_name = l->applicant;
    a->in.collector_paper = words_find(&words_collector_paper, l->serial % 4 ? "slip" : "identity");
}

/* Silence is agreement: the engine went on by itself before the applicant came
 * (law:applicant-confirmation). What else that changed is seen after the next action. */
static bool engine_was_first(struct demo *d, struct demo_life *l)
{
    if (d->error.code != ERR_WRONG_STATE || l->next.action != ACTION_RESUME ||
        l->pause_kind != HOLD_KIND_APPLICANT_CONFIRM)
        return false;
    d->error.code = ERR_NONE;
    l->view.state = STATE_PROCESSING;
    return true;
}

static bool live(struct demo *d, int index)
{
    struct demo_life *l = &d->plan.lives[index];
    bool is_intake = l->next.is_intake;

    d->life = l;
    if (!demo_perform(d, is_intake ? &use_case_intake : &use_case_act, l->next.who,
                      is_intake ? prepare_intake : prepare_act) &&
        !engine_was_first(d, l)) {
        fprintf(
            stderr, "dossier %d %s (%s, step %d, state %s), %s by %s:\n", index, l->view.code,
            l->procedure->procedure_key, l->view.step, vocabulary_word(&states, (int)l->view.state),
            vocabulary_word(&actions, (int)l->next.action), l->next.who ? l->next.who->login : "-");
        return false;
    }
    d->n_filed += is_intake;
    return !demo_life_next(&d->plan, l, d->now) || put(d, l->next.at, DEMO_LIFE, index);
}

/* ---- the engine's own work ---- */

static void engine_done(struct request *req, void *data)
{
    struct demo *d = data;

    d->is_busy = false;
    if (req->error.code != ERR_NONE)
        d->error = req->error;
}

/* A dossier that the engine cannot judge has no place in a demonstration. */
static bool engine_is_well(struct demo *d)
{
    if (d->error.code == ERR_NONE && d->app->metrics.not_judged)
        (void)error_set(&d->error, ERR_INTERNAL, arg_text("what", "sweep"));
    return d->error.code == ERR_NONE;
}

/* Starts what the engine does by itself and runs the loop until it has ended. */
static bool engine_perform(struct demo *d,
                           bool (*start)(struct app *app, void (*done)(struct request *, void *),
                                         void *data))
{
    d->is_busy = true;
    if (!start(d->app, engine_done, d))
        return error_set(&d->error, ERR_NO_MEMORY, arg_text("what", "alarm"));
    run_loop(d);
    return engine_is_well(d);
}

/* What the daemon's timer would have woken for since the last action. */
static bool look(struct demo *d, int64_t until)
{
    int64_t last = INSTANT_NONE;
    int n_same = 0;

    for (;;) {
        struct db_call call;
        int64_t at;

        if (!demo_query(d->app, DB_ALARM_NEXT, NULL, &call, &d->error))
            return false;
        at = db_rows(&call.result) ? db_instant(&call.result, 0, 0) : INSTANT_NONE;
        db_call_deinit(&call);
        if (at == INSTANT_NONE || at > until)
            return true;
        n_same = at == last ? n_same + 1 : 0;
        if (n_same == ALARM_ROUNDS_MAX)
            return error_set(&d->error, ERR_INTERNAL, arg_text("what", "alarm"));
        last = at;
        set_clock(d, at);
        d->n_alarms++;
        if (!engine_perform(d, sweep_start_alarm))
            return false;
    }
}

static bool store_clock(struct demo *d)
{
    struct db_params p;
    struct db_call call;
    bool ok;

    db_params_init(&p);
    db_put_int8(&p, d->now - clock_real());
    db_put_instant(&p, clock_real());
    ok = demo_query(d->app, DB_CLOCK_SET, &p, &call, &d->error);
    if (ok && db_rows(&call.result) == 0)
        ok = error_set(&d->error, ERR_CLOCK_BACKWARDS, arg_instant("at", d->now),
                       arg_instant("now", clock_business()));
    db_call_deinit(&call);
    return ok;
}

/* Orders the night and lets the runner do it, as the daemon does. */
static bool sweep(struct demo *d)
{
    char day[INSTANT_TEXT_MAX];
    int32_t on = instant_date(d->now, d->app->zone_s);

    if (!engine_perform(d, sweep_order_due))
        return false;
    while (!job_runner_is_idle(d->app->sweeps) && uv_run(d->app->loop, UV_RUN_ONCE))
        ;
    read_clock(d);
    d->n_nights++;
    if (!engine_is_well(d) || !store_clock(d))
        return false;
    if (date_weekday(on) == 5) {
        date_format(on, day);
        printf("%s  %5d dossiers, %6d actions, %3llu letters\n", day, d->n_filed, d->n_actions,
               (unsigned long long)d->app->metrics.letters_drafted);
        fflush(stdout);
    }
    return true;
}

static void runner_closed(void *data)
{
    *(bool *)data = true;
}

static void close_runner(struct demo *d)
{
    bool is_closed = false;

    if (!d->app->sweeps)
        return;
    job_runner_close(d->app->sweeps, runner_closed, &is_closed);
    d->app->sweeps = NULL;
    while (!is_closed && uv_run(d->app->loop, UV_RUN_ONCE))
        ;
}

static void prepare_interval(struct request *req, void *data)
{
    const struct demo_stoppage *s = ((struct demo *)data)->stoppage;
    struct wire_objective_declaration in;

    wire_objective_declaration_init(&in);
    in.kind = words_find(&words_objective_kind, s->kind);
    in.from = s->from_at;
    in.to = s->to_at;
    in.offices = &s->office;
    in.n_offices = 1;
    in.evidence = s->evidence;
    in.reason = s->reason;
    objective_prepare(req, &in);
}

/* ---- the days ---- */

static bool plan_days(struct demo *d)
{
    int32_t zone_s = d->app->zone_s;

    for (int32_t on = instant_date(d->plan.from, zone_s); on <= instant_date(d->plan.until, zone_s);
         on++) {
        int64_t closing;

        if (!calendar_is_working(d->plan.calendar, on))
            continue;
        if (!calendar_closing(d->plan.calendar, on, &closing, &d->error) ||
            !put(d, date_instant(on, zone_s) + 440 * INSTANT_MINUTE, DEMO_MORNING, 0) ||
            !put(d, closing + 20 * INSTANT_MINUTE, DEMO_NIGHT, 0))
            return false;
    }
    for (int i = 0; i < d->plan.n_stoppages; i++)
        if (!put(d, d->plan.stoppages[i].declared_at, DEMO_INTERVAL, i))
            return false;
    for (int i = 0; i < d->plan.n_lives; i++) {
        struct demo_life *l = &d->plan.lives[i];

        if (demo_life_next(&d->plan, l, l->filed_at) && !put(d, l->next.at, DEMO_LIFE, i))
            return false;
    }
    return true;
}

static bool run_item(struct demo *d, const struct demo_item *item)
{
    switch (item->kind) {
    case DEMO_LIFE:
        return live(d, item->index);
    case DEMO_LETTER:
        return demo_letter_act(d, item->index);
    case DEMO_MORNING:
        return demo_letters_look(d);
    case DEMO_NIGHT:
        return sweep(d);
    case DEMO_INTERVAL:
        d->stoppage = &d->plan.stoppages[item->index];
        return demo_perform(d, &use_case_objective_new,
                            reference_officer_by_login(d->reference, d->stoppage->declared_by),
                            prepare_interval);
    }
    return true;
}

static bool run_all(struct demo *d)
{
    struct demo_item item;

    while (demo_queue_take(&d->queue, &item) && item.at <= d->plan.until) {
        if (!look(d, item.at))
            return false;
        set_clock(d, item.at);
        if (!run_item(d, &item))
            return false;
    }
    if (!look(d, d->plan.until))
        return false;
    set_clock(d, d->plan.until);
    return store_clock(d);
}

bool demo_run(struct demo *d, struct error *err)
{
    char at[INSTANT_TEXT_MAX];
    bool ok;

    d->letters = calloc(DEMO_LETTERS_MAX, sizeof *d->letters);
    d->reference = reference_ref(d->app->reference);
    d->plan.reference = d->reference;
    d->now = d->plan.from;
    clock_set_offset(d->now - clock_real());
    ok = d->letters
             ? job_runner_start(d->app, JOB_SWEEP, &d->app->sweeps, &d->error) && store_clock(d) &&
                   app_fill_ids(d->app, date_civil(instant_date(d->now, d->app->zone_s)).year,
                                &d->error) &&
                   plan_days(d) && run_all(d)
             : error_set(&d->error, ERR_NO_MEMORY, arg_text("what", "letters"));
    if (!ok) {
        instant_format(d->now, d->app->zone_s, at);
        fprintf(stderr, "  at %s\n", at);
        *err = d->error;
    }
    close_runner(d);
    demo_queue_deinit(&d->queue);
    free(d->letters);
    d->reference = reference_unref(d->reference);
    return ok;
}
