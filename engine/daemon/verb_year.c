/* Detaching a year takes four steps, each of which a killed verb finds done or not done when it is
 * called again: the year is closed to writing; it is looked through, which takes as long as it
 * takes; PostgreSQL detaches the partition, waiting for its readers and making nobody wait; and in
 * one transaction the table goes to schema archive and the change is recorded. Attaching is one
 * transaction after the same look. The statements are functions of sql/functions/event_year_*.sql;
 * the one that PostgreSQL lets nobody put into a function is here. */
#include "daemon/verb_year.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/instant.h"
#include "base/macros.h"
#include "daemon/setup.h"
#include "db/result.h"
#include "db/schema.h"
#include "db/target.h"

#define KEEP_MONTHS 120 /* no source gives it: a parameter (docs/years.md) */
#define VALUES_MAX  6

static const char usage[] =
    "usage: motcuad year list   --config FILE | --database URL [--keep-months N]\n"
    "       motcuad year detach YEAR --config FILE | --database URL --by LOGIN --source TEXT\n"
    "                           --reason TEXT [--keep-months N] [--leave-undone]\n"
    "       motcuad year attach YEAR --config FILE | --database URL --by LOGIN --source TEXT\n"
    "                           --reason TEXT\n\n"
    "Takes the events of the dossiers filed in YEAR off the table that everybody writes to, or "
    "puts\n"
    "them back. All of the year must have ended long ago. Lists, reports, verify and audit verify\n"
    "go on as before; a dossier of the year can neither be opened nor acted on until it is back.\n"
    "May be done while daemons work; when it was interrupted, call it again.\n\n"
    "  --by LOGIN          the administrator who answers for it\n"
    "  --source, --reason  the decision it rests on, and why: recorded with the change\n"
    "  --keep-months N     how long after its end a dossier stays (12 to 1200, default 120)\n"
    "  --leave-undone      results never collected, letters not issued or still owed go along\n\n"
    "Exit codes: 0 done, 1 refused or failed, 2 wrong usage.\n";

struct year {
    const char *what, *config, *database, *by, *source, *reason;
    int year, keep_months;
    bool leaves_undone;
    PGconn *pg;
    int64_t officer;
    char at[INSTANT_TEXT_MAX];
    char today[INSTANT_TEXT_MAX];
    char ended_before[INSTANT_TEXT_MAX];
};

/* What stands against detaching, as sql/functions/event_year_obstacles.sql calls it. */
static const struct {
    const char *word, *vi, *en;
} obstacles[] = {
    {"open", "chưa kết thúc", "not ended"},
    {"uncollected", "kết quả chưa ai nhận", "with a result that was never collected"},
    {"young", "kết thúc chưa đủ lâu", "ended too lately"},
    {"alarm", "còn phải theo dõi", "still to be looked at"},
    {"letter", "có thư chưa phát hành", "with a letter not issued"},
    {"owed", "còn nợ thư", "owed a letter"},
    {"message", "có tin chưa gửi", "with a message not sent"},
    {"unrooted", "chưa có giá trị gốc của ngày", "under no root of a day yet"},
};

static bool read_number(const char *text, int low, int high, int *ret)
{
    char *end;
    long n = strtol(text, &end, 10);

    if (!*text || *end || n < low || n > high)
        return false;
    *ret = (int)n;
    return true;
}

static bool read_options(int argc, char **argv, struct year *y)
{
    int i = 2;

    y->what = argc > 1 ? argv[1] : "";
    if (strcmp(y->what, "list") != 0 &&
        (argc < 3 || !read_number(argv[i++], 1900, 2200, &y->year) ||
         (strcmp(y->what, "detach") != 0 && strcmp(y->what, "attach") != 0)))
        return false;
    for (; i < argc; i++) {
        const char **slot = !strcmp(argv[i], "--config")     ? &y->config
                            : !strcmp(argv[i], "--database") ? &y->database
                            : !strcmp(argv[i], "--by")       ? &y->by
                            : !strcmp(argv[i], "--source")   ? &y->source
                            : !strcmp(argv[i], "--reason")   ? &y->reason
                                                             : NULL;

        if (slot && i + 1 < argc)
            *slot = argv[++i];
        else if (!strcmp(argv[i], "--leave-undone"))
            y->leaves_undone = true;
        else if (strcmp(argv[i], "--keep-months") != 0 || i + 1 == argc ||
                 !read_number(argv[++i], 12, 1200, &y->keep_months))
            return false;
    }
    return !(y->config && y->database) &&
           (!y->year || (y->by && y->source && *y->source && y->reason && *y->reason));
}

