/* See letter_certify.h. Reading and deciding go on the loop, drawing what is seen in a worker, the
 * cryptography in the thread pool. One signature is one round; a letter that waits for two (person,
 * then office) takes two rounds. */
#include "flow/letter_certify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "domain/apology.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/behalf.h"
#include "flow/blob.h"
#include "flow/commit.h"
#include "flow/letter_file.h"
#include "flow/paper_sign.h"
#include "flow/signing.h"
#include "flow/view.h"
#include "flow/view_person.h"

#define CERTIFY_DAYS  30 /* a certificate that comes later signs nothing older */
#define CERTIFY_COUNT 20 /* letters taken up at once */
#define FILE_MAX      ((size_t)16 << 20)

enum {
    CERTIFY_BEGIN,
    CERTIFY_LOAD,
    CERTIFY_READ,
    CERTIFY_SIGN,
    CERTIFY_KEEP,
    CERTIFY_DECIDE,
    CERTIFY_COMMITTED,
    CERTIFY_REPLY
};
enum { SLOT_LETTER, SLOT_EVENTS, SLOT_REVISIONS, SLOT_BLOB, SLOT_PERSON };

struct letter_certify {
    struct request base;
    int64_t id;
    struct letter_file file;
    struct snapshot snapshot;
    const struct wire_paper_signature *made; /* signatures it has already */
    size_t n_made;
    const struct signing_key *key;
    enum reserved_kind place;
    struct buffer pdf, before; /* the paper with the signature; as it stands */
    struct renderer_job job;
    uv_work_t work;
    struct error work_error;
    bool is_sound;
    struct signature signatures[SIGNATURES_MAX];
    int n_signatures;
    int64_t signed_at;
    unsigned char sha256[DIGEST_LEN];
    int32_t if_match;
    struct decision decision;
    struct record record;
    struct commit_revision revision;
    int n_tries;
};

static struct letter_certify *certify_of(struct request *req)
{
    return container_of(req, struct letter_certify, base);
}

static void certify_free(struct request *req)
{
    struct letter_certify *c = certify_of(req);

    buffer_deinit(&c->pdf);
    buffer_deinit(&c->before);
    buffer_deinit(&c->job.result);
}

/* ---- reading ---- */

static enum step_result certify_begin(struct request *req)
{
    struct letter_certify *c = certify_of(req);

    req->on_free = certify_free;
    return letter_file_send(req, SLOT_LETTER, c->id) ? request_wait(req, CERTIFY_LOAD)
                                                     : request_fail(req);
}

static enum step_result certify_load(struct request *req)
{
    struct letter_certify *c = certify_of(req);
    char asked[24];

    snprintf(asked, sizeof asked, "%lld", (long long)c->id);
    if (!letter_file_read(req, SLOT_LETTER, asked, &c->file))
        return request_fail(req);
    if (!c->file.number || !c->file.has_blob) {
        error_set(&req->error, ERR_LETTER_NOT_DRAWN, arg_number("letter", c->id));
        return request_fail(req);
    }
    return snapshot_send(req, SLOT_EVENTS, c->file.code) &&
                   letter_file_revisions_send(req, SLOT_REVISIONS, c->id) &&
                   blob_get_send(req, SLOT_BLOB, c->file.blob) &&
                   letter_file_person_send(req, SLOT_PERSON, &c->file)
               ? request_wait(req, CERTIFY_READ)
               : request_fail(req);
}

/* Whose certificate is to sign next: the person's before the office's. */
static bool choose_key(struct letter_certify *c)
{
    struct request *req = &c->base;
    const struct officer_ref *signer = reference_officer(req->reference, c->file.signer);
    const struct office_ref *office = reference_office(req->reference, c->file.register_office);
    const char *names[RESERVED_KIND_COUNT] = {
        [RESERVED_PERSON] = signer ? signer->login : NULL,
        [RESERVED_OFFICE] = office ? office->key : NULL,
    };

    for (int kind = 0; kind < RESERVED_KIND_COUNT; kind++) {
        bool is_done = false;

        c->key = signing_of(req->app->signing, (enum reserved_kind)kind, names[kind]);
        for (size_t i = 0; c->key && i < c->n_made; i++)
            is_done |= !strcmp(c->made[i].serial, certificate_facts(c->key->certificate)->serial);
        if (c->key && !is_done) {
            c->place = (enum reserved_kind)kind;
            return true;
        }
    }
    return false;
}

