/* Shared by the two files of chasing slips. */
#pragma once
#include "flow/chasing.h"
#include "wire/message.h"

/* Which slips, the newest first. */
struct chasing_filter {
    const int64_t *offices, *ids; /* NULL: any */
    int n_offices, n_ids;
    int32_t from, to; /* of this very period; DATE_NONE: of any */
    bool is_unanswered;
    int64_t before; /* id */
    int32_t limit;
};
bool chasing_rows_send(struct request *req, int slot, const struct chasing_filter *f);
void chasing_row_fill(struct request *req, const struct db_result *r, int i,
                      struct wire_chasing_slip *w);
