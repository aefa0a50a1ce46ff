/* Papers of a dossier drawn from its events: request to complete, refusal, stop notice, control
 * sheet. Drawn again they say the same: each as of the event it belongs to, but for the control
 * sheet, which tells how far the dossier has come. */
#pragma once
#include "flow/request.h"
#include "flow/snapshot.h"

extern const struct use_case use_case_dossier_paper;

/* The papers that a dossier has, the receipt first; `ret` has room for DOSSIER_PAPERS_MAX.
 * Errors: NO_MEMORY. Returns how many, -1 on failure. */
#define DOSSIER_PAPERS_MAX 40
int dossier_paper_list(struct request *req, const struct snapshot *s, struct wire_document *ret);
