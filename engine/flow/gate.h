/* The gate: what route_rights.def asks of whoever calls a route, before its use case does anything
 * with what it read. The right for the very dossier, office or job is asked by the use case. */
#pragma once
#include <stdbool.h>

#include "flow/request.h"

/* May the request's principal call its route at all? Errors: GRANT_MISSING, RIGHT_MISSING. */
MUST_CHECK
bool gate_opens(struct request *req);
/* Is the route open to anybody? */
bool gate_is_free(int route);