static bool prepare(struct letter_certify *c)
{
    struct request *req = &c->base;
    const struct office_ref *office = reference_office(req->reference, c->file.register_office);
    const char *subject = certificate_facts(c->key->certificate)->subject;
    struct stamp stamp = {.place = c->place,
                          .image = c->key->image,
                          .name = subject,
                          .location = office ? office->place_name : NULL,
                          .zone_s = req->zone_s};

    c->signed_at = clock_real(); /* certificates live in real time, whatever a demonstration says */
    stamp.at = c->signed_at;
    stamp.words = paper_signing_words(
        req, c->place == RESERVED_OFFICE && office ? office->name : subject, c->signed_at);
    memset(&c->job, 0, sizeof c->job);
    c->job.task = TASK_STAMP;
    buffer_add(&c->job.attachment, c->before.data, c->before.len);
    if (!task_encode_stamp(&stamp, &c->job.request, &req->error) ||
        !renderer_draw_for(req, &c->job)) {
        buffer_deinit(&c->job.request);
        buffer_deinit(&c->job.attachment);
        return false;
    }
    return true;
}

/* Inside the daemon: nothing to sign with, or no more, ends it without a word. */
static enum step_result certify_read(struct request *req)
{
    struct letter_certify *c = certify_of(req);

    buffer_clear(&c->before);
    if (!snapshot_read(req, SLOT_EVENTS, &c->snapshot) ||
        !letter_file_revisions_read(req, SLOT_REVISIONS, &c->made, &c->n_made) ||
        !blob_get_take(req, SLOT_BLOB, &c->before))
        return request_fail(req);
    if (!strcmp(c->file.state, "cancelled") || !choose_key(c)) {
        req->status = 200;
        return STEP_DONE;
    }
    return prepare(c) ? request_wait(req, CERTIFY_SIGN) : request_fail(req);
}

/* ---- signing ---- */

static void sign_work(uv_work_t *work)
{
    struct letter_certify *c = container_of(work, struct letter_certify, work);
    const struct signature_trust *trust = signing_trust(c->base.app->signing);
    struct error untrusted;

    /* What was signed here is read back as a stranger would; a certificate of the installation's
     * own that its roots do not cover is told so, not refused. */
    c->is_sound = (!c->key || signature_write(c->key->certificate, c->signed_at, c->pdf.data,
                                              c->pdf.len, &c->work_error)) &&
                  ((c->key && trust &&
                    signature_check(c->pdf.data, c->pdf.len, trust, c->signatures, &c->n_signatures,
                                    &untrusted)) ||
                   signature_check(c->pdf.data, c->pdf.len, c->key ? NULL : trust, c->signatures,
                                   &c->n_signatures, &c->work_error));
}

static void sign_done(uv_work_t *work, int status)
{
    struct letter_certify *c = container_of(work, struct letter_certify, work);

    (void)status; /* never cancelled */
    request_release(&c->base);
}

static enum step_result work_begin(struct letter_certify *c)
{
    struct request *req = &c->base;

    error_clear(&c->work_error);
    request_hold(req);
    uv_queue_work(req->app->loop, &c->work, sign_work, sign_done);
    return request_wait(req, CERTIFY_KEEP);
}

static enum step_result certify_sign(struct request *req)
{
    struct letter_certify *c = certify_of(req);

    if (c->job.error.code != ERR_NONE) {
        req->error = c->job.error;
        return request_fail(req);
    }
    buffer_deinit(&c->pdf);
    c->pdf = c->job.result;
    c->job.result = (struct buffer){0};
    return work_begin(c);
}

/* What was signed elsewhere must go on from the paper as it stands, with a signature more. */
static bool is_later_revision(struct letter_certify *c)
{
    struct request *req = &c->base;

    if (c->pdf.len <= c->before.len || memcmp(c->pdf.data, c->before.data, c->before.len) != 0)
        return error_set(&req->error, ERR_SIGNATURE_OTHER_PAPER, arg_number("letter", c->id));
    return (c->n_signatures > 0 && c->signatures[c->n_signatures - 1].end > c->before.len) ||
           error_set(&req->error, ERR_SIGNATURE_NOT_NEW, arg_number("letter", c->id));
}

static enum step_result certify_keep(struct request *req)
{
    struct letter_certify *c = certify_of(req);

    if (!c->is_sound) {
        req->error = c->work_error;
        return request_fail(req);
    }
    if (!is_later_revision(c))
        return request_fail(req);
    return blob_put_send(req, SLOT_BLOB, c->pdf.data, c->pdf.len, "application/pdf", c->sha256)
               ? request_wait(req, CERTIFY_DECIDE)
               : request_fail(req);
}

/* ---- the event ---- */

