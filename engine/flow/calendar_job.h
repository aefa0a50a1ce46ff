/* A calendar edit reaches open dossiers: the promise of each dossier whose office works by the
 * edited calendar, its own or inherited, is computed again, and moved to a later date where the new
 * days give one (domain/recompute.h). A preview says what would become of each and writes nothing;
 * the other commits the moves, queues notices, and is ordered by the edit itself.
 *
 * Order it in the transaction of the edit, after reference_change_add():
 *   job_add('calendar_apply', 'change ' || change_id, parameters, actor, at)
 * parameters: message calendar_job_parameters with calendar, change, first_on and last_on (of
 * reference_days_changed(); without them every open dossier of those offices is looked at).
 *
 * An office that gets another calendar is the same work for other offices: its edit names in
 * `offices` those whose calendar changed with it (sql/functions/office_save.sql). */
#pragma once
#include "flow/job.h"
#include "flow/reference.h"

extern const struct use_case use_case_calendar_preview, use_case_calendar_apply;

/* Orders a preview of a proposal; then request_wait() and job_reply(). `key` tells one preview from
 * the next: the same key again gives the one that exists. */
MUST_CHECK
bool calendar_preview_send(struct request *req, int slot, const char *key,
                           const struct calendar_proposal *p);
/* The same for an office that would get another calendar. */
MUST_CHECK
bool calendar_preview_office_send(struct request *req, int slot, const char *key,
                                  const char *office, const char *calendar);
