/* Migration: the embedded files of sql/ against what the table schema_file says was applied.
 * Blocking libpq: this runs before a daemon serves anybody. */
#include "db/schema.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/instant.h"
#include "db/target.h"

#define SCHEMA_LOCK "7236150104" /* of everybody who migrates */

static void connection_finishp(PGconn **pg)
{
    PQfinish(*pg);
    *pg = NULL;
}

static void schema_result_clearp(PGresult **r)
{
    PQclear(*r);
    *r = NULL;
}

static void schema_ignore_notice(void *data, const PGresult *result)
{
    (void)data;
    (void)result;
}

int schema_version(void)
{
    return schema_n_migrations;
}

/* The first line of libpq's words. */
static void schema_words(PGconn *pg, char buf[ERROR_TEXT_MAX + 1])
{
    const char *words = PQerrorMessage(pg);
    size_t len = strcspn(words, "\n");

    if (len > ERROR_TEXT_MAX)
        len = ERROR_TEXT_MAX;
    memcpy(buf, words, len);
    buf[len] = '\0';
}

static bool schema_connect(const char *url, bool writes, PGconn **ret_pg, struct error *err)
{
    if (!target_connect(url, writes, ret_pg, err))
        return false;
    (void)PQsetNoticeReceiver(*ret_pg, schema_ignore_notice, NULL);
    return true;
}

/* Runs statements; `name` is the file they come from. */
static bool schema_run(PGconn *pg, const char *name, const char *text, struct error *err)
{
    CLEANUP(schema_result_clearp) PGresult *r = PQexec(pg, text);
    ExecStatusType status = PQresultStatus(r);
    char words[ERROR_TEXT_MAX + 1];

    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return true;
    schema_words(pg, words);
    PQclear(PQexec(pg, "ROLLBACK"));
    return error_set(err, ERR_SCHEMA_MIGRATION, arg_text("name", name), arg_text("reason", words));
}

/* One number; -1 when there is none. */
static long schema_number(PGconn *pg, const char *text)
{
    CLEANUP(schema_result_clearp) PGresult *r = PQexec(pg, text);

    if (PQresultStatus(r) != PGRES_TUPLES_OK || PQntuples(r) != 1 || PQgetisnull(r, 0, 0))
        return -1;
    return strtol(PQgetvalue(r, 0, 0), NULL, 10);
}

static long schema_found(PGconn *pg)
{
    if (schema_number(pg, "SELECT count(*) FROM pg_class WHERE oid = to_regclass('schema_file')") !=
        1)
        return 0;
    return schema_number(pg, "SELECT count(*) FROM schema_file WHERE kind = 'migration'");
}

static void schema_checksum(const struct schema_file *f, char ret[2 * DIGEST_LEN + 1])
{
    unsigned char digest[DIGEST_LEN];

    digest_sha256(f->text, f->len, digest);
    hex_encode(digest, sizeof digest, ret);
}

/* 1 applied as it reads now, 0 applied otherwise, -1 never. */
static int schema_applied(PGconn *pg, const char *kind, const struct schema_file *f)
{
    char sum[2 * DIGEST_LEN + 1];
    const char *const values[] = {kind, f->name, sum};
    CLEANUP(schema_result_clearp) PGresult *r = NULL;

    schema_checksum(f, sum);
    r = PQexecParams(pg,
                     "SELECT (checksum = $3)::integer FROM schema_file WHERE kind = $1 AND name = "
                     "$2",
                     3, NULL, values, NULL, NULL, 0);
    if (PQresultStatus(r) != PGRES_TUPLES_OK || PQntuples(r) != 1)
        return -1;
    return PQgetvalue(r, 0, 0)[0] == '1';
}

static bool schema_record(PGconn *pg, const char *kind, const struct schema_file *f,
                          struct error *err)
{
    char sum[2 * DIGEST_LEN + 1], at[INSTANT_TEXT_MAX], words[ERROR_TEXT_MAX + 1];
    const char *const values[] = {kind, f->name, sum, at};
    CLEANUP(schema_result_clearp) PGresult *r = NULL;

    schema_checksum(f, sum);
    instant_format(clock_real(), 0, at);
    r = PQexecParams(pg,
                     "INSERT INTO schema_file (kind, name, checksum, applied_at) VALUES ($1, $2, "
                     "$3, $4::timestamptz) ON CONFLICT (kind, name) DO UPDATE SET checksum = "
                     "excluded.checksum, applied_at = excluded.applied_at",
                     4, NULL, values, NULL, NULL, 0);
    if (PQresultStatus(r) == PGRES_COMMAND_OK)
        return true;
    schema_words(pg, words);
    return error_set(err, ERR_SCHEMA_MIGRATION, arg_text("name", f->name),
                     arg_text("reason", words));
}

/* Applies one file in a transaction of the owner and remembers it. Functions may call others whose
 * files come later. */
static bool schema_apply(PGconn *pg, const char *kind, const struct schema_file *f,
                         struct error *err)
{
    return schema_run(pg, f->name,
                      "BEGIN; SET LOCAL lock_timeout = '15s'; SET LOCAL ROLE motcua_owner; SET "
                      "LOCAL check_function_bodies = off",
                      err) &&
           schema_run(pg, f->name, f->text, err) && schema_record(pg, kind, f, err) &&
           schema_run(pg, f->name, "COMMIT", err);
}

struct schema_group {
    const char *kind;
    const struct schema_file *files;
    int n;
    bool is_once; /* an applied file may never read otherwise */
};

