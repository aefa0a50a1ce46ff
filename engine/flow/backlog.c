/* See backlog.h. The page is one query over open dossiers by id; what a reader may do with each is
 * asked of the rules as for the dossier itself. */
#include "flow/backlog.h"

#include <string.h>

#include "base/instant.h"
#include "domain/dossier.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/offices.h"
#include "flow/record.h"
#include "flow/view.h"
#include "wire/message.h"

struct backlog {
    struct request base;
    struct wire_backlog_query in;
    const struct ruleset *rules;
    int64_t limit, after;
};

enum { BACKLOG_PARSE, BACKLOG_SEND, BACKLOG_REPLY };
enum {
    B_ID,
    B_CODE,
    B_VERSION,
    B_CASE,
    B_STATE,
    B_COMPETENT,
    B_SUPERVISING,
    B_FILED,
    B_HOLDER_OFFICE,
    B_HOLDER,
    B_RECEIVED_AT,
    B_DUE_AT,
    B_DUE_ON,
    B_LAST_AT,
    B_SIGNS,
    B_PROPOSED_SEQ,
    B_PROPOSED_BYTES
};

static enum step_result backlog_parse(struct request *req)
{
    struct backlog *b = container_of(req, struct backlog, base);

    if (!codec_decode_pairs(&message_backlog_query, req->http->query, req->http->n_query,
                            req->arena, &b->in, &req->error))
        return request_fail(req);
    b->limit = b->in.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : b->in.limit;
    return asked_after(req, b->in.after, (int64_t *[]){&b->after}, 1)
               ? request_wait(req, BACKLOG_SEND)
               : request_fail(req);
}

static enum step_result backlog_send(struct request *req)
{
    struct backlog *b = container_of(req, struct backlog, base);
    int32_t today = instant_date(req->now, req->zone_s);
    bool is_all, sent;
    int n;
    const int64_t *offices = offices_readable(req, GRANT_READ_DOSSIER, b->in.office, &n, &is_all);
    struct db_params p;

    if (!offices)
        return request_fail(req);
    b->rules = reference_ruleset_on(req->reference, today);
    if (!b->rules)
        b->rules = &req->reference->rulesets[0];
    db_params_init(&p);
    offices_put(&p, offices, n, is_all);
    db_put_text(&p, b->in.sign == WORD_NONE ? NULL : words_backlog_sign.words[b->in.sign]);
    if (b->in.proposed == WORD_NONE)
        db_put_null(&p);
    else
        db_put_bool(&p, b->in.proposed == words_find(&words_backlog_proposed, "yes"));
    db_put_instant(&p, req->now);
    db_put_date(&p, today);
    db_put_int4(&p, b->rules->backlog_overdue_days);
    db_put_int4(&p, b->rules->backlog_idle_days);
    db_put_int4(&p, b->rules->backlog_result_days);
    db_put_int4(&p, b->rules->backlog_import_days);
    db_put_int8(&p, b->after);
    db_put_int4(&p, (int32_t)b->limit + 1);
    sent = request_query(req, 0, DB_LANE_READ, DB_BACKLOG_PAGE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, BACKLOG_REPLY) : request_fail(req);
}

/* ---- a proposal ---- */

static void fill_proposal(const struct request *req, const struct dossier_proposal *p,
                          struct wire_close_proposal *w)
{
    wire_close_proposal_init(w);
    w->seq = p->seq;
    w->at = p->at;
    w->officer = view_officer_key(req, p->by.officer);
    w->officer_name = view_officer_name(req, p->by.officer);
    w->reason = (int)p->reason;
    w->label = vocabulary_label(&close_reasons, (int)p->reason, req->lang);
    w->result_on = p->result_on;
}

bool backlog_view_proposal(struct request *req, const struct dossier *d,
                           const struct wire_close_proposal **ret)
{
    struct wire_close_proposal *w = arena_new_of(req->arena, struct wire_close_proposal);

    *ret = NULL;
    if (!w)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "proposal"));
    if (!d->proposal.seq)
        return true;
    fill_proposal(req, &d->proposal, w);
    *ret = w;
    return true;
}

/* ---- a row ---- */

/* As much of the dossier as rights and guards ask for. */
static bool read_dossier(struct request *req, const struct db_result *r, int i, struct dossier *d)
{
    const char *bytes;
    struct event e;
    size_t len;
    int state = vocabulary_find(&states, db_text_or_empty(r, i, B_STATE));

    dossier_init(d, db_int(r, i, B_ID));
    d->version = (int32_t)db_int(r, i, B_VERSION);
    d->state = state < 0 ? STATE_PROCESSING : (enum dossier_state)state;
    d->case_id = db_int(r, i, B_CASE);
    d->competent_office = db_int(r, i, B_COMPETENT);
    d->supervising_office = db_int(r, i, B_SUPERVISING);
    d->filed_office = db_int(r, i, B_FILED);
    d->holder_office = db_int(r, i, B_HOLDER_OFFICE);
    d->holder_officer = db_int(r, i, B_HOLDER);
    d->received_at = db_instant(r, i, B_RECEIVED_AT);
    if (db_is_null(r, i, B_PROPOSED_SEQ))
        return true;
    bytes = db_bytes(r, i, B_PROPOSED_BYTES, &len);
    if (!event_decode(req->arena, bytes, len, &e, &req->error))
        return false;
    dossier_apply(d, &e);
    return true;
}

