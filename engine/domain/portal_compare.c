/* Each reason is a question about one pair. A moment of the file that is a day is compared by day,
 * one with an hour to the minute: the portal keeps no more. */
#include "domain/portal_compare.h"

#include "base/instant.h"

/* clang-format off */
const struct portal_reason_row portal_reasons[PORTAL_REASON_COUNT] = {
#define PORTAL_REASON(name, word, vi, en) [PORTAL_##name] = {word, {vi, en}},
#include "tables/portal.def"
#undef PORTAL_REASON
};
/* clang-format on */

static int32_t day(const struct portal_pair *p, int64_t at)
{
    return at == INSTANT_NONE ? DATE_NONE : instant_date(at, p->zone_s);
}

static bool is_same_day(const struct portal_pair *p, const struct portal_moment *m, int64_t at)
{
    return day(p, m->at) == day(p, at);
}

static int64_t minute(int64_t at)
{
    return at / INSTANT_MINUTE;
}

/* Do both sides say the same moment, as far as the file tells it? */
static bool agrees(const struct portal_pair *p, const struct portal_moment *m, int64_t at)
{
    if (m->at == INSTANT_NONE || at == INSTANT_NONE)
        return m->at == at;
    return m->is_day ? is_same_day(p, m, at) : minute(m->at) == minute(at);
}

bool portal_is_in_time(const struct portal_dossier *theirs, int64_t at, int32_t zone_s)
{
    int64_t end = theirs->ended.at == INSTANT_NONE ? at : theirs->ended.at;
    bool is_by_day =
        theirs->due.is_day || (theirs->ended.is_day && theirs->ended.at != INSTANT_NONE);

    if (theirs->due.at == INSTANT_NONE)
        return true;
    return is_by_day ? instant_date(end, zone_s) <= instant_date(theirs->due.at, zone_s)
                     : end <= theirs->due.at;
}

static bool is_judged_otherwise(const struct portal_pair *p)
{
    return portal_is_in_time(p->theirs, p->at, p->zone_s) != (p->time->judgement != JUDGEMENT_LATE);
}

/* ---- reasons ---- */

static bool by_several(const struct portal_pair *p)
{
    return p->time->n_requests > 1 && is_judged_otherwise(p);
}

static bool by_supplement(const struct portal_pair *p)
{
    return p->time->n_requests == 1 && p->time->waited_us > 0 && is_judged_otherwise(p);
}

static bool by_waiting(const struct portal_pair *p)
{
    return p->d->ended_at == INSTANT_NONE && p->time->is_finished &&
           !agrees(p, &p->theirs->ended, p->time->end_at);
}

static bool is_other_due(const struct portal_pair *p)
{
    return !agrees(p, &p->theirs->due, p->time->promise_at);
}

static bool by_reappointed(const struct portal_pair *p)
{
    return p->d->due_reappointed != INSTANT_NONE && p->d->due_reappointed != p->d->due_at &&
           agrees(p, &p->theirs->due, p->d->due_reappointed);
}

static bool by_original(const struct portal_pair *p)
{
    return is_other_due(p) && p->d->due_original != INSTANT_NONE &&
           agrees(p, &p->theirs->due, p->d->due_original);
}

static bool by_due_day(const struct portal_pair *p)
{
    return is_other_due(p) && !by_original(p) && p->theirs->due.at != INSTANT_NONE &&
           is_same_day(p, &p->theirs->due, p->time->promise_at);
}

static bool by_due(const struct portal_pair *p)
{
    return is_other_due(p) && !by_original(p) && !by_due_day(p);
}

/* Ends are compared where one of both has ended; one that waits was judged above. */
static bool is_other_end(const struct portal_pair *p)
{
    return !agrees(p, &p->theirs->ended, p->d->ended_at) && !by_waiting(p) &&
           !(p->d->ended_at == INSTANT_NONE && agrees(p, &p->theirs->ended, p->time->end_at));
}

static bool by_returned(const struct portal_pair *p)
{
    return is_other_end(p) && p->d->returned_at != INSTANT_NONE &&
           agrees(p, &p->theirs->ended, p->d->returned_at);
}

static bool by_end_missing(const struct portal_pair *p)
{
    return is_other_end(p) && p->theirs->ended.at == INSTANT_NONE;
}

static bool by_end_earlier(const struct portal_pair *p)
{
    return is_other_end(p) && p->d->ended_at == INSTANT_NONE;
}

static bool is_moved_end(const struct portal_pair *p)
{
    return is_other_end(p) && p->theirs->ended.at != INSTANT_NONE &&
           p->d->ended_at != INSTANT_NONE && !by_returned(p);
}

static bool by_end_day(const struct portal_pair *p)
{
    return is_moved_end(p) && is_same_day(p, &p->theirs->ended, p->d->ended_at);
}

static bool by_end(const struct portal_pair *p)
{
    return is_moved_end(p) && !by_end_day(p);
}

static bool by_received(const struct portal_pair *p)
{
    return !is_same_day(p, &p->theirs->received, p->d->received_at);
}

static bool (*const rules[PORTAL_REASON_COUNT])(const struct portal_pair *p) = {
    [PORTAL_SEVERAL_SUPPLEMENTS] = by_several,
    [PORTAL_SUPPLEMENT] = by_supplement,
    [PORTAL_WAITING] = by_waiting,
    [PORTAL_DUE_REAPPOINTED] = by_reappointed,
    [PORTAL_DUE_ORIGINAL] = by_original,
    [PORTAL_DUE_DAY] = by_due_day,
    [PORTAL_DUE_DIFFERS] = by_due,
    [PORTAL_END_RETURNED] = by_returned,
    [PORTAL_END_MISSING] = by_end_missing,
    [PORTAL_END_EARLIER] = by_end_earlier,
    [PORTAL_END_DAY] = by_end_day,
    [PORTAL_END_DIFFERS] = by_end,
    [PORTAL_RECEIVED_DIFFERS] = by_received,
};

int portal_compare(const struct portal_pair *p, enum portal_reason ret[PORTAL_REASON_COUNT])
{
    int n = 0;

    for (int i = 0; i < PORTAL_REASON_COUNT; i++)
        if (rules[i] && rules[i](p))
            ret[n++] = (enum portal_reason)i;
    if (n == 0 && is_judged_otherwise(p))
        ret[n++] = PORTAL_UNEXPLAINED;
    return n;
}
