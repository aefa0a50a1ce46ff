/* A reply that its request writes while it goes on: each piece when the client has taken the one
 * before, so that a reply of any size costs one piece of memory and a slow reader slows the reading
 * of the database, nothing else. What fails breaks the transfer off: nobody takes half a list for a
 * whole one. */
#pragma once
#include "flow/request.h"
#include "http/file.h"

struct stream_reply {
    struct request *req;        /* private, as all below */
    struct http_stream *stream; /* NULL: not open yet, or ended */
    const char *what, *trace;   /* for the log of reads; what NULL: the route needs none */
    bool is_wanted, is_waiting;
};

/* Answers with the head of a file named `file`, of `len` bytes or HTTP_FILE_LEN_UNKNOWN. From here
 * on req->http is gone; texts of the query that are still needed were copied before. False: the
 * exchange was refused and answered, and the request ends (STEP_DONE). */
bool stream_reply_open(struct request *req, struct stream_reply *s, const char *type,
                       const char *file, uint64_t len);

/* Logs the dossiers shown since the last piece, sends `piece` (taken over; empty: nothing is sent)
 * and goes on with `step` once the client took it. */
enum step_result stream_reply_send(struct request *req, struct stream_reply *s,
                                   struct buffer *piece, int step);
/* The end of a reply of unknown length. */
enum step_result stream_reply_end(struct request *req, struct stream_reply *s);

/* For on_free of the use case: breaks off what did not end. */
void stream_reply_free(struct stream_reply *s);
