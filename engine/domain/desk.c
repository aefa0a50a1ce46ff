/* See desk.h. The interpreter of the event stands beside its composer; who else assigns, one
 * dossier at a time, is lifecycle_work.c. */
#include "domain/desk.h"

#include "base/instant.h"
#include "domain/dossier_impl.h"
#include "domain/rights.h"

void apply_assign(struct dossier *d, const struct event *e)
{
    int64_t office = event_number(e, EVENT_FIELD_TO_OFFICE, d->holder_office);
    int64_t officer = event_number(e, EVENT_FIELD_TO_OFFICER, 0);

    if (event_number(e, EVENT_FIELD_IS_PENDING, 0)) { /* said outright: both may be one office */
        d->pending_officer = d->has_pending ? officer : 0;
        return;
    }
    if (d->has_pending && office == d->pending_office && office != d->holder_office)
        d->pending_officer = officer; /* the receiving office names who is to take it over */
    else
        apply_holder(d, e->at, office, officer);
}

static struct event *assign(const struct dossier *d, const struct desk_order *order, int64_t now,
                            struct event *e)
{
    int64_t at = d->last_at != INSTANT_NONE && d->last_at > now ? d->last_at : now;
    int64_t recorded_at = now > d->last_recorded_at ? now : d->last_recorded_at;

    event_init(e, d->id, ACTION_ASSIGN, order->actor, at, recorded_at);
    event_put_number(e, EVENT_FIELD_TO_OFFICE, order->office);
    if (order->to)
        event_put_number(e, EVENT_FIELD_TO_OFFICER, order->to);
    event_put_number(e, EVENT_FIELD_CHANGE, order->change);
    if (order->on_behalf_of)
        event_put_number(e, EVENT_FIELD_ON_BEHALF_OF, order->on_behalf_of);
    return e;
}

int desk_compose(const struct dossier *d, const struct desk_order *order, int64_t now,
                 struct event ret[DESK_EVENTS_MAX])
{
    int n = 0;

    if (d->ended_at != INSTANT_NONE || d->is_mistake)
        return 0;
    if (d->holder_office == order->office && d->holder_officer == order->officer)
        assign(d, order, now, &ret[n++]);
    if (d->has_pending && d->pending_office == order->office &&
        d->pending_officer == order->officer)
        event_put_number(assign(d, order, now, &ret[n++]), EVENT_FIELD_IS_PENDING, 1);
    return n;
}

bool desk_is_given(const struct history *h, const struct desk_order *order)
{
    for (int i = 0; i < h->n; i++)
        if (h->events[i].action == ACTION_ASSIGN &&
            event_number(&h->events[i], EVENT_FIELD_CHANGE, 0) == order->change)
            return true;
    return false;
}

bool desk_role_takes(enum role role)
{
    return right_of_action(role, ACTION_TAKE_OVER) != SCOPE_NONE;
}
