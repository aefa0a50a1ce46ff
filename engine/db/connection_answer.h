/* The calls of a connection in the order in which they were sent, and how each gets its answer.
 * Internal to db/. */
#pragma once
#include "db/connection.h"

/* The i-th statement that is sent and not answered, from 0. */
struct connection_slot *connection_slot(struct connection *c, int i);
/* The first statement will not be answered: takes it off the ring and ends its calls. */
void connection_refuse(struct connection *c, const struct error *why);
/* The same of calls that were gathered and not sent. */
void connection_end_all(struct connection *c, struct db_call *first, const struct error *why);
/* Takes what has come and answers the calls whose sync is among it. False: the connection is lost.
 * A dead one is never busy and has nothing to say for ever. */
MUST_CHECK
bool connection_read(struct connection *c);
