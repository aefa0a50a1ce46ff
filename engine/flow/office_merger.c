/* See office_merger.h: the request. A preview may be asked for any time; applied is a merger from
 * its day on, and then at once: the daemon keeps no promise to do it at midnight. */
#include "flow/office_merger.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/instant.h"
#include "flow/app.h"
#include "flow/edit.h"
#include "flow/job.h"
#include "wire/message.h"

struct merger {
    struct request base;
    struct wire_office_merger in;
    int64_t from[MERGER_PAIRS_MAX], to[MERGER_PAIRS_MAX];
};

enum { MERGER_PARSE, MERGER_SEND, MERGER_ORDERED, MERGER_RELOADED, MERGER_REPLY };

static enum step_result merger_parse(struct request *req)
{
    struct merger *m = container_of(req, struct merger, base);

    if (!request_json(req) ||
        !wire_office_merger_decode(req->json, req->arena, &m->in, &req->error))
        return request_fail(req);
    return request_wait(req, MERGER_SEND);
}

static bool find_office(struct request *req, const char *field, const char *key, int64_t *ret)
{
    const struct office_ref *o = reference_office_by_key(req->reference, key);

    if (!o)
        return error_set(&req->error, ERR_OFFICE_UNKNOWN, arg_text("field", field),
                         arg_text("value", key));
    *ret = o->id;
    return true;
}

static bool is_pair_sound(const struct merger *m, size_t i)
{
    if (m->from[i] == m->to[i])
        return false;
    for (size_t k = 0; k < m->in.n_pairs; k++)
        if ((k != i && m->from[k] == m->from[i]) || m->from[k] == m->to[i])
            return false;
    return true;
}

static bool check_successor(struct merger *m, size_t i)
{
    struct request *req = &m->base;
    const struct office_ref *o = reference_office(req->reference, m->to[i]);

    if (!reference_calendar(req->reference, o->id) &&
        reference_calendar(req->reference, m->from[i]))
        return error_set(&req->error, ERR_OFFICE_NO_CALENDAR, arg_text("value", o->key));
    /* Does it work on the day? One that has ended is told by the database, unless the same merger
     * was made before. */
    return o->valid_to != DATE_NONE ||
           reference_office_lives(req->reference, o, "pairs", m->in.effective_on, &req->error);
}

static bool check_child(struct merger *m, const struct office_ref *o)
{
    bool is_below = false;

    for (size_t i = 0; i < m->in.n_pairs; i++) {
        if (m->from[i] == o->id)
            return true;
        is_below = is_below || m->from[i] == o->parent_id;
    }
    return !is_below || o->valid_to != DATE_NONE ||
           error_set(&m->base.error, ERR_MERGER_CHILD, arg_text("value", o->key));
}

static bool check(struct merger *m)
{
    struct request *req = &m->base;
    const struct reference *r = req->reference;

    if (!request_require(req, GRANT_EDIT_RULES, 0))
        return false;
    if (!m->in.preview && m->in.effective_on > instant_date(req->now, req->zone_s))
        return error_set(&req->error, ERR_MERGER_AHEAD, arg_date("on", m->in.effective_on));
    if (!m->in.n_pairs)
        return error_set(&req->error, ERR_FIELD_REQUIRED, arg_text("field", "pairs"));
    for (size_t i = 0; i < m->in.n_pairs; i++)
        if (!find_office(req, "pairs", m->in.pairs[i].from, &m->from[i]) ||
            !find_office(req, "pairs", m->in.pairs[i].to, &m->to[i]))
            return false;
    for (size_t i = 0; i < m->in.n_pairs; i++) {
        if (!is_pair_sound(m, i))
            return error_set(
                &req->error, ERR_MERGER_PAIR,
                arg_text("value", arena_printf(req->arena, "%s -> %s", m->in.pairs[i].from,
                                               m->in.pairs[i].to)));
        if (!check_successor(m, i))
            return false;
    }
    for (int i = 0; i < r->n_offices; i++)
        if (!check_child(m, &r->offices[i]))
            return false;
    return true;
}

/* Names a merger by what it does, so that the same one ordered twice is one. */
static const char *merger_key(struct merger *m)
{
    unsigned char hash[DIGEST_LEN];
    char hex[2 * DIGEST_LEN + 1], on[INSTANT_TEXT_MAX];
    struct buffer b = {0};

    date_format(m->in.effective_on, on);
    for (size_t i = 0; i < m->in.n_pairs; i++)
        buffer_printf(&b, "%lld>%lld;", (long long)m->from[i], (long long)m->to[i]);
    digest_sha256(b.data ? b.data : "", b.len, hash);
    buffer_deinit(&b);
    hex_encode(hash, sizeof hash, hex);
    return arena_printf(m->base.arena, "%s:%.32s", on, hex);
}

