/* Files compiled into the daemon: a table of bytes by path, served with validators and, when the
 * client takes it, in the form compressed at build time. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct http_static {
    const char *path; /* "/", "/app/main.js": exactly the request's path */
    const void *bytes;
    size_t len;
    const char *type; /* "text/javascript; charset=utf-8" */
    const char *etag; /* without quotes, of the plain bytes */
    const void *gzip; /* the same compressed, or NULL */
    size_t gzip_len;
    bool is_immutable; /* the path changes with the content: cache for a year; else ask each time */
};
