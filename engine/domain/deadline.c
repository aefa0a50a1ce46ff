/* See deadline.h: one function per kind, and a table that says who must act. Each limit is counted
 * by due_compute(), so that a day off, a make-up Saturday or a closing counts here as it counts for
 * the promise. */
#include "domain/deadline.h"

#include "base/instant.h"

const struct deadline_row deadline_rows[DEADLINE_KIND_COUNT] = {
#define DEADLINE(name, word, parameter, from, who, ends, law, confidence, vi, en)                  \
    {(parameter), (from), DEADLINE_BY_##who, DEADLINE_ENDS_##ends, (law), (confidence)},
#include "tables/deadlines.def"
#undef DEADLINE
};

/* ---- the list ---- */

struct listing {
    const struct decide_context *ctx;
    const struct dossier *d;
    struct deadline *list;
    int n;
};

static void list_actor(const struct dossier *d, enum deadline_kind kind, struct deadline *row)
{
    switch (deadline_rows[kind].who) {
    case DEADLINE_BY_COUNTER:
    case DEADLINE_BY_COUNTER_HEAD:
        row->office = d->supervising_office;
        return;
    case DEADLINE_BY_COUNTER_HOLDER:
    case DEADLINE_BY_HOLDER:
        row->office = d->holder_office;
        row->officer = d->holder_officer;
        return;
    case DEADLINE_BY_HOLDER_HEAD:
        row->office = d->holder_office;
        return;
    case DEADLINE_BY_CONSULTED:
        row->office = d->opinions[row->ordinal - 1].office;
        return;
    }
}

/* A window that had passed when the newest event was recorded is no longer of use to anybody. */
static bool list_is_spent(const struct listing *l, const struct deadline *row)
{
    return deadline_rows[row->kind].ends == DEADLINE_ENDS_WINDOW &&
           deadline_has_passed(row, l->d->last_recorded_at, l->ctx->zone_s);
}

static void list_add(struct listing *l, enum deadline_kind kind, int ordinal, int64_t from,
                     const struct due *due)
{
    struct deadline row = {.kind = kind,
                           .ordinal = ordinal,
                           .from = from,
                           .due_at = due->at,
                           .due_on = due->on,
                           .is_instant = due->is_instant};

    list_actor(l->d, kind, &row);
    if (row.office == 0 || list_is_spent(l, &row))
        return;
    assert(l->n < DEADLINES_MAX);
    l->list[l->n++] = row;
}

static struct due due_instant(int64_t at, int32_t zone_s)
{
    return (struct due){.at = at, .on = instant_date(at, zone_s), .is_instant = true};
}

/* False where the ruleset has no such limit, or the calendar does not reach its end. */
static bool due_of(const struct decide_context *ctx, const struct calendar *cal, struct limit limit,
                   int64_t from, struct due *ret)
{
    struct error ignored;

    return limit_is_valid(limit) && from != INSTANT_NONE &&
           due_compute(cal, &ctx->ruleset->due, limit, from, ret, &ignored);
}

/* What runs against the applicant ends with the day, not with the closing of an office that the
 * applicant need not visit (law:applicant-confirmation). */
static void due_until_midnight(const struct decide_context *ctx, struct due *due)
{
    if (!due->is_instant)
        due->at = date_instant(due->on + 1, ctx->zone_s) - INSTANT_SECOND;
}

static bool due_of_applicant(const struct decide_context *ctx, struct limit limit, int64_t from,
                             struct due *ret)
{
    if (!due_of(ctx, ctx->calendar, limit, from, ret))
        return false;
    due_until_midnight(ctx, ret);
    return true;
}

/* A hold of this length: until when it was asked, or what the ruleset gives. The latter goes by the
 * calendar of today; an event that carries it too (they did once) says no more. */
static bool due_of_hold(const struct decide_context *ctx, struct limit limit,
                        const struct dossier_hold *h, struct due *ret)
{
    struct due given = {0};
    bool is_given = due_of(ctx, ctx->calendar, limit, h->from, &given);

    if (h->answer_by != INSTANT_NONE && !(is_given && given.at == h->answer_by)) {
        *ret = due_instant(h->answer_by, ctx->zone_s);
        return true;
    }
    *ret = given;
    if (is_given && h->kind != HOLD_KIND_OTHER)
        due_until_midnight(ctx, ret);
    return is_given;
}

/* The calendar of the counter, where it is another. */
static const struct calendar *counter_calendar(const struct decide_context *ctx)
{
    return ctx->counter_calendar ? ctx->counter_calendar : ctx->calendar;
}

/* ---- an online filing ---- */

/* The filing is there since submission, or since what was sent back for it came again. */
static int64_t online_from(const struct dossier *d)
{
    const struct dossier_hold *h = d->n_holds ? &d->holds[d->n_holds - 1] : NULL;

    return h && h->to != INSTANT_NONE && h->to > d->submitted_at ? h->to : d->submitted_at;
}

static void list_online(struct listing *l)
{
    const struct dossier *d = l->d;
    int minutes = l->ctx->ruleset->online_announcement_minutes;
    int64_t from = online_from(d);
    struct due due;

    if (d->state != STATE_SUBMITTED || d->submitted_at == INSTANT_NONE)
        return;
    if (minutes > 0) {
        due = due_instant(d->submitted_at + minutes * INSTANT_MINUTE, l->ctx->zone_s);
        list_add(l, DEADLINE_ONLINE_ANNOUNCEMENT, 0, d->submitted_at, &due);
    }
    if (due_of(l->ctx, counter_calendar(l->ctx), l->ctx->ruleset->online_intake, from, &due))
        list_add(l, DEADLINE_ONLINE_INTAKE, 0, from, &due);
}

/* ---- paper that must go on ---- */

/* Does the next step lie with somebody else than the counter, which still has the paper? Electronic
 * data go at once and have no number. */
static bool forward_is_owed(const struct decide_context *ctx)
{
    const struct dossier *d = ctx->dossier;
    const struct procedure_case *pc = ctx->procedure_case;

    return d->state == STATE_RECEIVED && !d->has_pending && d->channel != CHANNEL_ONLINE &&
           !d->is_imported && d->holder_office == d->supervising_office && pc && d->step >= 0 &&
           d->step < pc->n_steps && pc->steps[d->step].office != STEP_OFFICE_ONE_STOP;
}

/* Complete paper is there since receipt, or since the last supplement came back. */
static int64_t forward_from(const struct dossier *d)
{
    int64_t from = d->received_at;

    for (int i = 0; i < d->n_holds; i++) {
        if (d->holds[i].to != INSTANT_NONE && d->holds[i].to > from)
            from = d->holds[i].to;
    }
    return from;
}

/* The closing of the day of receipt; after the cut-off, or when nobody works that day, the first
 * minutes of the next working day. */
static bool forward_due(const struct decide_context *ctx, int64_t from, struct due *ret)
{
    const struct calendar *cal = counter_calendar(ctx);
    const struct ruleset *rules = ctx->ruleset;
    struct due_rule rule = rules->due;
    struct limit same_day = {0, LIMIT_SAME_DAY};
    struct error ignored;
    int64_t opening;

    rule.same_day_cutoff_us = rules->forward_cutoff_us;
    if (!due_compute(cal, &rule, same_day, from, ret, &ignored))
        return false;
    if (ret->on == instant_date(from, ctx->zone_s))
        return true;
    return calendar_opening(cal, ret->on, &opening, &ignored) &&
           calendar_add_work(cal, opening, rules->forward_start_minutes * INSTANT_MINUTE, &ret->at,
                             &ignored);
}

static void list_forward(struct listing *l)
{
    struct limit elsewhere = l->ctx->ruleset->forward_elsewhere;
    int64_t from;
    struct due due;

    if (!forward_is_owed(l->ctx))
        return;
    from = forward_from(l->d);
    if (l->ctx->is_competent_elsewhere && limit_is_valid(elsewhere)
            ? due_of(l->ctx, counter_calendar(l->ctx), elsewhere, from, &due)
            : forward_due(l->ctx, from, &due))
        list_add(l, DEADLINE_FORWARD, 0, from, &due);
}

/* ---- holds ---- */

static void list_supplement_notice(struct listing *l)
{
    const struct dossier *d = l->d;
    struct due due;

    if ((d->state == STATE_RECEIVED || d->state == STATE_PROCESSING) && !d->is_imported &&
        due_of(l->ctx, l->ctx->calendar, l->ctx->ruleset->supplement_notice, dossier_clock_start(d),
               &due))
        list_add(l, DEADLINE_SUPPLEMENT_NOTICE, 0, dossier_clock_start(d), &due);
}

static void list_silence(struct listing *l, const struct dossier_hold *h)
{
    const struct ruleset *rules = l->ctx->ruleset;
    struct limit stale = {rules->stale_days, LIMIT_CALENDAR_DAYS};
    bool may_close = limit_is_valid(rules->silence);
    struct due due;

    if (due_of_applicant(l->ctx, may_close ? rules->silence : stale, h->from, &due))
        list_add(l, may_close ? DEADLINE_SILENCE : DEADLINE_STALE, 0, h->from, &due);
}

static void list_hold_end(struct listing *l, const struct dossier_hold *h, enum deadline_kind kind,
                          struct limit limit)
{
    struct due due;

    if (due_of_hold(l->ctx, limit, h, &due))
        list_add(l, kind, 0, h->from, &due);
}

static void list_hold(struct listing *l)
{
    const struct dossier_hold *h = dossier_running_hold(l->d);
    const struct ruleset *rules = l->ctx->ruleset;

    if (!h || l->d->state == STATE_WITHDRAWAL_REQUESTED)
        return;
    switch (h->kind) {
    case HOLD_KIND_SUPPLEMENT:
        list_silence(l, h);
        return;
    case HOLD_KIND_FINANCIAL:
        list_hold_end(l, h, DEADLINE_FINANCIAL_HOLD, rules->financial_hold_limit);
        return;
    case HOLD_KIND_APPLICANT_CONFIRM:
        list_hold_end(l, h, DEADLINE_CONFIRMATION, rules->confirmation);
        return;
    case HOLD_KIND_OTHER:
        list_hold_end(l, h, DEADLINE_OTHER_HOLD, rules->other_hold_limit);
        return;
    case HOLD_KIND_COUNT:
        return;
    }
}

/* ---- opinions, withdrawal ---- */

static void list_opinions(struct listing *l, enum deadline_kind kind)
{
    for (int i = 0; l->d->decided_at == INSTANT_NONE && i < l->d->n_opinions; i++) {
        const struct dossier_opinion *o = &l->d->opinions[i];
        struct due due = due_instant(o->answer_by, l->ctx->zone_s);

        if (o->answered_at == INSTANT_NONE && o->answer_by != INSTANT_NONE)
            list_add(l, kind, i + 1, kind == DEADLINE_OPINION ? o->asked_at : o->answer_by, &due);
    }
}

static void list_withdrawal(struct listing *l)
{
    int64_t from = l->d->withdrawal_requested_at;
    struct due due;

    if (l->d->state == STATE_WITHDRAWAL_REQUESTED &&
        due_of(l->ctx, l->ctx->calendar, l->ctx->ruleset->withdrawal_answer, from, &due))
        list_add(l, DEADLINE_WITHDRAWAL, 0, from, &due);
}

int deadline_list(const struct decide_context *ctx, struct deadline *ret)
{
    struct listing l = {.ctx = ctx, .d = ctx->dossier, .list = ret};

    if (l.d->ended_at != INSTANT_NONE || (l.d->is_imported && !l.d->is_adopted) || !ctx->ruleset)
        return 0;
    list_online(&l);
    list_forward(&l);
    list_supplement_notice(&l);
    list_hold(&l);
    list_opinions(&l, DEADLINE_OPINION);
    list_opinions(&l, DEADLINE_OPINION_REPORT);
    list_withdrawal(&l);
    return l.n;
}

/* ---- asking ---- */

bool deadline_has_passed(const struct deadline *d, int64_t at, int32_t zone_s)
{
    return d->is_instant ? at > d->due_at : instant_date(at, zone_s) > d->due_on;
}

int64_t deadline_confirmation_end(const struct decide_context *ctx)
{
    const struct dossier_hold *h = dossier_running_hold(ctx->dossier);
    struct due due;

    if (!h || h->kind != HOLD_KIND_APPLICANT_CONFIRM || ctx->dossier->state != STATE_ON_HOLD ||
        !due_of_hold(ctx, ctx->ruleset->confirmation, h, &due))
        return INSTANT_NONE;
    return due.at;
}

static bool deadline_equal(const struct deadline *a, const struct deadline *b)
{
    return a->kind == b->kind && a->ordinal == b->ordinal && a->from == b->from &&
           a->due_at == b->due_at && a->due_on == b->due_on && a->is_instant == b->is_instant &&
           a->office == b->office && a->officer == b->officer;
}

bool deadline_lists_equal(const struct deadline *a, int n_a, const struct deadline *b, int n_b)
{
    for (int i = 0; n_a == n_b && i < n_a; i++) {
        if (!deadline_equal(&a[i], &b[i]))
            return false;
    }
    return n_a == n_b;
}
