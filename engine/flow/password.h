/* Passwords: scrypt with its parameters stored beside the hash, so that they can be raised.
 * Compared and made in the thread pool, one at a time (32 MiB each): nothing blocks the loop. */
#pragma once
#include <uv.h>

#include "flow/login_client.h"
#include "flow/request.h"

struct password_hash {
    unsigned char salt[16], hash[32];
    int n, r, p;
};

/*   is_random  made by a machine with 64 random bits: nobody guesses it, so 8 MiB of work are
 * enough. Both block (some 60 ms): for programs that have nothing else to do. */
void password_make(const char *password, bool is_random, struct password_hash *ret);
bool password_matches(const char *password, const struct password_hash *h);
/* Its values as parameters of a query: salt, hash, n, r, p. */
void password_put(struct db_params *p, const struct password_hash *h);
/* The same five in the first row, from `column` on; false where there is no hash of our length. */
bool password_read(const struct db_result *r, int column, struct password_hash *ret);

/* Checking somebody's password for a request: the look-up, which counts the attempt before anything
 * is compared, then the hash. An unknown login costs the same work and is told the same. */
struct password_check {
    uv_work_t work;
    struct request *request;
    const char *password;
    const char *new_password; /* to be hashed too, when the first is right; or NULL */
    struct password_hash stored, made;
    struct login_client client;
    unsigned char login_hash[32];
    int64_t officer_id;
    int64_t wait_s; /* above 0: too many failures, nothing was compared */
    bool is_known, is_random;
    const void *factor; /* sealed secret of the confirmed second factor, or NULL; in the arena */
    size_t factor_len;
    int64_t last_step;
    bool is_right, is_made; /* the answer, when the request goes on */
};
/*   is_desk  a second look at a desk that is logged in: counted by its session alone */
bool password_send(struct password_check *c, struct request *req, int slot, const char *login,
                   bool is_desk);
/* Compares `password`; one that was hashed with weaker parameters than today's, and
 * `new_password`, is hashed into `made`. Goes on at once when there is nothing to compare. */
void password_check(struct password_check *c, int slot, const char *password);
/* Sends that the attempt was none (is_success: and the client begins anew). */
bool password_settled(struct password_check *c, int slot, bool is_success);
/* Refuses with LOGIN_WAIT and its Retry-After; false. */
bool password_refuse_wait(struct request *req, int64_t wait_s);

/* Hashes a new password for a request that has proven itself otherwise: `made`, when it goes on. */
bool password_hash_send(struct password_check *c, struct request *req, const char *password);
