/* Composing the events of intake: submit, accept, refuse. */
#include "base/instant.h"
#include "domain/lifecycle_impl.h"

static bool intake_needs(const struct decide *c, bool is_given, const char *field)
{
    return is_given || error_set(c->err, ERR_FIELD_REQUIRED, arg_text("field", field));
}

/* What a new dossier must say of itself. */
static bool intake_check(const struct decide *c)
{
    const struct action_input *in = c->in;

    if (in->n_members > MEMBERS_MAX)
        return error_set(c->err, ERR_FIELD_VALUE, arg_text("field", "members"),
                         arg_number("value", in->n_members));
    if (in->channel && in->channel > CHANNEL_POST)
        return error_set(c->err, ERR_FIELD_VALUE, arg_text("field", "channel"),
                         arg_number("value", in->channel));
    if (c->d->state != STATE_NEW)
        return true;
    return intake_needs(c, in->dossier_id != 0, "dossier_id") &&
           intake_needs(c, in->procedure_id || c->ctx->procedure_case, "procedure") &&
           intake_needs(c, in->filed_office != 0, "filed_office") &&
           intake_needs(c, in->supervising_office != 0, "supervising_office") &&
           intake_needs(c, in->competent_office != 0, "competent_office") &&
           intake_needs(c, in->applicant && *in->applicant, "applicant");
}

/* Writes what is given; for a dossier that was submitted before, only what differs. */
static void intake_put(struct decide *c, struct event *e, enum channel channel)
{
    const struct action_input *in = c->in;
    const struct procedure_case *pc = c->ctx->procedure_case;
    bool is_new = c->d->state == STATE_NEW;

    put_id(e, EVENT_FIELD_PROCEDURE,
           in->procedure_id ? in->procedure_id
           : pc && is_new   ? pc->procedure_id
                            : 0);
    put_id(e, EVENT_FIELD_CASE, in->case_id ? in->case_id : pc && is_new ? pc->id : 0);
    put_id(e, EVENT_FIELD_FIELD, in->field_id ? in->field_id : pc && is_new ? pc->field_id : 0);
    put_id(e, EVENT_FIELD_RULESET, in->ruleset_id ? in->ruleset_id : c->ctx->ruleset->id);
    put_id(e, EVENT_FIELD_CHANNEL, in->channel ? in->channel : is_new ? channel : 0);
    put_id(e, EVENT_FIELD_FILED_OFFICE, in->filed_office);
    put_id(e, EVENT_FIELD_SUPERVISING_OFFICE, in->supervising_office);
    put_id(e, EVENT_FIELD_COMPETENT_OFFICE, in->competent_office);
    put_text(e, EVENT_FIELD_APPLICANT, in->applicant);
    put_text(e, EVENT_FIELD_SUBMITTER, in->submitter);
    put_text(e, EVENT_FIELD_AUTHORISED, in->authorised);
    for (int i = 0; i < in->n_members; i++)
        put_text(e, EVENT_FIELD_MEMBER, in->members[i]);
}

bool compose_submit(struct decide *c)
{
    if (!intake_check(c))
        return false;
    intake_put(c, decide_event(c, ACTION_SUBMIT), CHANNEL_ONLINE);
    return true;
}

/* The lawful date, or a later one agreed at reception. Source: law:agreed-time. */
static bool intake_promise(const struct decide *c, struct due *due)
{
    int64_t agreed_at = c->in->agreed_due_at;

    if (!due_compute(c->ctx->calendar, &c->ctx->ruleset->due, c->ctx->procedure_case->limit, c->at,
                     due, c->err))
        return false;
    if (agreed_at == INSTANT_NONE)
        return true;
    if (agreed_at <= due->at)
        return error_set(c->err, ERR_AGREED_NOT_LATER, arg_instant("at", agreed_at),
                         arg_instant("due", due->at));
    due->at = agreed_at;
    due->on = instant_date(agreed_at, c->ctx->zone_s);
    return true;
}

/* The promise written by hand on a slip beside the lawful one: the earlier is kept for the
 * applicant, and whoever types the slip in is told. Source: law:blank-slip. */
static bool intake_paper(struct decide *c, struct due *due, const char **ret_promise)
{
    int64_t paper_at = c->in->paper_due_at;

    if (!c->in->slip_code || paper_at == INSTANT_NONE || paper_at == due->at)
        return true;
    if (paper_at <= c->at)
        return error_set(c->err, ERR_PAPER_DUE, arg_text("field", "paper_due_at"),
                         arg_instant("value", paper_at), arg_instant("at", c->at));
    if (paper_at > due->at) {
        decide_warn(c, "paper_later");
        return true;
    }
    decide_warn(c, "paper_earlier");
    due->at = paper_at;
    due->on = instant_date(paper_at, c->ctx->zone_s);
    *ret_promise = "paper";
    return true;
}

static void intake_put_slip(const struct decide *c, struct event *e)
{
    if (!c->in->slip_code)
        return;
    event_put_text(e, EVENT_FIELD_CODE, c->in->slip_code);
    event_put_number(e, EVENT_FIELD_BLANK_SLIP, 1);
    put_instant(e, EVENT_FIELD_PAPER_DUE_AT, c->in->paper_due_at);
}

/* The step in which an accepted dossier lies: the first, where that is the counter's own. */
static int intake_step(const struct procedure_case *pc)
{
    return pc->n_steps && pc->steps[0].office == STEP_OFFICE_ONE_STOP ? 1 : 0;
}

bool compose_accept(struct decide *c)
{
    const struct procedure_case *pc = c->ctx->procedure_case;
    const char *promise = c->in->agreed_due_at == INSTANT_NONE ? "computed" : "agreed";
    char limit[LIMIT_TEXT_MAX];
    struct event *e;
    struct due due;
    char *text;

    if (!intake_needs(c, pc != NULL, "procedure") || !intake_check(c) || !intake_promise(c, &due) ||
        !intake_paper(c, &due, &promise))
        return false;
    limit_format(pc->limit, limit);
    text = arena_strdup(c->arena, limit);
    if (!text)
        return error_set(c->err, ERR_NO_MEMORY, arg_text("what", "decision"));
    e = decide_event(c, ACTION_ACCEPT);
    intake_put(c, e, CHANNEL_DIRECT);
    event_put_text(e, EVENT_FIELD_LIMIT, text);
    event_put_text(e, EVENT_FIELD_PROMISE, promise);
    intake_put_slip(c, e);
    clock_put_due(e, &due);
    event_put_number(e, EVENT_FIELD_STEP, intake_step(pc));
    put_id(e, EVENT_FIELD_TO_OFFICE, c->in->actor_office);
    put_id(e, EVENT_FIELD_TO_OFFICER, c->in->actor);
    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    return true;
}

bool compose_refuse(struct decide *c)
{
    struct event *e;

    if (!intake_check(c) || !decide_needs_remark(c))
        return false;
    e = decide_event(c, ACTION_REFUSE);
    intake_put(c, e, CHANNEL_DIRECT);
    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    put_text(e, EVENT_FIELD_LEGAL_GROUND, c->in->legal_ground);
    return true;
}
