/* Bringing what is cached of dossiers in line with an edit of the rules: deadlines_follow() of
 * sql/functions. No event is written: nothing happened to the dossier. */
#pragma once
#include "db/db.h"
#include "domain/deadline.h"
#include "domain/lateness.h"

#define FOLLOW_MAX 200 /* dossiers of one call */

struct follow_dossier {
    int64_t id;
    int32_t version; /* what the rest was computed on */
    const struct warning *warning;
    int64_t next_alarm_at;
    const struct deadline *deadlines;
    int n_deadlines;
};

/* Sends n dossiers, 1..FOLLOW_MAX, computed on the reference data of `epoch`. The answer's row:
 * is_current, n_changed, n_missed. Errors: those of db_query(). */
MUST_CHECK
bool follow_send(struct db *db, int64_t epoch, const struct follow_dossier *dossiers, int n,
                 struct db_call *call, struct error *err);
