/* Who asks: sessions by cookie, bearer token or API token. Only the SHA-256 of a token is stored. A
 * cookie session must show its CSRF token with every write. A session ends when it was idle or open
 * for too long by the policy of its officer's roles; an API token on its day. */
#pragma once
#include <stdbool.h>

#include "base/digest.h"
#include "flow/reference.h"
#include "flow/request.h"
#include "wire/routes.h"

/* Behind TLS no page of another site, and no plain one of this, can set it (RFC 6265bis). */
#define SESSION_COOKIE_OF(is_tls) ((is_tls) ? "__Host-motcua_session" : "motcua_session")

/* What a page must show beside the cookie of a token. */
#define SESSION_CSRF_LEN 33
void session_csrf(const char *token, char ret[SESSION_CSRF_LEN]);

/* Hash of the token that the request shows; false: it shows none. */
bool session_token_hash(const struct http_request *r, unsigned char ret_hash[DIGEST_LEN]);
/* Sends the look-up of the request's token in `slot`; sets req->error when there is none. */
void session_send(struct request *req, int slot);
/* Reads the answer into req->session and req->principal, and judges what the session may do.
 * Errors: NOT_LOGGED_IN, CSRF_MISSING, ORIGIN_FOREIGN, PASSWORD_MUST_CHANGE,
 * SECOND_FACTOR_MUST_ENROL, TOKEN_NOT_HERE, TOKEN_SCOPE. */
bool session_accept(struct request *req, const struct db_call *call);
/* Errors: ORIGIN_FOREIGN {path}: the page that asks is of another site. */
bool session_origin_is_ours(struct request *req);

/* The epoch under which the session was found; 0: it was not. Rights are judged by it, or newer. */
int64_t session_epoch(const struct db_call *call);
/* The request's principal once more, from its reference data as they are now. */
void session_renew(struct request *req);

/* The principal an officer is, from the reference data. */
void session_principal(const struct reference *r, const struct officer_ref *officer,
                       struct principal *ret);
/* How this one logs in: of the policies of all roles the strictest. */
void session_policy(const struct reference *r, const struct principal *p, struct role_policy *ret);

/* Ends the live streams of sessions named by hashes in hex. */
void session_end_streams(struct request *req, const struct db_result *r, int column);
/* The first word of a route's path, which scopes of API tokens name; NULL: it has none. */
const char *session_area(const struct route *route, size_t *ret_len);
