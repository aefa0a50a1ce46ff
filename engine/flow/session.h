/* Who asks: sessions by cookie or bearer token, and the login that makes them. Only the SHA-256 of
 * a token is stored. A cookie session must show its CSRF token with every write. */
#pragma once
#include <stdbool.h>

#include "base/digest.h"
#include "flow/reference.h"
#include "flow/request.h"

#define SESSION_COOKIE "motcua_session"

/* Hash of the token that the request shows; false: it shows none. */
bool session_token_hash(const struct http_request *r, unsigned char ret_hash[DIGEST_LEN]);
/* Sends the look-up of the request's token in `slot`; sets req->error when there is none. */
void session_send(struct request *req, int slot);
/* Reads the answer into req->session and req->principal. Errors: NOT_LOGGED_IN, CSRF_MISSING. */
bool session_accept(struct request *req, const struct db_call *call);

/* The epoch under which the session was found; 0: it was not. Rights are judged by it, or newer. */
int64_t session_epoch(const struct db_call *call);
/* The request's principal once more, from its reference data as they are now. */
void session_renew(struct request *req);

/* The principal an officer is, from the reference data. */
void session_principal(const struct reference *r, const struct officer_ref *officer,
                       struct principal *ret);

extern const struct use_case use_case_login, use_case_logout, use_case_me;

/* scrypt of a password with the stored parameters, for bootstrap too; blocks (some 60 ms). */
struct password_hash {
    unsigned char salt[16], hash[32];
    int n, r, p;
};
/* Checking somebody's password for a request: the look-up in a slot, then the hash in the thread
 * pool, one at a time (32 MiB each). An unknown login costs the same work. */
struct password_check {
    uv_work_t work;
    struct request *request;
    const char *password;
    struct password_hash stored;
    int64_t officer_id;
    bool is_known, is_locked;
    bool is_right; /* the answer, when the request goes on */
};
bool password_send(struct password_check *c, struct request *req, int slot, const char *login);
void password_check(struct password_check *c, int slot, const char *password);

/*   is_random  made by a machine with 64 random bits: nobody guesses it, so 8 MiB of work are
 * enough */
void password_make(const char *password, bool is_random, struct password_hash *ret);
bool password_matches(const char *password, const struct password_hash *h);
