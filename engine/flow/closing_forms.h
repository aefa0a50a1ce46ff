/* What a snapshot holds, as a table of forms: each is asked of its own use case inside the daemon,
 * with the words that the API would be asked with, so that a snapshot says what the API said. */
#pragma once
#include "base/instant.h"
#include "flow/request.h"
#include "http/exchange.h"

struct closing_form {
    const char *form, *group_by; /* group_by NULL: it has none */
    const struct use_case *use_case;
    bool has_moments; /* it may be asked as of, and as known at */
    bool is_replayed; /* and then says the same again for ever */
};
extern const struct closing_form closing_forms[];
extern const int n_closing_forms;

/* One form under way, embedded in the request that asks. */
struct closing_ask {
    struct request *req;
    struct http_request http;
    struct uri_pair params[1], query[10];
    char from[INSTANT_TEXT_MAX], to[INSTANT_TEXT_MAX], known_at[INSTANT_TEXT_MAX];
    struct buffer body; /* the reply; the caller's to free */
    struct error error; /* or why there is none */
};

/* Asks; the request waits until ask->body or ask->error is there.
 *   office    key; NULL: every office that the principal may read
 *   format    "json" or "pdf"
 *   known_at  INSTANT_NONE: as known now
 * False when nothing was begun, with ask->error. */
bool closing_ask(struct closing_ask *ask, struct request *req, const struct closing_form *form,
                 const char *office, int32_t from, int32_t to, int64_t known_at,
                 const char *format);
