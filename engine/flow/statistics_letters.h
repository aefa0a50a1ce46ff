/* What of the ledger of letters a period shows: a form of its own, and the annex of form II.06a. */
#pragma once
#include "flow/request.h"
#include "wire/message.h"

extern const struct use_case use_case_statistics_letters;

/* Asks for the rows of the period [from, to] that `offices` must write. */
bool statistics_letters_send(struct request *req, int slot, int32_t from, int32_t to,
                             const int64_t *offices, int n);
/* Their total, checked. Errors: REPORT_UNBALANCED, NO_MEMORY. */
MUST_CHECK
bool statistics_letters_total(struct request *req, int slot,
                              struct wire_letter_statistics_row *ret);
