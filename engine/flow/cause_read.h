/* Who made a dossier late, as a reader sees it: the finding with both its counterfactuals, the
 * stretches and intervals it rests on, every finding before, objections and decisions. */
#pragma once
#include "flow/view.h"

extern const struct use_case use_case_dossier_cause;

/* The cause in force and the arithmetic computed anew from the same events; *ret stays as it is
 * where nothing was found or decided. Errors: NO_MEMORY. */
MUST_CHECK
bool cause_view(struct request *req, const struct dossier *d,
                const struct wire_cause_finding **ret);
