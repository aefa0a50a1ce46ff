/* The dossiers of a report's scope, folded one by one from their events: for what the index 766
 * asks and no fact tells (supplements, papers, payments). Exact as of any moment and knowledge
 * because the events are; some ten thousand dossiers a second. */
#pragma once
#include "domain/index766.h"
#include "flow/report_form.h"

#define INDEX_DOSSIERS_MAX                                                                         \
    5000000 /* of a scope: minutes of work, and no more memory than a few                          \
             */

/* A dossier of the walk. Everything is gone when the visit returns. */
struct index_dossier {
    int64_t office; /* that the form counts it for */
    const struct history *history;
    struct index766_subject subject;
};

/* What the index sees of one dossier; the parts of `subject`. */
struct index_view {
    struct dossier *d; /* set by the caller: memory for the fold */
    struct index766_marks marks;
    struct index766_time time;
    struct index766_subject subject;
};
/* Folds a history as the scope has it; *ret_is_of_it false: never received, or entered by mistake.
 * Errors: NO_MEMORY. */
MUST_CHECK
bool index_view_make(struct request *req, const struct statistics_scope *s, const struct history *h,
                     struct index_view *v, bool *ret_is_of_it);

struct index_walk {
    /* False: run->base.error is set. */
    bool (*visit)(struct report_run *run, const struct index_dossier *d);
    /* private */
    enum db_query population;
    int days_before;
    int64_t seen, after; /* dossiers of the pages before, the last of them */
    int next;            /* of the page of the population */
    bool is_under_way;
    struct dossier *dossier;
};

enum { INDEX_SLOT_POPULATION, INDEX_SLOT_EVENTS, INDEX_SLOTS };

/* Asks for the population: received by the end of the period, and not ended before it began or
 * (days_before) more than so many days earlier. Then index_walk_go() in each read(), until it is
 * REPORT_READ. */
bool index_walk_send(struct report_run *run, struct index_walk *w, int days_before);
/* The same of another population: a query of the scope, after_id and limit, giving ids in order
 * with their offices. */
bool index_walk_send_of(struct report_run *run, struct index_walk *w, enum db_query population);
/* Errors: INDEX_TOO_MANY {limit}, those of event_decode(), NO_MEMORY. */
enum report_progress index_walk_go(struct report_run *run, struct index_walk *w);
