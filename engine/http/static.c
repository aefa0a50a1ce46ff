/* Files out of the daemon's own memory. The table is sorted once; a request costs a binary search
 * and no copy. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/internal.h"
#include "http/session.h"

static int static_compare(const void *a, const void *b)
{
    const struct http_static *const *left = a, *const *right = b;

    return strcmp((*left)->path, (*right)->path);
}

const struct http_static **static_sort(const struct http_static *rows, size_t n_rows)
{
    const struct http_static **sorted = calloc(n_rows + 1, sizeof *sorted);

    if (!sorted)
        return NULL;
    for (size_t i = 0; i < n_rows; i++)
        sorted[i] = &rows[i];
    qsort(sorted, n_rows, sizeof *sorted, static_compare);
    return sorted;
}

const struct http_static *static_find(const struct http_server *s, const char *path)
{
    const struct http_static wanted = {.path = path}, *key = &wanted;
    const struct http_static **found =
        bsearch(&key, s->files, s->config.n_statics, sizeof *s->files, static_compare);

    return found ? *found : NULL;
}

/* Does If-None-Match name the file, in either of its forms? Weak comparison, as RFC 9110 asks. */
static bool static_is_known(const char *field, const char *etag)
{
    size_t len = strlen(etag);

    if (!field)
        return false;
    if (!strcmp(field, "*"))
        return true;
    for (const char *p = strchr(field, '"'); p; p = strchr(p, '"')) {
        const char *close = strchr(++p, '"');

        if (!close)
            return false;
        if (!strncmp(p, etag, len) && (p + len == close || !strncmp(p + len, "-gz\"", 4)))
            return true;
        p = close + 1;
    }
    return false;
}

void static_reply(struct http_exchange *x)
{
    const struct http_static *file = x->file;
    bool is_gzip =
        file->gzip && session_takes_gzip(http_reader_header(&x->reader, "accept-encoding", NULL));
    struct http_field fields[5];
    char etag[80];
    size_t n = 0;

    snprintf(etag, sizeof etag, "\"%.64s%s\"", file->etag, is_gzip ? "-gz" : "");
    fields[n++] = (struct http_field){"ETag", etag};
    fields[n++] = (struct http_field){
        "Cache-Control", file->is_immutable ? "public, max-age=31536000, immutable" : "no-cache"};
    if (file->gzip)
        fields[n++] = (struct http_field){"Vary", "Accept-Encoding"};
    if (static_is_known(x->request.if_none_match, file->etag)) {
        fields[n] = (struct http_field){NULL, NULL};
        http_reply_static(x, 304, NULL, NULL, 0, fields);
        return;
    }
    if (is_gzip)
        fields[n++] = (struct http_field){"Content-Encoding", "gzip"};
    fields[n] = (struct http_field){NULL, NULL};
    http_reply_static(x, 200, file->type, is_gzip ? file->gzip : file->bytes,
                      is_gzip ? file->gzip_len : file->len, fields);
}