/* ---- asking ---- */

static bool refused(struct year *y, struct error *err)
{
    char reason[200];

    snprintf(reason, sizeof reason, "%s", PQerrorMessage(y->pg));
    reason[strcspn(reason, "\n")] = '\0';
    return error_set(err, ERR_YEAR_REFUSED, arg_number("year", y->year),
                     arg_text("reason", reason));
}

static bool ask(struct year *y, const char *sql, int n, const char *const *values,
                struct db_result *ret, struct error *err)
{
    ExecStatusType status;

    *ret = (struct db_result){.pg = PQexecParams(y->pg, sql, n, NULL, values, NULL, NULL, 1)};
    status = PQresultStatus(ret->pg);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
        return true;
    db_result_free(ret);
    return refused(y, err);
}

/* A statement of which one word is the answer, or nothing. */
static bool ask_word(struct year *y, const char *sql, int n, const char *const *values, char *ret,
                     size_t size, struct error *err)
{
    struct db_result r;

    if (!ask(y, sql, n, values, &r, err))
        return false;
    snprintf(ret, size, "%s", db_rows(&r) && db_columns(&r) ? db_text_or_empty(&r, 0, 0) : "");
    db_result_free(&r);
    return true;
}

static bool run(struct year *y, const char *sql, struct error *err)
{
    char word[16];

    return ask_word(y, sql, 0, NULL, word, sizeof word, err);
}

/* Connects as the owner; says who orders it, when, and what has ended long enough. */
static bool open_order(struct year *y, const char *url, struct error *err)
{
    char now[INSTANT_TEXT_MAX];
    const char *values[] = {y->by ? y->by : "", now};
    struct db_result r;
    int32_t today;
    bool is_busy;

    instant_format(clock_real(), 0, now);
    if (!db_schema_check(url, err) || !target_connect(url, true, &y->pg, err) ||
        !run(y, "SET ROLE motcua_owner", err) || !run(y, "SET timezone = 'UTC'", err) ||
        !ask(y, "SELECT * FROM event_year_order($1::text, $2::timestamptz)", 2, values, &r, err))
        return false;
    y->officer = db_int(&r, 0, 0);
    instant_format(db_instant(&r, 0, 1), 0, y->at);
    today = instant_date(db_instant(&r, 0, 1), (int32_t)db_int(&r, 0, 2));
    is_busy = db_bool(&r, 0, 3);
    db_result_free(&r);
    date_format(today, y->today);
    date_format(date_add_months(today, -y->keep_months), y->ended_before);
    if (!y->year)
        return true;
    if (!y->officer)
        return error_set(err, ERR_YEAR_OFFICER, arg_text("login", y->by));
    return !is_busy || error_set(err, ERR_YEAR_BUSY, arg_number("year", y->year));
}

/* ---- list ---- */

static bool list(struct year *y, struct error *err)
{
    const char *values[] = {y->ended_before};
    struct db_result r;

    if (!ask(y, "SELECT * FROM event_year_list($1::date)", 1, values, &r, err))
        return false;
    printf("%-6s%-10s%12s%12s%14s%24s\n", "year", "events", "dossiers", "not ended", "uncollected",
           "ended too lately");
    for (int i = 0; i < db_rows(&r); i++)
        printf("%-6" PRId64 "%-10s%12" PRId64 "%12" PRId64 "%14" PRId64 "%24" PRId64 "\n",
               db_int(&r, i, 0), db_text_or_empty(&r, i, 1), db_int(&r, i, 2), db_int(&r, i, 3),
               db_int(&r, i, 4), db_int(&r, i, 5));
    db_result_free(&r);
    printf("ended too lately: on %s or after it\n", y->ended_before);
    return true;
}

/* ---- the look ---- */

