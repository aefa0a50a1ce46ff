/* Every day against its root. The events of a day are gathered in order of their places; where they
 * do not give the root, the leaves of that day say which entry it is, if they are at hand. */
#include <stdlib.h>
#include <string.h>

#include "domain/audit_check_impl.h"
#include "domain/merkle.h"

struct entry {
    enum audit_leaf kind;
    int64_t id;
    int32_t seq;
    const unsigned char *hash;
};

/* Entries of a day as they are stored now. */
struct day {
    struct audit_check *c;
    const struct audit_day *root;
    const uint32_t *events; /* places in c->events, in order */
    size_t n_events;
    const struct audit_change *rows[AUDIT_LEAF_COUNT]; /* of the other logs */
    size_t n_rows[AUDIT_LEAF_COUNT];
    size_t n; /* all together */
};

static struct entry entry_at(const struct day *d, size_t i)
{
    int kind = AUDIT_EVENT + 1;

    if (i < d->n_events) {
        const struct audit_event *e = &audit_items(&d->c->events, struct audit_event)[d->events[i]];

        return (struct entry){AUDIT_EVENT, e->id, e->seq, e->hash};
    }
    for (i -= d->n_events; i >= d->n_rows[kind]; kind++)
        i -= d->n_rows[kind];
    return (struct entry){(enum audit_leaf)kind, d->rows[kind][i].id, 0, d->rows[kind][i].hash};
}

/* ---- which entry it is ---- */

static void tell_entry(const struct day *d, const struct entry *e, enum error_code of_event)
{
    struct audit_check *c = d->c;
    const int64_t at = d->root->root.from;
    char buf[32];

    if (e->kind == AUDIT_CHANGE) {
        error_set(audit_finding(c, at), ERR_AUDIT_CHANGE_LEAF, arg_number("id", e->id),
                  arg_date("day", d->root->root.day));
        return;
    }
    if (e->kind == AUDIT_SECURITY) {
        error_set(audit_finding(c, at), ERR_AUDIT_SECURITY_LEAF, arg_number("id", e->id),
                  arg_date("day", d->root->root.day));
        return;
    }
    /* lint-errors: AUDIT_LEAF_CHANGED AUDIT_LEAF_REMOVED AUDIT_LEAF_ADDED AUDIT_LEAF_MOVED */
    error_set(audit_finding(c, at), of_event,
              arg_text("dossier", audit_dossier_name(c, e->id, buf)), arg_number("seq", e->seq),
              arg_date("day", d->root->root.day));
}

/* An entry of the leaves that is not stored in this day. */
static void tell_gone(const struct day *d, const struct entry *e, int64_t *told_dossier)
{
    const struct audit_event *now =
        e->kind == AUDIT_EVENT ? audit_event_find(d->c, e->id, e->seq) : NULL;
    const struct audit_dossier *dossier =
        e->kind == AUDIT_EVENT ? audit_dossier_of(d->c, e->id, false) : NULL;
    char buf[32];

    if (e->kind == AUDIT_EVENT && (!dossier || !dossier->seen_seq)) {
        if (*told_dossier != e->id)
            error_set(audit_finding(d->c, d->root->root.from), ERR_AUDIT_DOSSIER_REMOVED,
                      arg_text("dossier", audit_dossier_name(d->c, e->id, buf)),
                      arg_date("day", d->root->root.day));
        *told_dossier = e->id;
        return;
    }
    tell_entry(d, e, now ? ERR_AUDIT_LEAF_MOVED : ERR_AUDIT_LEAF_REMOVED);
}

static int entry_compare(const struct entry *a, const struct entry *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    return a->seq < b->seq ? -1 : a->seq > b->seq;
}

/* False when the leaves are not those of the root, or not in order. */
static bool leaves_good(const unsigned char *bytes, size_t len, const struct audit_root *root)
{
    struct merkle m;
    unsigned char leaf[DIGEST_LEN], merkle[DIGEST_LEN];

    merkle_init(&m);
    for (size_t at = 0; at + AUDIT_ENTRY_LEN <= len; at += AUDIT_ENTRY_LEN) {
        audit_entry_hash(bytes + at, leaf);
        merkle_add(&m, leaf);
    }
    merkle_root(&m, merkle);
    return len % AUDIT_ENTRY_LEN == 0 && memcmp(merkle, root->merkle, DIGEST_LEN) == 0;
}

