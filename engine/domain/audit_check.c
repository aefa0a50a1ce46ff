/* Taking rows in. Rows come nearly in order, so the hash of the one before is at hand and most
 * events are proven as they pass; what is not is kept with its bytes until the end. */
#include "domain/audit_check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/audit_check_impl.h"
#include "domain/event.h"

#define EVENT_ARENA   (4u << 20)
#define PLACES_FIRST  1024
#define FINDINGS_KEPT 20000 /* all are counted */

static const unsigned char zeros[DIGEST_LEN];

struct audit_check *audit_check_new(const struct audit_check_options *options)
{
    struct audit_check *c = calloc(1, sizeof *c);

    if (!c)
        return NULL;
    c->options = *options;
    c->arena = arena_new(EVENT_ARENA);
    c->dossiers = calloc(PLACES_FIRST, sizeof *c->dossiers);
    c->n_places = PLACES_FIRST;
    buffer_char(&c->codes, '\0'); /* place 0: none */
    c->report.first_on = c->report.last_on = DATE_NONE;
    if (!c->arena || !c->dossiers || c->codes.is_failed)
        return audit_check_free(c);
    return c;
}

struct audit_check *audit_check_free(struct audit_check *c)
{
    if (!c)
        return NULL;
    for (size_t i = 0; i < c->pending.n; i++)
        free(audit_items(&c->pending, struct audit_pending)[i].bytes);
    free(c->events.items);
    free(c->pending.items);
    for (int i = 0; i < AUDIT_LEAF_COUNT; i++)
        free(c->logs[i].items);
    free(c->findings.items);
    for (int i = 0; i < AUDIT_SOURCE_COUNT; i++)
        free(c->days[i].items);
    free(c->dossiers);
    buffer_deinit(&c->codes);
    arena_free(c->arena);
    free(c);
    return NULL;
}

void *audit_push(struct audit_check *c, struct audit_array *a, size_t size)
{
    if (a->n == a->room) {
        size_t room = a->room ? a->room + a->room / 2 : 64;
        void *items = realloc(a->items, room * size);

        if (!items) {
            c->is_failed = true;
            return NULL;
        }
        a->items = items;
        a->room = room;
    }
    return memset((char *)a->items + size * a->n++, 0, size);
}

static struct error *keep(struct audit_check *c, int64_t at, bool is_warning)
{
    struct audit_told *f =
        c->findings.n < FINDINGS_KEPT ? audit_push(c, &c->findings, sizeof *f) : NULL;

    if (is_warning)
        c->report.warnings++;
    else
        c->report.findings++;
    if (!f)
        return &c->untold;
    f->at = at;
    f->order = (int64_t)c->findings.n;
    f->is_warning = is_warning;
    return &f->error;
}

struct error *audit_finding(struct audit_check *c, int64_t at)
{
    return keep(c, at, false);
}

struct error *audit_warning(struct audit_check *c, int64_t at)
{
    return keep(c, at, true);
}

/* ---- dossiers ---- */

static size_t place_of(const struct audit_check *c, int64_t id)
{
    uint64_t h = (uint64_t)id * UINT64_C(0x9E3779B97F4A7C15);
    size_t i = (size_t)(h >> 20) & (c->n_places - 1);

    while (c->dossiers[i].id && c->dossiers[i].id != id)
        i = (i + 1) & (c->n_places - 1);
    return i;
}

static bool grow(struct audit_check *c)
{
    struct audit_dossier *old = c->dossiers;
    size_t n_old = c->n_places;
    struct audit_dossier *more = calloc(n_old * 2, sizeof *more);

    if (!more) {
        c->is_failed = true;
        return false;
    }
    c->dossiers = more;
    c->n_places = n_old * 2;
    for (size_t i = 0; i < n_old; i++)
        if (old[i].id)
            more[place_of(c, old[i].id)] = old[i];
    free(old);
    return true;
}

struct audit_dossier *audit_dossier_of(struct audit_check *c, int64_t id, bool make)
{
    struct audit_dossier *d = &c->dossiers[place_of(c, id)];

    if (d->id == id && id)
        return d;
    if (!make || !id)
        return NULL;
    if (c->n_dossiers * 4 >= c->n_places * 3) {
        if (!grow(c))
            return NULL;
        d = &c->dossiers[place_of(c, id)];
    }
    c->n_dossiers++;
    d->id = id;
    return d;
}

