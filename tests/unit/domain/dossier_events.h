/* Short ways to write a dossier's events in tests: hours are counted from one Monday, 07:00 at the
 * office, 29/8/2022. */
#pragma once
#include "base/instant.h"
#include "domain/history.h"

#define MONDAY_7 (INT64_C(1661731200000000))
#define HOUR(n)  (MONDAY_7 + (n)*INSTANT_HOUR)
#define DAY(n)   HOUR(24 * (n))

#define COUNTER_OFFICE   INT64_C(10)
#define COMPETENT_OFFICE INT64_C(20)
#define LEADER_OFFICE    INT64_C(1)

struct script {
    struct event events[64];
    int n;
};

UNUSED static struct event *script_add(struct script *s, enum action action, int64_t actor,
                                       int64_t at)
{
    struct event *e = &s->events[s->n++];

    event_init(e, INT64_C(20220000000001), action, actor, at, at);
    e->seq = s->n;
    return e;
}

/* Accepted at the counter by officer 100, due at `due_at` of date `due_on`. */
UNUSED static void script_accept(struct script *s, int64_t at, int64_t due_at, bool is_instant)
{
    struct event *e = script_add(s, ACTION_ACCEPT, 100, at);

    event_put_number(e, EVENT_FIELD_PROCEDURE, 5);
    event_put_number(e, EVENT_FIELD_CASE, 6);
    event_put_number(e, EVENT_FIELD_FIELD, 7);
    event_put_number(e, EVENT_FIELD_CHANNEL, CHANNEL_DIRECT);
    event_put_number(e, EVENT_FIELD_FILED_OFFICE, COUNTER_OFFICE);
    event_put_number(e, EVENT_FIELD_SUPERVISING_OFFICE, COUNTER_OFFICE);
    event_put_number(e, EVENT_FIELD_COMPETENT_OFFICE, COMPETENT_OFFICE);
    event_put_text(e, EVENT_FIELD_APPLICANT, "3:1:ab");
    event_put_text(e, EVENT_FIELD_LIMIT, "5wd");
    event_put_text(e, EVENT_FIELD_PROMISE, "computed");
    event_put_number(e, EVENT_FIELD_DUE_AT, due_at);
    event_put_number(e, EVENT_FIELD_DUE_ON, instant_date(due_at, ZONE_VIETNAM_S));
    event_put_number(e, EVENT_FIELD_DUE_IS_INSTANT, is_instant);
    event_put_number(e, EVENT_FIELD_STEP, 1);
    event_put_number(e, EVENT_FIELD_TO_OFFICE, COUNTER_OFFICE);
}

UNUSED static void script_send(struct script *s, enum action action, int64_t at, int step,
                               int64_t office)
{
    struct event *e = script_add(s, action, 100, at);

    event_put_number(e, EVENT_FIELD_STEP, step);
    event_put_number(e, EVENT_FIELD_TO_OFFICE, office);
}

UNUSED static void script_hold(struct script *s, enum action action, int64_t at, const char *kind,
                               const char *effect)
{
    struct event *e = script_add(s, action, 100, at);

    event_put_text(e, EVENT_FIELD_HOLD_KIND, kind);
    event_put_text(e, EVENT_FIELD_HOLD_EFFECT, effect);
}

/* Decided, sent to the counter and taken over there at `at`. */
UNUSED static void script_finish(struct script *s, int64_t at)
{
    event_put_text(script_add(s, ACTION_DECIDE, 200, at), EVENT_FIELD_OUTCOME, "granted");
    script_send(s, ACTION_HAND_OVER_RESULT, at, 4, COUNTER_OFFICE);
    script_add(s, ACTION_TAKE_OVER_RESULT, 101, at);
}

UNUSED static void script_fold(const struct script *s, struct dossier *d)
{
    const struct history h = {s->events, s->n};

    history_fold(&h, INSTANT_FOREVER, INSTANT_FOREVER, d);
}
