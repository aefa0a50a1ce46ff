/* See record.h. Old and new are both derived from the events alone, and the difference is what is
 * written: so a correction of something long past takes the same way as an ordinary action. */
#include "flow/record.h"

#include <string.h>

#include "base/buffer.h"
#include "domain/deadline.h"
#include "domain/episode.h"
#include "domain/stay.h"
#include "flow/notice.h"

void record_decide_context(const struct reference *r, const struct dossier *d, int64_t now,
                           int32_t zone_s, struct decide_context *ret)
{
    *ret = (struct decide_context){
        .dossier = d,
        .procedure_case = reference_case(r, d->case_id),
        .ruleset = reference_ruleset(r, d->ruleset_id),
        .calendar = reference_calendar_or_none(r, d->competent_office),
        .now = now,
        .zone_s = zone_s,
        .counter_calendar = reference_calendar(r, d->supervising_office),
        .is_competent_elsewhere = reference_committee(r, d->competent_office) !=
                                  reference_committee(r, d->supervising_office),
        .organisation = &r->organisation,
    };
    if (!ret->ruleset)
        ret->ruleset = reference_ruleset_on(
            r, instant_date(d->received_at != INSTANT_NONE ? d->received_at : now, zone_s));
    if (!ret->ruleset && r->n_rulesets)
        ret->ruleset = &r->rulesets[0]; /* history older than the first ruleset */
}

void record_lateness_context(const struct reference *r, const struct dossier *d, int32_t zone_s,
                             struct lateness_context *ret)
{
    struct decide_context ctx;

    record_decide_context(r, d, 0, zone_s, &ctx);
    *ret = (struct lateness_context){d,    ctx.procedure_case, ctx.ruleset, ctx.calendar, zone_s,
                                     NULL, ctx.organisation};
}

static bool no_memory(struct error *err)
{
    return error_set(err, ERR_NO_MEMORY, arg_text("what", "decision"));
}

/* Composes the bytes of the new events. */
static bool compose(struct arena *arena, const struct event *events, int n,
                    struct commit_event *ret, struct error *err)
{
    struct buffer b = {0};
    bool ok = true;

    for (int i = 0; i < n && ok; i++) {
        const struct event *e = &events[i];

        buffer_clear(&b);
        event_encode(e, &b);
        ret[i] = (struct commit_event){
            .at = e->at,
            .recorded_at = e->recorded_at,
            .actor = e->actor,
            .action = e->action,
            .bytes = b.is_failed ? NULL : arena_strndup(arena, b.data, b.len),
            .len = b.len,
            .numbered_letter =
                e->action == ACTION_NUMBER_LETTER ? event_number(e, EVENT_FIELD_LETTER, 0) : 0,
        };
        ok = ret[i].bytes != NULL;
    }
    buffer_deinit(&b);
    return ok || no_memory(err);
}

/* What the timeline adds to the counters; NULL without memory. */
static struct counter_delta *contributions(struct arena *arena, const struct fact *facts, int n,
                                           int32_t zone_s, int *ret_n)
{
    struct counter_delta *list = arena_array(arena, (size_t)COUNTER_DELTAS_OF(n), sizeof *list);

    if (list)
        *ret_n = counter_contributions(facts, n, zone_s, list);
    return list;
}

static bool derive_counters(struct arena *arena, const struct fact *a, int n_a,
                            const struct fact *b, int n_b, int32_t zone_s, struct commit_member *m,
                            struct error *err)
{
    int n_old = 0, n_new = 0;
    struct counter_delta *old = contributions(arena, a, n_a, zone_s, &n_old);
    struct counter_delta *new_ = contributions(arena, b, n_b, zone_s, &n_new);
    struct counter_delta *ret = arena_array(arena, (size_t)(n_old + n_new) + 1, sizeof *ret);

    if (!old || !new_ || !ret)
        return no_memory(err);
    m->n_counters = counter_difference(old, n_old, new_, n_new, ret);
    m->counters = ret;
    return true;
}

