/* A dossier as its events tell it. dossier_apply() is the only interpreter of events: state,
 * caches, facts, counters and every report come from it. It is total: history from other systems
 * may contradict itself and is folded all the same. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "domain/event.h"
#include "domain/limit.h"
#include "domain/vocabulary.h"

#define DOSSIER_HOLDS_MAX       16
#define DOSSIER_SEGMENTS_MAX    128
#define DOSSIER_OPINIONS_MAX    16
#define DOSSIER_ATTACHMENTS_MAX 200 /* attached, those taken off among them */
#define DOSSIER_LETTERS_MAX     8
#define DOSSIER_OBLIGATIONS_MAX 8
#define LETTER_ADDRESSEES_MAX   33 /* the applicant and 32 members */
#define DOSSIER_SUCCESSIONS_MAX 16
#define DOSSIER_RESPONSIBLE_MAX 16
#define DOSSIER_INTERVALS_MAX   24
#define DOSSIER_OBJECTIONS_MAX  8
#define DOSSIER_ARITHMETIC      160
#define DOSSIER_PERSON_TEXT     112 /* "id:version:commitment" */
#define DOSSIER_CODE_MAX        64

struct dossier_hold {
    enum hold_kind kind;
    enum hold_effect effect;
    int64_t from, to;     /* to: INSTANT_NONE while it runs */
    int64_t answer_by;    /* as asked; INSTANT_NONE: what the ruleset gives (deadline.h) */
    int64_t due_before;   /* the promise when it began, and since it ended */
    int64_t due_after;    /* INSTANT_NONE while it runs */
    int64_t approver;     /* of the ground of a late request; 0: none */
    bool is_at_counter;   /* asked while the file was in the one-stop unit's hands */
    bool is_late_request; /* moves nothing */
    bool began_after_due; /* moves nothing */
};

/* Does the hold stop the clock and, when it ends, move the due date? */
static inline bool dossier_hold_moves(const struct dossier_hold *h)
{
    return h->effect != HOLD_EFFECT_RUNS_ON && !h->is_late_request && !h->began_after_due;
}

/* A stretch of the dossier's life in one pair of hands. */
struct dossier_segment {
    int step;                /* of the case; 0: none (imported, or waiting for the counter) */
    int64_t office, officer; /* officer 0: nobody named; office 0: the applicant */
    int64_t from, to;        /* to: INSTANT_NONE while it lasts */
    bool is_waiting;         /* the clock stood: belongs to no one's budget */
};

struct dossier_opinion {
    int64_t office, asked_at, answer_by, answered_at;
    int32_t asked_seq; /* of the event that asked */
    int step;          /* that asked */
};

/* An office that ended while the dossier rested with it, and the one that goes on. */
struct dossier_succession {
    int64_t at, from, to;
    bool is_competent; /* it decided: the dossier left its row of the statistics */
};

/* One letter of the dossier, as its events tell it. */
/* Who did it, and in whose place; 0: nobody by hand. */
struct dossier_hand {
    int64_t officer, on_behalf_of;
};

struct dossier_letter {
    int64_t id;
    enum letter_state state;
    enum letter_trigger trigger;
    int64_t author_office, at_fault_office;
    enum cause cause; /* that it gives as its reason; CAUSE_KEY_COUNT: it does not say */
    int64_t drafted_at, signed_at, numbered_at, issued_at, delivered_at, latest_at;
    int64_t reappointed_at;
    int64_t number;
    enum letter_wording wording;
    int n_revisions;               /* signatures of certificates on its paper */
    bool is_sent_back;             /* by a person, and not revised since */
    struct dossier_hand worded_by; /* the last who revised it */
    enum letter_timing timing;
    int n_addressees;
    uint64_t delivered, acknowledged; /* bit n - 1: addressee n */
};

/* What an office owes the applicant for one reason: a row of the ledger. Derived; a row is never
 * taken away. */
