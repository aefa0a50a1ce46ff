/* Routes: rows of method, path pattern and handler id, matched by segment. A literal segment wins
 * over a {name}; HEAD is answered by the row of GET, OPTIONS by the rows' own methods. */
#pragma once
#include <stddef.h>

#include "base/error.h"
#include "wire/http_reader.h"
#include "wire/uri.h"

#define ROUTE_PARAMS_MAX 8

struct http_route {
    enum http_method method;
    const char *pattern; /* "/api/v1/dossiers/{code}/events"; static */
    int handler;         /* handed through */
    size_t body_len;     /* most bytes of a request body; 0: the configuration's limit */
    int rate;            /* enum rate_class, counted by address beside RATE_ADDRESS; 0: none */
};

struct route_table;

/* The rows are borrowed and must outlive the table; asserts that they are well formed and that no
 * method and pattern stands twice. NULL without memory. */
struct route_table *route_table_new(const struct http_route *rows, size_t n_rows);
struct route_table *route_table_free(struct route_table *t); /* takes NULL; returns NULL */

struct route_match {
    const struct http_route *route;
    struct uri_pair params[ROUTE_PARAMS_MAX];
    size_t n_params;
    unsigned
        allowed; /* 1 << method, of every row on that path; also set when the method is refused */
};

/* Errors: HTTP_NOT_FOUND {path}, HTTP_METHOD_NOT_ALLOWED {method} {path}. */
MUST_CHECK
bool route_table_match(const struct route_table *t, enum http_method method, char *const *segments,
                       size_t n_segments, const char *path, struct route_match *ret_match,
                       struct error *err);

#define ROUTE_ALLOW_MAX 64
void route_allow_format(unsigned allowed, char buf[ROUTE_ALLOW_MAX]); /* "GET, HEAD, OPTIONS" */
