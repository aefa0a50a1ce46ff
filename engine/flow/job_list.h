/* A job over a list that its order names, one after the other: each is done by the use case that
 * does it by hand, with the rights of who ordered it as they are at that moment, and is a commit of
 * its own under the job's fence. What is refused is told and stops nothing. Begun again after a
 * kill between a commit and its checkpoint, the kind tells from the events that the one under way
 * was done, and it is counted, not done again.
 *
 * A kind is a row (struct list_kind); its use case has the steps list_steps, and its struct begins
 * with struct list_job. */
#pragma once
#include "flow/job.h"

struct list_job {
    struct job job; /* first */
    /* what the cursor keeps: the place in the list, and what became of those before it */
    int64_t at, n_done, n_refused;
    struct error error; /* of the one under way; ERR_NONE: done */

    /* private */
    bool is_begun;
};

struct list_kind {
    struct use_case use_case;
    const char *what; /* there is no memory for */
    /* Reads the job's parameters, once, and says how many there are; -1: base.error says why not */
    int64_t (*begin)(struct list_job *l);
    /* What does number l->at of them: its request, before and after. */
    const struct use_case *one;
    void (*prepare)(struct request *one, struct list_job *l);
    void (*take)(struct request *one, struct list_job *l); /* fills l->error */
    bool (*tell)(struct list_job *l, struct buffer *json); /* the row for people of l->at */
    bool (*reply)(struct list_job *l);                     /* the job's result, to base.body */
};

extern const struct step list_steps[];

struct list_job *list_job_of(struct request *req);
/* Orders one in slot 0, for the idempotency key of the request or else anew: request_wait() for a
 * step that calls job_reply(). `what`: there is no memory for. */
MUST_CHECK
bool list_job_create_send(struct request *req, enum job_kind kind, const char *what,
                          const char *parameters);
/* Fills the code and the reason (`sentence` has room for it) of an item refused. */
void list_job_refusal(const struct list_job *l, char *sentence, size_t size, const char **ret_code,
                      const char **ret_reason);
