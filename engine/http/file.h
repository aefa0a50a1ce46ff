/* A reply whose body is too large to be held: the server asks for it piece by piece, the next one
 * when the client has taken the one before, so that a slow reader costs one piece. */
#pragma once
#include "http/stream.h"

/* The next piece is wanted: answered by http_file_send() or http_file_abort(), now or later. */
typedef void http_file_wanted(struct http_stream *s, void *user);

#define HTTP_FILE_LEN_UNKNOWN UINT64_MAX

/* Answers the exchange with the head of a file of `len` bytes (more than 0), or of one that is made
 * while it is sent (HTTP_FILE_LEN_UNKNOWN): in chunks, so that a client knows half a file from a
 * whole one, and HTTP/1.0 is refused. Takes the exchange over even when it refuses: then NULL is
 * returned, and neither function is called. on_closed: the client left before the end; not called
 * after the last piece, nor after http_file_end() or http_file_abort(). */
struct http_stream *http_file_open(struct http_exchange *x, const char *content_type, uint64_t len,
                                   const struct http_field *extra, http_file_wanted *on_wanted,
                                   http_stream_closed *on_closed, void *user);

/* Sends a piece; after the last one the stream is gone. Returns whether it was the last: of a file
 * of unknown length none is, and every piece has at least a byte. */
bool http_file_send(struct http_stream *s, const void *bytes, size_t len);
/* Ends a file of unknown length instead of a piece; the stream is gone. */
void http_file_end(struct http_stream *s);
/* The rest cannot be had: the connection is cut, so that nobody takes half a file for a whole. */
void http_file_abort(struct http_stream *s);
