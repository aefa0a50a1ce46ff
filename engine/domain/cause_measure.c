/* Whose was the time?  A walk over the dossier's life, stretch by stretch, cut wherever something
 * begins or ends: a declared interval, an opinion's silence.  Each piece belongs to one and only
 * one of these, asked in this order:
 *
 *   1. a declared objective interval whose scope covers these hands and this step,
 *   2. the budget of the step, while some is left: the holder had work of its own to do,
 *   3. an office of the same committee that was asked for an opinion and is past its answer-by
 * date,
 *   4. another agency that is: objective time, with the request as its evidence,
 *   5. the overrun of whoever held the file.
 *
 * So an hour of storm is the storm's even when the budget had run out before it, no hour stands on
 * both sides, and an opinion that runs beside the holder's own work excuses nothing.  A ruleset may
 * ask 3 and 4 before 2 (opinion_silence).  Source: law:cause, law:opinion. */
#include <string.h>

#include "base/instant.h"
#include "domain/cause_impl.h"
#include "domain/lateness_impl.h"

#define POINTS_MAX (2 + 2 * CAUSE_INTERVALS_MAX + 2 * DOSSIER_OPINIONS_MAX)
#define SHARES_MAX (DOSSIER_SEGMENTS_MAX + DOSSIER_OPINIONS_MAX)

struct walk {
    const struct lateness_context *ctx;
    const struct objective_interval *intervals;
    int64_t until;
    int n_touching, touching[CAUSE_INTERVALS_MAX]; /* intervals in time with the dossier */
    bool is_covering[CAUSE_INTERVALS_MAX];         /* of these, the stretch under way */
    int64_t interval_us[CAUSE_INTERVALS_MAX];      /* beside touching[] */
    int64_t by_kind[OBJECTIVE_KIND_COUNT];
    int64_t silence_us[DOSSIER_OPINIONS_MAX];
    int64_t purse_us[PROCEDURE_STEPS_MAX]; /* by index: what is spent of each step */
    int n_shares;
    struct cause_share shares[SHARES_MAX];
    struct cause_finding *f;
};

/* One stretch while it is walked. */
struct stretch {
    const struct procedure_step *step; /* NULL: measured against nobody's budget */
    int64_t from, to, left_us;         /* left of the budget */
    struct cause_use use;
};

/* ---- what covers what ---- */

static bool interval_covers(const struct walk *w, const struct objective_interval *o,
                            const struct dossier_segment *s)
{
    bool is_here = o->n_offices == 0, is_step = o->n_steps == 0;

    for (int i = 0; i < o->n_offices && !is_here; i++)
        is_here = organisation_within(w->ctx->organisation, s->office, o->offices[i]);
    for (int i = 0; i < o->n_steps && !is_step; i++)
        is_step = o->steps[i] == s->step;
    return is_here && is_step;
}

static int64_t interval_end(const struct objective_interval *o)
{
    return o->to == INSTANT_NONE ? INSTANT_FOREVER : o->to;
}

/* An opinion holds the step that asked for it, until it is given or the dossier was decided without
 * it. */
static int64_t silence_end(const struct dossier *d, const struct dossier_opinion *o)
{
    if (o->answered_at != INSTANT_NONE)
        return o->answered_at;
    return d->decided_at != INSTANT_NONE ? d->decided_at : INSTANT_FOREVER;
}

static bool silence_holds(const struct dossier_opinion *o, const struct stretch *s)
{
    return o->answer_by != INSTANT_NONE && o->step > 0 && s->step && o->step == s->step->seq;
}

/* The silent office that is longest past its date, of the same committee or of others; 0: none. */
static int silent_at(const struct walk *w, const struct stretch *s, int64_t at, bool is_elsewhere)
{
    const struct dossier *d = w->ctx->dossier;
    int found = 0;

    for (int i = 0; i < d->n_opinions; i++) {
        const struct dossier_opinion *o = &d->opinions[i];

        if (!silence_holds(o, s) || at < o->answer_by || at >= silence_end(d, o) ||
            organisation_is_elsewhere(w->ctx->organisation, o->office, d->competent_office) !=
                is_elsewhere)
            continue;
        if (!found || o->answer_by < d->opinions[found - 1].answer_by)
            found = i + 1;
    }
    return found;
}

/* ---- whose a piece is ---- */

