/* Which offices a principal may read, as a list for queries. */
#pragma once
#include "flow/reference.h"
#include "flow/request.h"

/* The offices within the scope of a grant; with `key`, that office and those below it as far as
 * allowed. ret_is_all: no restriction. NULL with req->error set when nothing may be read:
 * OFFICE_UNKNOWN, GRANT_MISSING. */
const int64_t *offices_readable(struct request *req, enum grant grant, const char *key, int *ret_n,
                                bool *ret_is_all);
/* Is an office one of the list? */
bool offices_have(const int64_t *offices, int n, int64_t office);
/* What it gave as the parameter of a query: NULL for no restriction. */
void offices_put(struct db_params *p, const int64_t *offices, int n, bool is_all);
