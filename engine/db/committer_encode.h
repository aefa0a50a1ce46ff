/* Members as the composite rows of sql/migrations/0008_apply.sql. Internal to db/. */
#pragma once
#include "db/committer.h"

/* Rows of one batch, kept between batches for their memory. */
struct commit_rows {
    struct db_rows of[DB_TYPE_APPLIED];
};
void commit_rows_init(struct commit_rows *rows);
void commit_rows_deinit(struct commit_rows *rows);
/* Empties them, and learns the oids of this database. */
void commit_rows_reset(struct commit_rows *rows, const struct db *db);
/* Appends one decision as member number `place`, from 1. */
void commit_rows_add(struct commit_rows *rows, int place, const struct commit_member *m);
#define COMMIT_DEADLINE_ATTRIBUTES 9
/* NULL: a row without a kind, which takes away those that stand. */
void commit_put_deadline(struct db_rows *r, int place, const struct deadline *d);
/* Reads the answer's row of this member. */
void commit_outcome_read(const struct db_result *r, int row, struct commit_member *m);
