/* The verb: connects with a loop of its own and one lane, lets the checker walk, and says each
 * difference as it is found; with --json one object at the end. It runs beside daemons: what it
 * reads is one snapshot. Exit codes: 0 no difference, 1 differences or a failure, 2 wrong usage, 3
 * the database is not reachable. */
#include "daemon/verb_verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "daemon/setup.h"
#include "db/schema.h"
#include "flow/verify.h"

#define READY_MS      15000
#define LIMIT_DEFAULT 1000
#define WARNINGS_TOLD 10 /* as lines: papers still to be drawn may be many */

static const char usage[] =
    "usage: motcuad verify --config FILE | --database URL [--dossier CODE] [--json]\n"
    "                      [--limit-differences N]\n\n"
    "Recomputes every chain, state, date and count from the events, and reports what is stored\n"
    "differently; changes nothing. Daemons may go on working: one snapshot is read.\n\n"
    "  --config FILE           settings of the installation; its database is taken\n"
    "  --database URL          or this one; default $DATABASE_URL\n"
    "  --dossier CODE          this dossier alone, without the sums over all\n"
    "  --json                  one object instead of lines\n"
    "  --limit-differences N   tell at most N (default 1000); all are counted\n\n"
    "Exit codes: 0 no difference, 1 differences or a failure, 2 wrong usage, 3 the database "
    "cannot\n"
    "be reached.\n";

enum { VERIFY_CLEAN, VERIFY_DIFFERS, VERIFY_USAGE, VERIFY_UNREACHABLE };

struct run {
    const char *config, *database, *dossier;
    bool is_json, has_progress;
    int64_t limit, n_told, n_warned;
    struct buffer json; /* the differences so far, with --json */
    int64_t started_at;
};

static bool read_limit(const char *text, int64_t *ret)
{
    char *end;
    long long v = strtoll(text, &end, 10);

    if (end == text || *end || v < 0)
        return false;
    *ret = v;
    return true;
}

static bool read_options(int argc, char **argv, struct run *run)
{
    for (int i = 1; i < argc; i++) {
        const char *limit = NULL, **slot = !strcmp(argv[i], "--config")     ? &run->config
                                           : !strcmp(argv[i], "--database") ? &run->database
                                           : !strcmp(argv[i], "--dossier")  ? &run->dossier
                                           : !strcmp(argv[i], "--limit-differences") ? &limit
                                                                                     : NULL;

        if (slot && i + 1 < argc)
            *slot = argv[++i];
        else if (!strcmp(argv[i], "--json"))
            run->is_json = true;
        else
            return false;
        if (limit && !read_limit(limit, &run->limit))
            return false;
    }
    return !run->config || !run->database;
}

/* ---- telling ---- */

static void json_member(struct buffer *b, const char *name, const char *text)
{
    buffer_printf(b, "\"%s\":", name);
    json_write(b, text, strlen(text));
}

static void clear_progress(const struct run *run)
{
    if (run->has_progress)
        fputs("\r\033[K", stderr);
}

static void found(void *data, const struct verify_finding *f)
{
    struct run *run = data;

    if (f->is_warning && !run->is_json && run->n_warned++ >= WARNINGS_TOLD)
        return;
    if (run->n_told++ >= run->limit)
        return;
    if (!run->is_json) {
        clear_progress(run);
        printf("%s%s%s%s: stored %s, computed %s\n", f->is_warning ? "warning: " : "", f->dossier,
               *f->dossier ? ": " : "", f->what, f->stored, f->computed);
        return;
    }
    buffer_text(&run->json, run->json.len ? ",\n  {" : "\n  {");
    json_member(&run->json, "dossier", f->dossier);
    buffer_char(&run->json, ',');
    json_member(&run->json, "what", f->what);
    buffer_char(&run->json, ',');
    json_member(&run->json, "stored", f->stored);
    buffer_char(&run->json, ',');
    json_member(&run->json, "computed", f->computed);
    buffer_printf(&run->json, ",\"is_warning\":%s}", f->is_warning ? "true" : "false");
}

static void progress(void *data, int64_t done, int64_t total)
{
    (void)data;
    fprintf(stderr, "\r%" PRId64 " of %" PRId64 " dossiers", done, total);
    fflush(stderr);
}

struct count {
    const char *name, *label;
    int64_t n;
};

