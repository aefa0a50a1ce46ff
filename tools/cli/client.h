/* HTTPS to the daemon, by libcurl: logs in when it must, and sends a write again under the same
 * Idempotency-Key when the line drops before the answer came, so that nothing is done twice. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "cli/home.h"

struct client_request {
    const char *method;
    const char *path;     /* with its query */
    const char *body;     /* JSON; NULL: none */
    size_t body_len;      /* of a file's bytes in place of JSON; 0: the text as long as it is */
    const char *if_match; /* an ETag as it was given; NULL: unchecked */
    const char *accept;   /* NULL: JSON */
    bool is_public;       /* needs no login */
};

struct client_reply {
    long status;
    struct buffer body; /* owned: client_reply_deinit() */
    char etag[80];
    char more[80]; /* Papers-After: a batch of papers goes on after this dossier */
    char type[80];
};

static inline void client_reply_deinit(struct client_reply *reply)
{
    buffer_deinit(&reply->body);
}

struct client;
struct client *client_new(struct arena *a, const struct home *home, enum language language);
/* Logs in anew, asking for the code at the terminal where a second factor is enrolled. */
MUST_CHECK
bool client_open(struct client *c, struct error *err);
/* An API token in place of a login; when it is refused nothing else is tried. */
void client_use_token(struct client *c, const char *token);
struct client *client_free(struct client *c); /* takes NULL; returns NULL */

/* Sends and waits. A refusal is a reply like another, told by its status.
 * Errors: CLI_UNREACHABLE {url} {reason}; CLI_LOGIN {login} {reason}; NO_MEMORY. */
MUST_CHECK
bool client_call(struct client *c, const struct client_request *request,
                 struct client_reply *ret_reply, struct error *err);
