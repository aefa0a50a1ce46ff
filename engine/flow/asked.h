/* What a request asks for by number: an item by its id in the path, and where a list goes on. */
#pragma once
#include "flow/request.h"

/* The whole number from 1 on that a part of the path is; -1: it is none, and no row has that id. */
int64_t asked_id(const struct request *req, const char *name);

/* The whole numbers, parted by dots, of which this list makes its `next`.
 *
 *   after   as it was given; NULL leaves the parts alone
 *
 * Errors: LIST_AFTER {value}. */
MUST_CHECK
bool asked_after(struct request *req, const char *after, int64_t *const parts[], size_t n);
