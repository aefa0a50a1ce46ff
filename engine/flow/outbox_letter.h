/* Letters on their way out, as rows of the outbox. */
#pragma once
#include "db/committer.h"
#include "domain/history.h"

/* Adds a message for each addressee of the letter to m->outbox, and takes out the notices of a new
 * date to the same persons: the letter says it.
 *   h         with the event that drafted it
 *   delivery  "email" or "hook": this way only; "counter", "post": nothing is sent, it is handed
 *             over; NULL: as each is reached
 * Errors: NO_MEMORY. */
MUST_CHECK
bool outbox_queue_letter(struct arena *arena, const struct history *h, int64_t letter_id,
                         const char *delivery, struct commit_member *m, struct error *err);
