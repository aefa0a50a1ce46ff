/* From a decision to what the committer applies: bytes, caches, facts, counters, alarms. The same
 * for every use case, the sweep and the import. */
#pragma once
#include "base/instant.h"
#include "db/committer.h"
#include "domain/apology.h"
#include "domain/history.h"
#include "domain/lifecycle.h"
#include "flow/reference.h"

struct app;

/* What the pure core is asked with, for a dossier. */
void record_decide_context(const struct reference *r, const struct dossier *d, int64_t now,
                           int32_t zone_s, struct decide_context *ret);
void record_lateness_context(const struct reference *r, const struct dossier *d, int32_t zone_s,
                             struct lateness_context *ret);

struct record {
    struct commit_member member;
    struct warning warning;
    struct event *events; /* the new ones; seq set as the database will */
    int n_events;
    struct dossier after;
};

/* Fills ret->member from the history so far and the events to add. Letters, persons, remarks, code
 * and key are the caller's to set afterwards. `now` is when it is recorded. Everything lives in
 * `arena`. Errors: NO_MEMORY. */
MUST_CHECK
bool record_build(struct arena *arena, const struct reference *r, const struct history *old,
                  int64_t dossier_id, const struct event *events, int n_events, int64_t now,
                  int32_t zone_s, struct record *ret, struct error *err);
