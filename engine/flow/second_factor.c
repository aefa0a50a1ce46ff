/* See second_factor.h. The secret is sealed in the database; a step or recovery code counts once,
 * which the statement that uses it up decides, also between two daemons. */
#include "flow/second_factor.h"

#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/instant.h"
#include "base/random.h"
#include "base/totp.h"
#include "document/qr.h"
#include "flow/app.h"
#include "flow/password.h"
#include "flow/session.h"
#include "wire/message.h"

#define RECOVERY_CODES 8

/* ---- codes for people ---- */

static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* no I, L, O, U */

void person_code_make(char ret[PERSON_CODE_LEN])
{
    unsigned char random[16];

    random_bytes(random, sizeof random);
    for (int i = 0; i < 16; i++) {
        *ret++ = letters[random[i] & 31];
        if (i % 4 == 3)
            *ret++ = i == 15 ? '\0' : '-';
    }
}

void person_code_hash(const char *typed, unsigned char ret[32])
{
    char plain[64];
    size_t n = 0;

    for (; *typed && n < sizeof plain; typed++) {
        char c = *typed >= 'a' && *typed <= 'z' ? (char)(*typed - 32) : *typed;

        if (c == ' ' || c == '-')
            continue;
        plain[n++] = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
    }
    digest_sha256(plain, n, ret);
}

/* ---- proving ---- */

bool factor_prove(struct request *req, const void *sealed, size_t len, int64_t last_step,
                  const char *code, struct factor_proof *ret)
{
    unsigned char secret[64];
    size_t secret_len;
    char digits[TOTP_DIGITS + 1] = "", *text;
    size_t n = 0;

    memset(ret, 0, sizeof *ret);
    for (const char *p = code; *p && n <= TOTP_DIGITS; p++) {
        if (*p == ' ')
            continue;
        if (*p < '0' || *p > '9' || n == TOTP_DIGITS) {
            n = TOTP_DIGITS + 1;
            break;
        }
        digits[n++] = *p;
    }
    if (n != TOTP_DIGITS) {
        ret->is_recovery = true;
        person_code_hash(code, ret->recovery);
        return true; /* the database knows which there are */
    }
    if (!seal_open(req->app->seal, req->arena, sealed, len, &text, &req->error))
        return false;
    if (!base32_decode(text, secret, sizeof secret, &secret_len))
        return error_set(&req->error, ERR_SEAL_BROKEN, arg_text("what", "second factor"));
    return totp_find_step(secret, secret_len, digits, clock_real(), last_step, &ret->step);
}

void factor_put(struct db_params *p, const struct factor_proof *proof)
{
    db_put_id(p, proof->step);
    db_put_bytes(p, proof->is_recovery ? proof->recovery : NULL, sizeof proof->recovery);
}

/* ---- enrolling ---- */

struct factor {
    struct request base;
    struct wire_factor_code in;
    struct login_client client;
    unsigned char login_hash[32];
    struct factor_proof proof;
    const char *secret;
    const char *codes[RECOVERY_CODES];
};

enum { NEW_WAIT, NEW_SEND, NEW_REPLY };

static enum step_result new_wait(struct request *req)
{
    return request_wait(req, NEW_SEND);
}

static enum step_result new_send(struct request *req)
{
    struct factor *f = container_of(req, struct factor, base);
    unsigned char random[TOTP_SECRET_LEN], *sealed;
    char text[BASE32_LEN(TOTP_SECRET_LEN)];
    struct db_params p;
    size_t len;
    bool sent;

    random_bytes(random, sizeof random);
    base32_encode(random, sizeof random, text);
    f->secret = arena_strdup(req->arena, text);
    if (!f->secret) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "second factor"));
        return request_fail(req);
    }
    if (!seal_text(req->app->seal, req->arena, text, &sealed, &len, &req->error))
        return request_fail(req);
    db_params_init(&p);
    db_put_int8(&p, req->principal.officer_id);
    db_put_bytes(&p, sealed, len);
    db_put_instant(&p, clock_real());
    sent = request_query(req, 0, DB_LANE_READ, DB_FACTOR_BEGIN, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, NEW_REPLY) : request_fail(req);
}

static enum step_result new_reply(struct request *req)
{
    struct factor *f = container_of(req, struct factor, base);
    struct wire_second_factor out;

    if (!db_bool(&request_result(req, 0)->result, 0, 0)) {
        error_set(&req->error, ERR_FACTOR_EXISTS, arg_text("login", req->principal.login));
        return request_fail(req);
    }
    wire_second_factor_init(&out);
    out.secret = f->secret;
    out.uri = arena_printf(req->arena,
                           "otpauth://totp/motcua:%s?secret=%s&issuer=motcua&algorithm=SHA1&"
                           "digits=6&period=30",
                           req->principal.login, f->secret);
    if (!out.uri || !qr_rows(req->arena, out.uri, &out.qr, &out.n_qr, &req->error) ||
        !wire_second_factor_encode(&out, req->zone_s, &req->body, &req->error)) {
        if (req->error.code == ERR_NONE)
            error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "second factor"));
        return request_fail(req);
    }
    return request_reply_json(req, 201);
}

static const struct step new_steps[] = {
    [NEW_WAIT] = {"wait", new_wait},
    [NEW_SEND] = {"send", new_send},
    [NEW_REPLY] = {"reply", new_reply},
};
const struct use_case use_case_factor_new = {"second factor", sizeof(struct factor), new_steps,
                                             false, 0};

/* ---- confirming and removing: both take a code ---- */

enum { CODE_PARSE, CODE_FIND, CODE_PROVE, CODE_REPLY };

