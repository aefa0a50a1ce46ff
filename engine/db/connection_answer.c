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

static struct connection_slot connection_pop(struct connection *c)
{
    struct connection_slot slot = *connection_slot(c, 0);

    c->first = (c->first + 1) % CONNECTION_CALLS_MAX;
    c->n_slots--;
    return slot;
}

/* It is no longer this connection's. */
static void connection_release(struct connection *c, struct db_call *call)
{
    c->n_calls--;
    c->n_slow -= !queries[call->query].is_quick;
    c->db->stats[c->lane].outstanding--;
    call->is_pending = false;
    call->next = NULL;
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

void connection_end_all(struct connection *c, struct db_call *first, const struct error *why)
{
    for (struct db_call *call = first, *next; call; call = next) {
        next = call->next;
        connection_release(c, call);
        connection_end(c, call, why);
    }
}

void connection_refuse(struct connection *c, const struct error *why)
{
    struct connection_slot slot = connection_pop(c);

    db_result_free(&slot.result);
    connection_end_all(c, slot.call, why);
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

/* A call that was passed over for another's sake: asks it again, beside nobody. */
static void connection_ask_again(struct connection *c, struct db_call *call)
{
    struct db_params params;
    struct error err;

    db_result_free(&call->result);
    group_params(&call->kept, &params);
    call->is_alone = true;
    if (!db_query(c->db, c->lane, call->query, &params, call, &err))
        connection_end(c, call, &err);
    db_params_deinit(&params);
}

/* Whose the i-th statement is; NULL: nobody's, the connection: several groups'. */
static const void *connection_group(struct connection *c, int i)
{
    const struct connection_slot *slot = connection_slot(c, i);
    const void *ret = slot->call ? slot->call->group : NULL;

    for (const struct db_call *call = slot->call; call; call = call->next)
        if (call->group != ret)
            ret = c;
    return ret;
}

/* Answers the calls of the first statement. `err`: its transaction was refused, because of
 * `refused` (as connection_group()): of that group the refusal speaks, or where it is nobody, of
 * all. */
static void connection_answer(struct connection *c, const struct error *err, const void *refused)
{
    struct connection_slot slot = connection_pop(c);
    bool is_good = connection_is_good(&slot);
    struct db_share *share = is_good && slot.n > 1 ? db_share_new(slot.result.pg, slot.n) : NULL;
    struct error no_memory = {0};

    if (is_good && slot.n > 1 && !share) {
        (void)error_set(&no_memory, ERR_NO_MEMORY, arg_text("what", queries[slot.query].name));
        err = &no_memory;
        refused = NULL;
    }
    if (slot.n != 1 && !share)
        db_result_free(&slot.result);
    for (struct db_call *call = slot.call, *next; call; call = next) {
        bool is_own = !refused || call->group == refused;

        next = call->next;
        connection_release(c, call);
        if (share)
            db_share_next(share, &call->result);
        else
            call->result = slot.result;
        if (err && is_own)
            connection_end(c, call, err);
        else if (is_good)
            connection_end(c, call, NULL);
        else
            connection_ask_again(c, call);
    }
}

/* The sync of the first slots came back: what they did is committed or undone, all of it. Those
 * after the refused one were passed over, and say so. */
static void connection_finish(struct connection *c)
{
    struct error err = {0};
    const void *refused = NULL;
    int n = 0;

    do {
        struct connection_slot *slot = connection_slot(c, n);

        if (err.code == ERR_NONE && !connection_is_good(slot)) {
            connection_explain(c, slot, &err);
            refused = connection_group(c, n);
        }
    } while (!connection_slot(c, n++)->is_last);
    c->n_answered = 0;
    for (; n > 0; n--)
        connection_answer(c, err.code != ERR_NONE ? &err : NULL, refused);
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
