/* Shared by the two files of chasing slips. */
#pragma once
#include "flow/chasing.h"
#include "wire/message.h"

/* The slips of these offices (NULL: any), or of these ids (NULL: any); dates DATE_NONE: of any
 * period. */
bool chasing_rows_send(struct request *req, int slot, const int64_t *offices, int n_offices,
                       const int64_t *ids, int n_ids, int32_t from, int32_t to, int64_t before,
                       int32_t limit);
void chasing_row_fill(struct request *req, const struct db_result *r, int i,
                      struct wire_chasing_slip *w);
