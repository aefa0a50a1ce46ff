/* Blank slips: receipts printed in advance for the hours without power or line, each with the code
 * and the secret of the dossier it will become. Ordered in batches, printed, filled in by hand,
 * typed in later (intake.c); what is spoilt, lost or left over is made void with its reason. A slip
 * is unused, used once its dossier exists, or void, and never two of these. Source: law:blank-slip.
 */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_blank_slips, use_case_blank_slip_batches,
    use_case_blank_slips_order, use_case_blank_slips_void, use_case_blank_slip_document;

/* ---- shared by the two files ---- */
struct wire_blank_slip_batch;
/* Batches of these offices (NULL: any), or this one (0: any), older than `before`. */
bool blank_slip_batches_send(struct request *req, int slot, const int64_t *offices, int n_offices,
                             int64_t id, int64_t before, int32_t limit);
void blank_slip_batch_fill(struct request *req, int slot, int i, struct wire_blank_slip_batch *ret);
/* These slips in all, whatever became of them: the reply to a change. */
bool blank_slips_send(struct request *req, int slot, const char *const *codes, int n_codes);
enum step_result blank_slips_reply(struct request *req, int slot);