static bool decide(struct letter_certify *c)
{
    struct request *req = &c->base;
    const struct certificate_facts *facts = &c->signatures[c->n_signatures - 1].certificate;
    struct decide_context ctx;
    struct letter_input letter;
    struct action_input in;
    char hash[2 * DIGEST_LEN + 1];

    hex_encode(c->sha256, sizeof c->sha256, hash);
    record_decide_context(req->reference, &c->snapshot.dossier, req->now, req->zone_s, &ctx);
    action_input_init(&in, ACTION_CERTIFY_LETTER, req->principal.officer_id, 0);
    behalf_fill(req, &c->snapshot.dossier, 0, &in);
    letter_input_init(&letter);
    letter.file = hash;
    letter.certificate = facts->serial;
    c->revision = (struct commit_revision){
        .letter_id = c->id,
        .ordinal = (int)c->n_made + 1,
        .sha256 = c->sha256,
        .way = c->key ? "inside" : "outside",
        .subject = facts->subject,
        .issuer = facts->issuer,
        .serial = facts->serial,
        .is_trusted = c->signatures[c->n_signatures - 1].is_trusted,
        .signed_at = c->key ? c->signed_at : clock_real(),
    };
    return letter_decide(&ctx, c->id, &in, &letter, req->arena, &c->decision, &req->error) &&
           record_build(req->arena, req->reference, &c->snapshot.history, c->snapshot.dossier.id,
                        c->decision.events, c->decision.n_events, req->now, req->zone_s, &c->record,
                        &req->error);
}

static enum step_result certify_decide(struct request *req)
{
    struct letter_certify *c = certify_of(req);

    if (!decide(c))
        return request_fail(req);
    c->record.member.revisions = &c->revision;
    c->record.member.n_revisions = 1;
    return commit_submit(req, &c->record.member, CERTIFY_COMMITTED);
}

static enum step_result certify_committed(struct request *req)
{
    struct letter_certify *c = certify_of(req);

    switch (commit_outcome(req, &c->record.member, &c->n_tries)) {
    case COMMIT_STEP_DONE:
        break;
    case COMMIT_STEP_AGAIN: /* somebody acted on the dossier: from the beginning, on what is there
                               now */
        return letter_file_send(req, SLOT_LETTER, c->id) ? request_wait(req, CERTIFY_LOAD)
                                                         : request_fail(req);
    case COMMIT_STEP_ANSWERED:
    case COMMIT_STEP_FAILED:
        return request_fail(req);
    }
    if (req->exchange)
        return request_next(req, CERTIFY_REPLY);
    req->now = clock_business();
    c->n_tries = 0;
    return letter_file_send(req, SLOT_LETTER, c->id) ? request_wait(req, CERTIFY_LOAD)
                                                     : request_fail(req);
}

static const struct step certify_steps[] = {
    [CERTIFY_BEGIN] = {"begin", certify_begin},
    [CERTIFY_LOAD] = {"load", certify_load},
    [CERTIFY_READ] = {"read", certify_read},
    [CERTIFY_SIGN] = {"sign", certify_sign},
    [CERTIFY_KEEP] = {"keep", certify_keep},
    [CERTIFY_DECIDE] = {"decide", certify_decide},
    [CERTIFY_COMMITTED] = {"committed", certify_committed},
};
static const struct use_case use_case_letter_certify = {
    "letter certificate", sizeof(struct letter_certify), certify_steps, false, 0};

/* ---- handed back ---- */

static enum step_result back_begin(struct request *req)
{
    struct letter_certify *c = certify_of(req);

    c->id = asked_id(req, "id");
    if (!commit_if_match(req, &c->if_match))
        return request_fail(req);
    if (req->http->body_len > FILE_MAX) {
        error_set(&req->error, ERR_UPLOAD_TOO_LARGE, arg_number("value", req->http->body_len),
                  arg_number("limit", FILE_MAX));
        return request_fail(req);
    }
    return certify_begin(req);
}

static enum step_result back_read(struct request *req)
{
    struct letter_certify *c = certify_of(req);
    const struct dossier *d;
    int64_t office;

