/* See follow.h. */
#include "db/follow.h"

#include "db/committer_encode.h"

static void put_dossier(struct db_rows *r, const struct follow_dossier *d)
{
    const struct warning *w = d->warning;

    db_rows_begin(r);
    db_rows_int8(r, d->id);
    db_rows_int4(r, d->version);
    db_rows_text(r, vocabulary_word(&warnings, (int)w->level));
    db_rows_instant(r, w->risk_at);
    db_rows_instant(r, w->certain_at);
    db_rows_instant(r, w->late_at);
    db_rows_instant(r, d->next_alarm_at);
    db_rows_end(r);
}

bool follow_send(struct db *db, int64_t epoch, const struct follow_dossier *dossiers, int n,
                 struct db_call *call, struct error *err)
{
    struct db_rows rows, deadlines;
    struct db_params p;
    bool sent;

    assert(n > 0 && n <= FOLLOW_MAX);
    db_rows_init(&rows, db_type_oid(db, DB_TYPE_FOLLOW), 7);
    db_rows_init(&deadlines, db_type_oid(db, DB_TYPE_DEADLINE), COMMIT_DEADLINE_ATTRIBUTES);
    for (int i = 0; i < n; i++) {
        put_dossier(&rows, &dossiers[i]);
        for (int j = 0; j < dossiers[i].n_deadlines; j++)
            commit_put_deadline(&deadlines, i + 1, &dossiers[i].deadlines[j]);
    }
    db_params_init(&p);
    db_put_int8(&p, epoch);
    db_put_rows(&p, &rows);
    db_put_rows(&p, &deadlines);
    sent = db_params_ok(&p) ? db_query(db, DB_LANE_JOB, DB_DEADLINES_FOLLOW, &p, call, err)
                            : error_set(err, ERR_NO_MEMORY, arg_text("what", "deadlines"));
    db_params_deinit(&p);
    db_rows_deinit(&rows);
    db_rows_deinit(&deadlines);
    return sent;
}
