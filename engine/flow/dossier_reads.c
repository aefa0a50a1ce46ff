/* See dossier_reads.h. */
#include "flow/dossier_reads.h"

#include "flow/app.h"
#include "flow/asked.h"
#include "flow/view.h"
#include "wire/routes.h"

enum { READS_PARSE, READS_ASK, READS_REPLY };
enum { SLOT_EVENTS, SLOT_LIST };

struct dossier_reads {
    struct request base;
    struct wire_page_query in;
    const char *code;
    int64_t limit, before;
    struct snapshot snapshot;
};

static struct dossier_reads *reads_of(struct request *req)
{
    return container_of(req, struct dossier_reads, base);
}

static enum step_result reads_parse(struct request *req)
{
    struct dossier_reads *d = reads_of(req);

    d->code = http_request_param(req->http, "code");
    d->before = INT64_MAX;
    if (!codec_decode_pairs(&message_page_query, req->http->query, req->http->n_query, req->arena,
                            &d->in, &req->error) ||
        !asked_after(req, d->in.after, (int64_t *[]){&d->before}, 1) ||
        !snapshot_send(req, SLOT_EVENTS, d->code))
        return request_fail(req);
    d->limit = d->in.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : d->in.limit;
    return request_wait(req, READS_ASK);
}

static bool may_inspect(struct dossier_reads *d)
{
    struct request *req = &d->base;
    const struct dossier *as =
        reference_for_rights(req->reference, req->arena, &d->snapshot.dossier);

    return (as && right_grants(&req->principal, GRANT_READ_AUDIT, as, 0, reference_within,
                               req->reference)) ||
           error_set(&req->error, ERR_GRANT_MISSING,
                     arg_text("right", vocabulary_label(&grants, GRANT_READ_AUDIT, req->lang)));
}

static enum step_result reads_ask(struct request *req)
{
    struct dossier_reads *d = reads_of(req);
    struct db_params p;
    bool sent;

    if (!snapshot_read_visible(req, SLOT_EVENTS, d->code, &d->snapshot) || !may_inspect(d))
        return request_fail(req);
    db_params_init(&p);
    db_put_int8(&p, d->snapshot.dossier.id);
    db_put_int8(&p, d->before);
    db_put_int4(&p, (int32_t)d->limit + 1);
    sent = request_query(req, SLOT_LIST, DB_LANE_READ, DB_DOSSIER_READS, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, READS_REPLY) : request_fail(req);
}

static enum step_result reads_reply(struct request *req)
{
    struct dossier_reads *d = reads_of(req);
    const struct db_result *r = &request_result(req, SLOT_LIST)->result;
    int n = db_rows(r);
    struct wire_dossier_read *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_dossier_read_list out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "reads"));
        return request_fail(req);
    }
    wire_dossier_read_list_init(&out);
    if (n > d->limit) {
        n = (int)d->limit;
        out.next = arena_printf(req->arena, "%lld", (long long)db_int(r, n - 1, 0));
    }
    for (int i = 0; i < n; i++) {
        struct wire_dossier_read *w = &items[i];
        const char *label;

        wire_dossier_read_init(w);
        w->at = db_instant(r, i, 1);
        w->officer = view_officer_key(req, db_int(r, i, 2));
        w->officer_name = view_officer_name(req, db_int(r, i, 2));
        w->what = arena_strdup(req->arena, db_text_or_empty(r, i, 3));
        label = w->what ? read_label(w->what, req->lang) : NULL;
        w->label = label ? label : w->what;
        w->is_list = db_bool(r, i, 4);
        w->trace = arena_strdup(req->arena, db_text_or_empty(r, i, 5));
    }
    out.items = items;
    out.n_items = (size_t)n;
    if (!wire_dossier_read_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step reads_steps[] = {
    [READS_PARSE] = {"parse", reads_parse},
    [READS_ASK] = {"ask", reads_ask},
    [READS_REPLY] = {"reply", reads_reply},
};
const struct use_case use_case_dossier_reads = {"dossier reads", sizeof(struct dossier_reads),
                                                reads_steps, false, 0};
