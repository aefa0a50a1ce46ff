/* Lists of the dossiers behind figures that form II.06a does not have: age classes, passages of
 * steps, supplements, papers, digitised, by post. Each asks what its form counted with. */
#pragma once
#include "flow/listing.h"

/* The list of a column, by its word of form_column; NULL: those of II.06a and the like. */
const struct listing_kind *statistics_behind_kind(const char *column);
