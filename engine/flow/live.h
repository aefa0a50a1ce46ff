/* Live events: who keeps GET /api/v1/stream open is told of every commit that concerns a dossier
 * the reader may see, and of long work the reader may order.
 *
 * One hub a daemon reads the feed of commits, those of other daemons too, and fans it out: at once
 * after a commit of its own, else twice a second, and not at all while nobody listens. A stream
 * that lags, or comes back with the id of its last event, walks the feed by itself until it has
 * caught up; one with too much to walk is told to read its lists again (event reset).
 *
 * An event's id is a place in the feed (live_place.h), good at every daemon of the database. */
#pragma once
#include "base/digest.h"
#include "flow/request.h"

struct live;

MUST_CHECK
bool live_start(struct app *app, struct live **ret_live, struct error *err);
/* After the server has ended the streams; `closed` is called from the loop, then it is gone. */
void live_close(struct live *l, void (*closed)(void *data), void *data);

/* A session ended on this daemon: its streams end now. Those of others are noticed within seconds.
 * NULL: nobody listens. */
void live_session_ended(struct live *l, const unsigned char token_hash[DIGEST_LEN]);

extern const struct use_case use_case_stream;