struct dossier_obligation {
    enum letter_trigger trigger;
    enum obligation_state state;
    enum waiver waiver; /* why there is no letter; WAIVER_NONE unless waived */
    int64_t office;     /* that must write */
    int64_t at_fault_office;
    int64_t owed_at;   /* since when it is known */
    int64_t latest_at; /* to be in time the letter leaves by then; INSTANT_NONE: no date in law */
    int64_t letter_id; /* 0: none yet */
    enum letter_timing timing;
    struct dossier_hand asked_by; /* who entered by hand that it is owed */
};

/* What the engine found to be the cause, the newest of its findings. */
struct dossier_finding {
    int64_t at;                 /* INSTANT_NONE: nothing was found yet */
    enum cause_verdict verdict; /* CAUSE_NONE likewise */
    enum cause cause;
    int64_t at_fault_office; /* largest overrun; 0 none */
    int n_offices, n_intervals;
    int64_t offices[DOSSIER_RESPONSIBLE_MAX]; /* every one with an overrun, largest first */
    int64_t intervals[DOSSIER_INTERVALS_MAX]; /* declared ones that counted */
    char arithmetic[DOSSIER_ARITHMETIC];      /* cause_arithmetic() */
};

/* What a leader decided instead. */
struct dossier_cause_decision {
    int64_t at; /* INSTANT_NONE: nobody has */
    enum cause_verdict verdict;
    enum cause cause;
    int64_t at_fault_office;
    int64_t officer, office; /* who, in which office */
    int64_t remark;          /* its id */
};

/* An office found responsible does not agree; it changes nothing by itself. */
struct dossier_objection {
    int64_t at, office, officer, remark;
};

/* Somebody says that it is finished and was only never closed on the system. Gone once a leader
 * answers, and once the work goes on. */
struct dossier_proposal {
    int32_t seq; /* of the event; 0: none waits */
    int64_t at;
    struct dossier_hand by;
    enum close_reason reason;
    int32_t result_on; /* the true day of the result; DATE_NONE: not known */
};

struct dossier {
    int64_t id;
    int32_t version; /* seq of the newest event applied, 0 for a new one */
    int64_t last_at, last_recorded_at;
    char code[DOSSIER_CODE_MAX];
    char source[48];
    enum dossier_state state, state_before_wait;
    int64_t procedure_id, case_id, field_id, ruleset_id;
    enum channel channel;
    int64_t filed_office, supervising_office, competent_office;
    int64_t answering_office; /* writes its letters when the competent one ended after the dossier;
                                 0: the competent one */
    char applicant[DOSSIER_PERSON_TEXT], submitter[DOSSIER_PERSON_TEXT],
        authorised[DOSSIER_PERSON_TEXT];
    int n_members;
    struct limit limit;
    bool is_promise_given; /* imported, agreed or on paper: never recomputed */
    /* Taken in on a slip that was printed in advance; with an earlier promise than the law's. */
    bool is_from_slip, is_promise_on_paper;
    int64_t paper_due_at; /* what that slip promises; INSTANT_NONE: nothing */

    int64_t submitted_at, received_at; /* received: accepted, the clock's start */
    int64_t
        received_by_competent_at; /* acceptance, or the first hands outside the unit of intake */
    int64_t clock_from; /* where the clock starts later than at receipt; else INSTANT_NONE */
    int64_t due_original, due_at, due_reappointed; /* INSTANT_NONE: none */
    int32_t due_original_on, due_on;
    bool due_is_instant; /* late by instant, not by date */
    bool due_original_is_instant;

    int step; /* 1..; 0 before acceptance or without steps */
    int64_t holder_office, holder_officer;
    /* hand-over under way */
    bool has_pending;
    bool is_result_sent; /* the pending hand-over carries the result to the counter */
    int pending_step;
    int64_t pending_office, pending_officer, pending_since;

    int64_t decided_at, done_at, returned_at;
    int64_t ended_at; /* done, refused, stopped or closed */
    /* What lateness is judged on: ended_at, or the beginning of the hold in which it was stopped or
     * closed, because the clock stood from then on; withdrawn: when the applicant asked. */
    int64_t judged_at;
    int64_t withdrawal_requested_at;
    enum outcome outcome;

