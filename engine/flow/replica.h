/* A standby that answers reads which may be a little old, and how old it is.
 *
 * Every second the primary is asked up to where everything acknowledged is, and the standby up to
 * where it has replayed. The age is the time since the newest answer of the primary that the
 * standby has reached: clocks of machines are not compared, and an idle standby is not old. A
 * standby that is gone, too old or none any more is passed over, and its reads go to the primary.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/macros.h"
#include "db/db.h"

#define REPLICA_AGE_MAX_S 30 /* what is asked as known at some instant is older than that */

struct app;
struct replica;

/* Begins to connect; nobody waits for it.
 *   url        of one standby or several
 *   max_age_s  1..REPLICA_AGE_MAX_S: what is older is not shown
 * Errors: DB_URL {reason}, NO_MEMORY {what}. */
MUST_CHECK
bool replica_start(struct app *app, const char *url, int max_age_s, struct replica **ret_replica,
                   struct error *err);
void replica_close(struct replica *r, void (*closed)(void *data), void *data);

/* Its database while it is young enough, else NULL. Takes NULL.
 *   ret_age_s  seconds, rounded up, 1 at least */
struct db *replica_db(struct replica *r, int *ret_age_s);
/* It refused a read, or was lost in one: passed over until it is seen to be good again. */
void replica_doubt(struct replica *r);
