/* Counters: what one dossier adds to the daily sums, so that form II.06a of any period is read off
 * running totals and needs no scan.  The contributions are a function of the timeline of facts, and
 * so of what the form itself is made of; an event's effect on the counters is the contributions
 * after it less those before it, whatever the event was.  A correction of last month thus writes
 * deltas of last month by itself. */
#include "domain/fact.h"

#include "base/instant.h"
#include "domain/fact_impl.h"

struct counter_list {
    struct counter_delta *rows;
    int n;
};

static void counter_put(struct counter_list *l, const struct fact *f, int32_t on,
                        enum counter_column column, int32_t delta)
{
    l->rows[l->n++] = (struct counter_delta){on, f->office, f->field_id, column, delta};
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

/* The first day at whose end the fact, once it holds, is overdue; DATE_NONE: it never is.  A day
 * limit is overdue from the day after; an instant has passed by the end of its own day. */
static int32_t counter_overdue_on(const struct fact *f)
{
    if (f->ended_at != INSTANT_NONE)
        return DATE_NONE;
    if (f->is_waiting)
        return f->was_overdue_before_wait ? f->received_on : DATE_NONE;
    if (f->due_at == INSTANT_NONE)
        return DATE_NONE;
    return f->due_is_instant ? f->due_on : f->due_on + 1;
}

/* Overdue at the ends of the days on which the fact holds at the end. */
static void counter_put_overdue(struct counter_list *l, const struct fact *f, int32_t zone_s)
{
    int32_t from = instant_date(f->valid_from, zone_s), on = counter_overdue_on(f);
    int32_t to = f->valid_to == INSTANT_FOREVER ? INT32_MAX : instant_date(f->valid_to, zone_s);

    if (on == DATE_NONE)
        return;
    if (from < f->received_on)
        from = f->received_on;
    if (from < on)
        from = on;
    if (from >= to)
        return;
    counter_put(l, f, from, COUNTER_OVERDUE, 1);
    if (to != INT32_MAX)
        counter_put(l, f, to, COUNTER_OVERDUE, -1);
}

static void counter_put_end(struct counter_list *l, const struct fact *f)
{
    if (f->ended_at == INSTANT_NONE)
        return;
    counter_put(l, f, f->ended_on, counter_of_judgement(f->judgement), 1);
    if (fact_is_stopped(f->outcome))
        counter_put(l, f, f->ended_on,
                    f->judgement == JUDGEMENT_LATE ? COUNTER_STOPPED_LATE : COUNTER_STOPPED_OTHER,
                    1);
}

int counter_contributions(const struct fact *facts, int n, int32_t zone_s,
                          struct counter_delta *ret)
{
    struct counter_list l = {.rows = ret};

    if (n == 0)
        return 0;
    counter_put(
        &l, &facts[0], facts[0].received_on,
        facts[0].channel == CHANNEL_ONLINE ? COUNTER_RECEIVED_ONLINE : COUNTER_RECEIVED_OTHER, 1);
    for (int i = 0; i < n; i++) {
        const struct fact *before = i ? &facts[i - 1] : &facts[0];
        int32_t on = instant_date(facts[i].valid_from, zone_s);

        if (before->office != facts[i].office || before->field_id != facts[i].field_id) {
            counter_put(&l, before, on, COUNTER_MOVED_OUT, 1);
            counter_put(&l, &facts[i], on, COUNTER_MOVED_IN, 1);
        }
        counter_put_overdue(&l, &facts[i], zone_s);
    }
    counter_put_end(&l, &facts[n - 1]);
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
