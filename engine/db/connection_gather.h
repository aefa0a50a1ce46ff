/* Quick questions of one kind that came in one turn of the loop, asked by one statement: each of
 * its parameters is the array of what they were called with. Internal to db/. */
#pragma once
#include "db/connection.h"

/* Puts a call with the questions of its kind, which leave with gather_take(). False: there are too
 * many kinds. */
bool gather_add(struct connection *c, enum db_query query, struct db_call *call);
/* The values of them all, for the statement; `ret` is cleared before. */
void gather_params(const struct connection_gather *g, struct db_params *ret);
/* The values of one question as those of a statement that asks for many. */
void gather_one(enum db_query query, const struct db_params *params, struct db_params *ret);
