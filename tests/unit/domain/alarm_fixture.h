/* A dossier that will be late, and the engine looking at it: for the tests of what the alarm
 * writes. */
#pragma once
#include "domain/apology.h"
#include "late_fixture.h"

static struct dossier d;
static struct arena *arena;
static struct decision decision;
static struct error err;

#define REGISTRY "1:2022:UBND-XL"
#define HASH     "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

/* In the examination since Monday 07:00, due Monday 5/9 17:00: letter drafted on Thursday 17:00 at
 * the earliest, gone by Friday 17:00. */
UNUSED static void examined(void)
{
    fixture_office(NULL);
    dossier_init(&d, INT64_C(20220000000001));
    d.state = STATE_PROCESSING;
    d.received_at = HOUR(0);
    d.limit = (struct limit){5, LIMIT_WORKING_DAYS};
    d.due_at = DAY(7) + 10 * INSTANT_HOUR;
    d.due_on = instant_date(d.due_at, ZONE_VIETNAM_S);
    d.competent_office = 20;
    d.step = 2;
    d.segments[d.n_segments++] = (struct dossier_segment){2, 21, 200, HOUR(0), INSTANT_NONE, false};
}

/* The engine looks at `at`; returns how many events, and the dossier has them. */
UNUSED static int alarm(int64_t at, int64_t letter_id)
{
    struct lateness_context ctx = fixture_context(&d);

    assert_true(alarm_decide(&ctx, NULL, 0, letter_id, at, at, arena, &decision, &err));
    d = decision.after;
    return decision.n_events;
}

UNUSED static bool wrote(enum action action)
{
    for (int i = 0; i < decision.n_events; i++)
        if (decision.events[i].action == action)
            return true;
    return false;
}

UNUSED static const struct event *written(enum action action)
{
    for (int i = 0; i < decision.n_events; i++)
        if (decision.events[i].action == action)
            return &decision.events[i];
    fail_msg("no %s", vocabulary_word(&actions, (int)action));
    return NULL;
}

static bool decide_letter(const struct decide_context *ctx, int64_t letter_id,
                          const struct action_input *in, const char *hash, const char *registry,
                          const char *delivery)
{
    struct letter_input letter;

    letter_input_init(&letter);
    letter.content_hash = hash;
    letter.registry = registry;
    letter.delivery = delivery;
    return letter_decide(ctx, letter_id, in, &letter, arena, &decision, &err);
}

UNUSED static bool act(enum action action, int64_t letter_id, int64_t at)
{
    struct decide_context ctx = {&d, &fixture_case, &fixture_ruleset, fixture_calendar,
                                 at, ZONE_VIETNAM_S};
    struct action_input in = {.action = action, .actor = 300, .at = INSTANT_NONE, .remark = "7:ab"};

    if (!decide_letter(&ctx, letter_id, &in, HASH, REGISTRY, "post"))
        return false;
    d = decision.after;
    return true;
}

/* A leader of office 50 decides at `at`. */
UNUSED static void decided(const char *cause, int64_t at_fault_office, int64_t at)
{
    struct event e;

    event_init(&e, d.id, ACTION_DECIDE_CAUSE, 900, at, at);
    event_put_text(&e, EVENT_FIELD_CAUSE, cause);
    if (at_fault_office)
        event_put_number(&e, EVENT_FIELD_AT_FAULT_OFFICE, at_fault_office);
    event_put_number(&e, EVENT_FIELD_AUTHOR_OFFICE, 50);
    dossier_apply(&d, &e);
}
