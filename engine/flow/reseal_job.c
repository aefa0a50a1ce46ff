/* See seal_keys.h: sealing anew, persons, papers, then secrets of second factors, pass by pass. A
 * row that no key of the ring opens is told as an item of the job and left as it is. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "flow/app.h"
#include "flow/seal_keys.h"

#define CHUNK       200
#define CHUNK_ARENA (64u << 20)
#define PASSES_MAX  100 /* a daemon that was never told of the new key adds for ever */

enum {
    RESEAL_BEGIN,
    RESEAL_TOTAL,
    RESEAL_CHUNK,
    RESEAL_READ,
    RESEAL_PUT,
    RESEAL_NEXT,
};
enum { SLOT_ROWS, SLOT_PUT };
enum { PHASE_PERSONS, PHASE_PAPERS, PHASE_SECRETS, PHASE_COUNT };

static const char *const phase_words[PHASE_COUNT] = {"person", "paper", "second_factor"};
static const enum db_query phase_queries[PHASE_COUNT] = {DB_RESEAL_PERSONS, DB_RESEAL_PAPERS,
                                                         DB_RESEAL_SECRETS};
enum { SEALED_VALUES = 4, PERSON_TEXTS = 7 };

struct reseal_job {
    struct job job; /* first */
    struct wire_reseal_parameters in;
    int64_t phase, after_id, after_version; /* where this pass is */
    int64_t moved;                          /* in this pass */
    int64_t resealed, failed, passes;
    int n_rows; /* of the chunk */
};

static struct reseal_job *job_of(struct request *req)
{
    return container_of(container_of(req, struct job, base), struct reseal_job, job);
}

static enum step_result fail(struct reseal_job *j)
{
    j->job.base.chunk = arena_free(j->job.base.chunk);
    return request_fail(&j->job.base);
}

static void cursor_write(struct reseal_job *j)
{
    job_cursor_write(&j->job,
                     (int64_t[]){j->phase, j->after_id, j->after_version, j->moved, j->resealed,
                                 j->failed, j->passes},
                     7);
}

/* Only a daemon that seals with the key that was meant does it. */
static bool is_told(struct reseal_job *j)
{
    struct request *req = &j->job.base;
    int32_t id = seal_ring_id(req->app->seal, 0);

    return j->in.key == id ||
           error_set(&req->error, ERR_KEY_NOT_SEALING, arg_number("id", j->in.key));
}

static enum step_result reseal_begin(struct request *req)
{
    struct reseal_job *j = job_of(req);
    int64_t *const parts[] = {&j->phase,    &j->after_id, &j->after_version, &j->moved,
                              &j->resealed, &j->failed,   &j->passes};
    struct db_params p;
    bool sent;

    if (!wire_reseal_parameters_decode(req->json, req->arena, &j->in, &req->error) || !is_told(j))
        return request_fail(req);
    job_cursor_read(&j->job, parts, ARRAY_LEN(parts));
    db_params_init(&p);
    db_put_int4(&p, (int32_t)j->in.key);
    sent = request_query(req, SLOT_ROWS, DB_LANE_JOB, DB_RESEAL_COUNT, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, RESEAL_TOTAL) : fail(j);
}

static enum step_result reseal_total(struct request *req)
{
    struct reseal_job *j = job_of(req);

    j->job.total = j->job.done + db_int(&request_result(req, SLOT_ROWS)->result, 0, 0);
    return request_next(req, RESEAL_CHUNK);
}

static enum step_result reseal_chunk(struct request *req)
{
    struct reseal_job *j = job_of(req);
    struct db_params p;
    bool sent;

    if (!is_told(j))
        return fail(j);
    db_params_init(&p);
    db_put_int4(&p, (int32_t)j->in.key);
    db_put_int8(&p, j->after_id);
    if (j->phase == PHASE_PERSONS)
        db_put_int4(&p, (int32_t)j->after_version);
    db_put_int4(&p, CHUNK);
    sent = request_query(req, SLOT_ROWS, DB_LANE_JOB, phase_queries[j->phase], &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, RESEAL_READ) : fail(j);
}

static const char *hex_of(struct request *req, const void *bytes, size_t len)
{
    char *text = arena_alloc(req->chunk, 2 * len + 1);

    if (text)
        hex_encode(bytes, len, text);
    return text;
}

