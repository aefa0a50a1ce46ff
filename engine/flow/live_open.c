/* The request that becomes a stream. Steps: parse and ask where the feed is -> open. */
#include <stdio.h>
#include <stdlib.h>

#include "flow/live_impl.h"
#include "flow/offices.h"
#include "flow/session.h"
#include "wire/message.h"

struct opening {
    struct request base;
    struct wire_live_query in;
    struct live_opening of;
};

/* Where the client says it stands: what it was told last before the line broke counts more than
 * the address it was opened with. A text that is no place of ours is an unknown one. */
static void read_place(struct opening *o)
{
    const char *text = o->base.http->last_event_id;

    if (!text || !*text)
        text = o->in.after;
    o->of.has_place = text && *text;
    if (o->of.has_place && !live_place_parse(text, &o->of.place))
        o->of.place = live_place_boundary(UINT64_MAX);
}

static enum step_result stream_parse(struct request *req)
{
    struct opening *o = container_of(req, struct opening, base);
    char xid[24];
    struct db_params p;
    bool sent;

    if (!codec_decode_pairs(&message_live_query, req->http->query, req->http->n_query, req->arena,
                            &o->in, &req->error))
        return request_fail(req);
    read_place(o);
    snprintf(xid, sizeof xid, "%llu", (unsigned long long)o->of.place.xid);
    db_params_init(&p);
    db_put_text(&p, o->of.has_place ? xid : NULL);
    db_put_int8(&p, o->of.place.row);
    sent = request_query(req, 0, DB_LANE_READ, DB_FEED_BEGIN, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, 1) : request_fail(req);
}

static enum step_result stream_open(struct request *req)
{
    struct opening *o = container_of(req, struct opening, base);
    const struct db_result *r = &request_result(req, 0)->result;
    struct http_exchange *x = req->exchange;
    bool is_all;
    int n;

    if (!offices_readable(req, GRANT_READ_DOSSIER, NULL, &n, &is_all))
        return request_fail(req);
    if (!req->app->live || !session_token_hash(req->http, o->of.token_hash)) {
        error_set(&req->error, ERR_HTTP_BUSY, arg_text("what", "stream"));
        return request_fail(req);
    }
    o->of.boundary = strtoull(db_text_or_empty(r, 0, 0), NULL, 10);
    o->of.is_known = db_bool(r, 0, 1);
    o->of.officer_id = req->principal.officer_id;
    req->exchange = NULL; /* the stream's from here on */
    live_open(req->app->live, x, &o->of);
    return STEP_DONE;
}

static const struct step stream_steps[] = {{"parse", stream_parse}, {"open", stream_open}};
const struct use_case use_case_stream = {"stream", sizeof(struct opening), stream_steps, false, 0};
