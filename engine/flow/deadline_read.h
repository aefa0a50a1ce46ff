/* Deadlines for people: the list of offices, and those of one dossier. */
#pragma once
#include "flow/request.h"
#include "wire/message.h"

struct dossier;

extern const struct use_case use_case_deadlines;

/* Fills v->deadlines, computed now from the dossier. Errors: NO_MEMORY. */
MUST_CHECK
bool deadline_view(struct request *req, const struct dossier *d, struct wire_dossier *v);
