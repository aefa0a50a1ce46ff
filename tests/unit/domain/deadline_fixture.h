/* A dossier in each of the situations that have a deadline of their own. */
#pragma once
#include <string.h>

#include "base/instant.h"
#include "base/macros.h"
#include "domain/deadline.h"

#define FIXTURE_COUNTER   INT64_C(10)
#define FIXTURE_COMPETENT INT64_C(20)
#define FIXTURE_CONSULTED INT64_C(30)
#define FIXTURE_CLERK     INT64_C(100)
#define FIXTURE_OFFICER   INT64_C(200)

static const struct procedure_step fixture_steps[] = {
    {1, "intake", STEP_OFFICE_ONE_STOP, 0, ROLE_CLERK, 120, 60, false},
    {2, "examination", STEP_OFFICE_COMPETENT, 0, ROLE_OFFICER, 960, 480, true},
    {3, "return", STEP_OFFICE_ONE_STOP, 0, ROLE_CLERK, 120, 60, false},
};
static const struct procedure_case fixture_case = {.id = 6,
                                                   .procedure_id = 5,
                                                   .limit = {5, LIMIT_WORKING_DAYS},
                                                   .n_steps = (int)ARRAY_LEN(fixture_steps),
                                                   .steps = fixture_steps};

static void fixture_hold(struct dossier *d, enum hold_kind kind, enum dossier_state state,
                         int64_t from)
{
    d->state = state;
    d->state_before_wait = STATE_PROCESSING;
    d->holds[d->n_holds++] = (struct dossier_hold){.kind = kind,
                                                   .effect = HOLD_EFFECT_RESUME,
                                                   .from = from,
                                                   .to = INSTANT_NONE,
                                                   .answer_by = INSTANT_NONE};
}

/* Ready for the deadline of this kind to run from `from`. */
static void fixture_dossier(struct dossier *d, enum deadline_kind kind, int64_t from,
                            enum channel channel)
{
    dossier_init(d, INT64_C(20220000000001));
    d->channel = channel;
    d->supervising_office = d->filed_office = d->holder_office = FIXTURE_COUNTER;
    d->competent_office = FIXTURE_COMPETENT;
    d->holder_officer = FIXTURE_CLERK;
    d->received_at = from;
    d->last_recorded_at = d->last_at = from;
    d->state = STATE_RECEIVED;
    d->step = 1;
    switch (kind) {
    case DEADLINE_ONLINE_ANNOUNCEMENT:
    case DEADLINE_ONLINE_INTAKE:
        d->state = STATE_SUBMITTED;
        d->submitted_at = from;
        d->received_at = INSTANT_NONE;
        d->holder_officer = 0;
        return;
    case DEADLINE_FORWARD:
    case DEADLINE_SUPPLEMENT_NOTICE:
        return;
    case DEADLINE_SILENCE:
    case DEADLINE_STALE:
        fixture_hold(d, HOLD_KIND_SUPPLEMENT, STATE_AWAITING_SUPPLEMENT, from);
        return;
    case DEADLINE_CONFIRMATION:
        fixture_hold(d, HOLD_KIND_APPLICANT_CONFIRM, STATE_ON_HOLD, from);
        return;
    case DEADLINE_FINANCIAL_HOLD:
        fixture_hold(d, HOLD_KIND_FINANCIAL, STATE_AWAITING_PAYMENT, from);
        return;
    case DEADLINE_OTHER_HOLD:
        fixture_hold(d, HOLD_KIND_OTHER, STATE_ON_HOLD, from);
        return;
    case DEADLINE_OPINION:
    case DEADLINE_OPINION_REPORT:
        d->state = STATE_PROCESSING;
        d->step = 2;
        d->holder_office = FIXTURE_COMPETENT;
        d->holder_officer = FIXTURE_OFFICER;
        d->received_at = from - 10 * INSTANT_DAY;
        d->opinions[d->n_opinions++] =
            (struct dossier_opinion){FIXTURE_CONSULTED, from - 2 * INSTANT_DAY, from, INSTANT_NONE};
        return;
    case DEADLINE_WITHDRAWAL:
        d->state = STATE_WITHDRAWAL_REQUESTED;
        d->withdrawal_requested_at = from;
        return;
    case DEADLINE_KIND_COUNT:
        return;
    }
}

/* The row of a kind, or NULL. */
static const struct deadline *fixture_find(const struct deadline *list, int n,
                                           enum deadline_kind kind)
{
    for (int i = 0; i < n; i++) {
        if (list[i].kind == kind)
            return &list[i];
    }
    return NULL;
}
