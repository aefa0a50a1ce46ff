/* See statistics_dossiers.h. */
#include "flow/statistics_dossiers.h"

#include <stdlib.h>

#include "base/instant.h"
#include "flow/app.h"
#include "flow/report_form.h"
#include "flow/statistics_scope.h"
#include "flow/view.h"

struct behind {
    struct request base;
    struct wire_statistics_query in;
    struct statistics_scope scope;
    int64_t limit;
};

enum { BEHIND_PARSE, BEHIND_SEND, BEHIND_REPLY };
enum {
    F_ID,
    F_CODE,
    F_OFFICE,
    F_FIELD,
    F_PROCEDURE,
    F_CHANNEL,
    F_RECEIVED_AT,
    F_DUE_AT,
    F_DUE_ON,
    F_ENDED_AT,
    F_ENDED_ON,
    F_OUTCOME,
    F_JUDGEMENT,
    F_IS_WAITING,
    F_IS_OVERDUE,
    F_VERDICT,
    F_LETTER_TIMING
};

static enum step_result behind_parse(struct request *req)
{
    struct behind *b = container_of(req, struct behind, base);
    char *end = NULL;

    if (!report_form_is_known(req, http_request_param(req->http, "form")) ||
        !statistics_scope_parse(req, &b->in, &b->scope))
        return request_fail(req);
    b->limit = b->in.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : b->in.limit;
    if (b->in.after && (strtoll(b->in.after, &end, 10) < 0 || *end || end == b->in.after)) {
        error_set(&req->error, ERR_LIST_AFTER, arg_text("value", b->in.after));
        return request_fail(req);
    }
    return request_wait(req, BEHIND_SEND);
}

static enum step_result behind_send(struct request *req)
{
    struct behind *b = container_of(req, struct behind, base);
    struct db_params p;
    bool sent;

    if (!statistics_scope_resolve(req, &b->in, &b->scope))
        return request_fail(req);
    db_params_init(&p);
    statistics_scope_put(req, &b->scope, &p);
    db_put_text(&p, words_form_column.words[b->in.column == WORD_NONE ? 0 : b->in.column]);
    db_put_int8(&p, b->in.after ? strtoll(b->in.after, NULL, 10) : 0);
    db_put_int4(&p, (int32_t)b->limit + 1);
    sent = request_query(req, 0, DB_LANE_READ, DB_STATISTICS_DOSSIERS, &p);
    db_params_deinit(&p);
    sent = sent && statistics_first_send(req, 1);
    return sent ? request_wait(req, BEHIND_REPLY) : request_fail(req);
}

/* Past the promised day, at the end or at the moment asked of. */
static int64_t days_late(const struct behind *b, const struct db_result *r, int i)
{
    bool is_ended = !db_is_null(r, i, F_ENDED_ON);
    int32_t end =
        is_ended ? db_date(r, i, F_ENDED_ON) : instant_date(b->scope.state_at, b->base.zone_s);

    if (db_is_null(r, i, F_DUE_ON) || end < db_date(r, i, F_DUE_ON))
        return INTEGER_NONE;
    if (is_ended
            ? vocabulary_find(&judgements, db_text_or_empty(r, i, F_JUDGEMENT)) != JUDGEMENT_LATE
            : !db_bool(r, i, F_IS_OVERDUE))
        return INTEGER_NONE;
    return end - db_date(r, i, F_DUE_ON);
}

static int word(const struct vocabulary *v, const struct db_result *r, int i, int column)
{
    int found = vocabulary_find(v, db_text_or_empty(r, i, column));

    return found < 0 ? 0 : found;
}

static void fill(struct behind *b, const struct db_result *r, int i,
                 struct wire_statistics_dossier *w)
{
    struct request *req = &b->base;
    const struct procedure_case *c = reference_procedure(req->reference, db_int(r, i, F_PROCEDURE));
    const struct field_ref *f = reference_field(req->reference, db_int(r, i, F_FIELD));

    wire_statistics_dossier_init(w);
    w->code = arena_strdup(req->arena, db_text_or_empty(r, i, F_CODE));
    w->procedure = c ? c->procedure_key : NULL;
    w->procedure_name = c ? c->procedure_name : NULL;
    w->field = f ? f->key : NULL;
    w->office = view_office_key(req, db_int(r, i, F_OFFICE));
    w->office_name = view_office_name(req, db_int(r, i, F_OFFICE));
    w->channel = (int)db_int(r, i, F_CHANNEL);
    w->received_at = db_instant(r, i, F_RECEIVED_AT);
    w->due_at = db_instant(r, i, F_DUE_AT);
    w->ended_at = db_instant(r, i, F_ENDED_AT);
    w->outcome = word(&outcomes, r, i, F_OUTCOME);
    w->judgement = word(&judgements, r, i, F_JUDGEMENT);
    w->is_waiting = db_bool(r, i, F_IS_WAITING);
    w->is_overdue = db_bool(r, i, F_IS_OVERDUE);
    w->days_late = days_late(b, r, i);
    w->verdict = word(&cause_verdicts, r, i, F_VERDICT);
    w->letter_timing = word(&letter_timings, r, i, F_LETTER_TIMING);
}

static enum step_result behind_reply(struct request *req)
{
    struct behind *b = container_of(req, struct behind, base);
    const struct db_result *r = &request_result(req, 0)->result;
    struct wire_statistics_dossier *items =
        arena_array(req->arena, (size_t)db_rows(r) + 1, sizeof *items);
    struct wire_statistics_dossier_list out;

    if (!statistics_first_check(req, 1, &b->scope))
        return request_fail(req);
    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "dossiers"));
        return request_fail(req);
    }
    wire_statistics_dossier_list_init(&out);
    out.items = items;
    for (int i = 0; i < db_rows(r); i++) {
        if (i == b->limit) {
            out.next = arena_printf(req->arena, "%lld", (long long)db_int(r, i - 1, F_ID));
            break;
        }
        fill(b, r, i, &items[out.n_items++]);
    }
    if (!wire_statistics_dossier_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step behind_steps[] = {
    [BEHIND_PARSE] = {"parse", behind_parse},
    [BEHIND_SEND] = {"send", behind_send},
    [BEHIND_REPLY] = {"reply", behind_reply},
};
const struct use_case use_case_statistics_dossiers = {"statistics dossiers", sizeof(struct behind),
                                                      behind_steps, false, 0};
