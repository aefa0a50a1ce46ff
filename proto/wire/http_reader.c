/* The reader: one state for each place in the grammar, one function for each family of states.
 * Bytes of the head are stored as terminated strings as they pass, fields as offsets, since the
 * buffer may move while it grows; http_reader_end_head() turns them into pointers once. */
#include "wire/http_reader.h"

#include <string.h>

#include "wire/http_head.h"

enum {
    AT_START, /* nothing read; one empty line is forgiven (RFC 9112, 2.2) */
    AT_START_LF,
    AT_METHOD,
    AT_TARGET,
    AT_VERSION,
    AT_LINE_LF,
    AT_FIELD, /* at the first byte of a line: a name, or the CR of the empty line */
    AT_NAME,
    AT_BLANK, /* after the colon */
    AT_VALUE,
    AT_VALUE_LF,
    AT_HEAD_LF,
    AT_BODY,
    AT_CHUNK_SIZE,
    AT_CHUNK_EXT,
    AT_CHUNK_SIZE_LF,
    AT_CHUNK_DATA,
    AT_CHUNK_DATA_CR,
    AT_CHUNK_DATA_LF,
    AT_TRAILER,
    AT_TRAILER_NAME,
    AT_TRAILER_VALUE,
    AT_TRAILER_LF,
    AT_END_LF,
    AT_DONE,
    AT_REFUSED,
};

