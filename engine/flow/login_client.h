/* From where somebody tries to log in, for counting failures (OWASP: device cookies). A browser
 * with which an officer has logged in before holds a signed cookie for that login and is counted by
 * itself: what strangers do elsewhere never shuts it out. All others are counted by address, an
 * IPv6 address by its /64. */
#pragma once
#include "flow/request.h"

#define DEVICE_DAYS 180

struct login_client {
    char name[72]; /* "d:DEVICE", "a:ADDRESS", or of a session "s:ID" */
    bool is_trusted;
    char device[17];   /* of a trusted one */
    int64_t issued_at; /* its cookie */
};

/* Who asks to be `login`: by the cookie, else by the address. */
void login_client_read(const struct request *req, const char *login, struct login_client *ret);
/* The session that asks again for a password or a code. */
void login_client_session(const struct request *req, struct login_client *ret);
/* After a login: a cookie for a new device, or a fresh one for a known. */
void login_client_remember(struct request *req, const char *login, const struct login_client *c);

/* SHA-256 of a login, as attempts are counted under; `purpose` "" or a word of its own. */
void login_hash(const char *purpose, const char *login, unsigned char ret[32]);
