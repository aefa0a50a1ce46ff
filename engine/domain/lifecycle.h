/* Deciding on an action: the transition table, the guards, and the events that follow. Pure. */
#pragma once
#include <stdint.h>

#include "domain/calendar.h"
#include "domain/dossier.h"
#include "domain/event.h"
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
};

/* What the actor asks for; only what the action needs is read. Unset instants are INSTANT_NONE,
 * unset ids 0. */
struct action_input {
    enum action action;
    int64_t actor;        /* officer id */
    int64_t actor_office; /* office in which the actor acts */
    int64_t at;           /* when it happened; INSTANT_NONE: now. Earlier only with is_late_entry */
    bool is_late_entry;
    /* submit, accept, refuse */
    int64_t dossier_id, procedure_id, case_id, field_id, ruleset_id;
    int64_t filed_office, supervising_office, competent_office;
    enum channel channel;
    const char *applicant, *submitter, *authorised; /* "id:version:commitment" */
    const char *const *members;
    int n_members;
    int64_t agreed_due_at; /* a longer time agreed at reception (law:agreed-time) */
    /* the rest */
    const char *remark; /* "id:commitment" of the reason */
    const char *legal_ground;
    int to_step; /* forward, send back: 0 = the next, the one before */
    int64_t to_office, to_officer;
    enum hold_kind hold_kind;
    enum hold_effect hold_effect; /* HOLD_EFFECT_COUNT: the default of procedure and ruleset */
    enum outcome outcome;
    int64_t answer_by;
    int opinion;
    const char *collector_paper, *postal_code;
    int64_t second_person;
    int64_t pledged_at;
    enum cause cause;
    int64_t at_fault_office;
    const char *corrected_field;
    int64_t corrected_number;
};

struct decision {
    struct event events[DECISION_EVENTS_MAX];
    int n_events;
    struct dossier after;    /* the dossier with these events applied */
    const char *warnings[4]; /* words: "no_letter", "late_request", ...: things the reply tells */
    int n_warnings;
};

/* Decides one action. `arena` holds the texts of the events.
 * Errors: WRONG_STATE, the guard's own (HANDOVER_PENDING, NOT_PENDING, ...), FIELD_REQUIRED
 * {field}, CALENDAR_GAP, AT_BEFORE_LAST {at}. Source: law:lifecycle. */
MUST_CHECK
bool dossier_decide(const struct decide_context *ctx, const struct action_input *in,
                    struct arena *arena, struct decision *ret_decision, struct error *err);

/* Accept, decide, take the result over and return in one instant: same-day work (law:same-day). The
 * case must allow it (returns_at_once). */
MUST_CHECK
bool dossier_settle(const struct decide_context *ctx, const struct action_input *in,
                    struct arena *arena, struct decision *ret_decision, struct error *err);

/* Would the state and guards allow the action now? (rights apart). Bit i = enum action i. */
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
