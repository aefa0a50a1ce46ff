/* Passwords: scrypt with its parameters stored beside the hash, so that they can be raised. Checked
 * in the thread pool: nothing blocks the loop. */
#include <openssl/evp.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/random.h"
#include "flow/app.h"
#include "flow/session.h"

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

static uv_mutex_t one_at_a_time;
static uv_once_t once = UV_ONCE_INIT;
static int n_waiting;

static void mutex_make(void)
{
    uv_mutex_init(&one_at_a_time);
}

bool password_send(struct password_check *c, struct request *req, int slot, const char *login)
{
    struct db_params p;
    bool sent;

    if (n_waiting >= CHECKS_WAITING)
        return error_set(&req->error, ERR_TOO_MANY_LOGINS, arg_number("limit", CHECKS_WAITING));
    c->request = req;
    db_params_init(&p);
    db_put_text(&p, login);
    db_put_instant(&p, clock_real());
    sent = request_query(req, slot, DB_LANE_READ, DB_CREDENTIAL_FIND, &p);
    db_params_deinit(&p);
    return sent;
}

static void read_stored(struct password_check *c, const struct db_result *r)
{
    size_t salt_len, hash_len;
    const void *salt, *hash;

    c->stored = (struct password_hash){.n = SCRYPT_N, .r = SCRYPT_R, .p = SCRYPT_P};
    if (db_rows(r) != 1)
        return;
    salt = db_bytes(r, 0, 1, &salt_len);
    hash = db_bytes(r, 0, 2, &hash_len);
    if (salt_len == sizeof c->stored.salt && hash_len == sizeof c->stored.hash) {
        memcpy(c->stored.salt, salt, salt_len);
        memcpy(c->stored.hash, hash, hash_len);
        c->is_known = true;
    }
    c->officer_id = db_int(r, 0, 0);
    c->stored.n = (int)db_int(r, 0, 3);
    c->stored.r = (int)db_int(r, 0, 4);
    c->stored.p = (int)db_int(r, 0, 5);
    c->is_locked = db_bool(r, 0, 6);
}

static void hash_work(uv_work_t *work)
{
    struct password_check *c = container_of(work, struct password_check, work);

    uv_once(&once, mutex_make);
    uv_mutex_lock(&one_at_a_time);
    c->is_right = password_matches(c->password, &c->stored) && c->is_known && !c->is_locked;
    uv_mutex_unlock(&one_at_a_time);
}

static void hash_done(uv_work_t *work, int status)
{
    struct password_check *c = container_of(work, struct password_check, work);

    (void)status; /* never cancelled */
    n_waiting--;
    request_release(c->request);
}

void password_check(struct password_check *c, int slot, const char *password)
{
    read_stored(c, &request_result(c->request, slot)->result);
    c->password = password ? password : "";
    n_waiting++;
    request_hold(c->request);
    uv_queue_work(c->request->app->loop, &c->work, hash_work, hash_done);
}
