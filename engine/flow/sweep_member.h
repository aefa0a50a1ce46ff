/* What the engine does by itself with one dossier whose alarm has come: the decision and every row
 * that goes with it. Sends nothing; the sweep and the minute alarm hand over what is made here. */
#pragma once
#include "flow/record.h"
#include "flow/request.h"

/* What the members of a chunk have in common. */
struct sweep_work {
    struct request *req; /* app, reference, zone */
    struct arena *arena; /* of the members' decisions */
    int64_t at;          /* the night's closing, or now */
    int64_t now;         /* recorded_at */
    bool is_behind;      /* a later night has closed: marks alone (alarm_decide_behind()) */
    int64_t letter_id;   /* taken and not used yet; 0: none */
    int64_t change;      /* the edit whose consequences are drawn; 0: the time has come */
    /* of the dossier looked at last; large, so that members do not keep them */
    struct dossier *dossier; /* as of the night, or of now where there was nothing to write */
    struct decision *decision;
};

struct sweep_member {
    int64_t id;
    int64_t alarm_at;       /* for which it was found */
    struct history history; /* the dossier's events, filled by the caller */
    int64_t next_alarm_at;  /* where there is nothing to write */
    struct error error;
    struct commit_letter letters[2];
    struct record record; /* record.member is ready for the committer */
};

/* The room that deciding takes, once for all members. False without memory. */
MUST_CHECK
bool sweep_work_room(struct sweep_work *w, struct arena *arena);
/* NULL without memory. */
struct sweep_member *sweep_member_new(struct arena *arena, int64_t id, int64_t alarm_at);

/* Lets the core decide. Without an event to write, record.n_events is 0 and only the cache has to
 * be told next_alarm_at; otherwise record.member is complete but for done, data and job.
 * A dossier to which something happened since w->at is left to the minute, which sees it all.
 * Errors, in m->error: those of alarm_decide(), record_build() and letter_compose(). */
MUST_CHECK
bool sweep_member_decide(struct sweep_work *w, struct sweep_member *m);