static void diff(const struct day *d, const unsigned char *bytes, size_t len)
{
    size_t n = len / AUDIT_ENTRY_LEN, i = 0, k = 0;
    unsigned char hash[DIGEST_LEN];
    int64_t told_dossier = 0;

    while (i < n || k < d->n) {
        struct entry was = {.hash = hash}, is = {0};
        int order;

        if (i < n &&
            !audit_entry_read(bytes + i * AUDIT_ENTRY_LEN, &was.kind, &was.id, &was.seq, hash)) {
            i++; /* of a kind that this program does not know */
            continue;
        }
        if (k < d->n)
            is = entry_at(d, k);
        order = i == n ? 1 : k == d->n ? -1 : entry_compare(&was, &is);
        if (order < 0)
            tell_gone(d, &was, &told_dossier);
        else if (order > 0)
            tell_entry(d, &is, ERR_AUDIT_LEAF_ADDED);
        else if (memcmp(hash, is.hash, DIGEST_LEN) != 0)
            tell_entry(d, &was, ERR_AUDIT_LEAF_CHANGED);
        i += order <= 0;
        k += order >= 0;
    }
}

/* ---- a day ---- */

static bool counts_agree(const struct day *d)
{
    const struct audit_root *root = &d->root->root;
    bool agree = root->counts[AUDIT_EVENT] == (int64_t)d->n_events;

    for (int i = AUDIT_EVENT + 1; i < AUDIT_LEAF_COUNT; i++)
        agree = agree && root->counts[i] == (int64_t)d->n_rows[i];
    return agree;
}

static void check_day(const struct day *d)
{
    const struct audit_root *root = &d->root->root;
    int64_t expected = 0;
    size_t len;
    unsigned char bytes[AUDIT_ENTRY_LEN], leaf[DIGEST_LEN], merkle[DIGEST_LEN], *leaves = NULL;
    struct merkle m;

    merkle_init(&m);
    for (size_t i = 0; i < d->n; i++) {
        struct entry e = entry_at(d, i);

        audit_entry_write(e.kind, e.id, e.seq, e.hash, bytes);
        audit_entry_hash(bytes, leaf);
        merkle_add(&m, leaf);
    }
    merkle_root(&m, merkle);
    if (memcmp(merkle, root->merkle, DIGEST_LEN) == 0 && counts_agree(d))
        return;
    for (int i = 0; i < AUDIT_LEAF_COUNT; i++)
        expected += root->counts[i];
    error_set(audit_finding(d->c, root->from), ERR_AUDIT_DAY_DIFFERS, arg_date("day", root->day),
              arg_number("expected", expected), arg_number("found", (int64_t)d->n));
    if (!d->c->options.leaves ||
        !d->c->options.leaves(d->c->options.data, root->day, &leaves, &len))
        return;
    if (leaves_good(leaves, len, root))
        diff(d, leaves, len);
    else
        error_set(audit_finding(d->c, root->from), ERR_AUDIT_LEAVES_DIFFER,
                  arg_date("day", root->day));
    free(leaves);
}

/* The root whose day holds an instant, by its place; n: none. */
static size_t day_of(const struct audit_day *days, size_t n, int64_t at)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t mid = (low + high) / 2;

        if (days[mid].root.until <= at)
            low = mid + 1;
        else
            high = mid;
    }
    return low < n && days[low].root.from <= at ? low : n;
}