static enum step_result code_parse(struct request *req)
{
    struct factor *f = container_of(req, struct factor, base);

    if (!request_json(req) || !wire_factor_code_decode(req->json, req->arena, &f->in, &req->error))
        return request_fail(req);
    return request_wait(req, CODE_FIND);
}

static enum step_result code_find(struct request *req)
{
    struct factor *f = container_of(req, struct factor, base);
    struct db_params p;
    bool sent;

    login_client_session(req, &f->client);
    login_hash("", req->principal.login, f->login_hash);
    db_params_init(&p);
    db_put_int8(&p, req->principal.officer_id);
    db_put_bytes(&p, f->login_hash, sizeof f->login_hash);
    db_put_text(&p, f->client.name);
    db_put_text(&p, req->http->remote);
    db_put_instant(&p, clock_real());
    sent = request_query(req, 0, DB_LANE_READ, DB_FACTOR_FIND, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, CODE_PROVE) : request_fail(req);
}

static bool send_confirmed(struct factor *f, const void *sealed, size_t len)
{
    struct request *req = &f->base;
    unsigned char hashes[RECOVERY_CODES][DIGEST_LEN];
    struct db_params p;
    bool sent;

    for (int i = 0; i < RECOVERY_CODES; i++) {
        char code[PERSON_CODE_LEN];

        person_code_make(code);
        person_code_hash(code, hashes[i]);
        f->codes[i] = arena_strdup(req->arena, code);
        if (!f->codes[i])
            return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "second factor"));
    }
    db_params_init(&p);
    db_put_int8(&p, req->principal.officer_id);
    db_put_bytes(&p, sealed, len);
    db_put_int8(&p, f->proof.step);
    db_put_pieces(&p, hashes, sizeof hashes, DIGEST_LEN);
    db_put_bytes(&p, f->login_hash, sizeof f->login_hash);
    db_put_text(&p, f->client.name);
    db_put_text(&p, req->http->remote);
    db_put_instant(&p, clock_real());
    sent = request_query(req, 1, DB_LANE_READ, DB_FACTOR_CONFIRM, &p);
    db_params_deinit(&p);
    return sent;
}

static bool send_removed(struct factor *f)
{
    struct request *req = &f->base;
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_int8(&p, req->principal.officer_id);
    factor_put(&p, &f->proof);
    db_put_bytes(&p, f->login_hash, sizeof f->login_hash);
    db_put_text(&p, f->client.name);
    db_put_text(&p, req->http->remote);
    db_put_instant(&p, clock_real());
    sent = request_query(req, 1, DB_LANE_READ, DB_FACTOR_REMOVE, &p);
    db_params_deinit(&p);
    return sent;
}

static enum step_result refuse_code(struct request *req)
{
    if (req->error.code == ERR_NONE)
        error_set(&req->error, ERR_FACTOR_CODE, arg_text("field", "code"));
    return request_fail(req);
}

static enum step_result code_prove(struct request *req)
{
    struct factor *f = container_of(req, struct factor, base);
    const struct db_result *r = &request_result(req, 0)->result;
    bool is_confirm = req->use_case == &use_case_factor_confirm, sent;
    const void *sealed;
    size_t len = 0;

    if (db_int(r, 0, 0) > 0) {
        (void)password_refuse_wait(req, db_int(r, 0, 0));
        return request_fail(req);
    }
    if (db_is_null(r, 0, 1) || (!is_confirm && !db_bool(r, 0, 3))) {
        error_set(&req->error, ERR_FACTOR_NONE, arg_text("login", req->principal.login));
        return request_fail(req);
    }
    if (is_confirm && db_bool(r, 0, 3)) {
        error_set(&req->error, ERR_FACTOR_EXISTS, arg_text("login", req->principal.login));
        return request_fail(req);
    }
    sealed = db_bytes(r, 0, 1, &len);
    if (!factor_prove(req, sealed, len, db_int(r, 0, 2), f->in.code, &f->proof) ||
        (is_confirm && f->proof.is_recovery))
        return refuse_code(req);
    sent = is_confirm ? send_confirmed(f, sealed, len) : send_removed(f);
    return sent ? request_wait(req, CODE_REPLY) : request_fail(req);
}

static enum step_result confirm_reply(struct request *req)
{
    struct factor *f = container_of(req, struct factor, base);
    struct wire_recovery_codes out;

    if (!db_bool(&request_result(req, 1)->result, 0, 0))
        return refuse_code(req);
    wire_recovery_codes_init(&out);
    out.codes = f->codes;
    out.n_codes = RECOVERY_CODES;
    if (!wire_recovery_codes_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static enum step_result remove_reply(struct request *req)
{
    if (!db_bool(&request_result(req, 1)->result, 0, 0))
        return refuse_code(req);
    req->status = 204;
    return STEP_DONE;
}

static const struct step confirm_steps[] = {
    [CODE_PARSE] = {"parse", code_parse},
    [CODE_FIND] = {"find", code_find},
    [CODE_PROVE] = {"prove", code_prove},
    [CODE_REPLY] = {"reply", confirm_reply},
};
const struct use_case use_case_factor_confirm = {"second factor confirmed", sizeof(struct factor),
                                                 confirm_steps, false, 0};
static const struct step remove_steps[] = {
    [CODE_PARSE] = {"parse", code_parse},
    [CODE_FIND] = {"find", code_find},
    [CODE_PROVE] = {"prove", code_prove},
    [CODE_REPLY] = {"reply", remove_reply},
};
const struct use_case use_case_factor_remove = {"second factor removed", sizeof(struct factor),
                                                remove_steps, false, 0};
