/* Routes as a tree of segments. A row keeps where its {names} stand, so that a match only picks the
 * segments up. */
#include "http/route.h"

#include <stdlib.h>
#include <string.h>

struct route_row {
    const struct http_route *route;
    size_t n_params;
    struct {
        char *name;
        size_t at; /* which segment */
    } params[ROUTE_PARAMS_MAX];
};

struct route_node {
    const char *text; /* literal segment, in the row's pattern; NULL for the root and for {name} */
    size_t len;
    struct route_node *next, *literals, *param;
    const struct route_row *rows[HTTP_METHOD_COUNT];
    unsigned allowed;
};

struct route_table {
    struct route_node root;
    struct route_row *rows;
    size_t n_rows;
};

static void route_node_clear(struct route_node *node)
{
    while (node->literals) {
        struct route_node *child = node->literals;

        node->literals = child->next;
        route_node_clear(child);
        free(child);
    }
    if (node->param)
        route_node_clear(node->param);
    free(node->param);
}

struct route_table *route_table_free(struct route_table *t)
{
    if (!t)
        return NULL;
    route_node_clear(&t->root);
    for (size_t i = 0; t->rows && i < t->n_rows; i++)
        for (size_t k = 0; k < t->rows[i].n_params; k++)
            free(t->rows[i].params[k].name);
    free(t->rows);
    free(t);
    return NULL;
}

static void route_table_freep(struct route_table **t)
{
    *t = route_table_free(*t);
}

/* The child for one segment of a pattern, made when there is none. */
static struct route_node *route_node_child(struct route_node *node, const char *text, size_t len)
{
    bool is_param = len && *text == '{';
    struct route_node *child = is_param ? node->param : node->literals;

    while (child && !is_param && (child->len != len || memcmp(child->text, text, len) != 0))
        child = child->next;
    if (child)
        return child;
    child = calloc(1, sizeof *child);
    if (!child)
        return NULL;
    if (is_param) {
        node->param = child;
        return child;
    }
    child->text = text;
    child->len = len;
    child->next = node->literals;
    node->literals = child;
    return child;
}

static bool route_row_add_param(struct route_row *row, const char *text, size_t len, size_t at)
{
    char *name;

    assert(len > 2 && text[len - 1] == '}' && row->n_params < ROUTE_PARAMS_MAX);
    name = strndup(text + 1, len - 2);
    if (!name)
        return false;
    row->params[row->n_params].name = name;
    row->params[row->n_params++].at = at;
    return true;
}

static bool route_table_add(struct route_table *t, struct route_row *row)
{
    enum http_method method = row->route->method;
    const char *p = row->route->pattern;
    struct route_node *node = &t->root;

    assert(*p == '/');
    for (size_t at = 0; *p && p[1]; at++) {
        size_t len = strcspn(p + 1, "/");

        assert(at < URI_SEGMENTS_MAX);
        if (p[1] == '{' && !route_row_add_param(row, p + 1, len, at))
            return false;
        node = route_node_child(node, p + 1, len);
        if (!node)
            return false;
        p += 1 + len;
    }
    assert(!node->rows[method]); /* a method and pattern stands once */
    node->rows[method] = row;
    node->allowed |= 1U << method | 1U << HTTP_OPTIONS;
    if (method == HTTP_GET)
        node->allowed |= 1U << HTTP_HEAD;
    return true;
}

struct route_table *route_table_new(const struct http_route *rows, size_t n_rows)
{
    CLEANUP(route_table_freep) struct route_table *t = calloc(1, sizeof *t);
    struct route_table *done;

    if (!t)
        return NULL;
    t->rows = calloc(n_rows + 1, sizeof *t->rows);
    if (!t->rows)
        return NULL;
    t->n_rows = n_rows;
    for (size_t i = 0; i < n_rows; i++) {
        t->rows[i].route = &rows[i];
        if (!route_table_add(t, &t->rows[i]))
            return NULL;
    }
    done = t;
    t = NULL;
    return done;
}

/* The node of a path. Literals first; a {name} never takes an empty segment. As deep as the
 * pattern. */
static const struct route_node *route_node_find(const struct route_node *node,
                                                char *const *segments, size_t n)
{
    const struct route_node *found = NULL;
    size_t len;

    if (!n)
        return node->allowed ? node : NULL;
    len = strlen(segments[0]);
    for (const struct route_node *child = node->literals; child && !found; child = child->next)
        if (child->len == len && !memcmp(child->text, segments[0], len))
            found = route_node_find(child, segments + 1, n - 1);
    if (!found && node->param && len)
        found = route_node_find(node->param, segments + 1, n - 1);
    return found;
}

bool route_table_match(const struct route_table *t, enum http_method method, char *const *segments,
                       size_t n_segments, const char *path, struct route_match *ret_match,
                       struct error *err)
{
    const struct route_node *node = route_node_find(&t->root, segments, n_segments);
    const struct route_row *row;

    memset(ret_match, 0, sizeof *ret_match);
    if (!node)
        return error_set(err, ERR_HTTP_NOT_FOUND, arg_text("path", path));
    ret_match->allowed = node->allowed;
    row = node->rows[method];
    if (!row && method == HTTP_HEAD)
        row = node->rows[HTTP_GET];
    if (!row)
        return error_set(err, ERR_HTTP_METHOD_NOT_ALLOWED,
                         arg_text("method", http_method_word(method)), arg_text("path", path));
    ret_match->route = row->route;
    ret_match->n_params = row->n_params;
    for (size_t i = 0; i < row->n_params; i++)
        ret_match->params[i] = (struct uri_pair){row->params[i].name, segments[row->params[i].at]};
    return true;
}

void route_allow_format(unsigned allowed, char buf[ROUTE_ALLOW_MAX])
{
    size_t len = 0;

    buf[0] = '\0';
    for (int m = 0; m < HTTP_METHOD_COUNT; m++) {
        const char *word = http_method_word((enum http_method)m);

        if (!(allowed >> m & 1))
            continue;
        assert(len + strlen(word) + 3 <= ROUTE_ALLOW_MAX);
        memcpy(buf + len, ", ", len ? 2 : 0);
        len += len ? 2 : 0;
        memcpy(buf + len, word, strlen(word) + 1);
        len += strlen(word);
    }
}
