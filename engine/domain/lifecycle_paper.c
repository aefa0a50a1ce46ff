/* Papers handed in, and the result: attached by number and hash, taken off again with a reason. The
 * file itself, and what it is called, lie outside the events (law:digitising). And the slip that
 * was lost: another secret, by which the old one is dead; and the result that nobody collects. */
#include <string.h>

#include "base/instant.h"
#include "domain/dossier_impl.h"
#include "domain/lifecycle_impl.h"

bool dossier_has_attachment(const struct dossier *d, int64_t n)
{
    return n >= 1 && n <= d->n_attachments && n <= DOSSIER_ATTACHMENTS_MAX &&
           !(d->attachments_off[(n - 1) / 64] >> ((n - 1) % 64) & 1);
}

bool compose_attach_paper(struct decide *c)
{
    const struct action_input *in = c->in;
    const struct procedure_case *pc = c->ctx->procedure_case;
    char name[DOSSIER_CODE_MAX];
    struct event *e;

    if (!in->file || !in->purpose || !in->handling)
        return error_set(c->err, ERR_FIELD_REQUIRED, arg_text("field", "file"));
    if (c->d->n_attachments >= DOSSIER_ATTACHMENTS_MAX)
        return error_set(c->err, ERR_ATTACHMENTS_TOO_MANY,
                         arg_text("dossier", dossier_name(c->d, name)),
                         arg_number("limit", DOSSIER_ATTACHMENTS_MAX));
    if (in->component && (!pc || in->component < 0 || in->component > pc->n_components))
        return error_set(c->err, ERR_FIELD_VALUE, arg_text("field", "component"),
                         arg_number("value", in->component));
    e = decide_event(c, ACTION_ATTACH_PAPER);
    event_put_text(e, EVENT_FIELD_FILE, in->file);
    event_put_number(e, EVENT_FIELD_ATTACHMENT, c->d->n_attachments + 1);
    event_put_text(e, EVENT_FIELD_PURPOSE, in->purpose);
    put_id(e, EVENT_FIELD_COMPONENT, in->component);
    event_put_text(e, EVENT_FIELD_HANDLING, in->handling);
    return true;
}

bool compose_detach_paper(struct decide *c)
{
    char name[DOSSIER_CODE_MAX];
    struct event *e;

    if (!decide_needs_remark(c))
        return false;
    if (!dossier_has_attachment(c->d, c->in->attachment))
        return error_set(c->err, ERR_ATTACHMENT_UNKNOWN,
                         arg_text("dossier", dossier_name(c->d, name)),
                         arg_number("value", c->in->attachment));
    e = decide_event(c, ACTION_DETACH_PAPER);
    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    event_put_number(e, EVENT_FIELD_ATTACHMENT, c->in->attachment);
    return true;
}

void apply_attach_paper(struct dossier *d, const struct event *e)
{
    int64_t n = event_number(e, EVENT_FIELD_ATTACHMENT, d->n_attachments + 1);

    if (n > DOSSIER_ATTACHMENTS_MAX)
        d->is_overflow = true;
    else if (n > d->n_attachments)
        d->n_attachments = (int)n;
}

void apply_detach_paper(struct dossier *d, const struct event *e)
{
    int64_t n = event_number(e, EVENT_FIELD_ATTACHMENT, 0);

    if (dossier_has_attachment(d, n))
        d->attachments_off[(n - 1) / 64] |= UINT64_C(1) << ((n - 1) % 64);
}

/* Who lost the slip shows who he is; a proxy brings the authorisation. Source: law:collector. */
bool compose_renew_secret(struct decide *c)
{
    const char *paper = c->in->collector_paper;
    struct event *e;

    if (!paper || !*paper)
        return error_set(c->err, ERR_FIELD_REQUIRED, arg_text("field", "collector_paper"));
    if (strcmp(paper, "identity") != 0 && strcmp(paper, "authorisation") != 0)
        return error_set(c->err, ERR_FIELD_VALUE, arg_text("field", "collector_paper"),
                         arg_text("value", paper));
    e = decide_event(c, ACTION_RENEW_SECRET);
    put_text(e, EVENT_FIELD_COLLECTOR_PAPER, paper);
    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    return true;
}

void apply_renew_secret(struct dossier *d, const struct event *e)
{
    (void)e;
    d->secrets_renewed++;
}

/* The result waits: whoever is to collect it is told, once a day at most (guard NOT_TODAY). */
bool compose_remind(struct decide *c)
{
    struct event *e = decide_event(c, ACTION_REMIND);

    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    return true;
}

void apply_remind(struct dossier *d, const struct event *e)
{
    d->reminded_at = e->at;
}