static void fill_signs(struct request *req, const struct db_result *r, int i,
                       struct wire_backlog_item *w)
{
    char *text = arena_strdup(req->arena, db_text_or_empty(r, i, B_SIGNS));
    const char **words = arena_array(req->arena, BACKLOG_SIGN_COUNT, sizeof *words);
    const char **labels = arena_array(req->arena, BACKLOG_SIGN_COUNT, sizeof *labels);
    char *word;

    w->signs = words;
    w->labels = labels;
    while (text && words && labels && w->n_signs < BACKLOG_SIGN_COUNT &&
           (word = strsep(&text, " "))) {
        int sign = vocabulary_find(&backlog_signs, word);

        if (sign < 0)
            continue;
        words[w->n_signs++] = vocabulary_word(&backlog_signs, sign);
        labels[w->n_labels++] = vocabulary_label(&backlog_signs, sign, req->lang);
    }
}

static void fill_allowed(struct request *req, const struct dossier *d, struct wire_backlog_item *w)
{
    static const enum action wanted[] = {ACTION_PROPOSE_CLOSE, ACTION_REFUSE_CLOSE,
                                         ACTION_FORCE_CLOSE};
    const char **words = arena_array(req->arena, ARRAY_LEN(wanted), sizeof *words);

    w->allowed_actions = words;
    for (size_t k = 0; words && k < ARRAY_LEN(wanted); k++)
        if (view_allows(req, d, wanted[k]))
            words[w->n_allowed_actions++] = vocabulary_word(&actions, (int)wanted[k]);
}

static bool fill(struct backlog *b, const struct db_result *r, int i, struct wire_backlog_item *w)
{
    struct request *req = &b->base;
    const struct procedure_case *c = reference_case(req->reference, db_int(r, i, B_CASE));
    struct dossier *d = arena_new_of(req->arena, struct dossier);
    int32_t today = instant_date(req->now, req->zone_s);
    int32_t due_on = db_is_null(r, i, B_DUE_ON) ? DATE_NONE : db_date(r, i, B_DUE_ON);

    if (!d)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "backlog"));
    if (!read_dossier(req, r, i, d))
        return false;
    wire_backlog_item_init(w);
    w->dossier = arena_strdup(req->arena, db_text_or_empty(r, i, B_CODE));
    w->version = d->version;
    w->procedure = c ? c->procedure_key : NULL;
    w->procedure_name = c ? c->procedure_name : NULL;
    w->state = (int)d->state;
    w->state_label = vocabulary_label(&states, (int)d->state, req->lang);
    w->competent_office = view_office_key(req, d->competent_office);
    w->competent_office_name = view_office_name(req, d->competent_office);
    w->office = view_office_key(req, d->holder_office);
    w->office_name = view_office_name(req, d->holder_office);
    w->officer = view_officer_key(req, d->holder_officer);
    w->officer_name = view_officer_name(req, d->holder_officer);
    w->received_at = d->received_at;
    w->due_at = db_instant(r, i, B_DUE_AT);
    if (due_on != DATE_NONE && due_on < today)
        w->days_overdue = today - due_on;
    w->days_idle = today - instant_date(db_instant(r, i, B_LAST_AT), req->zone_s);
    if (w->days_idle < 0) /* stored history that has not happened yet */
        w->days_idle = 0;
    fill_signs(req, r, i, w);
    fill_allowed(req, d, w);
    return backlog_view_proposal(req, d, &w->proposal);
}

static enum step_result backlog_reply(struct request *req)
{
    struct backlog *b = container_of(req, struct backlog, base);
    const struct db_result *r = &request_result(req, 0)->result;
    int n = db_rows(r);
    struct wire_backlog_item *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_backlog_list out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "backlog"));
        return request_fail(req);
    }
    wire_backlog_list_init(&out);
    if (n > b->limit) {
        n = (int)b->limit;
        out.next = arena_printf(req->arena, "%lld", (long long)db_int(r, n - 1, B_ID));
    }
    for (int i = 0; i < n; i++)
        if (!fill(b, r, i, &items[i]))
            return request_fail(req);
    out.items = items;
    out.n_items = (size_t)n;
    out.overdue_days = b->rules->backlog_overdue_days;
    out.idle_days = b->rules->backlog_idle_days;
    out.result_days = b->rules->backlog_result_days;
    out.import_days = b->rules->backlog_import_days;
    if (!wire_backlog_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step backlog_steps[] = {
    [BACKLOG_PARSE] = {"parse", backlog_parse},
    [BACKLOG_SEND] = {"send", backlog_send},
    [BACKLOG_REPLY] = {"reply", backlog_reply},
};
const struct use_case use_case_backlog = {"backlog", sizeof(struct backlog), backlog_steps, false,
                                          0};
