/* Handing a decision to the committer from a request, and what each answer of it means to the
 * request. */
#pragma once
#include "flow/record.h"
#include "flow/request.h"

#define COMMIT_TRIES 3

enum commit_step {
    COMMIT_STEP_DONE,     /* applied: reply */
    COMMIT_STEP_AGAIN,    /* somebody was faster: load and decide again */
    COMMIT_STEP_ANSWERED, /* this very request was answered before: reply with the first status */
    COMMIT_STEP_FAILED    /* req->error says why */
};

/* Remembers the Idempotency-Key of a request with its member. `status` is what success answers. */
void commit_remember(struct request *req, struct commit_member *m, int status);

/* Submits; the request waits and goes on at `step`. */
enum step_result commit_submit(struct request *req, struct commit_member *m, int step);

/* Reads the outcome. `n_tries` counts; with If-Match a stale version is 412 at once. */
enum commit_step commit_outcome(struct request *req, const struct commit_member *m, int *n_tries);

/* The look-up of the key before anything is judged: send with the first reads. */
bool commit_key_send(struct request *req, int slot);
/* True when the request was answered before, with the code and status of the first answer; sets
 * req->error when the body differs. */
bool commit_key_found(struct request *req, int slot, const char **ret_code, int *ret_status);

/* The If-Match version of the request, 0 when it has none. Errors: FIELD_... for one that is no
 * version. */
bool commit_if_match(struct request *req, int32_t *ret_version);

/* A remark: takes an id, fills the row and writes "id:commitment" for the event. NULL text gives
 * NULL. */
bool commit_make_remark(struct request *req, const char *text, struct commit_remark *ret_row,
                        int *n_rows, const char **ret_value);