/* What the column says, sealed by the first key, in hex; and its index. NULL stays NULL. */
static bool seal_again(struct request *req, const struct db_result *r, int row, int column,
                       const char **ret_sealed, const char **ret_index, struct error *err)
{
    const struct seal_ring *ring = req->app->seal;
    unsigned char index[DIGEST_LEN], *sealed;
    const unsigned char *bytes;
    size_t len;
    char *text;

    bytes = db_bytes(r, row, column, &len);
    if (!bytes)
        return true;
    if (!seal_open(ring, req->chunk, bytes, len, &text, err) ||
        !seal_text(ring, req->chunk, text, &sealed, &len, err))
        return false;
    *ret_sealed = hex_of(req, sealed, len);
    if (ret_index) {
        seal_blind_index(ring, text, index);
        *ret_index = hex_of(req, index, sizeof index);
    }
    return (*ret_sealed && (!ret_index || *ret_index)) ||
           error_set(err, ERR_NO_MEMORY, arg_text("what", "reseal"));
}

/* A row that cannot be opened: told, and left. Memory that ends is the job's own matter. */
static bool tell(struct reseal_job *j, int64_t id, const struct error *err)
{
    struct request *req = &j->job.base;

    if (err->code == ERR_NO_MEMORY) {
        req->error = *err;
        return false;
    }
    j->failed++;
    return job_item_add(
        &j->job, arena_printf(req->chunk, "{\"what\":\"%s\",\"id\":%" PRId64 ",\"code\":\"%s\"}",
                              phase_words[j->phase], id, error_word(err->code)));
}

static bool put_persons(struct reseal_job *j, const struct db_result *r, int n, int *ret_n)
{
    struct request *req = &j->job.base;
    int64_t *numbers = arena_array(req->chunk, 3 * (size_t)n + 1, sizeof *numbers);
    const char **texts = arena_array(req->chunk, PERSON_TEXTS * (size_t)n + 1, sizeof *texts);
    struct db_params p;
    bool sent;
    int k = 0;

    if (!numbers || !texts)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "reseal"));
    for (int i = 0; i < n; i++) {
        const char *made[PERSON_TEXTS] = {NULL};
        struct error err = {0};

        if (!seal_again(req, r, i, 3, &made[0], &made[1], &err) ||
            !seal_again(req, r, i, 4, &made[2], &made[3], &err) ||
            !seal_again(req, r, i, 5, &made[4], NULL, &err) ||
            !seal_again(req, r, i, 6, &made[5], &made[6], &err)) {
            if (!tell(j, db_int(r, i, 0), &err))
                return false;
            continue;
        }
        for (int c = 0; c < 3; c++)
            numbers[c * n + k] = db_int(r, i, c);
        for (int c = 0; c < PERSON_TEXTS; c++)
            texts[c * n + k] = made[c];
        k++;
    }
    *ret_n = k;
    if (k == 0)
        return true;
    db_params_init(&p);
    for (int c = 0; c < 3; c++)
        db_put_int8_array(&p, numbers + (ptrdiff_t)c * n, k);
    db_put_int4(&p, (int32_t)j->in.key);
    for (int c = 0; c < PERSON_TEXTS; c++)
        db_put_text_array(&p, texts + (ptrdiff_t)c * n, k);
    sent = request_query(req, SLOT_PUT, DB_LANE_JOB, DB_RESEAL_PERSONS_PUT, &p);
    db_params_deinit(&p);
    return sent;
}

static bool put_papers(struct reseal_job *j, const struct db_result *r, int n, int *ret_n)
{
    struct request *req = &j->job.base;
    int64_t *numbers = arena_array(req->chunk, 4 * (size_t)n + 1, sizeof *numbers);
    const char **texts = arena_array(req->chunk, 2 * (size_t)n + 1, sizeof *texts);
    static const int columns[] = {0, 2, 3, 4}; /* dossier, number, version, key */
    struct db_params p;
    bool sent;
    int k = 0;

    if (!numbers || !texts)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "reseal"));
    for (int i = 0; i < n; i++) {
        const char *made = NULL;
        struct error err = {0};

        if (!seal_again(req, r, i, 5, &made, NULL, &err)) {
            if (!tell(j, db_int(r, i, 0), &err))
                return false;
            continue;
        }
        for (int c = 0; c < 4; c++)
            numbers[c * n + k] = db_int(r, i, columns[c]);
        texts[k] = arena_strdup(req->chunk, db_text_or_empty(r, i, 1));
        texts[n + k] = made;
        k++;
    }
    *ret_n = k;
    if (k == 0)
        return true;
    db_params_init(&p);
    db_put_int8_array(&p, numbers, k);
    db_put_text_array(&p, texts, k);
    for (int c = 1; c < 4; c++)
        db_put_int8_array(&p, numbers + (ptrdiff_t)c * n, k);
    db_put_text_array(&p, texts + n, k);
    sent = request_query(req, SLOT_PUT, DB_LANE_JOB, DB_RESEAL_PAPERS_PUT, &p);
    db_params_deinit(&p);
    return sent;
}

