/* Folding a dossier's events as of one instant and known at another. Histories are short and nearly
 * sorted, so an insertion sort is the fast one. */
#include "domain/history.h"

#include "base/instant.h"

/* Marks in `order` (by position) the events that count: known by `known_at`, and replaced by no
 * event so known. A replacement that is replaced in turn still keeps out what it replaced. */
static void history_drop_replaced(const struct history *h, int64_t known_at, int *order)
{
    for (int i = 0; i < h->n; i++)
        order[i] = h->events[i].recorded_at <= known_at;
    for (int i = h->n - 1; i > 0; i--) {
        int64_t seq = h->events[i].recorded_at <= known_at
                          ? event_number(&h->events[i], EVENT_FIELD_REPLACES, 0)
                          : 0;

        for (int j = i - 1; seq && j >= 0; j--) {
            if (h->events[j].seq == seq)
                order[j] = 0;
        }
    }
}

static bool event_before(const struct event *a, const struct event *b)
{
    return a->at < b->at || (a->at == b->at && a->seq < b->seq);
}

int history_order(const struct history *h, int64_t as_of, int64_t known_at, int *order)
{
    int n = 0;

    history_drop_replaced(h, known_at, order);
    for (int i = 0; i < h->n; i++) { /* n <= i: a mark is read before its place is written */
        const struct event *e = &h->events[i];
        int at = n;

        if (!order[i] || e->at > as_of)
            continue;
        while (at > 0 && event_before(e, &h->events[order[at - 1]])) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
        n++;
    }
    return n;
}

#define HISTORY_ORDER_MAX 1024 /* far above what one dossier sees; more is told, never silent */

void history_fold(const struct history *h, int64_t as_of, int64_t known_at,
                  struct dossier *ret_dossier)
{
    const struct history head = {h->events, h->n < HISTORY_ORDER_MAX ? h->n : HISTORY_ORDER_MAX};
    int order[HISTORY_ORDER_MAX] = {0};
    int n = history_order(&head, as_of, known_at, order);

    dossier_init(ret_dossier, h->n ? h->events[0].dossier_id : 0);
    ret_dossier->is_overflow = head.n < h->n;
    for (int i = 0; i < n; i++)
        dossier_apply(ret_dossier, &h->events[order[i]]);
    for (int i = 0; i < h->n; i++) {
        const struct event *e = &h->events[i];

        if (e->recorded_at <= known_at && e->seq > ret_dossier->version)
            ret_dossier->version = e->seq;
    }
}

int64_t history_next_at(const struct history *h, int64_t as_of)
{
    int64_t next = INSTANT_NONE;

    for (int i = 0; i < h->n; i++) {
        int64_t at = h->events[i].at;

        if (at > as_of && (next == INSTANT_NONE || at < next))
            next = at;
    }
    return next;
}