static bool order_preview(struct merger *m)
{
    struct request *req = &m->base;
    char on[INSTANT_TEXT_MAX];
    struct buffer b = {0};
    const char *key, *text;

    date_format(m->in.effective_on, on);
    buffer_printf(&b, "{\"effective_on\":\"%s\",\"changes\":[", on);
    for (size_t i = 0; i < m->in.n_pairs; i++)
        buffer_printf(&b, "%s{\"from\":%lld,\"to\":%lld,\"change\":0}", i ? "," : "",
                      (long long)m->from[i], (long long)m->to[i]);
    buffer_text(&b, "]}");
    text = b.is_failed ? NULL : arena_strndup(req->arena, b.data, b.len);
    buffer_deinit(&b);
    key = arena_printf(req->arena, "%s:%lld", merger_key(m), (long long)req->now);
    return (text && key && job_create_send(req, 0, JOB_OFFICE_MERGER_PREVIEW, key, text)) ||
           req->error.code != ERR_NONE ||
           error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "merger"));
}

static enum step_result merger_send(struct request *req)
{
    struct merger *m = container_of(req, struct merger, base);
    struct db_params p;
    bool sent;

    if (!check(m))
        return request_fail(req);
    if (m->in.preview)
        return order_preview(m) && req->error.code == ERR_NONE ? request_wait(req, MERGER_REPLY)
                                                               : request_fail(req);
    db_params_init(&p);
    db_put_int8_array(&p, m->from, (int)m->in.n_pairs);
    db_put_int8_array(&p, m->to, (int)m->in.n_pairs);
    db_put_date(&p, m->in.effective_on);
    db_put_int8(&p, req->principal.officer_id);
    db_put_text(&p, m->in.source);
    db_put_text(&p, m->in.reason);
    db_put_instant(&p, req->now);
    db_put_text(&p, merger_key(m));
    sent = request_query(req, 0, DB_LANE_JOB, DB_OFFICE_MERGE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, MERGER_ORDERED) : request_fail(req);
}

static enum step_result merger_ordered(struct request *req)
{
    const struct db_result *r = &request_result(req, 0)->result;
    const char *word = db_text_or_empty(r, 0, 0), *about = db_text_or_empty(r, 0, 2);
    const struct office_ref *o = reference_office_by_key(req->reference, about);

    if (!strcmp(word, "under_way")) {
        error_set(&req->error, ERR_MERGER_UNDER_WAY, arg_text("path", "/api/v1/jobs"));
    } else if (!strcmp(word, "child")) {
        error_set(&req->error, ERR_MERGER_CHILD, arg_text("value", about));
    } else if (!strcmp(word, "ended")) {
        if (!o || reference_office_lives(req->reference, o, "pairs", INT32_MAX, &req->error))
            error_set(&req->error, ERR_OFFICE_UNKNOWN, arg_text("field", "pairs"),
                      arg_text("value", about));
    } else if (job_read_send(req, 1, db_int(r, 0, 1))) {
        return edit_reload(req, MERGER_RELOADED);
    }
    return request_fail(req);
}

static enum step_result merger_reloaded(struct request *req)
{
    return job_reply(req, 1);
}

static enum step_result merger_previewed(struct request *req)
{
    return job_reply(req, 0);
}

static const struct step merger_steps[] = {
    [MERGER_PARSE] = {"parse", merger_parse},
    [MERGER_SEND] = {"send", merger_send},
    [MERGER_ORDERED] = {"ordered", merger_ordered},
    [MERGER_RELOADED] = {"reloaded", merger_reloaded},
    [MERGER_REPLY] = {"reply", merger_previewed},
};
const struct use_case use_case_office_merger = {"office merger", sizeof(struct merger),
                                                merger_steps, false, 0};

/* ---- what both jobs share ---- */

bool merger_plan_read(struct request *req, struct merger_plan *ret)
{
    const cJSON *on = cJSON_GetObjectItemCaseSensitive(req->json, "effective_on"), *row;

    memset(ret, 0, sizeof *ret);
    if (!cJSON_IsString(on) || !date_parse(on->valuestring, &ret->effective_on))
        return error_set(&req->error, ERR_FIELD_REQUIRED, arg_text("field", "effective_on"));
    cJSON_ArrayForEach (row, cJSON_GetObjectItemCaseSensitive(req->json, "changes")) {
        const cJSON *from = cJSON_GetObjectItemCaseSensitive(row, "from");
        const cJSON *to = cJSON_GetObjectItemCaseSensitive(row, "to");
        const cJSON *change = cJSON_GetObjectItemCaseSensitive(row, "change");

        if (ret->n == MERGER_PAIRS_MAX || !cJSON_IsNumber(from) || !cJSON_IsNumber(to) ||
            !cJSON_IsNumber(change))
            return error_set(&req->error, ERR_FIELD_REQUIRED, arg_text("field", "changes"));
        ret->rows[ret->n] = (struct succession){
            (int64_t)from->valuedouble, (int64_t)to->valuedouble, (int64_t)change->valuedouble};
        ret->from[ret->n] = ret->rows[ret->n].from;
        ret->n++;
    }
    return true;
}

bool merger_result(struct request *req, const struct merger_plan *plan, int64_t dossiers,
                   int64_t letters, int64_t recomputed, int64_t failed)
{
    struct wire_office_merger_result out;

    wire_office_merger_result_init(&out);
    out.effective_on = plan->effective_on;
    out.offices = plan->n;
    out.dossiers = dossiers;
    out.letters = letters;
    out.recomputed = recomputed;
    out.failed = failed;
    out.is_preview = recomputed == INTEGER_NONE;
    return wire_office_merger_result_encode(&out, req->zone_s, &req->body, &req->error);
}
