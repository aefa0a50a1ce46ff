/* Random lives of dossiers for property tests: plausible, sometimes odd, always made from a seed.
 */
#pragma once
#include "dossier_events.h"

struct dice {
    uint64_t state;
};

UNUSED static uint64_t dice_next(struct dice *r)
{
    uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* 0 <= result < n */
UNUSED static int64_t dice_roll(struct dice *r, int64_t n)
{
    return (int64_t)(dice_next(r) % (uint64_t)n);
}

static void life_promise(struct dice *r, struct event *e, int64_t from)
{
    bool is_instant = dice_roll(r, 4) == 0;
    int32_t on = instant_date(from, ZONE_VIETNAM_S) + (int32_t)dice_roll(r, 12);
    int64_t due_at = date_instant(on, ZONE_VIETNAM_S) + 17 * INSTANT_HOUR;

    if (is_instant)
        due_at = from + (1 + dice_roll(r, 60)) * INSTANT_HOUR;
    event_put_number(e, EVENT_FIELD_DUE_AT, due_at);
    event_put_number(e, EVENT_FIELD_DUE_ON, instant_date(due_at, ZONE_VIETNAM_S));
    event_put_number(e, EVENT_FIELD_DUE_IS_INSTANT, is_instant);
}

static void life_accept(struct dice *r, struct script *s, int64_t at)
{
    bool is_imported = dice_roll(r, 5) == 0;
    struct event *e = script_add(s, is_imported ? ACTION_HISTORY_RECEIVED : ACTION_ACCEPT, 100, at);

    event_put_number(e, EVENT_FIELD_FIELD, 1 + dice_roll(r, 3));
    event_put_number(e, EVENT_FIELD_CHANNEL, 1 + dice_roll(r, 3));
    event_put_number(e, EVENT_FIELD_SUPERVISING_OFFICE, COUNTER_OFFICE);
    event_put_number(e, EVENT_FIELD_COMPETENT_OFFICE, 20 + dice_roll(r, 2));
    event_put_text(e, EVENT_FIELD_LIMIT, "5wd");
    event_put_number(e, EVENT_FIELD_STEP, 1);
    if (dice_roll(r, 12) != 0)
        life_promise(r, e, at);
}

/* The engine's own mark, in the first instant after a promise that is an instant. */
static void life_mark(struct script *s, const struct dossier *d, int64_t until)
{
    if (d->due_at != INSTANT_NONE && d->due_is_instant && d->overdue_at == INSTANT_NONE &&
        dossier_is_open(d) && !dossier_is_waiting(d) && d->due_at + 1 >= d->last_at &&
        d->due_at + 1 <= until)
        script_add(s, ACTION_MARK_OVERDUE, 0, d->due_at + 1);
    else if (dossier_is_overdue(d, d->last_at, ZONE_VIETNAM_S) && d->overdue_at == INSTANT_NONE)
        script_add(s, ACTION_MARK_OVERDUE, 0, d->last_at);
}

static void life_wait_ends(struct dice *r, struct script *s, int64_t at)
{
    struct event *e;

    switch (dice_roll(r, 6)) {
    case 0:
        script_add(s, ACTION_CLOSE, 100, at);
        break;
    case 1:
        script_add(s, ACTION_STOP, 100, at);
        break;
    default:
        e = script_add(s, ACTION_RESUME, 100, at);
        if (dice_roll(r, 2))
            life_promise(r, e, at);
        break;
    }
}

static void life_goes_on(struct dice *r, struct script *s, int64_t at)
{
    static const char *const effects[] = {"restart", "resume", "runs_on"};

    switch (dice_roll(r, 12)) {
    case 0:
    case 1:
        script_hold(s, ACTION_HOLD, at, "other", effects[dice_roll(r, 3)]);
        break;
    case 2:
        script_add(s, ACTION_STOP, 100, at);
        break;
    case 3:
        script_add(s, ACTION_REQUEST_WITHDRAWAL, 100, at);
        break;
    case 4:
        event_put_text(script_add(s, ACTION_STOP, 100, at), EVENT_FIELD_OUTCOME, "withdrawn");
        break;
    case 5:
        event_put_text(script_add(s, ACTION_FIND_CAUSE, 0, at), EVENT_FIELD_CAUSE, "idle");
        break;
    case 6:
    case 7:
        script_finish(s, at);
        break;
    case 8:
        if (dice_roll(r, 4) == 0)
            script_add(s, ACTION_CLOSE_MISTAKE, 100, at);
        break;
    default:
        script_send(s, ACTION_FORWARD, at, 2, 20 + dice_roll(r, 2));
        script_add(s, ACTION_TAKE_OVER, 200, at);
        break;
    }
}

/* One dossier received within `days` of the first Monday.  `marks`: the engine ran at every
 * instant. */
UNUSED static void life_random(struct dice *r, struct script *s, int days)
{
    int64_t at = MONDAY_7 + dice_roll(r, days * INT64_C(1440)) * INSTANT_MINUTE;
    struct dossier d;

    s->n = 0;
    if (dice_roll(r, 5) == 0)
        script_add(s, ACTION_SUBMIT, 0, at - dice_roll(r, 100) * INSTANT_HOUR);
    if (dice_roll(r, 20) == 0)
        return; /* never accepted */
    life_accept(r, s, at);
    for (int i = (int)dice_roll(r, 12); i > 0; i--) {
        at += dice_roll(r, 4 * 1440) * INSTANT_MINUTE;
        script_fold(s, &d);
        life_mark(s, &d, at);
        if (d.ended_at != INSTANT_NONE) {
            script_add(s, ACTION_RETURN, 100, at);
            return;
        }
        if (dossier_running_hold(&d))
            life_wait_ends(r, s, at);
        else
            life_goes_on(r, s, at);
    }
    for (int i = 0; i < 2; i++) {
        script_fold(s, &d);
        life_mark(s, &d, INSTANT_FOREVER);
    }
}

/* What was learned later: every event is recorded up to some days after it happened, in order. */
UNUSED static void life_record_late(struct dice *r, struct script *s)
{
    int64_t last = INSTANT_NONE;

    for (int i = 0; i < s->n; i++) {
        int64_t at = s->events[i].at + dice_roll(r, 5) * dice_roll(r, 24) * INSTANT_HOUR;

        last = at > last ? at : last;
        s->events[i].recorded_at = last;
    }
}