struct proof {
    char place[16], dossiers[24], events[24], sum[2 * DIGEST_LEN + 3];
    int64_t faults;
    bool differs; /* from what was counted when it was detached */
};

static bool prove(struct year *y, const char *year, struct proof *ret, struct error *err)
{
    const char *values[] = {year};
    struct db_result r;
    const void *sum;
    size_t len;

    if (!ask(y, "SELECT * FROM event_year_proof($1::integer)", 1, values, &r, err))
        return false;
    snprintf(ret->place, sizeof ret->place, "%s", db_text_or_empty(&r, 0, 0));
    snprintf(ret->dossiers, sizeof ret->dossiers, "%" PRId64, db_int(&r, 0, 1));
    snprintf(ret->events, sizeof ret->events, "%" PRId64, db_int(&r, 0, 2));
    sum = db_bytes(&r, 0, 3, &len);
    memcpy(ret->sum, "\\x", sizeof "\\x");
    if (sum && len == DIGEST_LEN)
        hex_encode(sum, DIGEST_LEN, ret->sum + 2);
    ret->faults = db_int(&r, 0, 4);
    ret->differs = !db_is_null(&r, 0, 5) && !db_bool(&r, 0, 5);
    db_result_free(&r);
    return true;
}

/* "3 not ended, 1 owed a letter" */
static bool check_obstacles(struct year *y, const char *year, struct error *err)
{
    const char *values[] = {year, y->ended_before, y->leaves_undone ? "true" : "false"};
    bool is_english = setup_language() == LANGUAGE_EN;
    char what[300] = "";
    struct db_result r;

    if (!ask(y, "SELECT * FROM event_year_obstacles($1::integer, $2::date, $3::boolean)", 3, values,
             &r, err))
        return false;
    for (int i = 0; i < db_rows(&r); i++) {
        size_t len = strlen(what);

        for (size_t k = 0; k < ARRAY_LEN(obstacles); k++)
            if (!strcmp(obstacles[k].word, db_text_or_empty(&r, i, 0)))
                snprintf(what + len, sizeof what - len, "%s%" PRId64 " %s", len ? ", " : "",
                         db_int(&r, i, 1), is_english ? obstacles[k].en : obstacles[k].vi);
    }
    db_result_free(&r);
    return !*what ||
           error_set(err, ERR_YEAR_NOT_READY, arg_number("year", y->year), arg_text("what", what));
}

/* ---- detach ---- */

static bool give_up(struct year *y, const char *year)
{
    const char *values[] = {year};
    struct error err;
    char word[16];

    if (!ask_word(y, "SELECT event_year_undo($1::integer)", 1, values, word, sizeof word, &err))
        (void)setup_refuse("year", &err);
    return false;
}

/* Step two. A partition that PostgreSQL has begun to detach was looked through before that. */
static bool look_through(struct year *y, const char *year, struct proof *p, struct error *err)
{
    if (!prove(y, year, p, err))
        return false;
    if (strcmp(p->place, "attached") != 0)
        return true;
    if (!check_obstacles(y, year, err))
        return give_up(y, year);
    if (p->faults == 0)
        return true;
    error_set(err, ERR_YEAR_DAMAGED, arg_number("year", y->year), arg_number("count", p->faults));
    return give_up(y, year);
}

/* Step three: PostgreSQL waits for whoever reads events now, and nobody for it. */
static bool detach_partition(struct year *y, const char *place, struct error *err)
{
    char sql[120];

    if (!strcmp(place, "detached"))
        return true;
    snprintf(sql, sizeof sql, "ALTER TABLE event DETACH PARTITION event_%d %s", y->year,
             strcmp(place, "pending") != 0 ? "CONCURRENTLY" : "FINALIZE");
    return run(y, sql, err);
}

static bool finish(struct year *y, const char *year, const struct proof *p, struct error *err)
{
    const char *values[] = {year, p->dossiers, p->events, p->sum, y->at};
    char word[16];

    return run(y, "BEGIN", err) && run(y, "SET LOCAL lock_timeout = '15s'", err) &&
           ask_word(y,
                    "SELECT event_year_finish($1::integer, $2::bigint, $3::bigint, $4::bytea, "
                    "$5::timestamptz)",
                    5, values, word, sizeof word, err) &&
           run(y, "COMMIT", err);
}