/* Sorts the places of events by day, in each by their order: sizes first, then places. */
static uint32_t *gather(struct audit_check *c, const struct audit_day *days, size_t n,
                        size_t *starts)
{
    const struct audit_event *e = c->events.items;
    uint32_t *places = malloc((c->events.n + 1) * sizeof *places);
    size_t *next = calloc(n + 2, sizeof *next);

    if (places && next) {
        for (size_t i = 0; i < c->events.n; i++)
            next[day_of(days, n, e[i].recorded_at) + 1]++;
        for (size_t i = 0; i <= n; i++)
            next[i + 1] += next[i];
        memcpy(starts, next, (n + 2) * sizeof *starts);
        for (size_t i = 0; i < c->events.n; i++)
            places[next[day_of(days, n, e[i].recorded_at)]++] = (uint32_t)i;
    } else {
        c->is_failed = true;
        free(places);
        places = NULL;
    }
    free(next);
    return places;
}

/* Who recorded events days later made the roots between as well: where there are none, they were
 * taken away. */
static void check_behind(struct audit_check *c, const struct audit_day *days, size_t n,
                         int64_t newest)
{
    const struct audit_event *e = c->events.items;
    int64_t from = newest;

    if (c->options.until_on != DATE_NONE)
        return;
    for (size_t i = 0; n == 0 && i < c->events.n; i++)
        from = e[i].recorded_at < from ? e[i].recorded_at : from;
    if (newest - (n ? days[n - 1].root.until : from) < 2 * INSTANT_DAY)
        return;
    if (n)
        error_set(audit_finding(c, newest), ERR_AUDIT_ROOTS_BEHIND,
                  arg_date("day", days[n - 1].root.day), arg_instant("at", newest));
    else
        error_set(audit_finding(c, newest), ERR_AUDIT_NO_ROOTS, arg_text("path", "audit_root"));
}

/* Events of no day: before the first they were put there, after the last their day is not over. */
static void check_rest(struct audit_check *c, const struct audit_day *days, size_t n,
                       const uint32_t *places, size_t n_places)
{
    const struct audit_event *e = c->events.items;
    int64_t newest = INSTANT_NONE;
    char buf[32];

    for (size_t i = 0; i < n_places; i++) {
        const struct audit_event *it = &e[places[i]];

        newest = it->recorded_at > newest ? it->recorded_at : newest;
        if (n == 0 || it->recorded_at >= days[n - 1].root.until)
            c->report.unrooted++;
        else
            error_set(audit_finding(c, it->recorded_at), ERR_AUDIT_EVENT_OF_NO_DAY,
                      arg_text("dossier", audit_dossier_name(c, it->id, buf)),
                      arg_number("seq", it->seq), arg_instant("at", it->recorded_at));
    }
    if (newest != INSTANT_NONE)
        check_behind(c, days, n, newest);
}

/* The rows of the other logs that stand under a root: those above the ids of the day before. */
static void take_rows(struct day *d, size_t from[AUDIT_LEAF_COUNT])
{
    d->n = d->n_events;
    for (int kind = AUDIT_EVENT + 1; kind < AUDIT_LEAF_COUNT; kind++) {
        const struct audit_array *log = &d->c->logs[kind];
        const struct audit_change *rows = log->items;
        size_t to = from[kind];

        while (to < log->n && rows[to].id <= d->root->root.last_ids[kind])
            to++;
        d->rows[kind] = rows ? rows + from[kind] : NULL;
        d->n_rows[kind] = to - from[kind];
        d->n += d->n_rows[kind];
        from[kind] = to;
    }
}

void audit_days(struct audit_check *c, const struct audit_array *roots)
{
    const struct audit_day *days = roots->items;
    size_t n = roots->n, from[AUDIT_LEAF_COUNT] = {0};
    size_t *starts = calloc(n + 2, sizeof *starts);
    uint32_t *places = starts ? gather(c, days, n, starts) : NULL;

    c->is_failed |= !starts;
    c->report.roots = (int64_t)n;
    if (n) {
        c->report.first_on = days[0].root.day;
        c->report.last_on = days[n - 1].root.day;
    }
    for (size_t i = 0; i < n && places; i++) {
        struct day d = {.c = c,
                        .root = &days[i],
                        .events = places + starts[i],
                        .n_events = starts[i + 1] - starts[i]};

        take_rows(&d, from);
        check_day(&d);
    }
    if (places)
        check_rest(c, days, n, places + starts[n], starts[n + 1] - starts[n]);
    free(places);
    free(starts);
}
