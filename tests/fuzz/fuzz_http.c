/* A request means the same however its bytes are cut; and what its target holds never climbs. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "wire/http_reader.h"
#include "wire/uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
    struct http_reader reader;
    struct error err;
    enum http_read got;
    size_t used;
};

static void read_pieces(struct outcome *o, const char *bytes, size_t size, size_t piece)
{
    const struct http_limits limits = {256, 512, 10, 1024};

    memset(o, 0, sizeof *o);
    http_reader_init(&o->reader, &limits);
    for (;;) {
        size_t n = size - o->used < piece ? size - o->used : piece, used;

        o->got = http_reader_feed(&o->reader, bytes + o->used, n, &used, &o->err);
        o->used += used;
        if (o->got == HTTP_READ_DONE || o->got == HTTP_READ_REFUSED)
            return;
        if (o->got == HTTP_READ_MORE && o->used == size)
            return;
    }
}

static void compare(const struct outcome *a, const struct outcome *b)
{
    assert(a->got == b->got && a->used == b->used && a->err.code == b->err.code);
    assert(a->reader.body.len == b->reader.body.len);
    assert(!a->reader.body.len ||
           !memcmp(a->reader.body.data, b->reader.body.data, a->reader.body.len));
    if (a->got != HTTP_READ_DONE)
        return;
    assert(a->reader.n_headers == b->reader.n_headers && a->reader.n_headers <= 10);
    assert(!strcmp(a->reader.path, b->reader.path));
    for (size_t i = 0; i < a->reader.n_headers; i++)
        assert(!strcmp(a->reader.headers[i].name, b->reader.headers[i].name) &&
               !strcmp(a->reader.headers[i].value, b->reader.headers[i].value));
}

static void read_target(struct http_reader *r)
{
    char *segments[URI_SEGMENTS_MAX];
    struct uri_pair pairs[URI_QUERY_MAX];
    struct error err = {0};
    size_t n;

    if (r->path[0] == '/' && uri_path_split(r->path, segments, &n, &err))
        for (size_t i = 0; i < n; i++)
            assert(strcmp(segments[i], "..") && !strchr(segments[i], '/') &&
                   uri_text_is_clean(segments[i], strlen(segments[i])));
    if (uri_query_split(r->query, pairs, &n, &err))
        for (size_t i = 0; i < n; i++)
            assert(uri_text_is_clean(pairs[i].value, strlen(pairs[i].value)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct outcome whole, pieces; /* large: a stack is small under a sanitizer */
    const char *bytes = (const char *)data;

    if (!size)
        return 0;
    read_pieces(&whole, bytes, size, size);
    for (size_t piece = 1; piece < 8; piece += 3) {
        read_pieces(&pieces, bytes, size, piece);
        compare(&whole, &pieces);
        http_reader_deinit(&pieces.reader);
    }
    if (whole.got == HTTP_READ_DONE)
        read_target(&whole.reader);
    http_reader_deinit(&whole.reader);
    return 0;
}
