/* Who made it late: the two counterfactuals of engine.md 5.2. Pure. */
#pragma once
#include <stdint.h>

#include "base/buffer.h"
#include "domain/lateness.h"

/* A declared objective interval that concerns the dossier (scope already matched by the caller or
 * by objective_concerns()). */
struct objective_interval {
    int64_t id;
    enum objective_kind kind;
    int64_t from, to;      /* to: INSTANT_NONE while it lasts */
    int64_t office;        /* 0: every office; else this office and those below it */
    const char *procedure; /* key, whatever the version; "" or NULL: every procedure */
    int64_t dossier;       /* 0: every dossier */
    const char *evidence;  /* reference of the decision or ticket; "" : evidence is missing */
};

#define CAUSE_RESPONSIBLE_MAX 8

struct cause_finding {
    enum cause_verdict verdict;
    enum cause cause;
    int64_t at_fault_office, at_fault_officer; /* largest overrun; 0 when none */
    int n_responsible;
    struct segment_use responsible[CAUSE_RESPONSIBLE_MAX]; /* largest overrun first */
    /* the arithmetic, working microseconds */
    int64_t end_at; /* actual or projected end */
    int64_t objective_us, overrun_us;
    int64_t end_without_objective, end_without_overrun;
    bool late_without_objective, late_without_overrun;
    enum objective_kind objective_kind; /* OBJECTIVE_KIND_COUNT: none */
    bool is_evidence_missing;
};

/* `procedure` is the key of the dossier's procedure, NULL when unknown. */
bool objective_concerns(const struct objective_interval *o, const struct dossier *d,
                        const char *procedure, int64_t office,
                        bool (*within)(const void *, int64_t, int64_t), const void *organisation);

/*   until   how far the dossier's life is known: now, or its end
 *   end_at  its end, or the projected end while it is open (now plus need)
 * Where the calendar has no year for the arithmetic the cause is undetermined. */
void cause_find(const struct lateness_context *ctx, const struct objective_interval *intervals,
                int n, int64_t until, int64_t end_at, struct cause_finding *ret_finding);

/* The arithmetic in words, one sentence after another; and in the compact form kept in the event.
 */
void cause_words(const struct lateness_context *ctx, const struct cause_finding *f,
                 const char *office_name, enum language lang, struct buffer *buf);
void cause_arithmetic(const struct cause_finding *f, char *buf, size_t size);
