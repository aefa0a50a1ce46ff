/* The portal's rows of a report's period and scope, as its newest files gave them. */
#pragma once
#include "domain/portal.h"
#include "flow/report_form.h"

/* Asks for the rows of dossiers or figures in a slot: of just this period and office, as known at
 * the report's knowledge. Whoever may not read everything is shown nothing of a file of all. */
bool portal_rows_send(struct report_run *run, int slot, enum portal_kind kind);

/* The rows of dossiers, by code; NULL when memory ends. */
struct portal_dossier *portal_rows_dossiers(struct report_run *run, int slot, int *ret_n);
/* The row of a code; -1: none. */
int portal_rows_find(const struct portal_dossier *rows, int n, const char *code);
