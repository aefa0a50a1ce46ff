/* Who made it late: the two counterfactuals of engine.md 5.2. Pure. */
#pragma once
#include <stdint.h>

#include "base/buffer.h"
#include "domain/lateness.h"

/* A declared objective interval. Its scope is what it excuses: time in the hands of these offices
 * (each with those below it), in these steps, of dossiers of these procedures, or of one dossier.
 * An empty list is every one. */
struct objective_interval {
    int64_t id;
    enum objective_kind kind;
    int64_t from, to; /* to: INSTANT_NONE while it lasts */
    int n_offices, n_procedures, n_steps;
    const int64_t *offices;
    const char *const *procedures; /* keys, whatever the version */
    const int64_t *steps;          /* seq of a step */
    int64_t dossier;               /* 0: every dossier */
    const char *evidence; /* reference of the decision or ticket; "" : evidence is missing */
};

#define CAUSE_INTERVALS_MAX   256 /* that touch one dossier; more: nothing can be said */
#define CAUSE_RESPONSIBLE_MAX 8
#define CAUSE_OFFICES_MAX     DOSSIER_RESPONSIBLE_MAX
#define CAUSE_LISTED_MAX      DOSSIER_INTERVALS_MAX

/* An overrun and who answers for it: whoever held the file, or an office of the same committee that
 * was asked for an opinion and kept silent. */
struct cause_share {
    const struct dossier_segment *segment;
    int opinion; /* 1..: that kept silent; 0: the holder's own */
    int64_t office, officer;
    int64_t overrun_us;
};

struct cause_finding {
    enum cause_verdict verdict;
    enum cause cause;
    int64_t at_fault_office, at_fault_officer; /* largest overrun; 0 when none, or objective */
    int n_responsible;
    struct cause_share responsible[CAUSE_RESPONSIBLE_MAX]; /* largest overrun first */
    int n_offices;
    int64_t offices[CAUSE_OFFICES_MAX]; /* every office with an overrun, largest first */
    int n_intervals;
    int64_t intervals[CAUSE_LISTED_MAX]; /* ids of declared ones that took time */
    /* the arithmetic, working microseconds */
    int64_t end_at; /* actual or projected end */
    int64_t objective_us, overrun_us;
    int64_t silence_us; /* of objective_us: other agencies past their answer-by dates */
    int64_t end_without_objective, end_without_overrun;
    bool late_without_objective, late_without_overrun;
    enum objective_kind objective_kind; /* that took most; OBJECTIVE_KIND_COUNT: none */
    bool is_evidence_missing;
};

/* A stretch in one pair of hands, and what became of its working time (microseconds). */
struct cause_use {
    const struct dossier_segment *segment;
    int64_t used_us;      /* all but the objective time */
    int64_t budget_us;    /* of its step, what earlier segments left */
    int64_t overrun_us;   /* of used: the holder's, above the budget */
    int64_t silence_us;   /* of used: an office of the same committee did not answer */
    int64_t objective_us; /* declared, or another agency did not answer */
};

struct cause_detail {
    int n_uses;
    struct cause_use uses[DOSSIER_SEGMENTS_MAX];
    int64_t interval_us[CAUSE_INTERVALS_MAX]; /* what each interval took; overlaps stand in each */
    int64_t silence_us[DOSSIER_OPINIONS_MAX]; /* what each opinion's silence took */
};

/* Does the interval speak of this dossier at all? `procedure` is the key of its procedure, NULL
 * when unknown. Which of its time it excuses, offices and steps decide. */
bool objective_concerns(const struct objective_interval *o, const struct dossier *d,
                        const char *procedure);

/* May an interval of this kind be declared before it begins? An announced outage may. */
bool objective_may_be_planned(enum objective_kind kind);

/*   intervals  those that concern the dossier
 *   until      how far the dossier's life is known: now, or its end
 *   end_at     its end, or the projected end while it is open (now plus need)
 *   ret_detail the numbers behind it, stretch by stretch; NULL: not wanted
 * Where the calendar has no year for the arithmetic the cause is undetermined. */
void cause_find(const struct lateness_context *ctx, const struct objective_interval *intervals,
                int n, int64_t until, int64_t end_at, struct cause_finding *ret_finding,
                struct cause_detail *ret_detail);

/* The arithmetic in words, one sentence after another; and in the compact form kept in the event.
 */
void cause_words(const struct lateness_context *ctx, const struct cause_finding *f,
                 const char *office_name, enum language lang, struct buffer *buf);
void cause_arithmetic(const struct cause_finding *f, char *buf, size_t size);

/* What a finding's event keeps of its arithmetic: minutes; instants in microseconds. */
struct cause_figures {
    int64_t overrun_minutes, objective_minutes;
    int64_t end_at, end_without_objective, end_without_overrun;
};
/* False when the text is not one of cause_arithmetic(). */
MUST_CHECK
bool cause_figures_read(const char *arithmetic, struct cause_figures *ret);
/* A finding as its event kept it, for cause_words(). */
void cause_kept(const struct lateness_context *ctx, const struct dossier_finding *kept,
                struct cause_finding *ret_finding);
