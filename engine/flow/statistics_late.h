/* The late dossiers of a period: those that ended late in it and those overdue at its end, columns
 * (10) and (13) of form II.06a, with who holds them, why they are late and what became of the
 * letter. */
#pragma once
#include "flow/listing.h"
#include "flow/request.h"

extern const struct use_case use_case_statistics_late;
/* The list itself, for what is made of it (evidence.h); its rows are struct wire_late_dossier, the
 * third column of its answers the office. */
extern const struct listing_kind statistics_late_kind;
