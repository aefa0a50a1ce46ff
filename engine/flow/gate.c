/* See gate.h. One row per route: a name that the compiler misses below is a route of routes.def
 * without its row in route_rights.def. */
#include "flow/gate.h"

#include "wire/routes.h"

enum gate_kind { GATE_FREE, GATE_LOGGED_IN, GATE_GRANT, GATE_ACTION, GATE_BY_PATH };

struct gate {
    enum gate_kind kind;
    enum grant grant;
    enum action action;
};

#define FREE(route)          static const struct gate gate_of_##route = {.kind = GATE_FREE};
#define LOGGED_IN(route)     static const struct gate gate_of_##route = {.kind = GATE_LOGGED_IN};
#define NEEDS_BY_PATH(route) static const struct gate gate_of_##route = {.kind = GATE_BY_PATH};
#define NEEDS_GRANT(route, name)                                                                   \
    static const struct gate gate_of_##route = {.kind = GATE_GRANT, .grant = GRANT_##name};
#define NEEDS_ACTION(route, name)                                                                  \
    static const struct gate gate_of_##route = {.kind = GATE_ACTION, .action = ACTION_##name};
#include "tables/route_rights.def"

static const struct gate *const gates[ROUTE_COUNT] = {
#define ROUTE(id, method, path, request, reply, status, who, flags, query, vi, en)                 \
    [ROUTE_##id] = &gate_of_##id,
#include "tables/routes.def"
#undef ROUTE
};

bool gate_is_free(int route)
{
    return gates[route]->kind == GATE_FREE;
}

bool gate_opens(struct request *req)
{
    const struct gate *g = gates[req->http->handler];

    switch (g->kind) {
    case GATE_FREE:
    case GATE_LOGGED_IN:
    case GATE_BY_PATH:
        return true;
    case GATE_GRANT:
        return request_require(req, g->grant, 0);
    case GATE_ACTION:
        return right_somewhere(&req->principal, g->action) || request_refuse_right(req, g->action);
    }
    return false;
}
