/* Opening an installation: settings, database, seal key, reference data, ids, workers, in the order
 * in which each needs the one before. Shared by `serve` and the verbs that work on a database. */
#pragma once
#include "daemon/config.h"
#include "flow/app.h"

struct setup {
    struct config config;
    struct app app;
    uv_loop_t loop;
    char program[512]; /* path of this program, for its workers */
    bool is_open;
};

/*   needs_ids       blocks of ids are fetched: whoever makes dossiers
 *   needs_renderer  workers can draw documents
 * Blocks. Errors: those of the parts. */
MUST_CHECK
bool setup_open(struct setup *s, const char *config_path, bool needs_ids, bool needs_renderer,
                struct error *err);
/* Verbs that people run tell results on the terminal and log warnings alone: call before
 * setup_open(). */
void setup_quiet(void);
/* Closes everything, running the loop until nothing is left on it. Takes one that was not opened.
 */
void setup_close(struct setup *s);

/* Runs seed SQL that travels in the program: what a country has, or the demonstration district.
 * Blocks; harmless to repeat. Errors: DB_..., SEED_FAILED {reason}, SEED_IN_USE {offices}: no
 * demonstration is made of a database that people work with. */
MUST_CHECK
bool setup_seed(const char *database, bool with_demo, struct error *err);

/* Prints "motcuad VERB: sentence" in the language of the terminal (LANG), returns 1. */
int setup_refuse(const char *verb, const struct error *err);
/* The database could not be asked, and later it may: not so where it denies what is needed, or
 * this machine has no memory. */
bool setup_is_unreachable(const struct error *err);
enum language setup_language(void);
