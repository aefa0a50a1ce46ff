/* Dossiers whose filing year is detached: their events are not where requests look for them, so
 * that each use case finds nothing and says DOSSIER_UNKNOWN. Before that is said, it is asked here,
 * once, whether the dossier lies in the archive; whoever might have read it is told that instead.
 * So no request costs more, and none forgets to ask. */
#pragma once
#include <stdbool.h>

struct request;

/* A request is about to end with req->error. True: it asks, and ends when that has come back (call
 * again then). False: it ends now; the error may have become HISTORY_ARCHIVED {dossier} {year}. */
bool archived_ask(struct request *req);
