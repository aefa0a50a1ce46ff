/* Deciding on an action: the transition table, the guards, and the events that follow. Pure. */
#pragma once
#include <stdint.h>

#include "domain/calendar.h"
#include "domain/dossier.h"
#include "domain/event.h"
#include "domain/organisation.h"
#include "domain/procedure.h"
#include "domain/ruleset.h"

#define DECISION_EVENTS_MAX 8

/* What a decision is made on. */
struct decide_context {
    const struct dossier *dossier;               /* a new one: dossier_init()ed */
    const struct procedure_case *procedure_case; /* NULL for imported ones */
    const struct ruleset *ruleset;
    const struct calendar *calendar; /* of the competent office */
    int64_t now;
    int32_t zone_s;
    /* for deadlines alone */
    const struct calendar *counter_calendar; /* of the supervising office; NULL: the same */
    bool is_competent_elsewhere;             /* the competent office belongs to another committee */
    const struct organisation *organisation; /* for the cause alone */
};

/* What the actor asks for; only what the action needs is read. action_input_init() unsets all: ids
 * 0, instants INSTANT_NONE, dates DATE_NONE, the effect HOLD_EFFECT_COUNT, the cause
 * CAUSE_KEY_COUNT, the trigger LETTER_TRIGGER_COUNT, the reason CLOSE_REASON_COUNT. */
#define AMOUNT_OF_CASE (-1)

struct action_input {
    enum action action;
    bool is_late_entry;
    int64_t actor;        /* officer id */
    int64_t actor_office; /* office in which the actor acts */
    int64_t on_behalf_of; /* the officer in whose place he acts (law:stand-in); 0: in his own */
    /* every office in which the actor has a role: nobody of a responsible one judges */
    const int64_t *actor_offices;
    int n_actor_offices;
    int64_t at; /* when it happened; INSTANT_NONE: now. Earlier only with is_late_entry */
    /* submit, accept, refuse */
    int64_t dossier_id, procedure_id, case_id, field_id, ruleset_id;
    int64_t filed_office, supervising_office, competent_office;
    const char *applicant, *submitter, *authorised; /* "id:version:commitment" */
    const char *const *members;
    int n_members;
    enum channel channel;  /* 0: at the counter; submit: online */
    int64_t agreed_due_at; /* a longer time agreed at reception (law:agreed-time) */
    /* Accept: a slip printed in advance and filled in by hand (law:blank-slip). Its code becomes
     * the dossier's; NULL: none. The promise written on it; INSTANT_NONE: the line was left blank.
     */
    const char *slip_code;
    int64_t paper_due_at;
    /* request_supplement: which papers of the case are asked for, 1.. in their order */
    const int *components;
    int n_components;
    /* the rest */
    const char *remark; /* "id:commitment" of the reason */
    const char *legal_ground;
    int to_step; /* forward, send back: 0 = the next, the one before */
    int opinion; /* 1..; 0: the first one waiting for the actor's office */
    int64_t to_office, to_officer;
    enum hold_kind hold_kind;
    enum hold_effect hold_effect; /* HOLD_EFFECT_COUNT: the default of procedure and ruleset */
    int64_t answer_by;
    const char *collector_paper, *postal_code;
    int64_t second_person;
    int64_t
        approver; /* leader who stands for legal_ground: the actor or the second person; 0: none */
    int64_t pledged_at;
    enum outcome outcome;
    enum cause cause;
    int64_t at_fault_office;
    enum letter_trigger trigger; /* owe_letter; LETTER_TRIGGER_COUNT: not given */
    int64_t author_office;       /* owe_letter: of whom the trigger asks it */
    /* attach, detach: a paper that was handed in */
    const char *file, *purpose, *handling; /* SHA-256 in hex; words of the vocabularies */
    int component;                         /* 1.. of the case; 0: none */
    int attachment;                        /* detach: its number */
    int64_t amount;                        /* record_payment; AMOUNT_OF_CASE: the fee */
    enum payment_way payment_way;          /* likewise; PAYMENT_WAY_COUNT: not given */
    enum close_reason close_reason;        /* propose_close; CLOSE_REASON_COUNT: not given */
    int32_t result_on;                     /* the true day of its result; DATE_NONE: not known */
    const char *result_number;             /* and the number of that result */
    bool has_evidence;                     /* for a cause decided otherwise than it was found */
    /* Correct: "procedure", "case", "field", "channel", "filed_office", "supervising_office",
     * "competent_office", "submitted_at", "received_at", "decided_at", "done_at", "returned_at"
     * with corrected_number; "applicant", "submitter", "authorised" with that member above. */
    const char *corrected_field;
    int64_t corrected_number;
    /* An instant's own event: it is written again at the right instant, and the past is folded
     * anew. NULL: the instant alone is corrected. */
    const struct event *replaced;
    int64_t next_at; /* the first thing that anybody did after it; INSTANT_NONE: nothing */
};

void action_input_init(struct action_input *in, enum action action, int64_t actor,
                       int64_t actor_office);

#define DECISION_WARNINGS_MAX 4
#define MEMBERS_MAX           32 /* of one dossier's group */
#define ASKED_MAX             32 /* components that one request for a supplement names */

struct decision {
    struct event events[DECISION_EVENTS_MAX];
    int n_events;
    struct dossier after; /* the dossier with these events applied */
    /* Words that the reply tells: no_letter, late_request, after_due (a hold that moves nothing),
     * runs_on (a hold without a legal ground), refold (`after` is right but for its segments: an
     * event of the past was replaced). */
    const char *warnings[DECISION_WARNINGS_MAX];
    int n_warnings;
};

/* Decides one action. `arena` holds the texts of the events; those of `in` are borrowed.
 * Errors: WRONG_STATE, the guard's own (HANDOVER_PENDING, NOT_PENDING, ...), FIELD_REQUIRED
 * {field}, FIELD_VALUE {field} {value}, CALENDAR_GAP, AT_BEFORE_LAST {at}, AT_IN_FUTURE {at}.
 * Source: law:lifecycle. */
MUST_CHECK
bool dossier_decide(const struct decide_context *ctx, const struct action_input *in,
                    struct arena *arena, struct decision *ret_decision, struct error *err);

/* Accept, decide, take the result over and return in one instant: same-day work (law:same-day). The
 * case must allow it (returns_at_once). `in` carries what the four need. Errors: theirs, and
 * NOT_AT_ONCE {case}. */
MUST_CHECK
bool dossier_settle(const struct decide_context *ctx, const struct action_input *in,
                    struct arena *arena, struct decision *ret_decision, struct error *err);

/* May this actor decide the cause, object to it, or approve a forced close, apart from what the
 * decision says: for a reader who is to be offered only what would be let through. */
bool dossier_may_judge(const struct decide_context *ctx, const struct action_input *in);

/* Would the state and guards allow the action now, given the right actor, office, second person and
 * ground? (rights apart). Bit i = enum action i. */
uint64_t dossier_allowed(const struct decide_context *ctx);

/* The transition rows, for documents and tests. */
struct transition {
    enum dossier_state from;
    enum action action;
    int to; /* enum dossier_state, or TRANSITION_SAME, _BACK, _HOLD_STATE */
    const char *guard, *source;
};
#define TRANSITION_SAME       (-1)
#define TRANSITION_BACK       (-2)
#define TRANSITION_HOLD_STATE (-3)
extern const struct transition transitions[];
extern const int n_transitions;
