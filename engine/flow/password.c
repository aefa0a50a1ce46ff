/* See password.h. */
#include "flow/password.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/random.h"
#include "flow/app.h"

#define CHECKS_WAITING 64
#define SCRYPT_N       (1 << 15) /* 32 MiB with r = 8 */
#define SCRYPT_R       8
#define SCRYPT_P       1
#define SCRYPT_MEM     ((uint64_t)96 << 20)

static void derive(const char *password, const struct password_hash *h, unsigned char out[32])
{
    int ok = EVP_PBE_scrypt(password, strlen(password), h->salt, sizeof h->salt, (uint64_t)h->n,
                            (uint64_t)h->r, (uint64_t)h->p, SCRYPT_MEM, out, 32);

    if (!ok)
        random_bytes(out, 32); /* parameters out of range match nothing */
}

void password_make(const char *password, bool is_random, struct password_hash *ret)
{
    ret->n = is_random ? SCRYPT_N / 4 : SCRYPT_N;
    ret->r = SCRYPT_R;
    ret->p = SCRYPT_P;
    random_bytes(ret->salt, sizeof ret->salt);
    derive(password, ret, ret->hash);
}

bool password_matches(const char *password, const struct password_hash *h)
{
    unsigned char out[32];

    derive(password, h, out);
    return digest_equal(out, h->hash, sizeof out);
}

void password_put(struct db_params *p, const struct password_hash *h)
{
    db_put_bytes(p, h->salt, sizeof h->salt);
    db_put_bytes(p, h->hash, sizeof h->hash);
    db_put_int4(p, h->n);
    db_put_int4(p, h->r);
    db_put_int4(p, h->p);
}

static uv_mutex_t one_at_a_time;
static uv_once_t once = UV_ONCE_INIT;
static int n_waiting;

static void mutex_make(void)
{
    uv_mutex_init(&one_at_a_time);
}

static bool has_room(struct request *req)
{
    return n_waiting < CHECKS_WAITING ||
           error_set(&req->error, ERR_TOO_MANY_LOGINS, arg_number("limit", CHECKS_WAITING));
}

bool password_send(struct password_check *c, struct request *req, int slot, const char *login,
                   bool is_desk)
{
    struct db_params p;
    bool sent;

    if (!has_room(req))
        return false;
    c->request = req;
    if (is_desk)
        login_client_session(req, &c->client);
    else
        login_client_read(req, login, &c->client);
    login_hash("", login, c->login_hash);
    db_params_init(&p);
    db_put_bytes(&p, c->login_hash, sizeof c->login_hash);
    db_put_text(&p, c->client.name);
    db_put_bool(&p, c->client.is_trusted);
    db_put_bool(&p, is_desk);
    db_put_text(&p, req->http->remote);
    db_put_instant(&p, clock_real());
    sent = request_query(req, slot, DB_LANE_READ, DB_LOGIN_BEGIN, &p);
    db_params_deinit(&p);
    return sent;
}

bool password_settled(struct password_check *c, int slot, bool is_success)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_bytes(&p, c->login_hash, sizeof c->login_hash);
    db_put_text(&p, c->client.name);
    db_put_bool(&p, !c->client.is_trusted);
    db_put_bool(&p, is_success);
    db_put_instant(&p, clock_real());
    sent = request_query(c->request, slot, DB_LANE_READ, DB_LOGIN_SETTLED, &p);
    db_params_deinit(&p);
    return sent;
}

bool password_refuse_wait(struct request *req, int64_t wait_s)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)wait_s);
    request_field(req, "Retry-After", text);
    return error_set(&req->error, ERR_LOGIN_WAIT, arg_number("seconds", wait_s));
}

bool password_read(const struct db_result *r, int column, struct password_hash *ret)
{
    size_t salt_len, hash_len;
    const void *salt, *hash;

    *ret = (struct password_hash){.n = SCRYPT_N, .r = SCRYPT_R, .p = SCRYPT_P};
    if (db_rows(r) == 0 || db_is_null(r, 0, column))
        return false;
    salt = db_bytes(r, 0, column, &salt_len);
    hash = db_bytes(r, 0, column + 1, &hash_len);
    if (salt_len != sizeof ret->salt || hash_len != sizeof ret->hash)
        return false;
    memcpy(ret->salt, salt, salt_len);
    memcpy(ret->hash, hash, hash_len);
    ret->n = (int)db_int(r, 0, column + 2);
    ret->r = (int)db_int(r, 0, column + 3);
    ret->p = (int)db_int(r, 0, column + 4);
    return true;
}

static void read_stored(struct password_check *c, const struct db_result *r)
{
    const void *factor;

    c->wait_s = db_int(r, 0, 0);
    c->is_known = password_read(r, 2, &c->stored);
    if (db_is_null(r, 0, 1))
        return;
    c->officer_id = db_int(r, 0, 1);
    c->is_random = db_bool(r, 0, 7);
    factor = db_is_null(r, 0, 8) ? NULL : db_bytes(r, 0, 8, &c->factor_len);
    c->factor = factor ? arena_strndup(c->request->arena, factor, c->factor_len) : NULL;
    c->is_known = c->is_known && (!factor || c->factor);
    c->last_step = db_int(r, 0, 9);
}

/* Hashed with less work than today: a machine's own password may stay so. */
static bool is_weak(const struct password_check *c)
{
    return !c->is_random && (c->stored.n < SCRYPT_N || c->stored.r < SCRYPT_R);
}

static void hash_work(uv_work_t *work)
{
    struct password_check *c = container_of(work, struct password_check, work);
    const char *next = c->new_password ? c->new_password : c->password;

    uv_once(&once, mutex_make);
    uv_mutex_lock(&one_at_a_time);
    if (c->password)
        c->is_right = password_matches(c->password, &c->stored) && c->is_known;
    if (c->is_right && next && (c->new_password || is_weak(c))) {
        password_make(next, false, &c->made);
        c->is_made = true;
    }
    uv_mutex_unlock(&one_at_a_time);
}

static void hash_done(uv_work_t *work, int status)
{
    struct password_check *c = container_of(work, struct password_check, work);

    (void)status; /* never cancelled */
    n_waiting--;
    request_release(c->request);
}

static void queue(struct password_check *c)
{
    n_waiting++;
    request_hold(c->request);
    uv_queue_work(c->request->app->loop, &c->work, hash_work, hash_done);
}

void password_check(struct password_check *c, int slot, const char *password)
{
    read_stored(c, &request_result(c->request, slot)->result);
    c->password = password ? password : "";
    if (c->wait_s <= 0)
        queue(c);
}

bool password_hash_send(struct password_check *c, struct request *req, const char *password)
{
    if (!has_room(req))
        return false;
    c->request = req;
    c->is_right = true;
    c->new_password = password;
    queue(c);
    return true;
}
