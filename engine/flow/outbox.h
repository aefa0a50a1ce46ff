/* What must leave the house: notices and letters queued as rows of the outbox, and the part of the
 * daemon that sends them.
 *
 * Any number of daemons share the rows. Whoever takes one holds a lease and raises its fence; that
 * it is being sent is committed before anything is sent. What a server may have taken over although
 * nobody said so, and what was under way in a daemon that died, becomes `unknown`: a person
 * decides, nothing is sent twice by itself. Certain failures are tried again with growing delays.
 *
 *   waiting -> sending -> sent -> delivered      (call-back of a gateway, or a person)
 *                  |-> waiting, later            certainly not taken over
 *                  |-> failed                    refused, or tried too often; a bounce
 *                  `-> unknown                   a person says: send again, delivered, failed
 *
 * A row whose person is reached by neither way is the counter's: told by hand. */
#pragma once
#include "flow/request.h"
#include "post/courier.h"

struct outbox_options {
    struct courier_options courier;
    const char *hook_hint;          /* what the gateway is asked to use: "sms", "zalo" */
    int attempts_max;               /* of a message, before it counts as failed */
    int64_t first_delay, max_delay; /* microseconds between attempts */
    int64_t stale;                  /* a notice older than this is left to the counter */
};

struct outbox;

/* Starts sending. Without SMTP and hook in the options rows only find their way to the counter.
 * Errors: POST_SETUP {reason}, NO_MEMORY. */
MUST_CHECK
bool outbox_start(struct app *app, const struct outbox_options *options, struct outbox **ret_outbox,
                  struct error *err);
/* Looks for something to send now instead of at the next tick. NULL: nobody to wake. */
void outbox_kick(struct outbox *o);
/* What is not done by kind, state and way, for /metrics; NULL: nothing. */
void outbox_figures(const struct outbox *o, struct buffer *b);
/* Shared with the gateway; NULL: none, and nobody's call-back is believed. */
const char *outbox_hook_secret(const struct outbox *o);
/* What is under way has a few seconds to end; then `closed` is called from the loop, and it is
 * gone. */
void outbox_close(struct outbox *o, void (*closed)(void *data), void *data);

extern const struct use_case use_case_outbox, use_case_notices, use_case_outbox_outcome,
    use_case_outbox_resend, use_case_outbox_callback;
