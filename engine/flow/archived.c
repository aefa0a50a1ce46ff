/* Who may read the dossier is told by the offices of its row, the only ones that are there. */
#include "flow/archived.h"

#include "flow/reference.h"
#include "flow/request.h"

#define SLOT                                                                                       \
    (REQUEST_CALLS_MAX - 2) /* the last is the session's; a request that ends needs none           \
                             */

static bool ask(struct request *req)
{
    struct error unknown = req->error;
    struct db_params p;
    bool sent;

    db_call_deinit(&req->calls[SLOT].call);
    db_params_init(&p);
    db_put_text(&p, error_arg(&unknown, "dossier")->text);
    sent = request_query(req, SLOT, DB_LANE_READ, DB_DOSSIER_ARCHIVED, &p);
    db_params_deinit(&p);
    req->error = unknown;
    return sent;
}

static void take(struct request *req)
{
    const struct db_call *call = request_result(req, SLOT);
    const struct db_result *r = &call->result;
    const struct dossier *known;
    struct error unknown = req->error;
    struct dossier d;

    if (call->error.code != ERR_NONE || db_rows(r) == 0)
        return;
    dossier_init(&d, 0);
    d.filed_office = db_int(r, 0, 1);
    d.supervising_office = db_int(r, 0, 2);
    d.competent_office = db_int(r, 0, 3);
    d.holder_office = db_int(r, 0, 4);
    d.decision.at_fault_office = db_int(r, 0, 5);
    d.is_cause_decided = d.decision.at_fault_office != 0;
    known = reference_for_rights(req->reference, req->arena, &d);
    if (!known || !right_grants(&req->principal, GRANT_READ_DOSSIER, known, 0, reference_within,
                                req->reference))
        return;
    /* Attached again since its events were looked for: whoever asks again is answered. */
    if (db_is_null(r, 0, 0))
        error_set(&req->error, ERR_DB_CONFLICT, arg_text("state", "event_year"));
    else
        error_set(&req->error, ERR_HISTORY_ARCHIVED,
                  arg_text("dossier", error_arg(&unknown, "dossier")->text),
                  arg_number("year", db_int(r, 0, 0)));
}

bool archived_ask(struct request *req)
{
    if (req->error.code != ERR_DOSSIER_UNKNOWN || !req->exchange || !req->principal.officer_id ||
        !error_arg(&req->error, "dossier"))
        return false;
    if (!req->is_archive_asked) {
        req->is_archive_asked = true;
        return ask(req);
    }
    take(req);
    return false;
}
