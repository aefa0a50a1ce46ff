/* Which groups stand together in the open transaction of a connection. Internal to db/. */
#pragma once
#include "db/connection.h"

/* Keeps the values of a question in its call, if it may share its transaction with other groups.
 * False: it may not, for it is long, or large, or was in bad company before. */
bool group_keep(struct db_call *call, enum db_query query, const struct db_params *params);
/* The values that were kept; the caller ends `ret`. */
void group_params(const struct db_kept *kept, struct db_params *ret);
/* May the call stand in the open transaction, with its own group or, where it may, with others? */
bool group_joins(const struct connection *c, const struct db_call *call, bool may_share);
/* The same, before its values are known: is this the connection to ask on? */
bool group_is_welcome(const struct connection *c, const struct db_call *call, enum db_query query);
/* No other group can join it. */
bool group_is_full(const struct connection *c);
/* A call of the group stands in the open transaction, which it begins where none is open. */
void group_join(struct connection *c, const void *group, bool may_share);
/* The open transaction has its sync, or went with its connection. */
void group_end(struct connection *c);
