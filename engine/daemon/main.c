/* motcuad: picks the verb. Each verb is one file, verb_NAME.{h,c}, with a function
 * int verb_NAME(int argc, char **argv) that gets its own name as argv[0] and returns the exit code:
 * 0 done, 1 refused or failed, 2 wrong usage. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "daemon/harden.h"
#include "daemon/verb_audit.h"
#include "daemon/verb_bootstrap.h"
#include "daemon/verb_demo.h"
#include "daemon/verb_due.h"
#include "daemon/verb_migrate.h"
#include "daemon/verb_render.h"
#include "daemon/verb_serve.h"
#include "daemon/verb_verify.h"
#include "daemon/verb_year.h"
#include "daemon/worker.h"

struct verb {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help; /* one line */
};

static const struct verb verbs[] = {
    {"serve", verb_serve, "the daemon: API and pages, until it is told to stop"},
    {"keygen", verb_keygen, "make the key that seals personal data, or the one that signs roots"},
    {"bootstrap", verb_bootstrap, "fill a new database and make the first administrator"},
    {"logins", verb_logins, "give the officers of a demonstration their passwords"},
    {"demo", verb_demo, "let the demonstration district live three months of dossiers"},
    {"due", verb_due, "compute due dates from a calendar, without a database"},
    {"migrate", verb_migrate, "bring a database up to the schema of this program"},
    {"render", verb_render, "lay out one paper from a file of texts, without a database"},
    {"audit", verb_audit, "audit verify: prove by the roots of days that nothing was rewritten"},
    {"year", verb_year,
     "take the events of an old filing year off the live table, or put them back"},
    {"verify", verb_verify, "recompute everything from the events, and tell each difference"},
};

static void usage(FILE *out)
{
    fprintf(out, "usage: motcuad VERB [OPTION]...\n\nVerbs:\n");
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
        fprintf(out, "  %-12s %s\n", verbs[i].name, verbs[i].help);
    fprintf(out,
            "\nmotcuad VERB --help tells the options of a verb; motcuad --version the version.\n"
            "Exit codes: 0 done, 1 refused or failed, 2 wrong usage.\n");
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";

    harden_process();
    harden_hide_values(argc, argv);
    if (!strcmp(word, "--help") || !strcmp(word, "-h")) {
        usage(stdout);
        return 0;
    }
    if (!strcmp(word, "--version")) {
        printf("motcuad %s\n", MOTCUA_VERSION);
        return 0;
    }
    if (!strcmp(word, "--worker")) /* for the daemon alone: renders papers it is sent */
        return worker_main();
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
        if (!strcmp(word, verbs[i].name))
            return verbs[i].run(argc - 1, argv + 1);
    if (*word)
        fprintf(stderr, "motcuad: there is no verb %s\n\n", word);
    usage(stderr);
    return 2;
}