static void summarise(const struct run *run, const struct verify_report *r)
{
    const double seconds = (double)(clock_monotonic() - run->started_at) / 1e6;
    const struct count counts[] = {
        {"dossiers", "dossiers", r->dossiers},
        {"events", "events", r->events},
        {"columns", "cached values", r->columns},
        {"dates", "dates", r->dates},
        {"dates_skipped", "dates given, without a calendar or older than an edit of it",
         r->dates_skipped},
        {"facts", "facts", r->facts},
        {"stays", "stays", r->stays},
        {"deadlines", "deadlines", r->deadlines},
        {"persons", "persons", r->persons},
        {"letters", "letters", r->letters},
        {"obligations", "letters owed", r->obligations},
        {"episodes", "late episodes", r->episodes},
        {"addressees", "addressees", r->addressees},
        {"papers", "papers", r->papers},
        {"counters", "counters", r->counters},
        {"registers", "registers", r->registers},
        {"closings", "closed periods", r->closings},
        {"warnings", "warnings", r->warnings},
        {"differences", "differences", r->differences},
    };

    if (run->is_json)
        printf("{\"findings\":[%s%s],\n", run->json.len ? run->json.data : "",
               run->json.len ? "\n" : "");
    for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
        if (run->is_json)
            printf("\"%s\":%" PRId64 ",", counts[i].name, counts[i].n);
        else
            printf("%s%" PRId64 " %s", i ? ", " : "", counts[i].n, counts[i].label);
    }
    printf(run->is_json ? "\"seconds\":%.3f}\n" : "; %.1f s\n", seconds);
}

static void tell(const struct run *run, const struct verify_report *r)
{
    clear_progress(run);
    if (!run->is_json && run->n_told > run->limit)
        printf("and %" PRId64 " more\n", run->n_told - run->limit);
    if (run->n_warned > WARNINGS_TOLD)
        printf("and %" PRId64 " more warnings; --json tells them\n", run->n_warned - WARNINGS_TOLD);
    summarise(run, r);
}

/* ---- running ---- */

static int refuse(const struct error *err)
{
    (void)setup_refuse("verify", err);
    return setup_is_unreachable(err) ? VERIFY_UNREACHABLE : VERIFY_DIFFERS;
}

static void closed(void *data)
{
    *(bool *)data = true;
}

static bool verify_database(struct run *run, const char *url, struct app *app,
                            struct verify_report *report, struct error *err)
{
    const struct db_options db = {
        .url = url, .name = "motcuad verify", .n = {1, 1, 1}, .is_reader = true};
    const struct verify_options options = {.code = run->dossier,
                                           .found = found,
                                           .progress = run->has_progress ? progress : NULL,
                                           .data = run};

    return db_schema_check(url, err) && db_new(app->loop, &db, &app->db, err) &&
           db_wait_ready(app->db, READY_MS, err) && verify_run(app, &options, report, err);
}

static int verify(struct run *run, const char *url)
{
    struct verify_report report = {0};
    struct error err = {0};
    struct app app = {0};
    uv_loop_t loop;
    bool ok, is_closed = false;

    uv_loop_init(&loop);
    app.loop = &loop;
    run->started_at = clock_monotonic();
    ok = verify_database(run, url, &app, &report, &err);
    if (app.db) {
        db_close(app.db, closed, &is_closed);
        while (!is_closed && uv_run(&loop, UV_RUN_ONCE))
            ;
    }
    app.reference = reference_unref(app.reference);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&loop);
    clear_progress(run);
    if (!ok)
        return refuse(&err);
    tell(run, &report);
    return report.differences ? VERIFY_DIFFERS : VERIFY_CLEAN;
}

int verb_verify(int argc, char **argv)
{
    struct run run = {.limit = LIMIT_DEFAULT};
    struct config config;
    struct error err = {0};
    const char *url;
    int code;

    if (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")))
        return fputs(usage, stdout) < 0;
    if (!read_options(argc, argv, &run)) {
        fputs(usage, stderr);
        return VERIFY_USAGE;
    }
    if (run.config && !config_read(run.config, &config, &err)) {
        (void)setup_refuse("verify", &err);
        return VERIFY_USAGE;
    }
    url = run.config ? config.database : run.database ? run.database : getenv("DATABASE_URL");
    if (!url || !*url) {
        fprintf(stderr, "motcuad verify: which database? (--config FILE or --database URL)\n\n%s",
                usage);
        return VERIFY_USAGE;
    }
    log_set_level(LOG_WARN); /* lines on standard error are for trouble alone */
    run.has_progress = isatty(STDERR_FILENO) != 0;
    code = verify(&run, url);
    buffer_deinit(&run.json);
    return fflush(stdout) == 0 ? code : VERIFY_DIFFERS;
}
