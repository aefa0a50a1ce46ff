/* What applicants are to be told, queued in the commit that makes it true; sending is another
 * day's work. The payload names people by id and version only: nothing personal lies in the outbox.
 * A notice not sent yet is superseded by a newer one of its kind (apply_decisions). */
#pragma once
#include "domain/due.h"
#include "domain/history.h"
#include "flow/record.h"

#define NOTICE_ADDRESSEES_MAX 40

/* Queues "the date moved" for the applicant, each member of a group and whom the applicant
 * authorised; a messenger who only brought the papers is not told. Fills m->outbox.
 *   h      everything known of the dossier
 *   after  the dossier as the decision leaves it
 * Errors: NO_MEMORY. */
MUST_CHECK
bool notice_due_moved(struct arena *arena, const struct history *h, const struct dossier *after,
                      const struct due *from, const struct due *to, int64_t change_id,
                      int32_t zone_s, struct commit_member *m, struct error *err);

extern const struct use_case use_case_notices;
