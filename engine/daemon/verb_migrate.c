/* The verb: says each file as it is applied, and the version reached. */
#include "daemon/verb_migrate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "daemon/config.h"
#include "daemon/fact_fill.h"
#include "db/schema.h"

static void migrate_usage(FILE *out)
{
    fprintf(
        out,
        "usage: motcuad migrate --config FILE | --database URL [--check | --plan]\n\n"
        "Applies to the database what it lacks of this program's schema (version %d), under a\n"
        "lock; harmless to repeat. The login needs to be a superuser the first time, a member of\n"
        "motcua_owner afterwards.\n\n"
        "  --config FILE   the settings of the daemon, whose database it is\n"
        "  --database URL  postgresql://..., or the words of libpq; default $DATABASE_URL\n"
        "  --check         change nothing: may this program run on that database?\n"
        "  --plan          change nothing: may daemons that run now go on meanwhile? Exit code 3 "
        "when\n"
        "                  they are turned away\n",
        schema_version());
}

static void migrate_report(void *data, const char *name)
{
    (void)data;
    printf("applied %s\n", name);
}

static void migrate_progress(int64_t n_done)
{
    printf("facts of %" PRId64 " dossiers made again\n", n_done);
    fflush(stdout);
}

static bool migrate(const char *url, struct error *err)
{
    int64_t n_done, n_missed;

    if (!schema_migrate(url, migrate_report, NULL, err) ||
        !fact_fill(url, migrate_progress, &n_done, &n_missed, err))
        return false;
    if (n_missed)
        fprintf(stderr,
                "motcuad migrate: the events of %" PRId64
                " dossiers cannot be read; motcuad verify names them\n",
                n_missed);
    return true;
}

static int migrate_refuse(const struct error *err);

/* What an upgrade means for those who work meanwhile. */
static int migrate_plan(const char *url)
{
    struct error err = {0};
    long found, asks;

    if (!schema_plan(url, &found, &asks, &err))
        return migrate_refuse(&err);
    printf("the database is at version %ld, this program's is %d\n", found, schema_version());
    if (asks) {
        printf(
            "daemons that know less than version %ld are turned away (503) when it begins; start "
            "new ones when it has ended\n",
            asks);
        return 3;
    }
    printf("daemons that run go on; replace them one by one afterwards\n");
    return 0;
}

static int migrate_refuse(const struct error *err)
{
    char words[400];

    (void)error_sentence(err, LANGUAGE_EN, ZONE_VIETNAM_S, words, sizeof words);
    fprintf(stderr, "motcuad migrate: %s\n", words);
    return 1;
}

int verb_migrate(int argc, char **argv)
{
    const char *url = getenv("DATABASE_URL");
    struct config config;
    struct error err = {0};
    bool is_check = false, is_plan = false;

    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--help")) {
            migrate_usage(stdout);
            return 0;
        }
        if (!strcmp(argv[i], "--check")) {
            is_check = true;
        } else if (!strcmp(argv[i], "--plan")) {
            is_plan = true;
        } else if (!strcmp(argv[i], "--database") && i + 1 < argc) {
            url = argv[++i];
        } else if (!strcmp(argv[i], "--config") && i + 1 < argc) {
            if (!config_read(argv[++i], &config, &err))
                return migrate_refuse(&err);
            url = config.database;
        } else {
            fprintf(stderr, "motcuad migrate: %s is not understood\n\n", argv[i]);
            migrate_usage(stderr);
            return 2;
        }
    }
    if (!url || !*url) {
        fprintf(stderr, "motcuad migrate: which database? (--database URL)\n\n");
        migrate_usage(stderr);
        return 2;
    }
    if (is_plan)
        return migrate_plan(url);
    if (is_check ? !db_schema_check(url, &err) : !migrate(url, &err))
        return migrate_refuse(&err);
    printf("the database is at version %d\n", schema_version());
    return 0;
}
