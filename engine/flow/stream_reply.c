/* See stream_reply.h. */
#include "flow/stream_reply.h"

#include "base/clock.h"
#include "base/log.h"
#include "flow/app.h"
#include "flow/read_log.h"
#include "wire/routes.h"

#define STATUS_LEFT                                                                                \
    499 /* the client left: resume() ends the request with the next thing that comes back */

static void go_on(struct stream_reply *s)
{
    if (!s->is_waiting)
        return;
    s->is_waiting = false;
    request_release(s->req);
}

static void on_wanted(struct http_stream *stream, void *user)
{
    struct stream_reply *s = user;

    (void)stream;
    s->is_wanted = true;
    go_on(s);
}

static void on_closed(struct http_stream *stream, void *user)
{
    struct stream_reply *s = user;

    (void)stream;
    s->stream = NULL;
    s->req->status = STATUS_LEFT;
    go_on(s);
}

bool stream_reply_open(struct request *req, struct stream_reply *s, const char *type,
                       const char *file, uint64_t len)
{
    const struct http_field extra[] = {
        {"Content-Disposition", arena_printf(req->arena, "attachment; filename=\"%s\"", file)},
        {NULL, NULL}};
    struct http_exchange *x = req->exchange;

    s->req = req;
    s->what = read_words[req->http->handler];
    s->trace = arena_strdup(req->arena, req->http->trace);
    req->exchange = NULL; /* the stream's from here on */
    req->http = NULL;
    s->stream = http_file_open(x, type, len, extra, on_wanted, on_closed, s);
    return s->stream != NULL;
}

/* What a piece shows is logged before it goes out, as of any other reply. */
static bool log_shown(struct request *req, struct stream_reply *s)
{
    struct read_row row = {.at = clock_real(),
                           .officer_id = req->principal.officer_id,
                           .what = s->what,
                           .dossiers = req->shown,
                           .n_dossiers = req->n_shown,
                           .trace = s->trace};
    bool is_needed = s->what && req->n_shown > 0 && req->app->reads;

    req->n_shown = 0;
    return !is_needed || read_log_add(req->app->reads, &row, &req->error);
}

enum step_result stream_reply_send(struct request *req, struct stream_reply *s,
                                   struct buffer *piece, int step)
{
    if (piece->is_failed)
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "reply"));
    if (piece->is_failed || !log_shown(req, s)) {
        buffer_deinit(piece);
        return request_fail(req);
    }
    if (piece->len) {
        s->is_wanted = false;
        if (http_file_send(s->stream, piece->data, piece->len))
            s->stream = NULL;
    }
    buffer_clear(piece);
    if (!s->stream)
        return STEP_DONE;
    if (s->is_wanted)
        return request_next(req, step);
    s->is_waiting = true;
    request_hold(req);
    return request_wait(req, step);
}

enum step_result stream_reply_end(struct request *req, struct stream_reply *s)
{
    (void)req;
    http_file_end(s->stream);
    s->stream = NULL;
    return STEP_DONE;
}

void stream_reply_free(struct stream_reply *s)
{
    if (!s->stream)
        return;
    if (s->req->error.code != ERR_NONE)
        log_error(LOG_ERROR, s->req->use_case->name, &s->req->error);
    http_file_abort(s->stream);
    s->stream = NULL;
}
