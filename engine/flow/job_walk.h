/* A job over dossiers: a question names them by id, and they are decided chunk by chunk, each a
 * commit of its own under the job's fence. A chunk is counted when all of it is settled; then the
 * cursor moves. What somebody changed meanwhile is decided again, on newer reference data where
 * those are what changed. Begun again after a kill between the commits of a chunk and its
 * checkpoint it is the same chunk: the kind tells from a dossier's events what it has done already.
 *
 * A kind is a row (struct walk_kind); its use case has the steps walk_steps, and its struct begins
 * with struct walk. */
#pragma once
#include "flow/job.h"

#define WALK_CHUNK  128
#define WALK_COUNTS 3

struct walk;

/* What the struct of a kind's member begins with; zeroed, in the chunk's arena. */
struct walk_member {
    int64_t id;
    const char *code;
    struct history history;
    struct error error; /* its events cannot be read, or why nothing came of it */

    /* private */
    const struct commit_member *commit; /* under way; NULL: nothing is */
    bool is_settled;
};

struct walk_kind {
    struct use_case use_case;
    const char *what; /* there is no memory for */
    size_t member_size;
    /* Reads the job's parameters; once. */
    bool (*begin)(struct walk *w);
    /* Whether it may go on, asked on each newer reference data; NULL: always. */
    bool (*is_sound)(struct walk *w);
    /* How many there are behind the cursor; put_total NULL: nobody asks. `counted` gives the
     * number, or -1: that was all, and the job ends. */
    enum db_query total;
    void (*put_total)(const struct walk *w, struct db_params *p);
    int64_t (*counted)(struct walk *w, const struct db_result *r);
    /* The dossiers behind w->after: rows begin with id and code, in the order of id. */
    enum db_query chunk;
    void (*put_chunk)(const struct walk *w, struct db_params *p);
    void (*read_row)(struct walk_member *m, const struct db_result *r, int row); /* or NULL */
    /* Before members are decided, once and again; or NULL. */
    bool (*prepare)(struct walk *w);
    /* Decides one on its history: walk_submit() or walk_settle(). */
    bool (*decide)(struct walk *w, struct walk_member *m);
    void (*applied)(struct walk *w, struct walk_member *m);
    /* Refused for good, m->error says why; false: the job ends with that error. */
    bool (*refused)(struct walk *w, struct walk_member *m);
    /* Counts it, and tells people of it where there is something to tell. */
    bool (*count)(struct walk *w, const struct walk_member *m);
    /* Writes the job's result to base.body. */
    bool (*reply)(struct walk *w);
};

struct walk {
    struct job job; /* first */
    int64_t now;    /* recorded_at of what is decided in this round: a long job is recorded as it
                       goes */
    /* what the cursor keeps: the last dossier counted, and what the kind counts */
    int64_t after, counts[WALK_COUNTS];
    bool has_counted; /* a chunk since the job was claimed: none of the next is done already */

    /* private */
    bool is_begun;
    char *members;
    int n_members, n_rounds;
    bool is_again, is_epoch_old; /* of this chunk a member must be decided anew */
};

extern const struct step walk_steps[];

struct walk *walk_of(struct request *req);
/* Hands over what was decided of a member; it lives in the chunk's arena. Errors: those of
 * committer_submit(). */
MUST_CHECK
bool walk_submit(struct walk *w, struct walk_member *m, struct commit_member *commit);
/* Nothing is to be written. */
void walk_settle(struct walk_member *m);
