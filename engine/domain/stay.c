/* See stay.h. The events are folded one by one and a stay begins each time that the place has
 * changed; what each took is counted in a second walk, because the stays of a step share its
 * budget. A lawful restart gives every step its whole budget again, as for late episodes. */
#include "domain/stay.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"

struct stay_list {
    struct stay *rows;
    bool *restarts; /* beside rows: the limit began again where it was entered */
    int n;
};

bool stay_equal(const struct stay *a, const struct stay *b)
{
    return a->left_at == b->left_at && a->is_last == b->is_last &&
           a->used_minutes == b->used_minutes && a->is_over == b->is_over && stay_is_left_as(a, b);
}

static bool stay_same_place(const struct stay *a, const struct stay *b)
{
    return a->step == b->step && a->office == b->office && a->officer == b->officer &&
           a->is_waiting == b->is_waiting;
}

bool stay_is_left_as(const struct stay *old, const struct stay *now)
{
    return old->entered_at == now->entered_at && old->case_id == now->case_id &&
           old->budget_minutes == now->budget_minutes && stay_same_place(old, now);
}

static struct stay stay_of(const struct dossier *d, int64_t at)
{
    return (struct stay){.entered_at = at,
                         .left_at = INSTANT_FOREVER,
                         .step = d->step,
                         .office = d->holder_office,
                         .officer = d->holder_officer,
                         .is_waiting = dossier_is_waiting(d),
                         .budget_minutes = -1,
                         .used_minutes = -1};
}

static bool stay_begins_anew(const struct dossier *d, int64_t at)
{
    const struct dossier_hold *h = d->n_holds ? &d->holds[d->n_holds - 1] : NULL;

    return h && h->to == at && h->effect == HOLD_EFFECT_RESTART && dossier_hold_moves(h);
}

/* Several events of one instant leave one stay, their last word. */
static void stay_enter(struct stay_list *l, const struct dossier *d, int64_t at)
{
    struct stay s = stay_of(d, at);
    bool restarts = stay_begins_anew(d, at);

    if (l->n && (l->rows[l->n - 1].entered_at >= at || l->n == STAYS_MAX)) {
        l->n--;
        s.entered_at = l->rows[l->n].entered_at;
        restarts = restarts || l->restarts[l->n];
    }
    if (l->n && stay_same_place(&l->rows[l->n - 1], &s) && !restarts) {
        l->rows[l->n - 1].left_at = INSTANT_FOREVER;
        return;
    }
    if (l->n)
        l->rows[l->n - 1].left_at = s.entered_at;
    l->rows[l->n] = s;
    l->restarts[l->n++] = restarts;
}

static void stay_see(struct stay_list *l, const struct dossier *d, int64_t at)
{
    struct stay *last = l->n ? &l->rows[l->n - 1] : NULL, now = stay_of(d, at);

    if (!last || (d->ended_at == INSTANT_NONE && !stay_same_place(last, &now)))
        stay_enter(l, d, at);
    last = &l->rows[l->n - 1];
    last->is_last = d->ended_at != INSTANT_NONE;
    last->left_at = INSTANT_FOREVER;
    if (last->is_last) /* history from elsewhere may contradict itself */
        last->left_at = d->ended_at > last->entered_at ? d->ended_at : last->entered_at;
}

/* What each took, and of whose budget. */
static void stay_measure(const struct lateness_context *ctx, struct stay_list *l)
{
    int64_t purse[PROCEDURE_STEPS_MAX] = {0};

    for (int i = 0; i < l->n; i++) {
        struct stay *s = &l->rows[i];
        const struct procedure_step *step = lateness_step(ctx->procedure_case, s->step);
        int64_t *spent = step ? &purse[step - ctx->procedure_case->steps] : NULL;
        int64_t left = spent ? step->budget_minutes * INSTANT_MINUTE - *spent : 0, used = 0;
        struct error err;

        s->case_id = ctx->dossier->case_id;
        if (l->restarts[i]) {
            memset(purse, 0, sizeof purse);
            left = step ? step->budget_minutes * INSTANT_MINUTE : 0;
        }
        if (s->is_waiting)
            continue;
        if (spent)
            s->budget_minutes = (int32_t)((left > 0 ? left : 0) / INSTANT_MINUTE);
        if (s->left_at == INSTANT_FOREVER || !ctx->calendar ||
            !calendar_work_between(ctx->calendar, s->entered_at, s->left_at, &used, &err))
            continue;
        s->used_minutes = (int32_t)(used / INSTANT_MINUTE);
        s->is_over = spent && used > 0 && used > left;
        if (spent)
            *spent += used;
    }
}

int stay_timeline(const struct lateness_context *ctx, const struct history *h, int64_t known_at,
                  struct stay *ret)
{
    int *order = calloc((size_t)h->n + 1, sizeof *order);
    struct dossier *d = calloc(1, sizeof *d); /* some kilobytes: too much for a worker's stack */
    bool restarts[STAYS_MAX] = {false};
    struct stay_list l = {ret, restarts, 0};
    int n_events;

    if (!order || !d) {
        free(order);
        free(d);
        return -1;
    }
    n_events = history_order(h, INSTANT_FOREVER, known_at, order);
    dossier_init(d, n_events > 0 ? h->events[order[0]].dossier_id : 0);
    for (int i = 0; i < n_events; i++) {
        dossier_apply(d, &h->events[order[i]]);
        if (d->received_at != INSTANT_NONE)
            stay_see(&l, d, h->events[order[i]].at);
    }
    if (d->is_mistake)
        l.n = 0;
    stay_measure(ctx, &l);
    free(order);
    free(d);
    return l.n;
}
