/* Strict, incremental reader of HTTP/1.1 requests (RFC 9112). It takes what the RFC demands of a
 * server and nothing more: wherever two programs could read the same bytes in two ways, the request
 * is refused, for that is what request smuggling lives on. Bytes may arrive in any pieces. Memory
 * is bounded by the limits; the head is stored once and handed out as terminated strings. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
    HTTP_METHOD_COUNT
};

const char *http_method_word(enum http_method method); /* "GET" */

struct http_limits {
    size_t line_len;   /* bytes of the request line, its line end not counted */
    size_t header_len; /* bytes of all field lines and trailers, line ends counted */
    size_t n_headers;  /* field lines, trailers too; at most HTTP_HEADERS_MAX */
    size_t body_len;   /* bytes of the body, decoded */
};

#define HTTP_HEADERS_MAX    100
#define HTTP_LIMITS_DEFAULT ((struct http_limits){8192, 16384, 64, 1 << 20})
#define HTTP_CHUNK_EXT_MAX  256 /* bytes of chunk extensions in one body; they are ignored */

struct http_header {
    const char *name;  /* lower case */
    const char *value; /* trimmed; may hold bytes above 127, never a control character but tab */
};

/* Plain data: read the fields in the first part once http_reader_feed() said HTTP_READ_HEAD. */
struct http_reader {
    enum http_method method;
    int minor;   /* HTTP/1.minor: 0 or 1 */
    char *path;  /* raw, begins with '/', or is "*"; writable, the reader does not look again */
    char *query; /* raw, after '?'; NULL when there is no '?'; writable */
    const char *host; /* NULL only with HTTP/1.0 */
    struct http_header headers[HTTP_HEADERS_MAX];
    size_t n_headers;
    bool is_keep_alive;   /* the client allows another request on this connection */
    bool is_chunked;      /* the body's length is known at its end */
    bool wants_continue;  /* "Expect: 100-continue" on a request that has a body */
    uint64_t content_len; /* announced; 0 when chunked or absent */
    struct buffer body;   /* decoded; complete after HTTP_READ_DONE */

    /* Private. */
    struct http_limits limits;
    struct buffer head;
    struct {
        uint32_t name, value;
    } at[HTTP_HEADERS_MAX]; /* offsets into head while it grows */
    uint32_t target_at, token_at;
    uint64_t n_read, line_len, header_len, left;
    size_t n_fields, n_digits, ext_len;
    int state;
};

enum http_read {
    HTTP_READ_MORE,    /* all bytes used, the request goes on */
    HTTP_READ_HEAD,    /* said once, after the empty line; feed the rest to go on */
    HTTP_READ_DONE,    /* the request is complete; further bytes belong to the next one */
    HTTP_READ_REFUSED, /* see err; the connection must be closed after the reply */
};

void http_reader_init(struct http_reader *r, const struct http_limits *limits);
void http_reader_deinit(
    struct http_reader *r); /* frees head and body; the reader may be initialised again */

/* Reads some bytes.
 *
 *   ret_used   how many of `len` were used; always set; less than `len` after HEAD, DONE and
 * REFUSED
 *
 * Errors: HTTP_SYNTAX {part} {position}, HTTP_HOST, HTTP_FRAMING, HTTP_TRANSFER_CODING,
 * HTTP_VERSION, HTTP_METHOD, HTTP_LINE_TOO_LONG, HTTP_HEADER_TOO_LONG, HTTP_TOO_MANY_HEADERS,
 * HTTP_BODY_TOO_LONG, HTTP_EXPECTATION, NO_MEMORY. */
enum http_read http_reader_feed(struct http_reader *r, const char *bytes, size_t len,
                                size_t *ret_used, struct error *err);

/* Sets the body limit of the route, after HTTP_READ_HEAD. Errors: HTTP_BODY_TOO_LONG {limit}. */
MUST_CHECK
bool http_reader_limit_body(struct http_reader *r, size_t len, struct error *err);

bool http_reader_is_started(const struct http_reader *r); /* has seen a byte of a request */
bool http_reader_has_head(const struct http_reader *r);   /* HTTP_READ_HEAD was said */

/* Value of the first field of that lower-case name, or NULL; ret_n (may be NULL) counts them. */
const char *http_reader_header(const struct http_reader *r, const char *name, size_t *ret_n);