/* Facts, and the counters that follow from them. */
static bool derive_facts(struct arena *arena, const struct history *old, const struct history *new_,
                         int64_t now, int32_t zone_s, struct commit_member *m, struct error *err)
{
    /* an event changes a fact at most once */
    size_t most = (size_t)new_->n + 2 < FACTS_MAX ? (size_t)new_->n + 2 : FACTS_MAX;
    struct fact *a = arena_array(arena, most, sizeof *a), *b = arena_array(arena, most, sizeof *b);
    struct commit_fact *changes;
    int n_a, n_b;

    if (!a || !b)
        return no_memory(err);
    n_a = fact_timeline(old, INSTANT_FOREVER, zone_s, a);
    n_b = fact_timeline(new_, INSTANT_FOREVER, zone_s, b);
    if (n_a < 0 || n_b < 0)
        return no_memory(err);
    changes = arena_array(arena, (size_t)(n_a + n_b) + 1, sizeof *changes);
    if (!changes)
        return no_memory(err);
    m->n_facts = commit_fact_changes(a, n_a, b, n_b, now, changes);
    m->facts = changes;
    return derive_counters(arena, a, n_a, b, n_b, zone_s, m, err);
}

/* What must be done by when, written only when it differs from what the dossier had: an edit of the
 * rules in between is followed by itself (deadline_follow.h). */
static bool derive_deadlines(struct arena *arena, const struct reference *r,
                             const struct dossier *before, const struct dossier *after,
                             int32_t zone_s, struct commit_member *m, struct error *err)
{
    struct deadline old[DEADLINES_MAX], new_[DEADLINES_MAX], *kept;
    struct decide_context ctx;
    int n_old, n_new;

    record_decide_context(r, before, 0, zone_s, &ctx);
    n_old = deadline_list(&ctx, old);
    record_decide_context(r, after, 0, zone_s, &ctx);
    n_new = deadline_list(&ctx, new_);
    if (deadline_lists_equal(old, n_old, new_, n_new))
        return true;
    kept = arena_array(arena, (size_t)n_new + 1, sizeof *kept);
    if (!kept)
        return no_memory(err);
    memcpy(kept, new_, (size_t)n_new * sizeof *kept);
    m->takes_deadlines_away = n_old > 0;
    m->deadlines = kept;
    m->n_deadlines = n_new;
    return true;
}

static bool obligation_equal(const struct dossier_obligation *a, const struct dossier_obligation *b)
{
    return a->trigger == b->trigger && a->state == b->state && a->waiver == b->waiver &&
           a->office == b->office && a->at_fault_office == b->at_fault_office &&
           a->owed_at == b->owed_at && a->latest_at == b->latest_at &&
           a->letter_id == b->letter_id && a->timing == b->timing;
}

static bool derive_obligations(struct arena *arena, const struct dossier *old,
                               const struct dossier *new_, struct commit_member *m,
                               struct error *err)
{
    struct commit_obligation *rows;

    if (new_->n_obligations == 0)
        return true;
    rows = arena_array(arena, (size_t)new_->n_obligations, sizeof *rows);
    if (!rows)
        return no_memory(err);
    for (int i = 0; i < new_->n_obligations; i++)
        if (i >= old->n_obligations ||
            !obligation_equal(&old->obligations[i], &new_->obligations[i]))
            rows[m->n_obligations++] = (struct commit_obligation){i + 1, &new_->obligations[i]};
    m->obligations = rows;
    return true;
}

static bool episode_stands(const struct episode *e, const struct episode *list, int n)
{
    for (int i = 0; i < n; i++)
        if (episode_equal(e, &list[i]))
            return true;
    return false;
}

/* Episodes that began, ended or were corrected. */
static bool derive_episodes(struct arena *arena, const struct reference *r,
                            const struct history *old, const struct history *new_,
                            const struct dossier *before, const struct dossier *after,
                            int32_t zone_s, struct commit_member *m, struct error *err)
{
    struct episode was[EPISODES_MAX], is[EPISODES_MAX], *rows;
    struct lateness_context ctx;
    int n_was = 0, n_is;

    record_lateness_context(r, after, zone_s, &ctx);
    n_is = episode_list(&ctx, new_, is);
    if (n_is == 0)
        return true;
    if (old->n) {
        record_lateness_context(r, before, zone_s, &ctx);
        n_was = episode_list(&ctx, old, was);
    }
    if (n_is < 0 || n_was < 0)
        return no_memory(err);
    rows = arena_array(arena, (size_t)n_is, sizeof *rows);
    if (!rows)
        return no_memory(err);
    for (int i = 0; i < n_is; i++)
        if (!episode_stands(&is[i], was, n_was))
            rows[m->n_episodes++] = is[i];
    m->episodes = rows;
    return true;
}

static int stays_of(const struct reference *r, const struct dossier *d, const struct history *h,
                    int32_t zone_s, struct stay *ret)
{
    struct lateness_context ctx;

    record_lateness_context(r, d, zone_s, &ctx);
    return stay_timeline(&ctx, h, INSTANT_FOREVER, ret);
}

