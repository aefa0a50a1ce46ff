/* Which use case answers a route: the one place where the table of routes meets the flows. */
#pragma once
#include "flow/request.h"
#include "http/route.h"
#include "wire/routes.h"

extern const struct use_case *const route_use_cases[ROUTE_COUNT];

/* The rows for the server, made once from routes[]. */
const struct http_route *routes_for_server(size_t *ret_n);
