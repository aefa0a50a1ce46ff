/* What is stored against what the events say: chains, caches, dates, facts, counters, letters,
 * registers, persons. Nothing is repaired and nothing written; everything is read from one snapshot
 * of the database, so that daemons may go on working meanwhile. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/macros.h"

struct app;

/* One thing that is not as it should be. No personal data: codes, ids, words, instants, hashes. */
struct verify_finding {
    const char *dossier; /* its code, or its id where it has none; "": of no single dossier */
    const char *what;    /* "event 3 hash", "column due_at", "letter 12 number", ... */
    const char *stored, *computed;
    bool is_warning; /* worth knowing, and no difference: a paper that will be drawn again */
};

struct verify_options {
    const char *code; /* this dossier alone, without sums over all; NULL: everything */
    /* Called as they are found; texts die with the call. */
    void (*found)(void *data, const struct verify_finding *finding);
    void (*progress)(void *data, int64_t done, int64_t total); /* after each chunk; NULL: nobody */
    void *data;
};

struct verify_report {
    int64_t dossiers, events, columns, facts, stays, letters, obligations, episodes, addressees,
        deadlines, papers, persons, counters, registers, closings;
    int64_t dates;         /* promises computed again */
    int64_t dates_skipped; /* given or agreed, without a calendar, or made on days edited
                              since: nothing to compute them from */
    int64_t differences, warnings;
};

/* `app` has a loop, a database that is up, and nothing else; the loop is run until the end.
 * Errors: DOSSIER_UNKNOWN {dossier}, those of the database, NO_MEMORY {what}. */
MUST_CHECK
bool verify_run(struct app *app, const struct verify_options *options,
                struct verify_report *ret_report, struct error *err);
