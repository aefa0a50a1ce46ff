/* Events against their hashes: each one's bytes chained to the hash before it, no number missing,
 * and the columns beside the bytes saying what the bytes say. After a break the chain goes on from
 * the stored hash, so that one changed byte is one line. */
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/instant.h"
#include "flow/verify_impl.h"

enum { E_DOSSIER, E_SEQ, E_AT, E_RECORDED_AT, E_ACTOR, E_ACTION, E_BYTES, E_HASH };

#define HASH_SHOWN 8 /* bytes: enough to tell two apart */

static void differ_hash(struct verify_dossier *d, const void *stored, const void *computed,
                        const char *what, int seq)
{
    char a[2 * HASH_SHOWN + 1] = "nothing", b[2 * HASH_SHOWN + 1];

    if (stored)
        hex_encode(stored, HASH_SHOWN, a);
    hex_encode(computed, HASH_SHOWN, b);
    if (seq)
        verify_differs(d->v, d, a, b, "event %d %s", seq, what);
    else
        verify_differs(d->v, d, a, b, "%s", what);
}

static void check_hash(struct verify_dossier *d, const struct db_result *r, int row, int seq)
{
    unsigned char computed[DIGEST_LEN];
    size_t len, hash_len;
    const void *bytes = db_bytes(r, row, E_BYTES, &len);
    const void *hash = db_bytes(r, row, E_HASH, &hash_len);

    digest_chain(d->chain, DIGEST_LEN, bytes, len, computed);
    if (hash_len != DIGEST_LEN || memcmp(hash, computed, DIGEST_LEN) != 0)
        differ_hash(d, hash, computed, "hash", seq);
    if (hash_len == DIGEST_LEN)
        memcpy(d->chain, hash, DIGEST_LEN);
}

static void check_columns(struct verify_dossier *d, const struct db_result *r, int row,
                          const struct event *e, int seq)
{
    const struct {
        const char *name;
        int column;
        struct verify_value said;
    } columns[] = {
        {"dossier_id", E_DOSSIER, verify_number(e->dossier_id)},
        {"seq", E_SEQ, verify_number(e->seq)},
        {"at", E_AT, verify_instant(e->at)},
        {"recorded_at", E_RECORDED_AT, verify_instant(e->recorded_at)},
        {"actor_id", E_ACTOR, verify_number(e->actor)},
        {"action", E_ACTION, verify_text(vocabulary_word(&actions, (int)e->action))},
    };

    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        struct verify_value stored = verify_stored(r, row, columns[i].column, columns[i].said.kind);

        verify_compare(d, &stored, &columns[i].said, "event %d %s", seq, columns[i].name);
    }
}

static bool read_one(struct verify_dossier *d, const struct db_result *r, int row,
                     struct event *ret)
{
    int seq = (int)db_int(r, row, E_SEQ);
    struct error err = {0};
    char text[VERIFY_VALUE_MAX];
    size_t len;
    const char *bytes = db_bytes(r, row, E_BYTES, &len);

    check_hash(d, r, row, seq);
    if (!event_decode(d->arena, bytes, len, ret, &err)) {
        (void)error_sentence(&err, LANGUAGE_EN, 0, text, sizeof text);
        verify_differs(d->v, d, "bytes", text, "event %d", seq);
        return false;
    }
    check_columns(d, r, row, ret, seq);
    ret->dossier_id = d->id;
    ret->seq = seq;
    return true;
}

static void check_order(struct verify_dossier *d, const struct event *before, const struct event *e)
{
    int expected = before ? before->seq + 1 : 1;
    struct verify_value seq = verify_number(e->seq), next = verify_number(expected);

    verify_compare(d, &seq, &next, "event number after %d", expected - 1);
    if (before && e->recorded_at < before->recorded_at) {
        struct verify_value now = verify_instant(e->recorded_at),
                            then = verify_instant(before->recorded_at);

        verify_compare(d, &now, &then, "event %d recorded before event %d", e->seq, before->seq);
    }
}

/* What the dossier row repeats of its chain. */
static void check_head(struct verify_dossier *d, const struct event *newest)
{
    struct verify_value stored =
        verify_stored(d->row, d->row_at, db_column(d->row, "version"), VERIFY_NUMBER);
    struct verify_value computed = verify_number(newest->seq);
    size_t len;
    const void *chain = db_bytes(d->row, d->row_at, db_column(d->row, "chain"), &len);

    verify_compare(d, &stored, &computed, "column version");
    if (len != DIGEST_LEN || memcmp(chain, d->chain, DIGEST_LEN) != 0)
        differ_hash(d, chain, d->chain, "column chain", 0);
}

bool verify_chain(struct verify_dossier *d)
{
    const struct verify_span *s = &d->spans[VERIFY_EVENTS];
    int n = s->to - s->from;
    struct event *events = arena_array(d->arena, (size_t)n + 1, sizeof *events);
    bool is_whole = events != NULL;

    if (n == 0) {
        verify_differs(d->v, d, "nothing", "at least one", "events");
        return false;
    }
    for (int i = 0; i < n && events; i++) {
        if (!read_one(d, s->r, s->from + i, &events[i]))
            is_whole = false;
        else if (is_whole)
            check_order(d, i ? &events[i - 1] : NULL, &events[i]);
    }
    if (!is_whole)
        return false;
    check_head(d, &events[n - 1]);
    d->history = (struct history){events, n};
    return true;
}
