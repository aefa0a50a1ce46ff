/* Writes HTTP/1.1 replies into a buffer. Whoever composes a reply calls, in this order: status,
 * fields, one of the framing calls, and then adds the body. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

const char *http_reason(int status); /* "Not Found"; "" for one we do not know */

void http_write_status(struct buffer *b, int status);

/* One field line. A name that is no token or a value with a control character fails the buffer: a
 * value made from data must never be able to begin a line of its own. */
void http_write_field(struct buffer *b, const char *name, const char *value);
void http_write_number(struct buffer *b, const char *name, uint64_t value);

/* "Date: Tue, 30 Aug 2022 03:00:00 GMT"; at is microseconds, UTC. */
void http_write_date(struct buffer *b, int64_t at);

#define HTTP_DATE_MAX 30
void http_date_format(int64_t at, char buf[HTTP_DATE_MAX]); /* "Tue, 30 Aug 2022 03:00:00 GMT" */

void http_write_end(struct buffer *b); /* the empty line that ends the head */

/* Chunked body: chunks of data, then the end. An empty chunk writes nothing. */
void http_write_chunk(struct buffer *b, const void *bytes, size_t len);
void http_write_last_chunk(struct buffer *b);

bool http_status_has_body(int status); /* false for 1xx, 204 and 304 */