static bool put_secrets(struct reseal_job *j, const struct db_result *r, int n, int *ret_n)
{
    struct request *req = &j->job.base;
    int64_t *numbers = arena_array(req->chunk, 2 * (size_t)n + 1, sizeof *numbers);
    const char **texts = arena_array(req->chunk, (size_t)n + 1, sizeof *texts);
    struct db_params p;
    bool sent;
    int k = 0;

    if (!numbers || !texts)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "reseal"));
    for (int i = 0; i < n; i++) {
        struct error err = {0};

        texts[k] = NULL;
        if (!seal_again(req, r, i, 2, &texts[k], NULL, &err)) {
            if (!tell(j, db_int(r, i, 0), &err))
                return false;
            continue;
        }
        numbers[k] = db_int(r, i, 0);
        numbers[n + k++] = db_int(r, i, 1);
    }
    *ret_n = k;
    if (k == 0)
        return true;
    db_params_init(&p);
    db_put_int8_array(&p, numbers, k);
    db_put_int8_array(&p, numbers + n, k);
    db_put_text_array(&p, texts, k);
    sent = request_query(req, SLOT_PUT, DB_LANE_JOB, DB_RESEAL_SECRETS_PUT, &p);
    db_params_deinit(&p);
    return sent;
}

typedef bool put_fn(struct reseal_job *j, const struct db_result *r, int n, int *ret_n);
static put_fn *const phase_puts[PHASE_COUNT] = {put_persons, put_papers, put_secrets};

static enum step_result finish(struct reseal_job *j)
{
    struct request *req = &j->job.base;
    struct wire_reseal_result out;

    wire_reseal_result_init(&out);
    out.key = j->in.key;
    out.resealed = j->resealed;
    out.failed = j->failed;
    out.passes = j->passes;
    if (!wire_reseal_result_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return STEP_DONE;
}

/* Nothing more in this order: the next kind, then from the beginning, until a pass moved nothing.
 */
static enum step_result phase_end(struct reseal_job *j)
{
    j->after_id = j->after_version = 0;
    if (++j->phase < PHASE_COUNT)
        return request_next(&j->job.base, RESEAL_CHUNK);
    j->phase = PHASE_PERSONS;
    j->passes++;
    if (j->moved == 0 || j->passes >= PASSES_MAX)
        return finish(j);
    j->moved = j->failed = 0; /* what still cannot be opened is counted again */
    return request_next(&j->job.base, RESEAL_CHUNK);
}

static enum step_result reseal_read(struct request *req)
{
    struct reseal_job *j = job_of(req);
    const struct db_result *r = &request_result(req, SLOT_ROWS)->result;
    int n = db_rows(r), n_put = 0;
    bool ok;

    if (n == 0)
        return phase_end(j);
    req->chunk = arena_new(CHUNK_ARENA);
    if (!req->chunk) {
        (void)error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "reseal"));
        return fail(j);
    }
    ok = phase_puts[j->phase](j, r, n, &n_put);
    if (!ok)
        return fail(j);
    j->n_rows = n;
    j->after_id = db_int(r, n - 1, 0);
    j->after_version = j->phase == PHASE_PERSONS ? db_int(r, n - 1, 1) : 0;
    return n_put ? request_wait(req, RESEAL_PUT) : request_next(req, RESEAL_PUT);
}

static enum step_result reseal_put(struct request *req)
{
    struct reseal_job *j = job_of(req);
    const struct db_result *r = &request_result(req, SLOT_PUT)->result;
    int64_t n = r->pg && db_rows(r) ? db_int(r, 0, 0) : 0;

    j->moved += n;
    j->resealed += n;
    j->job.done += j->n_rows;
    if (j->job.done > j->job.total)
        j->job.total = j->job.done;
    cursor_write(j);
    return job_checkpoint(&j->job) ? request_wait(req, RESEAL_NEXT) : fail(j);
}

static enum step_result reseal_next(struct request *req)
{
    struct reseal_job *j = job_of(req);

    req->chunk = arena_free(req->chunk);
    db_call_deinit(&req->calls[SLOT_PUT].call);
    return job_goes_on(&j->job) ? request_next(req, RESEAL_CHUNK) : STEP_DONE;
}

static const struct step reseal_steps[] = {
    [RESEAL_BEGIN] = {"begin", reseal_begin}, [RESEAL_TOTAL] = {"total", reseal_total},
    [RESEAL_CHUNK] = {"chunk", reseal_chunk}, [RESEAL_READ] = {"read", reseal_read},
    [RESEAL_PUT] = {"put", reseal_put},       [RESEAL_NEXT] = {"next", reseal_next},
};
const struct use_case use_case_reseal = {"reseal", sizeof(struct reseal_job), reseal_steps, false,
                                         16u << 20};
