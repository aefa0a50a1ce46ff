/* Counters of the present: what one dossier adds to the daily sums, so that the front page needs no
 * scan. The contributions are a function of the dossier as it stands; an event's effect on the
 * counters is the contributions after it less those before it, whatever the event was.  A
 * correction of last month thus writes negative deltas by itself. */
#include "domain/fact.h"

#include "base/instant.h"
#include "domain/fact_impl.h"

/* One office's days with the dossier: [from_on, to_on). */
struct counter_stay {
    int64_t office;
    int32_t from_on, to_on;
};

struct counter_list {
    struct counter_delta *rows;
    int64_t field_id;
    int n;
};

static void counter_put(struct counter_list *l, int64_t office, int32_t on,
                        enum counter_column column, int32_t delta)
{
    l->rows[l->n++] = (struct counter_delta){on, office, l->field_id, column, delta};
}

/* The offices that had it, in order: one, and one more for each that ended under it. A succession
 * before the receipt moved nothing that was counted. */
static int counter_stays(const struct dossier *d, const struct fact *f, int32_t zone_s,
                         struct counter_stay ret[DOSSIER_SUCCESSIONS_MAX + 1])
{
    int n = 0;

    ret[0] = (struct counter_stay){f->office, f->received_on, INT32_MAX};
    for (int i = 0; i < d->n_successions; i++) {
        const struct dossier_succession *s = &d->successions[i];
        int32_t on = instant_date(s->at, zone_s);

        if (!s->is_competent || s->at < d->received_at)
            continue;
        if (on < ret[n].from_on)
            on = ret[n].from_on;
        ret[n].office = s->from;
        ret[n].to_on = on;
        ret[++n] = (struct counter_stay){s->to, on, INT32_MAX};
    }
    return n + 1;
}

static enum counter_column counter_of_judgement(enum judgement judgement)
{
    switch (judgement) {
    case JUDGEMENT_EARLY:
        return COUNTER_EARLY;
    case JUDGEMENT_LATE:
        return COUNTER_LATE;
    case JUDGEMENT_NONE:
    case JUDGEMENT_ON_TIME:
    case JUDGEMENT_COUNT:
        break;
    }
    return COUNTER_ON_TIME;
}

/* The day from which it counts as overdue; DATE_NONE: it does not.  A day limit is overdue from the
 * day after.  A limit that is an instant turns overdue in the middle of its day: it enters on that
 * day once the mark was written (the mark is an event, and events recompute the counters),
 * otherwise with the next day, when it is overdue in any case. */
static int32_t counter_overdue_on(const struct dossier *d, const struct fact *f)
{
    if (f->due_at == INSTANT_NONE)
        return DATE_NONE;
    if (f->ended_at != INSTANT_NONE) {
        if (f->judgement != JUDGEMENT_LATE)
            return DATE_NONE;
        return f->due_is_instant ? f->due_on : f->due_on + 1;
    }
    if (f->is_waiting && !f->was_overdue_before_wait)
        return DATE_NONE;
    return f->due_is_instant && d->overdue_at != INSTANT_NONE ? f->due_on : f->due_on + 1;
}

/* Overdue from `from_on` until `to_on` (DATE_NONE: it still is), each office for its own days. */
static void counter_put_overdue(struct counter_list *l, const struct counter_stay *stays, int n,
                                int32_t from_on, int32_t to_on)
{
    if (to_on == DATE_NONE)
        to_on = INT32_MAX;
    for (int i = 0; i < n; i++) {
        int32_t from = stays[i].from_on > from_on ? stays[i].from_on : from_on;
        int32_t to = stays[i].to_on < to_on ? stays[i].to_on : to_on;

        if (from >= to) /* late and ended on one day: no evening saw it overdue */
            continue;
        counter_put(l, stays[i].office, from, COUNTER_OVERDUE, 1);
        if (to != INT32_MAX)
            counter_put(l, stays[i].office, to, COUNTER_OVERDUE, -1);
    }
}

int counter_contributions(const struct dossier *d, int32_t zone_s, struct counter_delta *ret)
{
    struct counter_stay stays[DOSSIER_SUCCESSIONS_MAX + 1];
    struct counter_list l = {.rows = ret};
    struct fact f;
    int32_t overdue_on;
    int n;

    if (d->received_at == INSTANT_NONE || d->is_mistake)
        return 0;
    fact_of(d, zone_s, &f);
    l.field_id = f.field_id;
    n = counter_stays(d, &f, zone_s, stays);
    counter_put(&l, stays[0].office, f.received_on,
                f.channel == CHANNEL_ONLINE ? COUNTER_RECEIVED_ONLINE : COUNTER_RECEIVED_OTHER, 1);
    for (int i = 1; i < n; i++) {
        counter_put(&l, stays[i - 1].office, stays[i].from_on, COUNTER_SUCCEEDED, -1);
        counter_put(&l, stays[i].office, stays[i].from_on, COUNTER_SUCCEEDED, 1);
    }
    if (f.ended_at != INSTANT_NONE)
        counter_put(&l, f.office, f.ended_on, counter_of_judgement(f.judgement), 1);
    overdue_on = counter_overdue_on(d, &f);
    if (overdue_on == DATE_NONE)
        return l.n;
    /* A promise older than the receipt (imported): overdue from the first day, never before it. */
    if (overdue_on < f.received_on)
        overdue_on = f.received_on;
    counter_put_overdue(&l, stays, n, overdue_on, f.ended_on);
    return l.n;
}

static bool counter_same_key(const struct counter_delta *a, const struct counter_delta *b)
{
    return a->on == b->on && a->office == b->office && a->field_id == b->field_id &&
           a->column == b->column;
}

static int counter_merge(struct counter_delta *sums, int n, const struct counter_delta *delta,
                         int sign)
{
    for (int i = 0; i < n; i++)
        if (counter_same_key(&sums[i], delta)) {
            sums[i].delta += sign * delta->delta;
            return n;
        }
    sums[n] = *delta;
    sums[n].delta *= sign;
    return n + 1;
}

int counter_difference(const struct counter_delta *old, int n_old, const struct counter_delta *new_,
                       int n_new, struct counter_delta *ret)
{
    int n = 0, kept = 0;

    for (int i = 0; i < n_old; i++)
        n = counter_merge(ret, n, &old[i], -1);
    for (int i = 0; i < n_new; i++)
        n = counter_merge(ret, n, &new_[i], 1);
    for (int i = 0; i < n; i++)
        if (ret[i].delta != 0)
            ret[kept++] = ret[i];
    return kept;
}
