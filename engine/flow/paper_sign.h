/* A paper that an office signs with its certificate as it is drawn: what is seen is stamped by a
 * worker, the cryptography goes on in the thread pool. Letters have steps of their own
 * (letter_certify.c). Source: law:layout-signature, law:signature. */
#pragma once
#include <uv.h>

#include "document/signature.h"
#include "flow/reference.h"
#include "flow/renderer.h"
#include "flow/request.h"
#include "flow/signing.h"

struct paper_signing {
    struct request *req;
    const struct signing_key *key; /* NULL: the office has no certificate, nothing is signed */
    struct buffer pdf;             /* the paper, with a place reserved; then as signed */
    int64_t signed_at;             /* on the real clock */
    struct renderer_job job;
    uv_work_t work;
    struct error error;
};

/* Stamps; the request waits. False with req->error set. Call it with `key` set. */
MUST_CHECK
bool paper_sign_stamp(struct paper_signing *s, struct request *req,
                      const struct office_ref *office);
/* After it: signs; the request waits. False with req->error set. */
MUST_CHECK
bool paper_sign_write(struct paper_signing *s);
/* After that: is it signed, and sound as a stranger reads it? False with req->error set. */
MUST_CHECK
bool paper_sign_done(struct paper_signing *s);
void paper_sign_deinit(struct paper_signing *s);

/* "NAME, 04-08-2022 16:00:00 +07:00", as law:layout-signature has it. */
const char *paper_signing_words(struct request *req, const char *name, int64_t at);
