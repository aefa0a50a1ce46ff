/* See setup.h. */
#include "daemon/setup.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/embed.h"
#include "base/instant.h"
#include "base/log.h"
#include "db/schema.h"
#include "db/target.h"
#include "flow/form_template.h"
#include "flow/renderer.h"
#include "flow/seal_keys.h"
#include "flow/signing.h"

#define READY_MS 15000

extern const struct embedded seed_files[];

enum language setup_language(void)
{
    const char *lang = getenv("LC_ALL");

    if (!lang || !*lang)
        lang = getenv("LANG");
    return lang && !strncmp(lang, "vi", 2) ? LANGUAGE_VI : LANGUAGE_EN;
}

int setup_refuse(const char *verb, const struct error *err)
{
    char sentence[600];

    error_sentence(err, setup_language(), ZONE_VIETNAM_S, sentence, sizeof sentence);
    fprintf(stderr, "motcuad %s: %s\n", verb, sentence);
    return 1;
}

bool setup_is_unreachable(const struct error *err)
{
    return error_status(err->code) == 503 && err->code != ERR_NO_MEMORY &&
           err->code != ERR_DB_DENIED;
}

static bool is_quiet;

void setup_quiet(void)
{
    is_quiet = true;
}

static bool open_database(struct setup *s, struct error *err)
{
    struct db_options options = {.url = s->config.database};

    return db_schema_check(s->config.database, err) &&
           db_new(&s->loop, &options, &s->app.db, err) && db_wait_ready(s->app.db, READY_MS, err) &&
           committer_new(s->app.db, &s->app.committer, err);
}

static bool open_ids(struct setup *s, struct error *err)
{
    return app_fill_ids(&s->app, date_civil(instant_date(clock_business(), s->app.zone_s)).year,
                        err);
}

bool setup_open(struct setup *s, const char *config_path, bool needs_ids, bool needs_renderer,
                struct error *err)
{
    ssize_t len;

    memset(s, 0, sizeof *s);
    if (!config_read(config_path, &s->config, err))
        return false;
    log_set_level(is_quiet && s->config.log_level < LOG_WARN ? LOG_WARN
                                                             : (enum log_level)s->config.log_level);
    uv_loop_init(&s->loop);
    s->is_open = true;
    s->app.loop = &s->loop;
    s->app.zone_s = s->config.zone_s;
    s->app.public_url = s->config.public_url;
    s->app.attachment_folder = s->config.attachment_folder;
    s->app.attachment_max = (int64_t)s->config.attachment_mib << 20;
    s->app.started_at = clock_real();
    s->app.catch_up_nights = s->config.catch_up_nights;
    s->app.sweeping_at = INSTANT_NONE;
    len = readlink("/proc/self/exe", s->program, sizeof s->program - 1);
    if (len < 0)
        return error_set(err, ERR_INTERNAL, arg_text("what", "/proc/self/exe"));
    s->program[len] = '\0';
    return seal_ring_load(s->config.seal_key, &s->app.seal, err) && open_database(s, err) &&
           (!needs_ids || seal_keys_register(&s->app, err)) && reference_load_first(&s->app, err) &&
           form_texts_keep(&s->app, err) && (!needs_ids || open_ids(s, err)) &&
           (!needs_renderer ||
            (renderer_new(&s->loop, s->program, s->config.workers, &s->app.renderer, err) &&
             signing_open(s->config.signature_folder, s->config.signature_trust, &s->app.signing,
                          err)));
}

static void closed(void *data)
{
    ++*(int *)data;
}

static void tell_handle(uv_handle_t *h, void *data)
{
    (void)data;
    log_event(LOG_WARN, "loop_not_empty", arg_text("handle", uv_handle_type_name(h->type)),
              arg_number("closing", uv_is_closing(h)));
}

void setup_close(struct setup *s)
{
    int n = 0, wanted = 0;

    if (!s->is_open)
        return;
    if (s->app.renderer) {
        wanted++;
        renderer_close(s->app.renderer, closed, &n);
        s->app.renderer = NULL;
    }
    s->app.committer = committer_free(s->app.committer);
    if (s->app.db) {
        wanted++;
        db_close(s->app.db, closed, &n);
    }
    while (n < wanted && uv_run(&s->loop, UV_RUN_ONCE))
        ;
    s->app.db = NULL;
    s->app.reference = reference_unref(s->app.reference);
    s->app.seal = seal_ring_free(s->app.seal);
    s->app.signing = signing_close(s->app.signing);
    uv_run(&s->loop, UV_RUN_DEFAULT);
    if (uv_loop_close(&s->loop) != 0)
        uv_walk(&s->loop, tell_handle, NULL);
    s->is_open = false;
}

static bool answered(const PGresult *r, struct error *err)
{
    return PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK ||
           error_set(err, ERR_SEED_FAILED, arg_text("reason", PQresultErrorMessage(r)));
}

static bool run_sql(PGconn *conn, const char *sql, struct error *err)
{
    PGresult *r = PQexec(conn, sql);
    bool ok = answered(r, err);

    PQclear(r);
    return ok;
}

/* Whose clock anybody may move and whose passwords are printed: what people work with never becomes
 * one. The first administrator has one office. */
static bool may_be_demonstration(PGconn *conn, struct error *err)
{
    PGresult *r = PQexec(conn, "SELECT (SELECT is_demonstration FROM setting) OR "
                               "NOT (EXISTS (SELECT FROM dossier) OR o.n > 1), o.n "
                               "FROM (SELECT count(*) AS n FROM office) o");
    bool ok = answered(r, err);

    if (ok && PQgetvalue(r, 0, 0)[0] != 't')
        ok = error_set(err, ERR_SEED_IN_USE,
                       arg_number("offices", strtoll(PQgetvalue(r, 0, 1), NULL, 10)));
    PQclear(r);
    return ok;
}

bool setup_seed(const char *database, bool with_demo, struct error *err)
{
    PGconn *conn = NULL;
    bool ok = target_connect(database, true, &conn, err);

    ok = ok && run_sql(conn, "BEGIN; SET LOCAL client_min_messages = warning", err) &&
         (!with_demo || may_be_demonstration(conn, err));
    for (const struct embedded *f = seed_files; ok && f->name; f++)
        if (!strcmp(f->name, "country.sql") || with_demo)
            ok = run_sql(conn, (const char *)f->bytes, err);
    ok = ok && run_sql(conn, "COMMIT", err);
    PQfinish(conn);
    return ok;
}