static void share_add(struct walk *w, const struct stretch *s, int opinion, int64_t us)
{
    const struct dossier_segment *segment = s->use.segment;
    struct cause_share *share = NULL;

    for (int i = 0; i < w->n_shares && !share; i++)
        if (opinion ? w->shares[i].opinion == opinion
                    : w->shares[i].opinion == 0 && w->shares[i].segment == segment)
            share = &w->shares[i];
    if (!share) {
        share = &w->shares[w->n_shares++];
        *share = (struct cause_share){
            .segment = segment,
            .opinion = opinion,
            .office = opinion ? w->ctx->dossier->opinions[opinion - 1].office : segment->office,
            .officer = opinion ? 0 : segment->officer,
        };
    }
    share->overrun_us += us;
    w->f->overrun_us += us;
}

/* Is the piece inside declared time?  What each interval took, and each kind once. */
static bool piece_is_declared(struct walk *w, int64_t at, int64_t us)
{
    bool is_counted[OBJECTIVE_KIND_COUNT] = {false}, is_declared = false;

    for (int i = 0; i < w->n_touching; i++) {
        const struct objective_interval *o = &w->intervals[w->touching[i]];

        if (!w->is_covering[i] || at < o->from || at >= interval_end(o))
            continue;
        is_declared = true;
        w->interval_us[i] += us;
        if (!o->evidence || !*o->evidence)
            w->f->is_evidence_missing = true;
        if (!is_counted[o->kind])
            w->by_kind[o->kind] += us;
        is_counted[o->kind] = true;
    }
    return is_declared;
}

static void piece_is_objective(struct walk *w, struct stretch *s, int64_t us)
{
    s->use.objective_us += us;
    w->f->objective_us += us;
}

/* What is nobody's budget: of a silent office of the same committee, of another agency, or of the
 * holder. */
static void piece_is_above(struct walk *w, struct stretch *s, int own, int elsewhere, int64_t us)
{
    if (own) {
        s->use.used_us += us;
        s->use.silence_us += us;
        w->silence_us[own - 1] += us;
        share_add(w, s, own, us);
    } else if (elsewhere) {
        w->silence_us[elsewhere - 1] += us;
        w->by_kind[OBJECTIVE_OTHER_AGENCY] += us;
        w->f->silence_us += us;
        piece_is_objective(w, s, us);
    } else {
        s->use.used_us += us;
        s->use.overrun_us += us;
        share_add(w, s, 0, us);
    }
}

static void piece_take(struct walk *w, struct stretch *s, int64_t at, int64_t us)
{
    int own, elsewhere;
    int64_t inside = us < s->left_us ? us : s->left_us;

    if (us == 0)
        return;
    if (piece_is_declared(w, at, us)) {
        piece_is_objective(w, s, us);
        return;
    }
    if (!s->step) {
        s->use.used_us += us;
        return;
    }
    own = silent_at(w, s, at, false);
    elsewhere = silent_at(w, s, at, true);
    if ((own || elsewhere) && w->ctx->ruleset->opinion_silence == OPINION_SILENCE_AT_ONCE)
        inside = 0;
    s->left_us -= inside;
    s->use.used_us += inside;
    if (us > inside)
        piece_is_above(w, s, own, elsewhere, us - inside);
}

/* ---- stretches ---- */

/* Adds an instant inside the stretch, once, in order. */
static void point_add(const struct stretch *s, int64_t at, int64_t points[POINTS_MAX], int *n)
{
    int i = *n;

    if (at <= s->from || at >= s->to)
        return;
    while (i > 0 && points[i - 1] > at)
        i--;
    if (i > 0 && points[i - 1] == at)
        return;
    memmove(&points[i + 1], &points[i], (size_t)(*n - i) * sizeof *points);
    points[i] = at;
    ++*n;
}

static int stretch_points(struct walk *w, const struct stretch *s, int64_t points[POINTS_MAX])
{
    const struct dossier *d = w->ctx->dossier;
    int n = 0;

    for (int i = 0; i < w->n_touching; i++) {
        const struct objective_interval *o = &w->intervals[w->touching[i]];

        w->is_covering[i] = interval_covers(w, o, s->use.segment);
        if (!w->is_covering[i])
            continue;
        point_add(s, o->from, points, &n);
        point_add(s, interval_end(o), points, &n);
    }
    for (int i = 0; i < d->n_opinions; i++)
        if (silence_holds(&d->opinions[i], s)) {
            point_add(s, d->opinions[i].answer_by, points, &n);
            point_add(s, silence_end(d, &d->opinions[i]), points, &n);
        }
    points[n++] = s->to;
    return n;
}

static bool stretch_walk(struct walk *w, struct stretch *s)
{
    int64_t points[POINTS_MAX], at = s->from, us;
    int n = stretch_points(w, s, points);
    struct error err;

    for (int i = 0; i < n; at = points[i++]) {
        if (!calendar_work_between(w->ctx->calendar, at, points[i], &us, &err))
            return false;
        piece_take(w, s, at, us);
    }
    return true;
}

