/* The notices of a decision (domain/notice.h) as rows of the outbox, written in the commit that
 * makes them true: one for each person it concerns. A row names people by id and version only:
 * nothing personal lies in the outbox. One not sent yet is superseded by a newer one of its kind to
 * the same person (apply_decisions). */
#pragma once
#include "db/committer.h"
#include "domain/history.h"
#include "domain/notice.h"

/* Fills m->outbox: the applicant, each member of a group and whom the applicant authorised; a
 * messenger who only brought the papers is not told.
 *   h     everything known of the dossier, the new events too
 * Errors: NO_MEMORY. */
MUST_CHECK
bool notice_queue(struct arena *arena, const struct history *h, const struct notice_context *ctx,
                  struct commit_member *m, struct error *err);
