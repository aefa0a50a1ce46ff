/* See fact_fill.h. The owner's work, on a connection of its own: the application may not take away
 * what was once known. */
#include "daemon/fact_fill.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/instant.h"
#include "db/committer.h"
#include "db/result.h"
#include "db/schema.h"
#include "db/target.h"
#include "domain/vocabulary.h"
#include "flow/history_rows.h"

#define CHUNK         500
#define ROWS_MAX      16384 /* of one dossier, with those that were corrected */
#define DOSSIER_ARENA (64u << 20)

struct fact_fill {
    PGconn *pg;
    int32_t zone_s;
    int64_t after; /* the last dossier looked at */
    int64_t n_done, n_missed;
    struct known_fact *rows; /* ROWS_MAX */
    struct buffer json;
};

static bool refused(PGconn *pg, struct error *err)
{
    return error_set(err, ERR_SCHEMA_MIGRATION, arg_text("name", "facts"),
                     arg_text("reason", PQerrorMessage(pg)));
}

static bool run(PGconn *pg, const char *sql, struct error *err)
{
    PGresult *r = PQexec(pg, sql);
    ExecStatusType status = PQresultStatus(r);

    PQclear(r);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || refused(pg, err);
}

static bool ask(PGconn *pg, const char *sql, int n, const char *const *values,
                struct db_result *ret, struct error *err)
{
    *ret = (struct db_result){.pg = PQexecParams(pg, sql, n, NULL, values, NULL, NULL, 1)};
    if (PQresultStatus(ret->pg) == PGRES_TUPLES_OK)
        return true;
    db_result_free(ret);
    return refused(pg, err);
}

/* ---- a row as JSON ---- */

static void put_id(struct buffer *b, const char *key, int64_t id)
{
    if (id)
        buffer_printf(b, ",\"%s\":%" PRId64, key, id);
}

static void put_instant(struct buffer *b, const char *key, int64_t at)
{
    char text[INSTANT_TEXT_MAX];

    if (at == INSTANT_NONE)
        return;
    if (at == INSTANT_FOREVER)
        snprintf(text, sizeof text, "infinity");
    else
        instant_format(at, 0, text);
    buffer_printf(b, ",\"%s\":\"%s\"", key, text);
}

static void put_date(struct buffer *b, const char *key, int32_t on)
{
    char text[INSTANT_TEXT_MAX];

    if (on == DATE_NONE)
        return;
    date_format(on, text);
    buffer_printf(b, ",\"%s\":\"%s\"", key, text);
}

static void put_bool(struct buffer *b, const char *key, bool is)
{
    buffer_printf(b, ",\"%s\":%s", key, is ? "true" : "false");
}

static void put_word(struct buffer *b, const char *key, const struct vocabulary *v, unsigned i)
{
    buffer_printf(b, ",\"%s\":\"%s\"", key, vocabulary_word(v, (int)i));
}

static void put_promises(struct buffer *b, const struct fact *f)
{
    put_instant(b, "due_at", f->due_at);
    put_date(b, "due_on", f->due_on);
    put_bool(b, "due_is_instant", f->due_is_instant);
    put_instant(b, "due_original_at", f->due_original);
    put_date(b, "due_original_on", f->due_original_on);
    put_bool(b, "due_original_is_instant", f->due_original_is_instant);
    put_instant(b, "due_reappointed_at", f->due_reappointed);
    put_date(b, "due_reappointed_on", f->due_reappointed_on);
}

static void put_row(struct buffer *b, int64_t dossier, const struct known_fact *k)
{
    const struct fact *f = &k->fact;

    buffer_printf(b, "%s{\"dossier_id\":%" PRId64, b->len > 1 ? "," : "", dossier);
    put_instant(b, "valid_from", f->valid_from);
    put_instant(b, "valid_to", f->valid_to);
    put_instant(b, "known_from", k->known_from);
    put_instant(b, "known_to", k->known_to);
    if (k->valid_to_known_at == INSTANT_NONE)
        buffer_printf(b, ",\"valid_to_known_at\":\"-infinity\"");
    else
        put_instant(b, "valid_to_known_at", k->valid_to_known_at);
    put_id(b, "filed_office_id", f->filed_office);
    put_id(b, "office_id", f->office);
    put_id(b, "field_id", f->field_id);
    put_id(b, "procedure_id", f->procedure_id);
    buffer_printf(b, ",\"channel\":%d", (int)f->channel);
    put_instant(b, "received_at", f->received_at);
    put_date(b, "received_on", f->received_on);
    put_promises(b, f);
    put_instant(b, "ended_at", f->ended_at);
    put_date(b, "ended_on", f->ended_on);
    put_word(b, "outcome", &outcomes, f->outcome);
    put_word(b, "judgement", &judgements, f->judgement);
    put_bool(b, "is_waiting", f->is_waiting);
    put_bool(b, "was_overdue_before_wait", f->was_overdue_before_wait);
    put_word(b, "verdict", &cause_verdicts, f->verdict);
    put_id(b, "at_fault_office_id", f->at_fault_office);
    put_word(b, "letter_timing", &letter_timings, f->letter_timing);
    put_bool(b, "is_letter_owed", f->is_letter_owed);
    buffer_printf(b, "}");
}