const char *audit_dossier_name(struct audit_check *c, int64_t id, char buf[32])
{
    const struct audit_dossier *d = audit_dossier_of(c, id, false);

    if (d && d->code)
        return c->codes.data + d->code;
    snprintf(buf, 32, "%" PRId64, id);
    return buf;
}

bool audit_check_code(struct audit_check *c, int64_t id, const char *code)
{
    struct audit_dossier *d = audit_dossier_of(c, id, true);

    if (!d)
        return !c->is_failed;
    if (d->code || !code || !*code)
        return true;
    d->code = c->codes.len;
    buffer_add(&c->codes, code, strlen(code) + 1);
    c->is_failed |= c->codes.is_failed;
    return !c->is_failed;
}

bool audit_check_dossier(struct audit_check *c, int64_t id, const char *code, int32_t version,
                         const void *chain, size_t chain_len)
{
    struct audit_dossier *d = audit_dossier_of(c, id, true);

    if (!d)
        return !c->is_failed;
    d->has_row = true;
    d->version = version;
    if (chain_len == DIGEST_LEN)
        memcpy(d->chain, chain, DIGEST_LEN);
    c->report.dossiers++;
    return audit_check_code(c, id, code);
}

/* ---- events ---- */

static bool keep_pending(struct audit_check *c, const struct audit_pending *what, const void *bytes,
                         size_t len)
{
    struct audit_pending *p = audit_push(c, &c->pending, sizeof *p);

    if (!p)
        return false;
    *p = *what;
    p->len = len;
    p->bytes = malloc(len + 1);
    if (!p->bytes) {
        c->pending.n--;
        c->is_failed = true;
        return false;
    }
    memcpy(p->bytes, bytes, len);
    return true;
}

/* The columns repeat what the bytes say. */
static void check_columns(struct audit_check *c, const struct audit_row_event *row)
{
    char buf[32];
    struct event e;
    struct error ignored;
    const char *column;

    arena_reset(c->arena);
    if (!event_decode(c->arena, row->bytes, row->len, &e, &ignored)) {
        error_set(audit_finding(c, row->recorded_at), ERR_AUDIT_EVENT_MALFORMED,
                  arg_text("dossier", audit_dossier_name(c, row->dossier_id, buf)),
                  arg_number("seq", row->seq));
        return;
    }
    column = e.dossier_id != row->dossier_id                                      ? "dossier_id"
             : e.seq != row->seq                                                  ? "seq"
             : e.at != row->at                                                    ? "at"
             : e.recorded_at != row->recorded_at                                  ? "recorded_at"
             : e.actor != row->actor                                              ? "actor_id"
             : strcmp(vocabulary_word(&actions, (int)e.action), row->action) != 0 ? "action"
                                                                                  : NULL;
    if (column)
        error_set(audit_finding(c, row->recorded_at), ERR_AUDIT_EVENT_COLUMN,
                  arg_text("dossier", audit_dossier_name(c, row->dossier_id, buf)),
                  arg_number("seq", row->seq), arg_text("column", column));
}

bool audit_check_event(struct audit_check *c, const struct audit_row_event *row)
{
    struct audit_dossier *d = audit_dossier_of(c, row->dossier_id, true);
    struct audit_event *e = d ? audit_push(c, &c->events, sizeof *e) : NULL;
    unsigned char computed[DIGEST_LEN] = {0};
    bool is_next, is_proven;

    if (!e)
        return !c->is_failed;
    c->report.events++;
    e->id = row->dossier_id;
    e->recorded_at = row->recorded_at;
    e->seq = row->seq;
    if (row->hash_len == DIGEST_LEN)
        memcpy(e->hash, row->hash, DIGEST_LEN);
    check_columns(c, row);
    is_next = row->seq == d->seen_seq + 1;
    if (is_next)
        digest_chain(d->seen_seq ? d->seen : zeros, DIGEST_LEN, row->bytes, row->len, computed);
    is_proven = is_next && memcmp(computed, e->hash, DIGEST_LEN) == 0;
    if (row->seq > d->seen_seq) {
        d->seen_seq = row->seq;
        memcpy(d->seen, e->hash, DIGEST_LEN);
    }
    if (!is_proven) {
        struct audit_pending p = {
            .kind = AUDIT_EVENT, .id = e->id, .recorded_at = e->recorded_at, .seq = e->seq};

        memcpy(p.hash, e->hash, DIGEST_LEN);
        return keep_pending(c, &p, row->bytes, row->len);
    }
    return true;
}

