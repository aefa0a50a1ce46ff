/* Dossiers of another system, written as history: what happened there, with the instants and the
 * promise given there. Guards do not apply; each dossier is one decision of the committer, so that
 * it is there whole or not at all; its source and key are remembered with it, so that the same file
 * sent again adds nothing.
 *
 * What contradicts itself (an end before the receipt, something after the end) is kept, because the
 * other system's truth is that it recorded it, and told as a warning. `at` is theirs, `recorded_at`
 * is now; what lies after the business clock is stored and not yet seen (record.h). */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_import;