/* Where it stood. */
static bool derive_stays(struct arena *arena, const struct reference *r, const struct history *old,
                         const struct history *new_, const struct dossier *before,
                         const struct dossier *after, int64_t now, int32_t zone_s,
                         struct commit_member *m, struct error *err)
{
    size_t most = (size_t)new_->n + 2 < STAYS_MAX ? (size_t)new_->n + 2 : STAYS_MAX;
    struct stay *a = arena_array(arena, most, sizeof *a), *b = arena_array(arena, most, sizeof *b);
    struct commit_stay *changes;
    int n_a = 0, n_b;

    if (!a || !b)
        return no_memory(err);
    if (old->n)
        n_a = stays_of(r, before, old, zone_s, a);
    n_b = stays_of(r, after, new_, zone_s, b);
    if (n_a < 0 || n_b < 0)
        return no_memory(err);
    changes = arena_array(arena, (size_t)(n_a + n_b) + 1, sizeof *changes);
    if (!changes)
        return no_memory(err);
    m->n_stays = commit_stay_changes(a, n_a, b, n_b, now, changes);
    m->stays = changes;
    return true;
}

static bool derive_notices(struct arena *arena, const struct reference *r,
                           const struct dossier *before, const struct record *rec,
                           const struct history *h, int32_t zone_s, struct commit_member *m,
                           struct error *err)
{
    struct deadline deadlines[DEADLINES_MAX];
    struct decide_context decide;
    struct notice_context ctx = {.before = before,
                                 .after = &rec->after,
                                 .events = rec->events,
                                 .n_events = rec->n_events,
                                 .deadlines = deadlines,
                                 .zone_s = zone_s};

    record_decide_context(r, &rec->after, 0, zone_s, &decide);
    ctx.ruleset = decide.ruleset;
    if (!ctx.ruleset)
        return true;
    if (rec->after.state == STATE_AWAITING_SUPPLEMENT)
        ctx.n_deadlines = deadline_list(&decide, deadlines);
    return notice_queue(arena, h, &ctx, m, err);
}

bool record_build(struct arena *arena, const struct reference *r, const struct history *old,
                  int64_t dossier_id, const struct event *events, int n_events, int64_t now,
                  int32_t zone_s, struct record *ret, struct error *err)
{
    int n = old->n + n_events, version = old->n;
    struct event *all = event_room(arena, n);
    struct commit_event *composed = arena_array(arena, (size_t)n_events, sizeof *composed);
    struct history new_ = {all, n};
    struct lateness_context ctx;
    struct dossier before;
    struct commit_member *m = &ret->member;

    if (!all || !composed)
        return no_memory(err);
    /* A clock set back a little: what is recorded never is, and the caches follow the record. */
    if (n_events && events[n_events - 1].recorded_at > now)
        now = events[n_events - 1].recorded_at;
    for (int i = 0; i < old->n; i++)
        event_copy(&all[i], &old->events[i]);
    for (int i = 0; i < n_events; i++) {
        event_copy(&all[old->n + i], &events[i]);
        all[old->n + i].seq = version + 1 + i;
    }
    ret->events = all + old->n;
    ret->n_events = n_events;

    /* What the caches say now is the fold at the moment of the newest record. */
    dossier_init(&before, dossier_id);
    if (old->n)
        history_fold(old, old->events[old->n - 1].recorded_at, INSTANT_FOREVER, &before);
    history_fold(&new_, now, INSTANT_FOREVER, &ret->after);
    ret->after.id = dossier_id;

    commit_member_init(m);
    m->after = &ret->after;
    m->expected_version = version;
    m->epoch = r->epoch;
    m->zone_s = zone_s;
    m->events = composed;
    m->n_events = n_events;
    record_lateness_context(r, &ret->after, zone_s, &ctx);
    warning_compute(&ctx, now, &ret->warning);
    m->warning = &ret->warning;
    m->next_stored_at = history_next_at(&new_, now);
    m->next_alarm_at = alarm_next(&ctx, &ret->warning, now, m->next_stored_at);
    return compose(arena, ret->events, n_events, composed, err) &&
           derive_facts(arena, old, &new_, now, zone_s, m, err) &&
           derive_deadlines(arena, r, &before, &ret->after, zone_s, m, err) &&
           derive_obligations(arena, &before, &ret->after, m, err) &&
           derive_episodes(arena, r, old, &new_, &before, &ret->after, zone_s, m, err) &&
           derive_stays(arena, r, old, &new_, &before, &ret->after, now, zone_s, m, err) &&
           derive_notices(arena, r, &before, ret, &new_, zone_s, m, err);
}
