/* Papers that are handed out are printed once: what was drawn first is kept with its data (sealed),
 * its template and its hash, and whoever prints it again gets the same bytes. When its data have
 * changed, because an entry was corrected, a new version is drawn, and the one before is
 * superseded. */
#pragma once
#include "flow/paper.h"

/* The paper's request is complete; paper->job has the outcome when the request goes on. */
bool paper_print(struct request *req, struct paper *p);
