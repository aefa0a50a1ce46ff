/* A live stream: a reply of server-sent events that stays open. The owner writes events when it has
 * some; the server adds a heartbeat, and drops a client that reads too slowly (the client
 * reconnects with Last-Event-ID and loses nothing). */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "http/exchange.h"

struct http_stream;

/* Called once, from the loop, when the client left, was too slow, or the server stops; the stream
 * is gone when it returns. Not called after http_stream_close(). */
typedef void http_stream_closed(struct http_stream *s, void *user);

/* Answers the exchange with an open stream. Takes the exchange over even when it refuses: then the
 * client got 503 (too many streams) or is gone, NULL is returned, and on_closed is never called. */
struct http_stream *http_stream_open(struct http_exchange *x, const struct http_field *extra,
                                     http_stream_closed *on_closed, void *user);

/* Queues one event.
 *
 *   id, event  visible characters, or NULL
 *   data       UTF-8; a line break inside makes further data lines
 *
 * Never closes the stream from inside the call: one that is too slow is closed at the next turn. */
void http_stream_send(struct http_stream *s, const char *id, const char *event, const char *data,
                      size_t len);

/* Between the two calls events gather and leave together: one record, one write. */
void http_stream_hold(struct http_stream *s);
void http_stream_release(struct http_stream *s);

size_t http_stream_backlog(const struct http_stream *s); /* bytes not yet taken by the system */
void http_stream_close(struct http_stream *s);           /* ends the reply; the owner forgets it */