static const char *const method_words[HTTP_METHOD_COUNT] = {
    [HTTP_GET] = "GET",         [HTTP_HEAD] = "HEAD",   [HTTP_POST] = "POST",
    [HTTP_PUT] = "PUT",         [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
    [HTTP_OPTIONS] = "OPTIONS",
};

const char *http_method_word(enum http_method method)
{
    return method_words[method];
}

void http_reader_init(struct http_reader *r, const struct http_limits *limits)
{
    assert(limits->n_headers <= HTTP_HEADERS_MAX);
    memset(r, 0, offsetof(struct http_reader, headers));
    memset((char *)r + offsetof(struct http_reader, n_headers), 0,
           sizeof *r - offsetof(struct http_reader, n_headers));
    r->limits = *limits;
}

void http_reader_deinit(struct http_reader *r)
{
    buffer_deinit(&r->head);
    buffer_deinit(&r->body);
}

bool http_reader_is_started(const struct http_reader *r)
{
    return r->state != AT_START;
}

bool http_reader_has_head(const struct http_reader *r)
{
    return r->state >= AT_BODY && r->state != AT_REFUSED;
}

const char *http_reader_header(const struct http_reader *r, const char *name, size_t *ret_n)
{
    const char *value = NULL;
    size_t n = 0;

    for (size_t i = 0; i < r->n_headers; i++) {
        if (strcmp(r->headers[i].name, name) != 0)
            continue;
        if (!n++)
            value = r->headers[i].value;
        if (!ret_n)
            break;
    }
    if (ret_n)
        *ret_n = n;
    return value;
}

static bool reader_refuse(const struct http_reader *r, const char *part, struct error *err)
{
    return error_set(err, ERR_HTTP_SYNTAX, arg_text("part", part),
                     arg_number("position", r->n_read));
}

/* The bytes are there already: http_reader_feed() reserved as many as it was given. */
static void reader_store(struct http_reader *r, char c)
{
    r->head.data[r->head.len++] = c;
}

/* ---- request line ---- */

static bool reader_end_method(struct http_reader *r, struct error *err)
{
    reader_store(r, '\0');
    for (int m = 0; m < HTTP_METHOD_COUNT; m++)
        if (!strcmp(r->head.data, method_words[m])) {
            r->method = (enum http_method)m;
            r->target_at = (uint32_t)r->head.len;
            r->state = AT_TARGET;
            return true;
        }
    return error_set(err, ERR_HTTP_METHOD, arg_text("method", r->head.data));
}

static bool reader_end_version(struct http_reader *r, struct error *err)
{
    const char *version = r->head.data + r->token_at;

    reader_store(r, '\0');
    if (strncmp(version, "HTTP/", 5) != 0 || strlen(version) != 8 || version[6] != '.' ||
        version[5] < '0' || version[5] > '9' || version[7] < '0' || version[7] > '9')
        return reader_refuse(r, "HTTP-version", err);
    if (version[5] != '1' || version[7] > '1')
        return error_set(err, ERR_HTTP_VERSION, arg_text("value", version));
    r->minor = version[7] - '0';
    r->state = AT_LINE_LF;
    return true;
}

static bool reader_line_byte(struct http_reader *r, char c, struct error *err)
{
    if (r->state == AT_START) {
        if (c == '\r') {
            r->state = AT_START_LF;
            return true;
        }
        r->state = AT_METHOD;
    } else if (r->state == AT_START_LF || r->state == AT_LINE_LF) {
        if (c != '\n')
            return reader_refuse(r, "line end", err);
        r->state = r->state == AT_LINE_LF ? AT_FIELD : AT_METHOD;
        return true;
    }
    if (c != '\r' && ++r->line_len > r->limits.line_len)
        return error_set(err, ERR_HTTP_LINE_TOO_LONG, arg_number("limit", r->limits.line_len));
    if (r->state == AT_METHOD) {
        if (c == ' ' && r->head.len)
            return reader_end_method(r, err);
        if (!http_is_token((unsigned char)c))
            return reader_refuse(r, "method", err);
    } else if (r->state == AT_TARGET) {
        if (c == ' ' && r->head.len > r->target_at) {
            reader_store(r, '\0');
            r->token_at = (uint32_t)r->head.len;
            r->state = AT_VERSION;
            return true;
        }
        if (!http_is_target((unsigned char)c))
            return reader_refuse(r, "request-target", err);
    } else {
        if (c == '\r')
            return reader_end_version(r, err);
        if (c <= ' ' || c > '~')
            return reader_refuse(r, "HTTP-version", err);
    }
    reader_store(r, c);
    return true;
}

/* ---- fields ---- */

static bool reader_begin_field(struct http_reader *r, struct error *err)
{
    if (++r->n_fields > r->limits.n_headers)
        return error_set(err, ERR_HTTP_TOO_MANY_HEADERS, arg_number("limit", r->limits.n_headers));
    r->at[r->n_fields - 1].name = (uint32_t)r->head.len;
    return true;
}

static void reader_end_value(struct http_reader *r)
{
    uint32_t from = r->at[r->n_fields - 1].value;

    while (r->head.len > from &&
           (r->head.data[r->head.len - 1] == ' ' || r->head.data[r->head.len - 1] == '\t'))
        r->head.len--;
    reader_store(r, '\0');
}

/* A run of value bytes at once: they are most of every request. */
static size_t reader_value_run(struct http_reader *r, const char *bytes, size_t len)
{
    size_t n = 0;

    while (n < len) {
        unsigned char c = (unsigned char)bytes[n];

        if ((c < ' ' && c != '\t') || c == 127)
            break;
        n++;
    }
    if (n > r->limits.header_len - r->header_len)
        n = r->limits.header_len - r->header_len; /* the next byte meets the limit */
    memcpy(r->head.data + r->head.len, bytes, n);
    r->head.len += n;
    r->header_len += n;
    r->n_read += n;
    return n;
}

static bool reader_name_byte(struct http_reader *r, char c, struct error *err)
{
    if (c == ':' && r->state == AT_NAME) {
        reader_store(r, '\0');
        r->at[r->n_fields - 1].value = (uint32_t)r->head.len;
        r->state = AT_BLANK;
        return true;
    }
    if (!http_is_token((unsigned char)c)) /* also a blank before the colon, and a folded line */
        return reader_refuse(r, "field name", err);
    if (r->state == AT_FIELD && !reader_begin_field(r, err))
        return false;
    reader_store(r, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
    r->state = AT_NAME;
    return true;
}

static bool reader_field_byte(struct http_reader *r, char c, struct error *err)
{
    if (++r->header_len > r->limits.header_len)
        return error_set(err, ERR_HTTP_HEADER_TOO_LONG, arg_number("limit", r->limits.header_len));
    switch (r->state) {
    case AT_FIELD:
        if (c == '\r') {
            r->state = AT_HEAD_LF;
            return true;
        }
        return reader_name_byte(r, c, err);
    case AT_NAME:
        return reader_name_byte(r, c, err);
    case AT_BLANK:
        if (c == ' ' || c == '\t')
            return true;
        r->state = AT_VALUE;
        break;
    case AT_VALUE_LF:
        if (c != '\n')
            return reader_refuse(r, "line end", err);
        r->state = AT_FIELD;
        return true;
    default:
        break;
    }
    if (c == '\r') {
        reader_end_value(r);
        r->state = AT_VALUE_LF;
        return true;
    }
    if (((unsigned char)c < ' ' && c != '\t') || c == 127)
        return reader_refuse(r, "field value", err);
    reader_store(r, c);
    return true;
}

/* The empty line came: offsets become pointers, and the head is judged as a whole. */
static bool reader_end_head(struct http_reader *r, char c, struct error *err)
{
    if (c != '\n')
        return reader_refuse(r, "line end", err);
    if (++r->header_len > r->limits.header_len)
        return error_set(err, ERR_HTTP_HEADER_TOO_LONG, arg_number("limit", r->limits.header_len));
    r->n_headers = r->n_fields;
    for (size_t i = 0; i < r->n_headers; i++)
        r->headers[i] =
            (struct http_header){r->head.data + r->at[i].name, r->head.data + r->at[i].value};
    if (!http_head_judge(r, r->head.data + r->target_at, err))
        return false;
    r->left = r->content_len;
    r->state = r->is_chunked ? AT_CHUNK_SIZE : r->left ? AT_BODY : AT_DONE;
    return true;
}

bool http_reader_limit_body(struct http_reader *r, size_t len, struct error *err)
{
    r->limits.body_len = len;
    if (r->content_len > len)
        return error_set(err, ERR_HTTP_BODY_TOO_LONG, arg_number("limit", len));
    return true;
}

/* ---- body ---- */

static size_t reader_body_run(struct http_reader *r, const char *bytes, size_t len,
                              struct error *err)
{
    size_t n = len < r->left ? len : (size_t)r->left;

    buffer_add(&r->body, bytes, n);
    if (r->body.is_failed) {
        (void)error_set(err, ERR_NO_MEMORY, arg_text("what", "body"));
        return 0;
    }
    r->left -= n;
    r->n_read += n;
    if (!r->left)
        r->state = r->state == AT_BODY ? AT_DONE : AT_CHUNK_DATA_CR;
    return n;
}

static int reader_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool reader_size_byte(struct http_reader *r, char c, struct error *err)
{
    int digit = reader_digit(c);

    if (digit >= 0) {
        if (++r->n_digits > 15) /* leading zeros count: nobody needs them */
            return reader_refuse(r, "chunk size", err);
        r->left = r->left * 16 + (unsigned)digit;
        if (r->left > r->limits.body_len - r->body.len)
            return error_set(err, ERR_HTTP_BODY_TOO_LONG, arg_number("limit", r->limits.body_len));
        return true;
    }
    if (!r->n_digits || (c != ';' && c != '\r'))
        return reader_refuse(r, "chunk size", err);
    r->state = c == ';' ? AT_CHUNK_EXT : AT_CHUNK_SIZE_LF;
    return true;
}

static bool reader_chunk_byte(struct http_reader *r, char c, struct error *err)
{
    switch (r->state) {
    case AT_CHUNK_SIZE:
        return reader_size_byte(r, c, err);
    case AT_CHUNK_EXT:
        if (c == '\r') {
            r->state = AT_CHUNK_SIZE_LF;
            return true;
        }
        if (((unsigned char)c < ' ' && c != '\t') || c == 127 || ++r->ext_len > HTTP_CHUNK_EXT_MAX)
            return reader_refuse(r, "chunk extension", err);
        return true;
    case AT_CHUNK_SIZE_LF:
        if (c != '\n')
            return reader_refuse(r, "line end", err);
        r->state = r->left ? AT_CHUNK_DATA : AT_TRAILER;
        r->n_digits = 0;
        return true;
    case AT_CHUNK_DATA_CR:
        if (c != '\r')
            return reader_refuse(r, "chunk", err);
        r->state = AT_CHUNK_DATA_LF;
        return true;
    default:
        if (c != '\n')
            return reader_refuse(r, "line end", err);
        r->state = AT_CHUNK_SIZE;
        return true;
    }
}

/* Trailers are read by the same rules as fields and dropped: none may change what the head said. */
static bool reader_trailer_byte(struct http_reader *r, char c, struct error *err)
{
    if (++r->header_len > r->limits.header_len)
        return error_set(err, ERR_HTTP_HEADER_TOO_LONG, arg_number("limit", r->limits.header_len));
    switch (r->state) {
    case AT_TRAILER:
        if (c == '\r') {
            r->state = AT_END_LF;
            return true;
        }
        if (++r->n_fields > r->limits.n_headers)
            return error_set(err, ERR_HTTP_TOO_MANY_HEADERS,
                             arg_number("limit", r->limits.n_headers));
        if (!http_is_token((unsigned char)c))
            return reader_refuse(r, "trailer", err);
        r->state = AT_TRAILER_NAME;
        return true;
    case AT_TRAILER_NAME:
        if (c == ':')
            r->state = AT_TRAILER_VALUE;
        else if (!http_is_token((unsigned char)c))
            return reader_refuse(r, "trailer", err);
        return true;
    case AT_TRAILER_VALUE:
        if (c == '\r')
            r->state = AT_TRAILER_LF;
        else if (((unsigned char)c < ' ' && c != '\t') || c == 127)
            return reader_refuse(r, "trailer", err);
        return true;
    default:
        if (c != '\n')
            return reader_refuse(r, "line end", err);
        r->state = r->state == AT_END_LF ? AT_DONE : AT_TRAILER;
        return true;
    }
}

/* One byte, in whatever state. */
static bool reader_byte(struct http_reader *r, char c, struct error *err)
{
    r->n_read++;
    if (r->state <= AT_LINE_LF)
        return reader_line_byte(r, c, err);
    if (r->state == AT_HEAD_LF)
        return reader_end_head(r, c, err);
    if (r->state <= AT_VALUE_LF)
        return reader_field_byte(r, c, err);
    if (r->state <= AT_CHUNK_DATA_LF)
        return reader_chunk_byte(r, c, err);
    return reader_trailer_byte(r, c, err);
}

static bool reader_reserve(struct http_reader *r, size_t len, struct error *err)
{
    size_t most = r->limits.line_len + r->limits.header_len + 32;

    if (r->state >= AT_BODY || buffer_reserve(&r->head, len < most ? len : most))
        return true;
    return error_set(err, ERR_NO_MEMORY, arg_text("what", "head"));
}

enum http_read http_reader_feed(struct http_reader *r, const char *bytes, size_t len,
                                size_t *ret_used, struct error *err)
{
    size_t used = 0;

    *ret_used = 0;
    if (r->state == AT_DONE)
        return HTTP_READ_DONE;
    assert(r->state != AT_REFUSED);
    if (!reader_reserve(r, len, err) ||
        (r->state == AT_BODY && !http_reader_limit_body(r, r->limits.body_len, err))) {
        r->state = AT_REFUSED;
        return HTTP_READ_REFUSED;
    }
    while (used < len && r->state != AT_DONE) {
        bool was_head = r->state == AT_HEAD_LF, is_ok = true;

        if (r->state == AT_BODY || r->state == AT_CHUNK_DATA) {
            size_t n = reader_body_run(r, bytes + used, len - used, err);

            used += n;
            is_ok = n > 0;
        } else {
            if (r->state == AT_VALUE)
                used += reader_value_run(r, bytes + used, len - used);
            if (used < len)
                is_ok = reader_byte(r, bytes[used++], err);
        }
        *ret_used = used;
        if (!is_ok) {
            r->state = AT_REFUSED;
            return HTTP_READ_REFUSED;
        }
        if (was_head)
            return HTTP_READ_HEAD;
    }
    return r->state == AT_DONE ? HTTP_READ_DONE : HTTP_READ_MORE;
}
