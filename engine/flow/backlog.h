/* Backlog (tồn đọng): dossiers that are probably finished and were never closed on the system, by
 * signs whose days are parameters of the ruleset in force; and the leader's approval of many
 * proposals at once. Proposing, refusing and approving one is an action like others (act.h).
 * Source: law:backlog. */
#pragma once
#include "flow/job_list.h"

extern const struct use_case use_case_backlog, use_case_backlog_close;
extern const struct list_kind list_backlog_close; /* the work */

struct dossier;
struct wire_close_proposal;
/* What a dossier's proposal to be closed shows; NULL in ret: none waits. False: no memory. */
bool backlog_view_proposal(struct request *req, const struct dossier *d,
                           const struct wire_close_proposal **ret);
