/* What is to become of each dossier of the demonstration, drawn before the first of them is filed:
 * procedure, place, channel, hour of filing, fate, pace, and what makes it late. The engine's own
 * actions then make it so (demo_life.h). */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "daemon/demo_people.h"
#include "domain/dossier.h"
#include "flow/reference.h"

enum demo_fate {
    DEMO_SETTLED, /* same-day work: accepted, decided and returned in one action */
    DEMO_GRANTED,
    DEMO_UNCOLLECTED,    /* nobody comes for the result */
    DEMO_REFUSED,        /* after examination */
    DEMO_REFUSED_INTAKE, /* at the counter, or by the clerk who looks at an online filing */
    DEMO_WITHDRAWN,
    DEMO_STOPPED,
    DEMO_SILENT, /* asked for papers, never comes back */
    DEMO_MISTAKE,
    DEMO_FATE_COUNT
};

enum demo_delay {
    DEMO_PROMPT,
    DEMO_IDLE,      /* an officer keeps it */
    DEMO_SIGNATURE, /* it waits for the leader */
    DEMO_HANDOVER,  /* nobody takes it over */
    DEMO_DECLARED,  /* the officer says in time that it will be late */
    DEMO_FORGOTTEN  /* kept beyond the second promise too */
};

/* Nobody works in it; declared as an objective interval once it is over. */
struct demo_stoppage {
    const char *kind;   /* of objective_kinds */
    const char *office; /* key; with those below it */
    const char *from, *to, *declared, *declared_by;
    const char *evidence; /* NULL: none was kept */
    const char *reason;
    int64_t from_at, to_at, declared_at, office_id;
};
#define DEMO_STOPPAGES_MAX 3

/* What the next action depends on, copied from the dossier after each commit. */
struct demo_view {
    int64_t id;
    char code[DOSSIER_CODE_MAX];
    enum dossier_state state;
    int step, pending_step;
    int64_t filed_office, supervising_office, competent_office, holder_office, holder_officer;
    int64_t pending_office, pending_officer, received_at, due_at;
    bool has_pending, is_result_sent, is_opinion_open;
    int64_t opinion_office;
};

/* The next action on a dossier: who, when, with what. Texts are static or of the reference data. */
struct demo_action {
    int64_t at;
    bool is_intake;
    enum action action;
    const struct officer_ref *who;
    const char *reason, *legal_ground;
    const char *office, *officer, *second_person; /* keys and logins */
    enum outcome outcome;
    int64_t answer_by;
};

struct demo_life {
    struct demo_random random;
    int serial;
    const struct procedure_case *procedure;
    int64_t counter; /* one-stop unit of filing */
    int64_t filed_at;
    enum channel channel;
    enum demo_fate fate;
    enum demo_delay delay;
    double pace, delay_hours; /* share of each budget that is used; how long after due */
    int supplement_step;      /* 0: none; -1: asked before acceptance */
    int pause_step;           /* a hold, 0: none */
    enum hold_kind pause_kind;
    struct demo_view view;
    char applicant[80];
    struct demo_action next;
    /* done already */
    bool is_supplement_asked, is_paused, is_opinion_asked, is_declared, is_interrupted, is_delayed;
    bool is_declined, is_paid;
};

struct demo_plan {
    const struct reference *reference; /* borrowed */
    const struct calendar *calendar;
    struct demo_life *lives;
    int n_lives;
    struct demo_stoppage stoppages[DEMO_STOPPAGES_MAX];
    int n_stoppages;
    int64_t from, until;
};

/*   n      dossiers
 *   from   first day of filing, until: nothing is filed after it
 * Errors: NO_MEMORY, PROCEDURE_UNKNOWN, OFFICE_UNKNOWN, CALENDAR_GAP. */
MUST_CHECK
bool demo_plan_make(struct demo_plan *plan, const struct reference *r, uint64_t seed, int n,
                    int64_t from, int64_t until, struct error *err);
void demo_plan_deinit(struct demo_plan *plan);