static bool schema_apply_group(PGconn *pg, const struct schema_group *group,
                               void (*report)(void *data, const char *name), void *data,
                               struct error *err)
{
    for (int i = 0; i < group->n; i++) {
        const struct schema_file *f = &group->files[i];
        int applied = schema_applied(pg, group->kind, f);

        if (applied == 1)
            continue;
        if (applied == 0 && group->is_once)
            return error_set(err, ERR_SCHEMA_CHANGED, arg_text("name", f->name));
        if (!schema_apply(pg, group->kind, f, err))
            return false;
        if (report)
            report(data, f->name);
    }
    return true;
}

static const char schema_table[] =
    "BEGIN; SET LOCAL ROLE motcua_owner;"
    "CREATE TABLE IF NOT EXISTS schema_file (kind text NOT NULL, name text NOT NULL,"
    " checksum text NOT NULL, applied_at timestamptz NOT NULL, PRIMARY KEY (kind, name));"
    "COMMENT ON TABLE schema_file IS 'Files of sql/ applied by motcuad migrate; their number of "
    "kind "
    "migration is the version of this schema.';"
    "GRANT SELECT ON schema_file TO motcua_app, motcua_reader; COMMIT";

/* The largest daemon_min that migrations not yet applied set; 0: none does. */
static long schema_asks(PGconn *pg)
{
    static const char words[] = "UPDATE setting SET daemon_min = ";
    long asks = 0;

    for (int i = 0; i < schema_n_migrations; i++) {
        const struct schema_file *f = &schema_migrations[i];
        const char *at = strstr(f->text, words);
        long n = at ? strtol(at + strlen(words), NULL, 10) : 0;

        if (n > asks && schema_applied(pg, "migration", f) < 0)
            asks = n;
    }
    return asks;
}

/* Daemons that cannot cope with what is coming are turned away before it comes: they would refuse
 * what they cannot write, and now say "later". Those of another login may stay until they connect
 * again. */
static bool schema_turn_away(PGconn *pg, long asks, struct error *err)
{
    char sql[640];

    (void)snprintf(
        sql, sizeof sql,
        "BEGIN; SET LOCAL ROLE motcua_owner;"
        "UPDATE setting SET daemon_min = %ld WHERE daemon_min < %ld; COMMIT;"
        "DO $$ BEGIN PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = "
        "current_database() AND application_name = 'motcuad' AND pid <> pg_backend_pid();"
        "EXCEPTION WHEN insufficient_privilege THEN NULL; END $$",
        asks, asks);
    return schema_run(pg, "daemon_min", sql, err);
}

bool schema_plan(const char *url, long *ret_found, long *ret_asks, struct error *err)
{
    CLEANUP(connection_finishp) PGconn *pg = NULL;

    if (!schema_connect(url, false, &pg, err))
        return false;
    *ret_found = schema_found(pg);
    *ret_asks = *ret_found > 0 ? schema_asks(pg) : 0;
    return true;
}

static bool schema_bring_up(PGconn *pg, void (*report)(void *data, const char *name), void *data,
                            struct error *err)
{
    const struct schema_group groups[] = {
        {"migration", schema_migrations, schema_n_migrations, true},
        {"function", schema_functions, schema_n_functions, false},
        {"view", schema_views, schema_n_views, false},
    };
    long found, asks;

    for (int i = 0; i < schema_n_roles; i++) {
        if (!schema_run(pg, schema_roles[i].name, schema_roles[i].text, err))
            return false;
    }
    if (!schema_run(pg, "schema_file", schema_table, err))
        return false;
    found = schema_found(pg);
    if (found > schema_version())
        return error_set(err, ERR_SCHEMA_NEWER, arg_number("found", found),
                         arg_number("known", schema_version()));
    asks = found > 0 ? schema_asks(pg) : 0;
    if (asks && !schema_turn_away(pg, asks, err))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        if (!schema_apply_group(pg, &groups[i], report, data, err))
            return false;
    }
    for (int i = 0; i < schema_n_grants; i++) {
        if (!schema_apply(pg, "grant", &schema_grants[i], err))
            return false;
    }
    return true;
}

bool schema_migrate(const char *url, void (*report)(void *data, const char *name), void *data,
                    struct error *err)
{
    CLEANUP(connection_finishp) PGconn *pg = NULL;

    if (!schema_connect(url, true, &pg, err))
        return false;
    /* Released with the connection, whatever happens. */
    return schema_run(pg, "lock", "SELECT pg_advisory_lock(" SCHEMA_LOCK ")", err) &&
           schema_bring_up(pg, report, data, err);
}

bool db_schema_check(const char *url, struct error *err)
{
    CLEANUP(connection_finishp) PGconn *pg = NULL;
    long found, oldest, facts;

    if (!schema_connect(url, false, &pg, err))
        return false;
    found = schema_found(pg);
    if (found <= 0)
        return error_set(err, ERR_SCHEMA_MISSING, arg_text("database", PQdb(pg)));
    if (found < schema_version())
        return error_set(err, ERR_SCHEMA_OLDER, arg_number("found", found),
                         arg_number("known", schema_version()));
    facts = schema_number(pg, "SELECT facts_version FROM setting");
    if (facts < SCHEMA_FACTS) /* a migration that was broken off, or is still at it */
        return error_set(err, ERR_SCHEMA_OLDER, arg_number("found", facts),
                         arg_number("known", SCHEMA_FACTS));
    /* A newer database says from which daemon on it may be used (expand first, contract later). */
    oldest = schema_number(pg, "SELECT daemon_min FROM setting");
    if (found > schema_version() && oldest > schema_version())
        return error_set(err, ERR_SCHEMA_NEWER, arg_number("found", found),
                         arg_number("known", schema_version()));
    return true;
}
