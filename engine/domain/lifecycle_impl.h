/* Private to the lifecycle: one decision under way. */
#pragma once
#include "base/arena.h"
#include "domain/lifecycle.h"

struct decide {
    const struct decide_context *ctx;
    const struct action_input *in; /* NULL while only asked what would be allowed */
    const struct dossier *d;       /* as it stands within this decision */
    struct arena *arena;
    struct decision *out;
    int64_t at;
    struct error *err;
};

/* ---- lifecycle.c ---- */

/* The next event of the decision, its head filled. */
struct event *decide_event(struct decide *c, enum action action);
void decide_warn(struct decide *c, const char *word);
/* A code for people, or the id while there is none. */
const char *dossier_name(const struct dossier *d, char buf[DOSSIER_CODE_MAX]);
/* Puts what is set: ids other than 0, texts other than NULL, instants other than INSTANT_NONE. */
void put_id(struct event *e, enum event_field field, int64_t id);
void put_text(struct event *e, enum event_field field, const char *text);
void put_instant(struct event *e, enum event_field field, int64_t at);

/* ---- lifecycle_guards.c ---- */

enum guard {
    GUARD_NONE,
    GUARD_NO_PENDING, /* no hand-over is under way */
    GUARD_PENDING,    /* one is, and it is for the actor */
    GUARD_SECOND,     /* a second person confirms */
    GUARD_SUPPLEMENT, /* no hand-over is under way, and the ruleset allows another request */
    GUARD_ACCEPTED,   /* the clock has begun */
    GUARD_NOT_ACCEPTED,
    GUARD_SILENCE,      /* the applicant had the ruleset's time, or a legal ground is named */
    GUARD_OPINION_OPEN, /* an opinion is waited for, from the actor's office */
    GUARD_RESULT_SENT,  /* the result is on its way, or decided at the one-stop unit itself */
    GUARD_UNDECIDED,    /* the ruleset still allows it after the decision */
    GUARD_JUDGE,        /* late or certain to be; the actor above every office concerned */
    GUARD_RESPONSIBLE,  /* the actor's office was found responsible */
    GUARD_UNPROPOSED,   /* accepted, and nobody has proposed to close it by force */
    GUARD_PROPOSED,     /* somebody has */
    GUARD_APPROVER,     /* somebody other than the actor has */
    GUARD_ADOPTED,      /* taken in here, or adopted: somebody answers for its promise */
    GUARD_NOT_TODAY,    /* whoever is to collect was not reminded today */
    GUARD_COUNT
};
MUST_CHECK
bool guard_holds(enum guard guard, const struct decide *c, struct error *err);
/* Is the dossier, decided, in the hands of the one-stop unit? */
bool guard_at_counter(const struct decide *c);
/* The opinion meant: `wanted`, or with 0 the first that waits for `office` (0: any). 0: none. */
int guard_opinion(const struct dossier *d, int wanted, int64_t office);

/* ---- lifecycle_clock.c ---- */

/* The promise after the running hold ends at c->at: false in ret_moved when it stays. */
MUST_CHECK
bool clock_resume(const struct decide *c, struct due *ret_due, bool *ret_moved, struct error *err);
/* Is the supplement asked for after the ruleset's days? */
MUST_CHECK
bool clock_late_request(const struct decide *c, bool *ret_late, struct error *err);
/* The end of the longest hold of a kind begun at `from`: the applicant's time to complete, to
 * confirm, ...; not set when the ruleset gives none. */
MUST_CHECK
bool clock_hold_end(const struct decide *c, enum hold_kind kind, int64_t from, struct due *ret_due,
                    bool *ret_is_set, struct error *err);
void clock_put_due(struct event *e, const struct due *due);
/* The promise when the competent agency has received the dossier at c->at: not moved unless the
 * limit runs from there. Source: law:place-free. */
MUST_CHECK
bool clock_take_over(const struct decide *c, int64_t office, struct due *ret_due, bool *ret_moved,
                     struct error *err);

/* ---- lifecycle_hold.c ---- */

/* HOLD_RUNNING, naming the hold; one must be running. */
bool hold_refuse_running(const struct decide *c, struct error *err);
/* Do the ruleset's numbers allow one more request for a supplement? */
MUST_CHECK
bool hold_may_ask_supplement(const struct decide *c, struct error *err);

/* ---- lifecycle_cause.c ---- */

/* May the actor decide who made it late, naming the office of the input? */
MUST_CHECK
bool cause_judge_may(const struct decide *c, struct error *err);
/* May the actor object to what was found? */
MUST_CHECK
bool cause_objection_may(const struct decide *c, struct error *err);

/* ---- lifecycle_intake.c, lifecycle_hold.c, lifecycle_work.c, lifecycle_correct.c ---- */

typedef bool compose_fn(struct decide *c);
compose_fn compose_submit, compose_accept, compose_refuse;
compose_fn compose_request_supplement, compose_receive_supplement, compose_hold, compose_resume;
compose_fn compose_close;
compose_fn compose_assign, compose_forward, compose_take_over, compose_decline, compose_send_back;
compose_fn compose_ask_opinion, compose_give_opinion, compose_decide, compose_hand_over_result;
compose_fn compose_take_over_result, compose_return, compose_request_withdrawal;
compose_fn compose_refuse_withdrawal, compose_stop, compose_close_mistake, compose_declare_late;
compose_fn compose_pledge, compose_decide_cause, compose_object_cause, compose_owe_letter;
compose_fn compose_correct;
/* lifecycle_backlog.c */
compose_fn compose_propose_close, compose_refuse_close, compose_force_close;
MUST_CHECK
bool backlog_may_propose(const struct decide *c, struct error *err);
MUST_CHECK
bool backlog_is_proposed(const struct decide *c, struct error *err);
MUST_CHECK
bool backlog_may_approve(const struct decide *c, struct error *err);
/* lifecycle_payment.c */
compose_fn compose_record_payment;
/* lifecycle_paper.c */
compose_fn compose_attach_paper, compose_detach_paper, compose_renew_secret, compose_remind;
/* FIELD_REQUIRED unless the remark is there. */
MUST_CHECK
bool decide_needs_remark(const struct decide *c);
