/* Facts and counters: what reports need of a dossier, as bitemporal rows and as daily deltas. Pure.
 *
 * A fact row holds from valid_from (when it became true) until valid_to; what came later is in the
 * next row. Whatever enters a fact enters the reports: nothing else does. */
#pragma once
#include <stdint.h>

#include "domain/history.h"

struct fact {
    int64_t valid_from, valid_to; /* valid_to: INSTANT_FOREVER for the last */
    int64_t filed_office, office; /* office: the competent one, the statistics row */
    int64_t field_id, procedure_id;
    enum channel channel;
    int64_t received_at;
    int32_t received_on;
    int64_t due_at; /* INSTANT_NONE: no promise, never late */
    int32_t due_on;
    bool due_is_instant;
    /* the first promise, and the one made with the letter about the delay; INSTANT_NONE: none */
    int64_t due_original, due_reappointed;
    int32_t due_original_on, due_reappointed_on;
    bool due_original_is_instant;
    int64_t ended_at; /* INSTANT_NONE while open */
    int32_t ended_on; /* not before received_on: contradictory history counts as delivered */
    enum outcome outcome;
    enum judgement judgement;
    bool is_waiting, was_overdue_before_wait;
    enum cause_verdict verdict;
    int64_t at_fault_office;
    enum letter_timing letter_timing; /* of the lateness letter once issued */
    bool is_letter_owed;
};

#define FACTS_MAX 256

/* The timeline of a dossier as known at `known_at`: consecutive rows, merged where nothing changed;
 * empty for one never accepted or entered by mistake. Returns how many, at most FACTS_MAX;
 * -1 without memory. */
int fact_timeline(const struct history *h, int64_t known_at, int32_t zone_s, struct fact *ret);
bool fact_equal(const struct fact *a, const struct fact *b);    /* all but validity */
bool fact_same_row(const struct fact *a, const struct fact *b); /* and valid_from, valid_to */

/* What one dossier adds to the counters: signed, by day, office and field. Added up over the days
 * to the end of one they are the form of that moment, as known now. */
enum counter_column {
    COUNTER_RECEIVED_ONLINE, /* where it was received, on the day of receipt */
    COUNTER_RECEIVED_OTHER,
    COUNTER_EARLY, /* where it ended, on the day it ended */
    COUNTER_ON_TIME,
    COUNTER_LATE,
    COUNTER_OVERDUE,       /* +1 the first day at whose end it is overdue, -1 the first when not */
    COUNTER_MOVED_IN,      /* where it passed to when office or field changed under it */
    COUNTER_MOVED_OUT,     /* where it was until then, on the same day */
    COUNTER_STOPPED_LATE,  /* within LATE: ended by request, withdrawal or force */
    COUNTER_STOPPED_OTHER, /* within EARLY and ON_TIME */
    COUNTER_COLUMN_COUNT
};
struct counter_delta {
    int32_t on;
    int64_t office, field_id;
    enum counter_column column;
    int32_t delta;
};
/* The most that a timeline of n facts contributes. */
#define COUNTER_DELTAS_OF(n) (3 + 4 * (n))

/* The contributions of a timeline. Returns how many (each +1 or -1). Open at the end of a day, for
 * an office and field = received + moved in - moved out - ended, over all days up to it. */
int counter_contributions(const struct fact *facts, int n, int32_t zone_s,
                          struct counter_delta *ret);
/* New minus old, equal keys summed, zeros dropped. Returns how many, at most n_old + n_new. */
int counter_difference(const struct counter_delta *old, int n_old, const struct counter_delta *new_,
                       int n_new, struct counter_delta *ret);