static bool detach(struct year *y, struct error *err)
{
    char year[12], officer[24], word[16];
    const char *values[VALUES_MAX] = {year, y->ended_before, officer, y->source, y->reason, y->at};
    struct proof p;

    snprintf(year, sizeof year, "%d", y->year);
    snprintf(officer, sizeof officer, "%" PRId64, y->officer);
    if (!ask_word(y, "SELECT event_year_place($1::integer)", 1, values, word, sizeof word, err))
        return false;
    if (!strcmp(word, "absent") || !strcmp(word, "archive"))
        return error_set(err, ERR_YEAR_ABSENT, arg_number("year", y->year));
    if ((!strcmp(word, "attached") && !check_obstacles(y, year, err)) ||
        !run(y, "SET lock_timeout = '15s'", err) ||
        !ask_word(y,
                  "SELECT event_year_begin($1::integer, $2::date, $3::bigint, $4::text, $5::text, "
                  "$6::timestamptz)",
                  6, values, word, sizeof word, err) ||
        !run(y, "SET lock_timeout = 0", err))
        return false;
    printf("%d: nothing more is written to it; looking through its events\n", y->year);
    fflush(stdout);
    if (!look_through(y, year, &p, err))
        return false;
    printf("%d: %s events of %s dossiers, whole; waiting for whoever reads events now\n", y->year,
           p.events, p.dossiers);
    fflush(stdout);
    if (!detach_partition(y, p.place, err) || !finish(y, year, &p, err))
        return false;
    printf("%d: detached; its events are archive.event_%d, their sum %s\n", y->year, y->year,
           p.sum + 2);
    return true;
}

/* ---- attach ---- */

static bool attach(struct year *y, struct error *err)
{
    char year[12], officer[24], word[16];
    const char *values[VALUES_MAX] = {year, officer, y->source, y->reason, y->at, y->today};
    struct proof p;

    snprintf(year, sizeof year, "%d", y->year);
    snprintf(officer, sizeof officer, "%" PRId64, y->officer);
    if (!prove(y, year, &p, err))
        return false;
    if (strcmp(p.place, "archive") != 0)
        return error_set(err, ERR_YEAR_ABSENT, arg_number("year", y->year));
    if (p.faults || p.differs)
        return error_set(err, ERR_YEAR_DAMAGED, arg_number("year", y->year),
                         arg_number("count", p.faults + p.differs));
    if (!run(y, "BEGIN", err) || !run(y, "SET LOCAL lock_timeout = '15s'", err) ||
        !ask_word(y,
                  "SELECT event_year_attach($1::integer, $2::bigint, $3::text, $4::text, "
                  "$5::timestamptz, $6::date)",
                  6, values, word, sizeof word, err) ||
        !run(y, "COMMIT", err))
        return false;
    printf("%d: attached, %s events of %s dossiers\n", y->year, p.events, p.dossiers);
    return true;
}

int verb_year(int argc, char **argv)
{
    struct year y = {.keep_months = KEEP_MONTHS};
    struct config config;
    struct error err = {0};
    const char *url;
    bool ok;

    if (argc > 1 && (!strcmp(argv[argc - 1], "--help") || !strcmp(argv[argc - 1], "-h")))
        return fputs(usage, stdout) < 0;
    if (!read_options(argc, argv, &y)) {
        fputs(usage, stderr);
        return 2;
    }
    if (y.config && !config_read(y.config, &config, &err))
        return setup_refuse("year", &err);
    url = y.config ? config.database : y.database ? y.database : getenv("DATABASE_URL");
    if (!url || !*url) {
        fprintf(stderr, "motcuad year: which database? (--config FILE or --database URL)\n\n%s",
                usage);
        return 2;
    }
    ok = open_order(&y, url, &err) && (!strcmp(y.what, "list")     ? list(&y, &err)
                                       : !strcmp(y.what, "detach") ? detach(&y, &err)
                                                                   : attach(&y, &err));
    PQfinish(y.pg);
    return ok ? 0 : setup_refuse("year", &err);
}
