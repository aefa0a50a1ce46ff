/* A message as the API shows it, and what may be said of it. */
#pragma once
#include "flow/request.h"
#include "wire/message.h"

/* What of this may be said of a message in that state: the state that follows, or NULL.
 *   what   delivered | failed | resend */
const char *outbox_rule(const char *state, const char *what);
/* The states in which it may be said; returns how many. */
#define OUTBOX_STATES_MAX 8
int outbox_rule_states(const char *what, const char *ret[OUTBOX_STATES_MAX]);

/* Reads row `row` of outbox_view. */
MUST_CHECK
bool outbox_view(struct request *req, const struct db_result *r, int row,
                 struct wire_outbox_message *ret);