/* ---- edits of reference data ---- */

/* Each value preceded by its length in bytes and a colon; NULL is empty. */
static void value_text(const char *v, struct buffer *b)
{
    v = v ? v : "";
    buffer_printf(b, "%zu:", strlen(v));
    buffer_text(b, v);
}

static void instant_text(int64_t at, struct buffer *b)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%" PRId64, at);
    value_text(digits, b);
}

static void change_text(const struct audit_row_change *row, struct buffer *b)
{
    for (int i = 0; i < AUDIT_CHANGE_VALUES; i++)
        value_text(row->values[i], b);
    instant_text(row->recorded_at, b);
}

bool audit_check_change(struct audit_check *c, const struct audit_row_change *row)
{
    CLEANUP(buffer_deinit) struct buffer text = {0};
    struct audit_change *e = audit_push(c, &c->logs[AUDIT_CHANGE], sizeof *e);
    unsigned char computed[DIGEST_LEN];
    bool is_proven;

    if (!e)
        return false;
    c->report.changes++;
    e->id = row->id;
    e->recorded_at = row->recorded_at;
    if (row->hash_len == DIGEST_LEN)
        memcpy(e->hash, row->hash, DIGEST_LEN);
    change_text(row, &text);
    if (text.is_failed) {
        c->is_failed = true;
        return false;
    }
    digest_chain(c->last_change_hash, DIGEST_LEN, text.data, text.len, computed);
    is_proven = row->id > c->last_change && memcmp(computed, e->hash, DIGEST_LEN) == 0;
    if (row->id > c->last_change) {
        c->last_change = row->id;
        memcpy(c->last_change_hash, e->hash, DIGEST_LEN);
    }
    if (!is_proven) {
        struct audit_pending p = {
            .kind = AUDIT_CHANGE, .id = row->id, .recorded_at = row->recorded_at};

        memcpy(p.hash, e->hash, DIGEST_LEN);
        return keep_pending(c, &p, text.data, text.len);
    }
    return true;
}

/* ---- logins ---- */

bool audit_check_security(struct audit_check *c, int64_t id, int64_t at,
                          const char *const values[AUDIT_SECURITY_VALUES])
{
    CLEANUP(buffer_deinit) struct buffer text = {0};
    struct audit_change *e = audit_push(c, &c->logs[AUDIT_SECURITY], sizeof *e);

    if (!e)
        return false;
    c->report.security++;
    e->id = id;
    e->recorded_at = at;
    instant_text(at, &text);
    for (int i = 0; i < AUDIT_SECURITY_VALUES; i++)
        value_text(values[i], &text);
    c->is_failed |= text.is_failed;
    if (!c->is_failed)
        digest_sha256(text.data, text.len, e->hash);
    return !c->is_failed;
}

/* ---- roots ---- */

bool audit_check_root(struct audit_check *c, enum audit_source source, int32_t day,
                      const struct audit_line *line)
{
    struct audit_day *d;
    struct audit_root root;

    if (c->options.until_on != DATE_NONE && day > c->options.until_on)
        return true;
    if (!audit_root_read(line->record, strlen(line->record), &root) || root.day != day) {
        error_set(audit_finding(c, date_instant(day, 0)), ERR_AUDIT_ROOT_RECORD,
                  arg_date("day", day));
        return !c->is_failed;
    }
    d = audit_push(c, &c->days[source], sizeof *d);
    if (!d)
        return false;
    d->line = *line;
    d->root = root;
    return true;
}

/* ---- the end ---- */

static int by_time(const void *a, const void *b)
{
    const struct audit_told *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

bool audit_check_end(struct audit_check *c,
                     void (*found)(void *data, const struct error *finding, bool is_warning),
                     void *data, struct audit_report *ret_report)
{
    audit_chains(c);
    audit_days(c, audit_roots(c));
    if (c->is_failed)
        return false;
    if (c->findings.n)
        qsort(c->findings.items, c->findings.n, sizeof(struct audit_told), by_time);
    for (size_t i = 0; i < c->findings.n; i++) {
        const struct audit_told *f = &audit_items(&c->findings, struct audit_told)[i];

        found(data, &f->error, f->is_warning);
    }
    *ret_report = c->report;
    return true;
}
