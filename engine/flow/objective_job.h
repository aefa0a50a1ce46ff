/* An edit of a declared objective interval reaches the dossiers it concerns: those about which a
 * finding was made and whose life met the interval's time, open or ended. Each is decided anew by
 * what the minute's alarm decides by (sweep_member.h); where the finding comes out otherwise it is
 * a new event that names the edit, and a draft not yet signed follows it. What a leader decided
 * stands, a letter that has left stands.
 *
 * Ordered in the transaction of the edit (sql/functions/objective_job.sql); parameters: message
 * objective_job_parameters. */
#pragma once
#include "flow/job_walk.h"

extern const struct walk_kind walk_objective;
