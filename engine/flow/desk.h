/* A whole desk handed over, at one office: ordered by who says there who stands in for whom
 * (GRANT_DELEGATE), given or only counted by a job. What becomes of one dossier is domain/desk.h.
 */
#pragma once
#include "domain/desk.h"
#include "flow/job_walk.h"
#include "flow/reference.h"

extern const struct use_case use_case_desk_hand_over;
extern const struct walk_kind walk_desk; /* both kinds of job */

/* Works `officer` there in a role that takes over work? Errors: DESK_NO_ROLE {field} {value}
 * {office}. */
MUST_CHECK
bool desk_check_receiver(const struct reference *r, const struct officer_ref *officer,
                         const struct office_ref *office, struct error *err);
