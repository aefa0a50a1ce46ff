/* The ledger of letters that a snapshot holds says how each stood when the period was closed, and
 * moves on. So the dossiers of which something was owed in the period are folded again, as known at
 * that instant, and what they owed then is counted by office. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "domain/letter_report.h"
#include "domain/lifecycle.h"
#include "flow/history_rows.h"
#include "flow/verify_impl.h"

#define CHUNK       200
#define CHUNK_ARENA (64u << 20)

struct ledger {
    struct verify *v;
    const struct verify_snapshot *snapshot;
    struct arena *arena;
    int64_t at; /* when it was asked */
    int64_t from_at, to_at;
    struct letter_report_row *rows, total;
    int n;
};

/* The figures of a row, by the words of the form. */
static const struct {
    const char *word;
    size_t at;
} figures[] = {
#define FIGURE(name)                                                                               \
    {                                                                                              \
#name, offsetof(struct letter_report_row, name)                                            \
    }
    FIGURE(owed),         FIGURE(in_time), FIGURE(after_latest),   FIGURE(after_due),
    FIGURE(missing),      FIGURE(open),    FIGURE(objective_none), FIGURE(objective_notice),
    FIGURE(second_delay), FIGURE(lapsed),
#undef FIGURE
};

static bool no_memory(struct verify *v)
{
    return error_set(&v->error, ERR_NO_MEMORY, arg_text("what", "closing"));
}

/* ---- counting ---- */

/* Refused, or not left though its latest moment, or the promise, has passed: as obligation_page. */
static bool is_missing(const struct ledger *l, const struct dossier *d,
                       const struct dossier_obligation *o)
{
    if (o->state == OBLIGATION_REFUSED)
        return true;
    return o->state == OBLIGATION_OPEN &&
           ((o->latest_at != INSTANT_NONE && o->latest_at < l->at) ||
            (o->trigger == LETTER_TRIGGER_LATENESS && d->due_on != DATE_NONE &&
             d->due_on < instant_date(l->at, l->v->reference->zone_s)));
}

static struct letter_report_row row_of(const struct ledger *l, const struct dossier *d,
                                       const struct dossier_obligation *o)
{
    bool is_met = o->state == OBLIGATION_MET, misses = is_missing(l, d, o);

    return (struct letter_report_row){
        .office = o->office,
        .owed = 1,
        .in_time = is_met && o->timing == LETTER_TIMING_IN_TIME,
        .after_latest = is_met && o->timing == LETTER_TIMING_AFTER_LATEST,
        .after_due = is_met && o->timing == LETTER_TIMING_AFTER_DUE,
        .missing = misses,
        .open = o->state == OBLIGATION_OPEN && !misses,
        .objective_none = o->waiver == WAIVER_OBJECTIVE_NONE,
        .objective_notice = o->waiver == WAIVER_OBJECTIVE_NOTICE,
        .second_delay = o->waiver == WAIVER_SECOND_DELAY,
        .lapsed = o->state == OBLIGATION_LAPSED,
    };
}

static void count(struct ledger *l, const struct letter_report_row *one)
{
    int i = 0;

    while (i < l->n && l->rows[i].office != one->office)
        i++;
    if (i == l->n)
        l->rows[l->n++] = (struct letter_report_row){.office = one->office};
    letter_report_add(&l->rows[i], one);
    letter_report_add(&l->total, one);
}

/* What a dossier owed at that instant within the scope. */
static void count_dossier(struct ledger *l, const struct history *h, struct dossier *d)
{
    const struct reference *r = l->v->reference;

    history_fold(h, l->at, l->at, d);
    for (int i = 0; i < d->n_obligations; i++) {
        const struct dossier_obligation *o = &d->obligations[i];
        struct letter_report_row one = row_of(l, d, o);

        if (o->owed_at >= l->from_at && o->owed_at < l->to_at &&
            reference_within(r, o->office, l->snapshot->office))
            count(l, &one);
    }
}

static bool count_events(struct ledger *l, const struct db_result *events)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(CHUNK_ARENA);
    struct dossier *d = arena ? arena_new_of(arena, struct dossier) : NULL;
    int row = 0;

    if (!d)
        return no_memory(l->v);
    while (row < db_rows(events)) {
        int end = history_rows_end(events, row, db_int(events, row, 0));
        struct history h;

        if (!history_rows_read(events, row, end, arena, &h, &l->v->error))
            return false;
        count_dossier(l, &h, d);
        row = end;
    }
    return true;
}

