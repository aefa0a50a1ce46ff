/* Chains within dossiers and of the edits of reference data, once every row is known. */
#include <stdlib.h>
#include <string.h>

#include "domain/audit_check_impl.h"

static const unsigned char zeros[DIGEST_LEN];

static int by_place(const void *a, const void *b)
{
    const struct audit_event *x = a, *y = b;

    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static int by_id(const void *a, const void *b)
{
    const struct audit_change *x = a, *y = b;

    return x->id < y->id ? -1 : x->id > y->id;
}

const struct audit_event *audit_event_find(const struct audit_check *c, int64_t id, int32_t seq)
{
    struct audit_event key = {.id = id, .seq = seq};

    return c->events.n ? bsearch(&key, c->events.items, c->events.n, sizeof key, by_place) : NULL;
}

/* Is an event's hash that of its bytes after the hash of the event before? */
static void check_event(struct audit_check *c, const struct audit_pending *p)
{
    const struct audit_event *before = p->seq > 1 ? audit_event_find(c, p->id, p->seq - 1) : NULL;
    unsigned char computed[DIGEST_LEN];
    char buf[32];

    if (p->seq > 1 && !before)
        return; /* the gap is told */
    digest_chain(before ? before->hash : zeros, DIGEST_LEN, p->bytes, p->len, computed);
    if (memcmp(computed, p->hash, DIGEST_LEN) != 0)
        error_set(audit_finding(c, p->recorded_at), ERR_AUDIT_EVENT_CHANGED,
                  arg_text("dossier", audit_dossier_name(c, p->id, buf)), arg_number("seq", p->seq),
                  arg_instant("at", p->recorded_at));
}

static void check_change(struct audit_check *c, const struct audit_pending *p)
{
    const struct audit_array *log = &c->logs[AUDIT_CHANGE];
    const struct audit_change *items = log->items, *before = NULL;
    unsigned char computed[DIGEST_LEN];

    for (size_t i = 0; i < log->n && items[i].id < p->id; i++)
        before = &items[i];
    digest_chain(before ? before->hash : zeros, DIGEST_LEN, p->bytes, p->len, computed);
    if (memcmp(computed, p->hash, DIGEST_LEN) != 0)
        error_set(audit_finding(c, p->recorded_at), ERR_AUDIT_CHANGE_CHANGED,
                  arg_number("id", p->id), arg_instant("at", p->recorded_at));
}

/* The events of one dossier: numbers without a gap, and the row that repeats the newest. */
static void check_dossier(struct audit_check *c, const struct audit_event *e, size_t n)
{
    const struct audit_dossier *d = audit_dossier_of(c, e->id, false);
    const struct audit_event *last = &e[n - 1];
    char buf[32];

    for (size_t i = 0; i < n; i++) {
        int32_t expected = i ? e[i - 1].seq + 1 : 1;

        if (e[i].seq == expected)
            continue;
        if (e[i].seq < expected)
            error_set(audit_finding(c, e[i].recorded_at), ERR_AUDIT_EVENT_TWICE,
                      arg_text("dossier", audit_dossier_name(c, e->id, buf)),
                      arg_number("seq", e[i].seq));
        else
            error_set(audit_finding(c, e[i].recorded_at), ERR_AUDIT_EVENT_MISSING,
                      arg_text("dossier", audit_dossier_name(c, e->id, buf)),
                      arg_number("seq", expected), arg_number("next", e[i].seq));
    }
    if (!d->has_row)
        error_set(audit_finding(c, last->recorded_at), ERR_AUDIT_DOSSIER_ROW_GONE,
                  arg_text("dossier", audit_dossier_name(c, e->id, buf)));
    else if (d->version != last->seq || memcmp(d->chain, last->hash, DIGEST_LEN) != 0)
        error_set(audit_finding(c, last->recorded_at), ERR_AUDIT_HEAD_DIFFERS,
                  arg_text("dossier", audit_dossier_name(c, e->id, buf)),
                  arg_number("version", d->version), arg_number("seq", last->seq));
}

static void check_dossiers(struct audit_check *c)
{
    const struct audit_event *e = c->events.items;
    size_t from = 0;
    char buf[32];

    for (size_t i = 1; i <= c->events.n; i++) {
        if (i < c->events.n && e[i].id == e[from].id)
            continue;
        check_dossier(c, &e[from], i - from);
        from = i;
    }
    for (size_t i = 0; i < c->n_places; i++) {
        const struct audit_dossier *d = &c->dossiers[i];

        if (d->id && !d->seen_seq)
            error_set(audit_finding(c, INSTANT_NONE), ERR_AUDIT_DOSSIER_EMPTY,
                      arg_text("dossier", audit_dossier_name(c, d->id, buf)));
    }
}

void audit_chains(struct audit_check *c)
{
    if (c->events.n)
        qsort(c->events.items, c->events.n, sizeof(struct audit_event), by_place);
    for (int i = 0; i < AUDIT_LEAF_COUNT; i++)
        if (c->logs[i].n)
            qsort(c->logs[i].items, c->logs[i].n, sizeof(struct audit_change), by_id);
    for (size_t i = 0; i < c->pending.n && !c->is_failed; i++) {
        const struct audit_pending *p = &audit_items(&c->pending, struct audit_pending)[i];

        if (p->kind == AUDIT_EVENT)
            check_event(c, p);
        else
            check_change(c, p);
    }
    check_dossiers(c);
}
