/* Carries messages out of the house, by SMTP or by an HTTP POST, with libcurl: nothing blocks the
 * loop, a server that hangs costs one thread for a limited time and nothing else. How many go at
 * once is the caller's to limit. It knows no dossier: what is sent was composed, and recorded as
 * being sent, before.
 *
 * Every message has a connection of its own: libcurl sends again by itself what failed on one that
 * was kept, and nothing may be sent twice that nobody decided to. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "base/error.h"

enum courier_kind { COURIER_MAIL, COURIER_HOOK, COURIER_KIND_COUNT };

const char *courier_kind_word(enum courier_kind kind); /* "email", "hook" */

struct courier_options {
    const char *smtp_url; /* smtp://host:port (STARTTLS) or smtps://host:port; NULL: no mail */
    bool is_smtp_plain;   /* smtp:// without TLS: a relay on this machine */
    const char *smtp_user, *smtp_password; /* NULL: no login */
    const char *mail_from;                 /* address of the envelope */
    const char *hook_url;                  /* http(s)://...; NULL: no hook */
    const char *hook_secret;               /* signs the body (X-Motcua-Signature); NULL: unsigned */
    const char *ca_file;                   /* PEM, of a private CA; NULL: the system's */
    int connect_ms, total_ms;              /* limits of a message; as long again for taking leave */
};

struct courier;

/* Copies the options. Errors: POST_SETUP {reason}, NO_MEMORY. */
MUST_CHECK
bool courier_new(uv_loop_t *loop, const struct courier_options *options,
                 struct courier **ret_courier, struct error *err);
/* What is under way ends within a second or so, as COURIER_TROUBLE or COURIER_UNKNOWN; then
 * `closed` is called from the loop and the courier is gone. */
void courier_close(struct courier *c, void (*closed)(void *data), void *data);

bool courier_has(const struct courier *c, enum courier_kind kind);
const char *courier_mail_from(const struct courier *c);
int courier_total_ms(const struct courier *c); /* the longest that a message can take */

enum courier_outcome {
    COURIER_SENT,    /* the server took it over */
    COURIER_REFUSED, /* it will not take this message: trying again is no use */
    COURIER_TROUBLE, /* it certainly did not take it over: try again later */
    COURIER_UNKNOWN  /* all was handed over, and no answer came */
};

/* One message under way; embedded in what sends it, everything borrowed until `done`. */
struct courier_errand {
    void (*done)(struct courier_errand *e); /* once, from the loop, never from courier_send() */
    void *data;
    enum courier_kind kind;
    const char *to;   /* mail: the recipient's address */
    const char *key;  /* hook: the Idempotency-Key */
    const char *body; /* of mail_compose(), or JSON */
    size_t len;

    enum courier_outcome outcome;
    struct error error; /* unless COURIER_SENT: POST_... without anything personal */
    /* private */
    struct courier *courier;
    void *easy, *list; /* libcurl's */
    size_t read;
    uv_thread_t thread;
    int code;
    long status;
    struct courier_errand *next;
};

/* False never calls back. Errors: POST_SETUP {reason}, NO_MEMORY. */
MUST_CHECK
bool courier_send(struct courier *c, struct courier_errand *e, struct error *err);

/* How a message ended, from what libcurl says. Pure.
 *
 *   code      CURLcode
 *   status    last status of the server, SMTP or HTTP; 0: none came
 *   is_whole  all of the message had been handed over */
enum courier_outcome courier_judge(enum courier_kind kind, int code, long status, bool is_whole,
                                   struct error *ret_error);
