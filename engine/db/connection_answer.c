/* See connection_answer.h. */
#include "db/connection_answer.h"

#include <string.h>

#include "base/log.h"
#include "db/connection_group.h"
#include "db/db_internal.h"
#include "db/sqlstate.h"

struct connection_slot *connection_slot(struct connection *c, int i)
{
    return &c->slots[(c->first + i) % CONNECTION_CALLS_MAX];
}

/* Takes the first call off the ring; NULL: it was a statement of the connection's own. */
static struct db_call *connection_pop(struct connection *c)
{
    struct connection_slot *slot = connection_slot(c, 0);

    c->first = (c->first + 1) % CONNECTION_CALLS_MAX;
    c->n_slots--;
    if (!slot->call) {
        db_result_free(&slot->result);
        return NULL;
    }
    c->n_calls--;
    c->db->stats[c->lane].outstanding--;
    slot->call->is_pending = false;
    return slot->call;
}

/* The end of a call; NULL: it went well. */
static void connection_end(struct connection *c, struct db_call *call, const struct error *error)
{
    call->is_alone = false;
    if (error) {
        call->error = *error;
        c->db->stats[c->lane].failures++;
    }
    call->done(call);
}

void connection_deliver(struct connection *c, const struct error *error)
{
    struct connection_slot *slot = connection_slot(c, 0);
    struct db_call *call = connection_pop(c);

    if (!call)
        return;
    call->result = slot->result;
    slot->result.pg = NULL;
    connection_end(c, call, error);
}

/* The first words of a refusal; details and context may hold values of a row and stay out of the
 * log. */
static const char *connection_words(const struct db_result *r)
{
    const char *words = r->pg ? PQresultErrorField(r->pg, PG_DIAG_MESSAGE_PRIMARY) : NULL;

    return words ? words : "-";
}

static bool connection_is_good(const struct connection_slot *slot)
{
    ExecStatusType status = PQresultStatus(slot->result.pg);

    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

/* Why the statement of the slot was refused. */
static void connection_explain(struct connection *c, struct connection_slot *slot,
                               struct error *ret_err)
{
    (void)sqlstate_error(&slot->result, ret_err);
    if (!slot->call) {
        log_event(LOG_ERROR, "db_prepare_failed", arg_text("query", queries[slot->query].name),
                  arg_text("reason", connection_words(&slot->result)));
        c->is_prepared[slot->query] = false;
        c->prepare_error = *ret_err;
    } else if (strcmp(sqlstate_of(&slot->result), "26000") == 0 &&
               c->prepare_error.code != ERR_NONE) {
        *ret_err = c->prepare_error; /* not prepared, and this is why */
    } else if (ret_err->code == ERR_DB_REFUSED || ret_err->code == ERR_DB_DENIED) {
        log_event(LOG_ERROR, "db_query_failed", arg_text("query", queries[slot->query].name),
                  arg_text("reason", connection_words(&slot->result)));
    }
}

/* The first call was passed over for another group's sake: asks it again, beside nobody. */
static void connection_ask_again(struct connection *c)
{
    struct connection_slot *slot = connection_slot(c, 0);
    struct connection_again again = slot->again;
    enum db_query query = slot->query;
    struct db_call *call;
    struct db_params params;
    struct error err;

    db_result_free(&slot->result);
    call = connection_pop(c);
    group_params(&again, &params);
    call->is_alone = true;
    if (!db_query(c->db, c->lane, query, &params, call, &err))
        connection_end(c, call, &err);
    db_params_deinit(&params);
}

static const void *connection_group(struct connection *c, int i)
{
    const struct connection_slot *slot = connection_slot(c, i);

    return slot->call ? slot->call->group : NULL;
}

/* The sync of the first slots came back: what they did is committed or undone, all of it. Those
 * after the refused one were passed over, and say so. */
static void connection_finish(struct connection *c)
{
    struct error err = {0};
    const void *refused = NULL; /* the group of the refused one */
    int n = 0;

    do {
        struct connection_slot *slot = connection_slot(c, n);

        if (err.code == ERR_NONE && !connection_is_good(slot)) {
            connection_explain(c, slot, &err);
            refused = connection_group(c, n);
        }
    } while (!connection_slot(c, n++)->is_last);
    c->n_answered = 0;
    for (; n > 0; n--) {
        bool is_own =
            !refused || connection_group(c, 0) == refused; /* of whom the refusal speaks */

        if (err.code != ERR_NONE && is_own)
            connection_deliver(c, &err);
        else if (connection_is_good(connection_slot(c, 0)))
            connection_deliver(c, NULL);
        else
            connection_ask_again(c);
    }
}

/* Keeps a result for the call it belongs to. An error after the rows of the last one is the commit
 * that failed: the later word counts. */
static void connection_keep(struct connection *c, PGresult *result)
{
    int i = c->n_answered;
    struct connection_slot *slot;

    if (i > 0 && connection_slot(c, i - 1)->is_last)
        i--;
    slot = connection_slot(c, i);
    db_result_free(&slot->result);
    slot->result.pg = result;
}

/* Does all that was answered wait for a sync that has not left yet? The server tells of a refusal
 * at once, and a group may be sent before its sync: libpq flushes when it is asked to read. */
static bool connection_is_ahead(const struct connection *c)
{
    return c->open_group && c->n_answered == c->n_slots;
}

bool connection_read(struct connection *c)
{
    PGresult *result;
    int n_ends = 0;

    if (!PQconsumeInput(c->pg))
        return false;
    c->heard_at = uv_now(c->db->loop);
    while (c->pg && c->n_slots > 0 && !connection_is_ahead(c) && !PQisBusy(c->pg)) {
        result = PQgetResult(c->pg);
        if (!result) { /* the end of one statement's results: the next one's or its sync follow */
            if (++n_ends > 1 || PQstatus(c->pg) == CONNECTION_BAD)
                return false;
            c->n_answered++;
            continue;
        }
        n_ends = 0;
        if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
            PQclear(result);
            connection_finish(c);
            continue;
        }
        connection_keep(c, result);
        if (PQstatus(c->pg) == CONNECTION_BAD)
            return false;
    }
    return !c->pg || PQstatus(c->pg) == CONNECTION_OK;
}