    int64_t at_risk_at, certain_at, overdue_at; /* instants of the marks; INSTANT_NONE */
    int64_t declared_late_at, pledged_at;
    /* The cause in force: the decision, where there is one, else the finding. */
    enum cause_verdict verdict;
    enum cause cause;
    int64_t at_fault_office, found_at;
    bool is_cause_decided; /* by a leader: the machine finds on beside it */
    struct dossier_finding finding;
    struct dossier_cause_decision decision;
    int n_objections;
    struct dossier_objection objections[DOSSIER_OBJECTIONS_MAX];
    bool is_escalated;
    struct dossier_proposal proposal;

    int64_t reminded_at; /* of the result that waits; INSTANT_NONE: not yet */
    int secrets_renewed; /* slips lost, and given anew */
    int n_attachments;   /* attached so far; the newest has this number */
    uint64_t attachments_off[(DOSSIER_ATTACHMENTS_MAX + 63) /
                             64]; /* bit n - 1: paper n was taken off again */

    int64_t paid_dong; /* as the newest record says */
    enum payment_way paid_way;
    int64_t paid_at; /* INSTANT_NONE: nothing was recorded */

    bool is_imported, is_adopted; /* adopted: owes letters */
    bool is_mistake;
    bool is_overflow; /* more holds, segments... than kept: reported by verify, never silent */

    /* Lists, last and large: what lies behind their ends is never set. */
    int n_holds, n_segments, n_opinions, n_letters, n_obligations, n_successions;
    struct dossier_hold holds[DOSSIER_HOLDS_MAX];
    struct dossier_segment segments[DOSSIER_SEGMENTS_MAX];
    struct dossier_opinion opinions[DOSSIER_OPINIONS_MAX];
    struct dossier_letter letters[DOSSIER_LETTERS_MAX];
    struct dossier_obligation obligations[DOSSIER_OBLIGATIONS_MAX];
    struct dossier_succession successions[DOSSIER_SUCCESSIONS_MAX];
};

/* Is paper n attached, and not taken off again? */
bool dossier_has_attachment(const struct dossier *d, int64_t n);
void dossier_init(struct dossier *d, int64_t id);
/* Applies the next event in order of (at, seq). */
void dossier_apply(struct dossier *d, const struct event *e);

/* Where the legal clock starts: receipt, or receipt by the competent agency (law:place-free). */
int64_t dossier_clock_start(const struct dossier *d);
/* Was it taken in by another unit than the competent agency's own one-stop unit? */
bool dossier_is_filed_elsewhere(const struct dossier *d);
bool dossier_is_open(const struct dossier *d);      /* accepted and not ended */
bool dossier_is_at_intake(const struct dossier *d); /* not yet out of the one-stop unit's hands */
bool dossier_is_waiting(const struct dossier *d);   /* a hold that stops the clock runs */
const struct dossier_hold *dossier_running_hold(const struct dossier *d); /* or NULL */
const struct dossier_letter *dossier_letter(const struct dossier *d, int64_t letter_id);
/* The live letter of a trigger (drafted up to acknowledged), or NULL. */
const struct dossier_letter *dossier_live_letter(const struct dossier *d,
                                                 enum letter_trigger trigger);

/* The newest row of a trigger that may still lead to a letter: not lapsed, not the record of a
 * second delay; or NULL. */
const struct dossier_obligation *dossier_obligation(const struct dossier *d,
                                                    enum letter_trigger trigger);

/* The end against due_at. Day limits are judged by date, the others by instant; a promise that is
 * an instant is early before its date, on time on that date up to the instant, late after it. */
enum judgement dossier_judgement(const struct dossier *d, int32_t zone_s);
/* Is it overdue at this instant: open, past due_at, and not waiting (unless it was overdue before)?
 */
bool dossier_is_overdue(const struct dossier *d, int64_t at, int32_t zone_s);
