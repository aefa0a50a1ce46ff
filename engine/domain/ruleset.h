/* The decisions that the law leaves open, as parameters with a validity date. rulesets.def is the
 * list, with defaults and sources; a ruleset row in the database names only what differs. */
#pragma once
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "domain/due.h"
#include "domain/limit.h"
#include "domain/vocabulary.h"

enum code_layout { CODE_LAYOUT_SHORT, CODE_LAYOUT_LONG };

enum opinion_silence { OPINION_SILENCE_AFTER_BUDGET, OPINION_SILENCE_AT_ONCE };
enum objective_policy { OBJECTIVE_POLICY_LETTER, OBJECTIVE_POLICY_NOTICE, OBJECTIVE_POLICY_NONE };

enum notice_when { NOTICE_NEVER, NOTICE_ABSENT, NOTICE_ALWAYS }; /* absent: from the counter */

#define RULESET_NO_MAX INT_MAX /* of a count without a bound */

struct ruleset {
    int64_t id;
    const char *key; /* "R1" */
    int32_t valid_from, valid_to;
    const char *decree, *circular; /* circular: the form set, "TT01/2018" */
    struct due_rule due;
    struct limit supplement_notice; /* 3wd: later requests move nothing without a legal ground */
    struct limit silence;           /* 15d from R2; amount 0 in R1: none, only listed as stale */
    int supplements_at_intake_max;  /* in the one-stop unit's hands: 1 */
    int holds_max[HOLD_KIND_COUNT]; /* of a dossier, by kind; supplements: the examining agency's */
    struct limit financial_hold_limit, other_hold_limit; /* longest pause; amount 0: none */
    bool
        has_competent_clock; /* R4: not bound to place, runs from receipt by the competent agency */
    struct limit online_intake;      /* 8wh */
    int online_announcement_minutes; /* of the clock; 120 from R2, 0 in R1: none */
    int64_t forward_cutoff_us;       /* since local midnight; 15:00:00 */
    int forward_start_minutes;       /* of work, after the opening; 60 */
    struct limit result_correction;  /* 3wd from R2; amount 0 in R1: no number */
    struct limit forward_elsewhere;  /* 1wd from R2; amount 0 in R1: as within the house */
    int backlog_overdue_days, backlog_idle_days;  /* calendar; 30, 30 */
    int backlog_result_days, backlog_import_days; /* likewise; 15, 90 */
    bool judges_forced_by_result_day;
    int stale_days;                 /* calendar; 30; 0: never */
    struct limit confirmation;      /* 1d; amount 0: never ends by itself */
    struct limit withdrawal_answer; /* 1wd */
    int letter_lead_days;  /* working days before due by which the letter must have left: 1 */
    int letter_draft_days; /* the sweep drafts this many working days before due: 2 */
    enum objective_policy objective_policy;
    enum opinion_silence opinion_silence;
    int reappointment_margin_hours; /* working hours added to the need when a new date is proposed:
                                       8 */
    struct limit extension_max;     /* of the new date after the due date; amount 0: none */
    int reappointments_max;         /* 1; 0: letters promise no new date */
    int default_least_percent;      /* least time of a step without one of its own: 50 */
    bool signer_may_draft;          /* who worded a letter, or asked for it, may sign it */
    bool blocks_submission_without_letter;
    bool requires_withdrawal_before_decision; /* R2 on */
    bool has_strict_budgets; /* budgets beyond the shortest span are refused, not warned about */
    bool codes_name_settling_office; /* R2 on; R1: the office of receipt */
    enum code_layout code_layout;    /* R3 on: long */
    int chasing_threshold;           /* late dossiers from which on an office is chased: 1 */
    int chasing_answer_days;         /* working days to answer a chasing slip: 5 */
    bool settles_fees_monthly;       /* R2 on; R1: quarterly */
    enum notice_when notices[NOTICE_KIND_COUNT];
};

/* The defaults of the first ruleset, for tests and as the base of every row. */
void ruleset_default(struct ruleset *ret_ruleset);
/* Sets one parameter by name from its text ("supplement_notice", "3wd").
 * Errors: RULESET_PARAMETER {name} {value} for a name not in the table or a value it does not take;
 * the ruleset is then unchanged. */
MUST_CHECK
bool ruleset_set(struct ruleset *ruleset, const char *name, const char *value, struct error *err);

/* The rulesets of the law as shipped: R1, R2, ... in order of validity. */
extern const int n_ruleset_keys;
const char *ruleset_key(int i);
void ruleset_shipped(int i, struct ruleset *ret_ruleset);

/* One row of the parameters, for documents, pages and the database seed. */
struct ruleset_parameter {
    const char *name, *default_value, *source, *confidence;
    const char *decides[2]; /* by enum language */
};
extern const struct ruleset_parameter ruleset_parameters[];
extern const int n_ruleset_parameters;
