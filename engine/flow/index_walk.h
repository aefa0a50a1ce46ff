/* The dossiers of a report's scope, folded one by one from their events: for what the index 766
 * asks and no fact tells (supplements, papers, payments). Exact as of any moment and knowledge
 * because the events are; some ten thousand dossiers a second. */
#pragma once
#include "domain/index766.h"
#include "flow/report_form.h"

#define INDEX_DOSSIERS_MAX 200000 /* of a scope */

/* A dossier of the walk. Everything is gone when the visit returns. */
struct index_dossier {
    int64_t office; /* that the form counts it for */
    struct index766_subject subject;
};

struct index_walk {
    /* False: run->base.error is set. */
    bool (*visit)(struct report_run *run, const struct index_dossier *d);
    /* private */
    int next; /* of the population */
    bool is_under_way;
    struct dossier *dossier;
};

enum { INDEX_SLOT_POPULATION, INDEX_SLOT_EVENTS, INDEX_SLOTS };

/* Asks for the population: received by the end of the period, and not ended before it began or
 * (days_before) more than so many days earlier. Then index_walk_go() in each read(), until it is
 * REPORT_READ. */
bool index_walk_send(struct report_run *run, int days_before);
/* Errors: INDEX_TOO_MANY {limit}, those of event_decode(), NO_MEMORY. */
enum report_progress index_walk_go(struct report_run *run, struct index_walk *w);