/* What lies before a restart belongs to a count that is over; the applicant's time, and time while
 * the clock stood, to nobody. */
static bool segment_walk(struct walk *w, const struct dossier_segment *segment,
                         struct cause_use *ret_use)
{
    int64_t origin = lateness_counts_from(w->ctx->dossier), *purse;
    struct stretch s = {
        .step = segment->office ? lateness_step(w->ctx->procedure_case, segment->step) : NULL,
        .from = segment->from > origin ? segment->from : origin,
        .to = segment->to == INSTANT_NONE || segment->to > w->until ? w->until : segment->to,
        .use = {.segment = segment},
    };

    if (!segment->is_waiting && s.from < s.to) {
        if (s.step) {
            purse = &w->purse_us[s.step - w->ctx->procedure_case->steps];
            s.left_us = s.step->budget_minutes * INSTANT_MINUTE - *purse;
            s.use.budget_us = s.left_us;
            if (!stretch_walk(w, &s))
                return false;
            *purse += s.use.budget_us - s.left_us;
        } else if (!stretch_walk(w, &s)) {
            return false;
        }
    }
    *ret_use = s.use;
    return true;
}

/* ---- what comes of it ---- */

/* The largest overrun first; of equal ones the earlier. */
static void shares_tell(struct walk *w)
{
    struct cause_finding *f = w->f;

    for (int i = 1; i < w->n_shares; i++) {
        struct cause_share share = w->shares[i];
        int at = i;

        for (; at > 0 && w->shares[at - 1].overrun_us < share.overrun_us; at--)
            w->shares[at] = w->shares[at - 1];
        w->shares[at] = share;
    }
    for (int i = 0; i < w->n_shares; i++) {
        bool is_known = false;

        if (i < CAUSE_RESPONSIBLE_MAX)
            f->responsible[f->n_responsible++] = w->shares[i];
        for (int k = 0; k < f->n_offices; k++)
            is_known = is_known || f->offices[k] == w->shares[i].office;
        if (!is_known && f->n_offices < CAUSE_OFFICES_MAX)
            f->offices[f->n_offices++] = w->shares[i].office;
    }
}

static void intervals_tell(struct walk *w, struct cause_detail *detail)
{
    struct cause_finding *f = w->f;
    int64_t most = 0;

    for (int i = 0; i < w->n_touching; i++)
        if (w->interval_us[i] > 0 && f->n_intervals < CAUSE_LISTED_MAX)
            f->intervals[f->n_intervals++] = w->intervals[w->touching[i]].id;
    for (int k = 0; k < OBJECTIVE_KIND_COUNT; k++)
        if (w->by_kind[k] > most) {
            most = w->by_kind[k];
            f->objective_kind = (enum objective_kind)k;
        }
    if (!detail)
        return;
    for (int i = 0; i < w->n_touching; i++)
        if (w->touching[i] < CAUSE_INTERVALS_MAX)
            detail->interval_us[w->touching[i]] = w->interval_us[i];
    memcpy(detail->silence_us, w->silence_us, sizeof detail->silence_us);
}

static bool walk_touching(struct walk *w, int n)
{
    const struct dossier *d = w->ctx->dossier;
    int64_t from = d->n_segments ? d->segments[0].from : w->until;

    for (int i = 0; i < n; i++) {
        const struct objective_interval *o = &w->intervals[i];

        if (o->from >= w->until || interval_end(o) <= from || o->from >= interval_end(o))
            continue;
        if (w->n_touching == CAUSE_INTERVALS_MAX)
            return false;
        w->touching[w->n_touching++] = i;
    }
    return true;
}

bool cause_measure(const struct lateness_context *ctx, const struct objective_interval *intervals,
                   int n, int64_t until, struct cause_finding *f, struct cause_detail *ret_detail)
{
    struct walk w = {.ctx = ctx, .intervals = intervals, .until = until, .f = f};
    const struct dossier *d = ctx->dossier;

    if (ret_detail)
        memset(ret_detail, 0, sizeof *ret_detail);
    if (!walk_touching(&w, n))
        return false;
    for (int i = 0; i < d->n_segments; i++) {
        struct cause_use use;

        if (d->segments[i].from >= until)
            continue;
        if (!segment_walk(&w, &d->segments[i], &use))
            return false;
        if (ret_detail)
            ret_detail->uses[ret_detail->n_uses++] = use;
    }
    shares_tell(&w);
    intervals_tell(&w, ret_detail);
    return true;
}
