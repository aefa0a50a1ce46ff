/* The due date of a dossier, explained: as a message and as a paper. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_dossier_due, use_case_dossier_due_paper;
