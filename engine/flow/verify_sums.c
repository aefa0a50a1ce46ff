/* What belongs to no single dossier: counters of the present, registers, rows that point nowhere.
 * The sums grow with days, offices and fields, not with dossiers. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/instant.h"
#include "flow/verify_impl.h"

#define COUNTER_CHUNK 5000
#define POINTERS_MAX  1000
#define TOTALS_MAX    1000

struct sum {
    int32_t on; /* DATE_NONE: a free place */
    int64_t office, field_id;
    int64_t counters[COUNTER_COLUMN_COUNT];
    bool is_seen; /* a stored row was held against it */
};

/* Open addressing; at most half full. */
struct verify_sums {
    struct sum *sums;
    size_t n, size;
};

struct verify_sums *verify_sums_new(void)
{
    return calloc(1, sizeof(struct verify_sums));
}

struct verify_sums *verify_sums_free(struct verify_sums *s)
{
    if (s)
        free(s->sums);
    free(s);
    return NULL;
}

static struct sum *place(struct sum *sums, size_t size, int32_t on, int64_t office, int64_t field)
{
    uint64_t h = (uint64_t)(uint32_t)on * UINT64_C(0x9E3779B97F4A7C15);

    h = (h ^ (uint64_t)office) * UINT64_C(0x9E3779B97F4A7C15);
    h = (h ^ (uint64_t)field) * UINT64_C(0x9E3779B97F4A7C15);
    for (size_t i = (size_t)(h >> 32) & (size - 1);; i = (i + 1) & (size - 1)) {
        struct sum *s = &sums[i];

        if (s->on == DATE_NONE || (s->on == on && s->office == office && s->field_id == field))
            return s;
    }
}

static bool grow(struct verify_sums *all)
{
    size_t size = all->size ? 2 * all->size : 1024;
    struct sum *sums = calloc(size, sizeof *sums);

    if (!sums)
        return false;
    for (size_t i = 0; i < size; i++)
        sums[i].on = DATE_NONE;
    for (size_t i = 0; i < all->size; i++) {
        const struct sum *s = &all->sums[i];

        if (s->on != DATE_NONE)
            *place(sums, size, s->on, s->office, s->field_id) = *s;
    }
    free(all->sums);
    all->sums = sums;
    all->size = size;
    return true;
}

/* The sum of a key, made where it is missing; NULL without memory. */
static struct sum *sum_of(struct verify_sums *all, int32_t on, int64_t office, int64_t field)
{
    struct sum *s;

    if (2 * (all->n + 1) > all->size && !grow(all))
        return NULL;
    s = place(all->sums, all->size, on, office, field);
    if (s->on == DATE_NONE) {
        *s = (struct sum){.on = on, .office = office, .field_id = field};
        all->n++;
    }
    return s;
}

bool verify_sums_add(struct verify *v, const struct verify_dossier *d)
{
    struct counter_delta *deltas =
        arena_array(d->arena, (size_t)COUNTER_DELTAS_OF(d->n_facts), sizeof *deltas);
    int n = deltas ? counter_contributions(d->facts, d->n_facts, v->reference->zone_s, deltas) : 0;

    if (!deltas)
        return error_set(&v->error, ERR_NO_MEMORY, arg_text("what", "counters"));

    for (int i = 0; i < n; i++) {
        struct sum *s = sum_of(v->sums, deltas[i].on, deltas[i].office, deltas[i].field_id);

        if (!s)
            return error_set(&v->error, ERR_NO_MEMORY, arg_text("what", "counters"));
        s->counters[deltas[i].column] += deltas[i].delta;
    }
    return true;
}

/* ---- counters ---- */

static void compare_sum(struct verify *v, const struct sum *s, const int64_t *stored)
{
    static const char *const names[COUNTER_COLUMN_COUNT] = {
        "received_online", "received_other", "early",     "on_time",      "late",
        "overdue",         "moved_in",       "moved_out", "stopped_late", "stopped_other"};
    char day[INSTANT_TEXT_MAX], a[24], b[24];

    v->report.counters++;
    for (int i = 0; i < COUNTER_COLUMN_COUNT; i++) {
        if (s->counters[i] == stored[i])
            continue;
        date_format(s->on, day);
        snprintf(a, sizeof a, "%" PRId64, stored[i]);
        snprintf(b, sizeof b, "%" PRId64, s->counters[i]);
        verify_differs(v, NULL, a, b, "counter %s of %s, office %" PRId64 ", field %" PRId64,
                       names[i], day, s->office, s->field_id);
    }
}

static bool compare_rows(struct verify *v, const struct db_result *r)
{
    for (int row = 0; row < db_rows(r); row++) {
        int64_t stored[COUNTER_COLUMN_COUNT];
        struct sum *s = sum_of(v->sums, db_date(r, row, 0), db_int(r, row, 1), db_int(r, row, 2));

        if (!s)
            return error_set(&v->error, ERR_NO_MEMORY, arg_text("what", "counters"));
        for (int i = 0; i < COUNTER_COLUMN_COUNT; i++)
            stored[i] = db_int(r, row, 3 + i);
        s->is_seen = true;
        compare_sum(v, s, stored);
    }
    return true;
}