/* ---- the walk ---- */

/* One dossier, rows from..to-1 of its events. False without memory alone. */
static bool fill_one(struct fact_fill *f, const struct db_result *events, int from, int to,
                     struct error *err)
{
    struct arena *arena = arena_new(DOSSIER_ARENA);
    struct history h;
    struct error unread; /* which is for the checker to tell */
    int n = -1;

    if (!arena)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "facts"));
    if (!db_is_null(events, from, 2) && history_rows_read(events, from, to, arena, &h, &unread))
        n = commit_facts_known(&h, f->zone_s, f->rows, ROWS_MAX);
    for (int i = 0; i < n; i++)
        put_row(&f->json, f->after, &f->rows[i]);
    f->n_missed += n < 0;
    f->n_done++;
    arena_free(arena);
    return true;
}

static bool write_rows(struct fact_fill *f, struct error *err)
{
    struct db_result written;
    const char *values[1] = {f->json.data};

    if (f->json.is_failed)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "facts"));
    if (!ask(f->pg, "SELECT facts_fill($1::text::jsonb)", 1, values, &written, err))
        return false;
    db_result_free(&written);
    return true;
}

/* The next chunk; *ret_n how many dossiers it had. */
static bool fill_chunk(struct fact_fill *f, int64_t *ret_n, struct error *err)
{
    struct db_result events;
    char after[24], limit[16];
    const char *values[2] = {after, limit};
    int64_t before = f->n_done;
    bool ok = true;

    snprintf(after, sizeof after, "%" PRId64, f->after);
    snprintf(limit, sizeof limit, "%d", CHUNK);
    if (!run(f->pg, "BEGIN; SET LOCAL ROLE motcua_owner", err) ||
        !ask(f->pg, "SELECT * FROM facts_stale($1::bigint, $2::integer)", 2, values, &events, err))
        return false;
    buffer_clear(&f->json);
    buffer_char(&f->json, '[');
    for (int row = 0, end; ok && row < db_rows(&events); row = end) {
        f->after = db_int(&events, row, 0);
        end = history_rows_end(&events, row, f->after);
        ok = fill_one(f, &events, row, end, err);
    }
    buffer_char(&f->json, ']');
    db_result_free(&events);
    *ret_n = f->n_done - before;
    return ok && (*ret_n == 0 || write_rows(f, err)) && run(f->pg, "COMMIT", err);
}

static bool fill_all(struct fact_fill *f, void (*progress)(int64_t n_done), struct error *err)
{
    char sql[120];
    int64_t n;

    do {
        if (!fill_chunk(f, &n, err))
            return false;
        if (progress && n)
            progress(f->n_done);
    } while (n > 0);
    snprintf(sql, sizeof sql, "BEGIN; SET LOCAL ROLE motcua_owner; SELECT facts_filled(%d); COMMIT",
             SCHEMA_FACTS);
    return run(f->pg, sql, err);
}

/* True where there is something to do. */
static bool is_stale(struct fact_fill *f, bool *ret, struct error *err)
{
    struct db_result setting;

    if (!ask(f->pg, "SELECT facts_version, zone_s FROM setting", 0, NULL, &setting, err))
        return false;
    *ret = db_int(&setting, 0, 0) < SCHEMA_FACTS;
    f->zone_s = (int32_t)db_int(&setting, 0, 1);
    db_result_free(&setting);
    return true;
}

bool fact_fill(const char *url, void (*progress)(int64_t n_done), int64_t *ret_done,
               int64_t *ret_missed, struct error *err)
{
    struct fact_fill f = {0};
    bool needs = false;
    bool ok = target_connect(url, true, &f.pg, err) && is_stale(&f, &needs, err);

    if (ok && needs) {
        f.rows = calloc(ROWS_MAX, sizeof *f.rows);
        ok = f.rows ? fill_all(&f, progress, err)
                    : error_set(err, ERR_NO_MEMORY, arg_text("what", "facts"));
    }
    free(f.rows);
    buffer_deinit(&f.json);
    PQfinish(f.pg);
    *ret_done = f.n_done;
    *ret_missed = f.n_missed;
    return ok;
}
