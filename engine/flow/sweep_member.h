/* What the engine does by itself with one dossier whose alarm has come: the decision and every row
 * that goes with it. Sends nothing; the sweep and the minute alarm hand over what is made here. */
#pragma once
#include "flow/record.h"
#include "flow/request.h"

/* What the members of a chunk have in common. */
struct sweep_work {
    struct request *req; /* app, reference, zone */
    struct arena *arena; /* of the chunk */
    int64_t at;          /* the night's closing, or now */
    int64_t now;         /* recorded_at */
};

struct sweep_member {
    int64_t id;
    const char *code;
    struct history history; /* the dossier's events, filled by the caller */
    struct dossier dossier;
    struct decision decision;
    struct record record; /* record.member is ready for the committer */
    struct commit_letter letters[2];
    int64_t next_alarm_at; /* where there is nothing to write */
    bool is_submitted;
    struct db_call alarm_call;
    void *owner; /* the caller's */
    struct error error;
};

/* Lets the core decide. Without an event to write, decision.n_events is 0 and only the cache has to
 * be told next_alarm_at; otherwise record.member is complete but for done and data.
 * Errors, in m->error: those of alarm_decide(), record_build() and letter_compose(). */
MUST_CHECK
bool sweep_member_decide(const struct sweep_work *w, struct sweep_member *m);