/* A chunk of dossiers after an id; ret_last: the last of them, 0 when there is none. */
static bool count_chunk(struct ledger *l, int64_t after, int64_t *ret_last)
{
    struct db_call owed = {0}, events = {0};
    struct db_params p;
    int64_t ids[CHUNK];
    int n = 0;
    bool ok;

    db_params_init(&p);
    db_put_instant(&p, l->from_at);
    db_put_instant(&p, l->to_at);
    db_put_int8(&p, after);
    db_put_int4(&p, CHUNK);
    ok = verify_query(l->v, DB_VERIFY_OWED, &p, &owed);
    db_params_deinit(&p);
    for (; ok && n < db_rows(&owed.result); n++)
        ids[n] = db_int(&owed.result, n, 0);
    *ret_last = n ? ids[n - 1] : 0;
    if (ok && n) {
        db_params_init(&p);
        db_put_int8_array(&p, ids, n);
        ok = verify_query(l->v, DB_EVENTS_OF, &p, &events) && count_events(l, &events.result);
        db_params_deinit(&p);
        db_call_deinit(&events);
    }
    db_call_deinit(&owed);
    return ok;
}

/* ---- comparing ---- */

static void compare_row(const struct ledger *l, const cJSON *stored,
                        const struct letter_report_row *now, const char *key)
{
    char was[24], is[24];

    for (size_t i = 0; i < ARRAY_LEN(figures); i++) {
        const cJSON *cell = cJSON_GetObjectItemCaseSensitive(stored, figures[i].word);
        int64_t n;

        memcpy(&n, (const char *)now + figures[i].at, sizeof n);
        if (cJSON_IsNumber(cell) ? (int64_t)cell->valuedouble == n : n == 0)
            continue;
        snprintf(was, sizeof was, "%" PRId64,
                 cJSON_IsNumber(cell) ? (int64_t)cell->valuedouble : 0);
        snprintf(is, sizeof is, "%" PRId64, n);
        verify_differs(l->v, NULL, cJSON_IsNumber(cell) ? was : "nothing", is, "%s letters %s %s",
                       l->snapshot->name, key, figures[i].word);
    }
}

/* The stored row of an office; NULL: it has none. */
static const cJSON *stored_row(const cJSON *form, const char *key)
{
    const cJSON *row;

    cJSON_ArrayForEach (row, cJSON_GetObjectItemCaseSensitive(form, "rows")) {
        const char *own = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "key"));

        if (own && !strcmp(own, key))
            return row;
    }
    return NULL;
}

static void compare(const struct ledger *l, const cJSON *form)
{
    const struct reference *r = l->v->reference;

    for (int i = 0; i < r->n_offices; i++) {
        struct letter_report_row now = {0};
        const cJSON *stored = stored_row(form, r->offices[i].key);

        for (int k = 0; k < l->n; k++)
            if (l->rows[k].office == r->offices[i].id)
                now = l->rows[k];
        if (stored || now.owed)
            compare_row(l, stored, &now, r->offices[i].key);
    }
    compare_row(l, cJSON_GetObjectItemCaseSensitive(form, "total"), &l->total, "-");
}

bool verify_closing_letters(struct verify *v, const struct verify_snapshot *s, const cJSON *form)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(CHUNK_ARENA);
    const char *at = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(form, "as_of"));
    int32_t zone_s = v->reference->zone_s;
    struct ledger l = {.v = v,
                       .snapshot = s,
                       .from_at = date_instant(s->from, zone_s),
                       .to_at = date_instant(s->to + 1, zone_s)};
    int64_t after = 0;

    if (!form)
        return true;
    if (!at || !instant_parse(at, INT32_MIN, &l.at)) {
        verify_differs(v, NULL, at ? at : "null", "an instant", "%s letters as_of", s->name);
        return true;
    }
    l.rows = arena ? arena_array(arena, (size_t)v->reference->n_offices + 1, sizeof *l.rows) : NULL;
    if (!l.rows)
        return no_memory(v);
    do {
        if (!count_chunk(&l, after, &after))
            return false;
    } while (after);
    compare(&l, form);
    return true;
}