    buffer_clear(&c->before);
    if (!snapshot_read_visible(req, SLOT_EVENTS, c->file.code, &c->snapshot))
        return request_fail(req);
    d = reference_for_rights(req->reference, req->arena, &c->snapshot.dossier);
    if (!d || !right_allows(&req->principal, ACTION_CERTIFY_LETTER, d, 0, reference_within,
                            req->reference, &office)) {
        (void)request_refuse_right(req, ACTION_CERTIFY_LETTER);
        return request_fail(req);
    }
    if (c->if_match && c->if_match != c->snapshot.n_events) {
        error_set(&req->error, ERR_VERSION_STALE, arg_text("dossier", c->file.code),
                  arg_number("version", c->snapshot.n_events));
        return request_fail(req);
    }
    if (!letter_file_revisions_read(req, SLOT_REVISIONS, &c->made, &c->n_made) ||
        !blob_get_take(req, SLOT_BLOB, &c->before) ||
        !letter_file_person_read(req, SLOT_PERSON, &c->file))
        return request_fail(req);
    buffer_clear(&c->pdf);
    buffer_add(&c->pdf, req->http->body, req->http->body_len);
    if (c->pdf.is_failed) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "paper"));
        return request_fail(req);
    }
    return work_begin(c);
}

static enum step_result back_reply(struct request *req)
{
    struct letter_certify *c = certify_of(req);
    const struct dossier *d = &c->record.after;
    struct wire_letter out;
    char etag[24];

    view_letter(req, d, dossier_letter(d, c->id), &out);
    out.applicant_name = view_person_value(req, MASK_DETAIL, MASK_NAME, c->file.applicant_name);
    snprintf(etag, sizeof etag, "\"%d\"", d->version);
    request_field(req, "ETag", etag);
    if (!wire_letter_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step back_steps[] = {
    [CERTIFY_BEGIN] = {"begin", back_begin},
    [CERTIFY_LOAD] = {"load", certify_load},
    [CERTIFY_READ] = {"read", back_read},
    [CERTIFY_SIGN] = {"sign", certify_sign},
    [CERTIFY_KEEP] = {"keep", certify_keep},
    [CERTIFY_DECIDE] = {"decide", certify_decide},
    [CERTIFY_COMMITTED] = {"committed", certify_committed},
    [CERTIFY_REPLY] = {"reply", back_reply},
};
const struct use_case use_case_letter_hand_back = {
    "letter handed back", sizeof(struct letter_certify), back_steps, false, 0};

/* ---- from within ---- */

static void take_id(struct request *req, void *data)
{
    certify_of(req)->id = *(const int64_t *)data;
}

static void certified(struct request *req, void *data)
{
    (void)data;
    if (req->error.code != ERR_NONE)
        log_error(LOG_WARN, "letter_not_certified", &req->error);
}

void letter_certify_start(struct app *app, int64_t letter_id)
{
    if (signing_count(app->signing) && app->renderer)
        request_start(app, &use_case_letter_certify, NULL, NULL, take_id, certified, &letter_id);
}

struct missing {
    struct app *app;
    struct db_call call;
};

static void missing_read(struct db_call *call)
{
    struct missing *m = call->data;

    for (int i = 0; call->error.code == ERR_NONE && i < db_rows(&call->result); i++)
        letter_certify_start(m->app, db_int(&call->result, i, 0));
    if (call->error.code != ERR_NONE)
        log_error(LOG_WARN, "letters_certify_missing", &call->error);
    db_call_deinit(call);
    free(m);
}

void letters_certify_missing(struct app *app)
{
    const struct reference *r = app->reference;
    struct missing *m;
    struct db_params p;
    struct error err;
    int64_t *offices, *signers;
    int n = 0, n_signers = 0;

    if (!signing_count(app->signing) || !app->renderer)
        return;
    m = calloc(1, sizeof *m);
    offices = calloc((size_t)r->n_offices + 1, sizeof *offices);
    signers = calloc((size_t)r->n_officers + 1, sizeof *signers);
    if (m && offices && signers) {
        m->app = app;
        m->call.done = missing_read;
        m->call.data = m;
        for (int i = 0; i < r->n_offices; i++)
            if (signing_of(app->signing, RESERVED_OFFICE, r->offices[i].key))
                offices[n++] = r->offices[i].id;
        for (int i = 0; i < r->n_officers; i++)
            if (signing_of(app->signing, RESERVED_PERSON, r->officers[i].login))
                signers[n_signers++] = r->officers[i].id;
        db_params_init(&p);
        db_put_int8_array(&p, offices, n);
        db_put_instant(&p, clock_business() - CERTIFY_DAYS * INSTANT_DAY);
        db_put_int4(&p, CERTIFY_COUNT);
        db_put_int8_array(&p, signers, n_signers);
        if (db_query(app->db, DB_LANE_JOB, DB_LETTER_UNCERTIFIED, &p, &m->call, &err))
            m = NULL;
        db_params_deinit(&p);
    }
    free(m);
    free(offices);
    free(signers);
}
