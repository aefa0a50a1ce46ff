/* See rate.h. A bucket is one number, the instant at which it will be full again: taking one moves
 * it on by the time that one needs to come back, and it may not lie further ahead than the whole
 * bucket. The table is associative: a key has eight places, found by a keyed hash that nobody
 * outside can aim at. */
#include "http/rate.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"

#define RATE_SETS 4096 /* a power of two; with eight places of 16 bytes half a mebibyte */
#define RATE_WAYS 8

const struct rate_row rate_rows[RATE_COUNT] = {
#define RATE(id, r_word, r_times, r_seconds, r_at_once, vi, en)                                    \
    [RATE_##id] = {                                                                                \
        .word = (r_word), .label = {(vi), (en)}, .rate = {(r_times), (r_seconds), (r_at_once)}},
#include "tables/rates.def"
#undef RATE
};

struct bucket {
    uint64_t tag;       /* 0: free */
    int64_t full_at_us; /* when it will be full again */
};

struct rates {
    struct rate limits[RATE_COUNT];
    uint64_t seed[2];
    struct bucket sets[RATE_SETS][RATE_WAYS];
};

static bool number(const char **text, char end, long high, int *ret)
{
    char *stop;
    long v = strtol(*text, &stop, 10);

    if (**text < '0' || **text > '9' || *stop != end || v < 1 || v > high)
        return false;
    *ret = (int)v;
    *text = stop + (end != '\0');
    return true;
}

bool rate_parse(const char *text, struct rate *ret)
{
    struct rate r = {0, 0, 0};

    if (!strcmp(text, "off")) {
        *ret = r;
        return true;
    }
    if (!number(&text, '/', RATE_TIMES_MAX, &r.times) ||
        !number(&text, '/', RATE_SECONDS_MAX, &r.seconds) ||
        !number(&text, '\0', RATE_TIMES_MAX, &r.at_once))
        return false;
    *ret = r;
    return true;
}

struct rates *rates_new(const struct rate limits[RATE_COUNT])
{
    struct rates *r = calloc(1, sizeof *r);

    if (!r)
        return NULL;
    memcpy(r->limits, limits, sizeof r->limits);
    random_bytes(r->seed, sizeof r->seed);
    return r;
}

struct rates *rates_free(struct rates *r)
{
    free(r);
    return NULL;
}

/* ---- SipHash-2-4: short, keyed, and not to be aimed at without the key ---- */

static uint64_t rotate(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[0] = rotate(v[0], 32);
    v[2] += v[3];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

static void sip_word(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    sip_round(v);
    sip_round(v);
    v[0] ^= word;
}

static uint64_t sip_hash(const uint64_t seed[2], uint64_t first, const void *bytes, size_t len)
{
    const unsigned char *p = bytes;
    uint64_t v[4] = {seed[0] ^ UINT64_C(0x736f6d6570736575), seed[1] ^ UINT64_C(0x646f72616e646f6d),
                     seed[0] ^ UINT64_C(0x6c7967656e657261),
                     seed[1] ^ UINT64_C(0x7465646279746573)};
    uint64_t last = (uint64_t)len << 56;

    sip_word(v, first);
    for (; len >= 8; p += 8, len -= 8) {
        uint64_t word;

        memcpy(&word, p, sizeof word);
        sip_word(v, word);
    }
    for (size_t i = 0; i < len; i++)
        last |= (uint64_t)p[i] << (8 * i);
    sip_word(v, last);
    v[2] ^= 0xFF;
    for (int i = 0; i < 4; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* ---- the table ---- */

/* The key's bucket, or the place for it: a free one, else the one that is full first. */
static struct bucket *rates_find(struct rates *r, uint64_t tag)
{
    struct bucket *set = r->sets[tag % RATE_SETS], *best = &set[0];

    for (size_t i = 0; i < RATE_WAYS; i++)
        if (set[i].tag == tag)
            return &set[i];
    for (size_t i = 1; i < RATE_WAYS && best->tag; i++)
        if (!set[i].tag || set[i].full_at_us < best->full_at_us)
            best = &set[i];
    return best;
}

static uint64_t rates_tag(const struct rates *r, enum rate_class kind, const void *key, size_t len)
{
    return sip_hash(r->seed, (uint64_t)kind, key, len) | 1; /* never 0 */
}

static int64_t rates_each_us(const struct rate *limit)
{
    return (int64_t)limit->seconds * 1000000 / limit->times;
}

bool rates_take(struct rates *r, enum rate_class kind, const void *key, size_t len, int64_t now_us,
                struct error *err)
{
    const struct rate *limit;
    struct bucket *bucket;
    int64_t each_us, full_at_us, wait_us;
    uint64_t tag;

    if (!r || !r->limits[kind].times)
        return true;
    limit = &r->limits[kind];
    tag = rates_tag(r, kind, key, len);
    bucket = rates_find(r, tag);
    each_us = rates_each_us(limit);
    full_at_us = bucket->tag == tag && bucket->full_at_us > now_us ? bucket->full_at_us : now_us;
    wait_us = full_at_us + each_us - now_us - each_us * limit->at_once;
    if (wait_us > 0)
        return error_set(err, ERR_RATE_LIMITED,
                         arg_label("what", rate_rows[kind].word, rate_rows[kind].label),
                         arg_number("seconds", (wait_us + 999999) / 1000000));
    *bucket = (struct bucket){tag, full_at_us + each_us};
    return true;
}

void rates_return(struct rates *r, enum rate_class kind, const void *key, size_t len)
{
    struct bucket *bucket;
    uint64_t tag;

    if (!r || !r->limits[kind].times)
        return;
    tag = rates_tag(r, kind, key, len);
    bucket = rates_find(r, tag);
    if (bucket->tag == tag)
        bucket->full_at_us -= rates_each_us(&r->limits[kind]);
}