static bool read_counters(struct verify *v, int32_t *on, int64_t *office, int64_t *field,
                          int *ret_n)
{
    struct db_call call = {0};
    struct db_params p;
    bool ok;

    db_params_init(&p);
    db_put_date(&p, *on);
    db_put_int8(&p, *office);
    db_put_int8(&p, *field);
    db_put_int4(&p, COUNTER_CHUNK);
    ok = verify_query(v, DB_VERIFY_COUNTERS, &p, &call) && compare_rows(v, &call.result);
    db_params_deinit(&p);
    *ret_n = ok ? db_rows(&call.result) : 0;
    if (*ret_n) {
        *on = db_date(&call.result, *ret_n - 1, 0);
        *office = db_int(&call.result, *ret_n - 1, 1);
        *field = db_int(&call.result, *ret_n - 1, 2);
    }
    db_call_deinit(&call);
    return ok;
}

/* The running totals against the days that they add up. */
static bool check_totals(struct verify *v)
{
    struct db_call call = {0};
    struct db_params p;
    char day[INSTANT_TEXT_MAX];
    bool ok;

    db_params_init(&p);
    db_put_int4(&p, TOTALS_MAX);
    ok = verify_query(v, DB_VERIFY_TOTALS, &p, &call);
    db_params_deinit(&p);
    for (int row = 0; ok && row < db_rows(&call.result); row++) {
        date_format(db_date(&call.result, row, 0), day);
        verify_differs(v, NULL, "other", "the sum of the days before",
                       "total of %s, office %" PRId64 ", field %" PRId64, day,
                       db_int(&call.result, row, 1), db_int(&call.result, row, 2));
    }
    db_call_deinit(&call);
    return ok;
}

bool verify_sums_check(struct verify *v)
{
    static const int64_t nothing[COUNTER_COLUMN_COUNT];
    int32_t on = date_from_civil(1, 1, 1);
    int64_t office = INT64_MIN, field = INT64_MIN;
    int n;

    do {
        if (!read_counters(v, &on, &office, &field, &n))
            return false;
    } while (n == COUNTER_CHUNK);
    for (size_t i = 0; i < v->sums->size; i++)
        if (v->sums->sums[i].on != DATE_NONE && !v->sums->sums[i].is_seen)
            compare_sum(v, &v->sums->sums[i], nothing);
    return check_totals(v);
}

/* ---- registers ---- */

static void compare_register(struct verify *v, const char *name, const char *what, int64_t stored,
                             int64_t computed)
{
    char a[24], b[24];

    if (stored == computed)
        return;
    snprintf(a, sizeof a, "%" PRId64, stored);
    snprintf(b, sizeof b, "%" PRId64, computed);
    verify_differs(v, NULL, a, b, "register %s %s", name, what);
}

static void check_register(struct verify *v, const struct db_result *r, int row)
{
    int64_t last = db_int(r, row, 3), n = db_int(r, row, 5);
    char name[VERIFY_VALUE_MAX];

    snprintf(name, sizeof name, "%" PRId64 ":%" PRId64 ":%s", db_int(r, row, 0), db_int(r, row, 1),
             db_text_or_empty(r, row, 2));
    v->report.registers++;
    compare_register(v, name, "entries without their letter", db_int(r, row, 8), 0);
    if (db_bool(r, row, 4)) /* numbers given elsewhere: nothing is promised of them */
        return;
    compare_register(v, name, "entries", n, last);
    if (n) {
        compare_register(v, name, "first number", db_int(r, row, 6), 1);
        compare_register(v, name, "newest number", db_int(r, row, 7), last);
    }
}

bool verify_registers(struct verify *v)
{
    struct db_call call = {0};
    bool ok = verify_query(v, DB_VERIFY_REGISTERS, NULL, &call);

    for (int row = 0; ok && row < db_rows(&call.result); row++)
        check_register(v, &call.result, row);
    db_call_deinit(&call);
    return ok;
}

/* ---- slips printed in advance ---- */

bool verify_blank_slips(struct verify *v)
{
    struct db_call call = {0};
    struct db_params p;
    bool ok;

    db_params_init(&p);
    db_put_int4(&p, POINTERS_MAX);
    ok = verify_query(v, DB_VERIFY_BLANK_SLIPS, &p, &call);
    db_params_deinit(&p);
    for (int row = 0; ok && row < db_rows(&call.result); row++)
        verify_differs(v, NULL, db_text_or_empty(&call.result, row, 1), "unused, used or void",
                       "blank slip %s", db_text_or_empty(&call.result, row, 0));
    db_call_deinit(&call);
    return ok;
}

/* ---- rows that point nowhere ---- */

bool verify_pointers(struct verify *v)
{
    struct db_call call = {0};
    struct db_params p;
    bool ok;

    db_params_init(&p);
    db_put_int4(&p, POINTERS_MAX);
    ok = verify_query(v, DB_VERIFY_POINTERS, &p, &call);
    db_params_deinit(&p);
    for (int row = 0; ok && row < db_rows(&call.result); row++) {
        struct verify_dossier gone = {.id = db_int(&call.result, row, 1)};
        int seq = (int)db_int(&call.result, row, 2);

        if (seq)
            verify_differs(v, &gone, "present", "no such event", "%s of event %d",
                           db_text_or_empty(&call.result, row, 0), seq);
        else
            verify_differs(v, &gone, "present", "no such dossier", "%s",
                           db_text_or_empty(&call.result, row, 0));
    }
    db_call_deinit(&call);
    return ok;
}
