/* Runs the plan: the engine's own actions, in the order of their instants, each with the clock at
 * its instant and after the commit of the one before. Before each of them the engine looks at what
 * its alarms had due, as the daemon does; every working evening it sweeps. Nothing is written but
 * by the engine. */
#pragma once
#include "daemon/demo_plan.h"
#include "daemon/demo_queue.h"
#include "daemon/setup.h"
#include "flow/request.h"

#define DEMO_LETTERS_MAX 4096

/* A letter somebody has to do something with. */
struct demo_letter {
    int64_t id, author_office;
    char code[DOSSIER_CODE_MAX];
    enum action next;
    bool is_waiting; /* in the queue, or left on the desk for good */
};

struct demo {
    struct app *app;
    struct reference *reference;
    struct demo_plan plan;
    struct demo_queue queue;
    struct demo_random random; /* of letters */
    struct demo_letter *letters;
    int n_letters;
    int64_t now;
    /* under way */
    struct demo_life *life;
    struct demo_letter *letter;
    const struct demo_stoppage *stoppage;
    bool is_busy;
    struct error error;
    /* told at the end */
    int n_filed, n_actions, n_alarms, n_nights;
};

/* Runs everything up to plan.until and leaves the clock there, stored.
 * Errors: the first action refused, after saying on stderr which one it was. */
MUST_CHECK
bool demo_run(struct demo *d, struct error *err);

/* ---- shared with demo_letter.c ---- */

/* Starts a use case as an officer (NULL: as the engine) and runs the loop until it has ended. */
MUST_CHECK
bool demo_perform(struct demo *d, const struct use_case *use_case, const struct officer_ref *who,
                  void (*prepare)(struct request *, void *));
/* Sends a query and runs the loop until its answer is there. The caller frees the call. */
MUST_CHECK
bool demo_query(struct app *app, enum db_query query, struct db_params *p, struct db_call *call,
                struct error *err);

/* The morning's look at the letters: plans the signatures. */
MUST_CHECK
bool demo_letters_look(struct demo *d);
/* The next action on a letter, if it still stands where it did. */
MUST_CHECK
bool demo_letter_act(struct demo *d, int index);
