#include "flow/public_lookup.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/blob.h"
#include "flow/letter_file.h"
#include "flow/view.h"
#include "http/rate.h"

#define LOOKUP_CODE_SIZE 256 /* of 64 characters, as the message has it */

enum { SLOT_EVENTS, SLOT_LETTER, SLOT_BLOB };

struct lookup {
    struct request base;
    struct wire_lookup_request in;
    struct snapshot snapshot;
    struct letter_file letter;
};

/* Wrong secrets are counted for the code and its address, and, far wider, for the code whoever
 * asks: nobody can be kept from his own dossier by one stranger, and no code can be tried for ever.
 */
struct lookup_key {
    uint64_t group;
    char code[LOOKUP_CODE_SIZE];
};

static struct lookup_key lookup_key(const struct lookup *l)
{
    struct lookup_key key;

    memset(&key, 0, sizeof key);
    key.group = address_group(&l->base.http->client);
    snprintf(key.code, sizeof key.code, "%s", l->in.code);
    return key;
}

/* Counted before the secret is looked at, so that a thousand tries at the same moment count too;
 * what was not wrong is put back. */
static bool lookup_count(struct lookup *l)
{
    struct request *req = &l->base;
    struct rates *rates = req->app->rates;
    struct lookup_key key = lookup_key(l);
    int64_t now = clock_monotonic();

    if (!rates_take(rates, RATE_GUESS, &key, sizeof key, now, &req->error))
        return false;
    if (rates_take(rates, RATE_CODE, key.code, sizeof key.code, now, &req->error))
        return true;
    rates_return(rates, RATE_GUESS, &key, sizeof key);
    return false;
}

static void lookup_uncount(struct lookup *l)
{
    struct lookup_key key = lookup_key(l);

    rates_return(l->base.app->rates, RATE_GUESS, &key, sizeof key);
    rates_return(l->base.app->rates, RATE_CODE, key.code, sizeof key.code);
}

static enum step_result lookup_parse(struct request *req)
{
    struct lookup *l = container_of(req, struct lookup, base);

    if (!request_json(req) ||
        !wire_lookup_request_decode(req->json, req->arena, &l->in, &req->error) || !lookup_count(l))
        return request_fail(req);
    if (!snapshot_send(req, SLOT_EVENTS, l->in.code)) {
        lookup_uncount(l);
        return request_fail(req);
    }
    return request_wait(req, 1);
}

/* A wrong secret and an unknown code answer alike. */
static bool lookup_may(struct lookup *l)
{
    struct request *req = &l->base;
    const char *secret;

    if (!snapshot_read(req, SLOT_EVENTS, &l->snapshot))
        return false;
    secret = l->snapshot.exists
                 ? view_secret(req, l->snapshot.dossier.id, l->snapshot.dossier.secrets_renewed)
                 : "";
    if (l->snapshot.exists && strlen(l->in.secret) == strlen(secret) &&
        digest_equal(l->in.secret, secret, strlen(secret))) {
        lookup_uncount(l);
        return request_show(req, l->snapshot.dossier.id);
    }
    return error_set(&req->error, ERR_LOOKUP_UNKNOWN, arg_text("code", l->in.code));
}

/* The letter that an applicant reads: the newest that was issued and stands. NULL: none. */
static const struct dossier_letter *letter_to_read(const struct dossier *d)
{
    for (int i = d->n_letters - 1; i >= 0; i--)
        if (d->letters[i].issued_at != INSTANT_NONE && d->letters[i].state != LETTER_CANCELLED)
            return &d->letters[i];
    return NULL;
}

static enum step_result lookup_reply(struct request *req)
{
    struct lookup *l = container_of(req, struct lookup, base);
    const struct dossier *d = &l->snapshot.dossier;
    const struct procedure_case *c;
    struct wire_lookup out;

    if (!lookup_may(l))
        return request_fail(req);
    c = reference_case(req->reference, d->case_id);
    wire_lookup_init(&out);
    out.code = d->code;
    out.procedure_name = c ? c->procedure_name : "-";
    out.state = (int)d->state;
    out.state_label = vocabulary_label(&states, (int)d->state, req->lang);
    out.office_name = view_office_name(req, d->holder_office);
    out.received_at = d->received_at;
    out.due_at = d->due_at;
    out.due_reappointed_at = d->due_reappointed;
    out.done_at = d->done_at;
    out.has_letter = letter_to_read(d) != NULL;
    if (!wire_lookup_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step lookup_steps[] = {{"parse", lookup_parse}, {"reply", lookup_reply}};
const struct use_case use_case_lookup = {"lookup", sizeof(struct lookup), lookup_steps, true, 0};

/* ---- the letter ---- */

static enum step_result letter_find(struct request *req)
{
    struct lookup *l = container_of(req, struct lookup, base);
    const struct dossier_letter *letter;

    if (!lookup_may(l))
        return request_fail(req);
    letter = letter_to_read(&l->snapshot.dossier);
    if (!letter) {
        error_set(&req->error, ERR_LETTER_UNKNOWN, arg_text("letter", l->in.code));
        return request_fail(req);
    }
    return letter_file_send(req, SLOT_LETTER, letter->id) ? request_wait(req, 2)
                                                          : request_fail(req);
}

static enum step_result letter_get(struct request *req)
{
    struct lookup *l = container_of(req, struct lookup, base);

    if (!letter_file_read(req, SLOT_LETTER, l->in.code, &l->letter))
        return request_fail(req);
    if (!l->letter.has_blob) {
        error_set(&req->error, ERR_LETTER_NOT_DRAWN, arg_number("letter", l->letter.id));
        return request_fail(req);
    }
    return blob_get_send(req, SLOT_BLOB, l->letter.blob) ? request_wait(req, 3) : request_fail(req);
}

static enum step_result letter_reply(struct request *req)
{
    if (!blob_get_take(req, SLOT_BLOB, &req->body))
        return request_fail(req);
    req->status = 200;
    req->content_type = "application/pdf";
    request_field(req, "Content-Disposition", "inline; filename=\"phieu-xin-loi.pdf\"");
    return STEP_DONE;
}

static const struct step letter_steps[] = {
    {"parse", lookup_parse}, {"find", letter_find}, {"get", letter_get}, {"reply", letter_reply}};
const struct use_case use_case_lookup_letter = {"lookup letter", sizeof(struct lookup),
                                                letter_steps, true, 0};
