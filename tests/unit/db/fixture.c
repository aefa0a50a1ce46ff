#include "fixture.h"

#include <libpq-fe.h>

#include "base/clock.h"
#include "base/instant.h"

static int decision_order;

static void must(bool ok, const struct error *err)
{
    char words[400];

    if (ok)
        return;
    (void)error_sentence(err, LANGUAGE_EN, 0, words, sizeof words);
    fail_msg("%s (%s)", words, err->origin);
}

void fixture_start(struct fixture *f)
{
    struct db_options options = {0};
    struct error err = {0};

    memset(f, 0, sizeof *f);
    f->url = getenv("DATABASE_URL");
    assert_non_null(f->url);
    must(schema_migrate(f->url, NULL, NULL, &err), &err);
    assert_int_equal(uv_loop_init(&f->loop), 0);
    options.url = f->url;
    options.retry_min_ms = 10;
    options.retry_max_ms = 100;
    must(db_new(&f->loop, &options, &f->db, &err), &err);
    must(db_wait_ready(f->db, 10000, &err), &err);
    for (int lane = 0; lane < DB_LANE_COUNT; lane++) /* and each of its connections */
        for (struct db_stats stats = {.connections = 1}; stats.live < stats.connections;) {
            (void)uv_run(&f->loop, UV_RUN_NOWAIT);
            db_stats(f->db, (enum db_lane)lane, &stats);
        }
    must(committer_new(f->db, &f->committer, &err), &err);
}

void fixture_stop(struct fixture *f)
{
    f->committer = committer_free(f->committer);
    db_close(f->db, NULL, NULL);
    assert_int_equal(uv_run(&f->loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&f->loop), 0);
}

static void call_done(struct db_call *call)
{
    *(bool *)call->data = true;
}

void fixture_query(struct fixture *f, enum db_query query, const struct db_params *params,
                   struct db_call *call)
{
    bool is_done = false;
    struct error err = {0};

    call->done = call_done;
    call->data = &is_done;
    must(db_query(f->db, DB_LANE_READ, query, params, call, &err), &err);
    assert_false(is_done); /* never from inside the call */
    while (!is_done)
        (void)uv_run(&f->loop, UV_RUN_ONCE);
}

void fixture_sql(struct fixture *f, const char *sql, char *buf, size_t size)
{
    PGconn *pg = PQconnectdb(f->url);
    PGresult *r = PQexec(pg, sql);

    if (PQresultStatus(r) != PGRES_TUPLES_OK && PQresultStatus(r) != PGRES_COMMAND_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(pg));
    snprintf(buf, size, "%s", PQntuples(r) ? PQgetvalue(r, 0, 0) : "");
    PQclear(r);
    PQfinish(pg);
}

long fixture_number(struct fixture *f, const char *sql)
{
    char buf[64];

    fixture_sql(f, sql, buf, sizeof buf);
    return strtol(buf, NULL, 10);
}

static void decision_done(struct commit_member *m)
{
    struct decision_case *d = m->data;

    assert_false(d->is_done); /* exactly once */
    d->is_done = true;
    d->order = decision_order++;
}

void decision_init(struct decision_case *d, int64_t dossier_id, int32_t version, const char *text)
{
    int64_t now = clock_real();

    memset(d, 0, sizeof *d);
    dossier_init(&d->dossier, dossier_id);
    d->dossier.state = STATE_RECEIVED;
    d->dossier.last_at = now;
    snprintf(d->bytes, sizeof d->bytes, "motcua-event 1\n%s\n", text);
    d->event = (struct commit_event){.at = now,
                                     .recorded_at = now,
                                     .actor = 1,
                                     .action = ACTION_ACCEPT,
                                     .bytes = d->bytes,
                                     .len = strlen(d->bytes)};
    commit_member_init(&d->member);
    d->member.after = &d->dossier;
    d->member.expected_version = version;
    d->member.events = &d->event;
    d->member.n_events = 1;
    if (version == 0) {
        d->member.code_identifier = "H38.12";
        d->member.code_day = "220830";
    }
    d->member.done = decision_done;
    d->member.data = d;
}

void decision_submit(struct fixture *f, struct decision_case *d)
{
    struct error err = {0};

    must(committer_submit(f->committer, &d->member, &err), &err);
    assert_false(d->is_done);
}

void decision_run(struct fixture *f, struct decision_case *d, int n)
{
    for (int i = 0; i < n; i++)
        decision_submit(f, &d[i]);
    for (int i = 0; i < n; i++) {
        while (!d[i].is_done)
            (void)uv_run(&f->loop, UV_RUN_ONCE);
    }
}
