/* The list of a dossier: the stretches of its clock (clock.h) day by day, counted one after the
 * other and not by the clock's arithmetic, so that the two can contradict each other in a test; and
 * the notes, which tell what each event did to the date by folding the events once more. */
#include <string.h>

#include "base/instant.h"
#include "domain/clock.h"
#include "domain/explain_impl.h"

struct listing {
    struct explain_list rows;
    const struct clock_rule *rule;
    const struct dossier_hold *holds;
    int32_t whole;  /* days of the whole limit as the stretch counts them */
    int32_t end_on; /* where the last stretch ends */
    int64_t end_at; /* of limits in working time */
    bool is_by_time;
};

static int32_t listing_date(const struct listing *l, int64_t at)
{
    return instant_date(at, calendar_zone_s(l->rule->calendar));
}

static bool no_memory(struct error *err)
{
    return error_set(err, ERR_NO_MEMORY, arg_text("what", "explain"));
}

/* The row of a day the count looks at: its year must be known. */
static bool counted_row(struct listing *l, int32_t on, struct explain_row **ret, struct error *err)
{
    struct calendar_info info;

    if (!calendar_day(l->rule->calendar, on, &info, err))
        return false;
    *ret = explain_add(&l->rows, on);
    return *ret || no_memory(err);
}

/* The day a stretch begins on: receipt, or return. */
static bool list_begin(struct listing *l, const struct clock_stretch *s, struct error *err)
{
    struct explain_row *row = explain_add(&l->rows, listing_date(l, s->from));

    if (!row)
        return no_memory(err);
    row->mark = EXPLAIN_RECEIPT;
    if (s->hold < 0)
        return true;
    row->hold_kind = l->holds[s->hold].kind;
    row->mark = s->is_whole ? EXPLAIN_RESTARTED : EXPLAIN_RESUMED;
    row->left = -1;
    if (!s->is_whole && !l->is_by_time) {
        row->number = l->whole - s->days;
        row->left = s->days;
    }
    return true;
}

/* The days between request and return, as one row. */
static bool list_held(struct listing *l, const struct clock_stretch *s,
                      const struct clock_stretch *next, struct error *err)
{
    int32_t from_on = listing_date(l, s->to) + 1, to_on = listing_date(l, next->from) - 1;
    struct explain_row *row;

    if (from_on > to_on)
        return true;
    row = explain_add(&l->rows, from_on);
    if (!row)
        return no_memory(err);
    row->to_on = to_on;
    row->mark = EXPLAIN_HELD;
    row->hold_kind = l->holds[next->hold].kind;
    return true;
}

/* The last day when nothing is left to count, or it is off: the next working day. */
static bool list_rolled(struct listing *l, int32_t on, int32_t number, struct error *err)
{
    struct explain_row *row = &l->rows.e->rows[l->rows.e->n_rows - 1];
    struct calendar_info info;

    if (!calendar_day(l->rule->calendar, on, &info, err))
        return false;
    if (!info.is_working && l->rule->due->is_rolled_forward && row->on == on &&
        row->mark == EXPLAIN_COUNTED) {
        row->mark = EXPLAIN_ROLLED;
        row->number = number;
    }
    while (!info.is_working && (l->rule->due->is_rolled_forward || !number)) {
        if (!counted_row(l, ++on, &row, err))
            return false;
        info = row->info;
        row->mark = info.is_working ? EXPLAIN_COUNTED : EXPLAIN_ROLLED;
    }
    l->end_on = on;
    return true;
}

/* A stretch of a limit in days: every day after its beginning, until its request or the limit. */
static bool list_days(struct listing *l, const struct clock_stretch *s, struct error *err)
{
    enum limit_unit unit = l->rule->limit.unit;
    int32_t on = listing_date(l, s->from), count = l->whole - s->days;
    int32_t last_on = s->to == INSTANT_NONE ? INT32_MAX : listing_date(l, s->to);
    struct explain_row *row;

    while (count < l->whole && on < last_on) {
        on++;
        if (unit == LIMIT_WORKING_DAYS) {
            if (!counted_row(l, on, &row, err))
                return false;
            row->mark = row->info.is_working ? EXPLAIN_COUNTED : EXPLAIN_SKIPPED;
            row->number = row->info.is_working ? ++count : 0;
            continue;
        }
        count++;
        if (unit == LIMIT_MONTHS && count < l->whole && on < last_on)
            continue; /* the days of months are not listed one by one */
        row = explain_add(&l->rows, on);
        if (!row)
            return no_memory(err);
        row->mark = unit == LIMIT_MONTHS && s->is_whole && count == l->whole ? EXPLAIN_MONTH
                                                                             : EXPLAIN_COUNTED;
        row->number = row->mark == EXPLAIN_MONTH ? l->rule->limit.amount : count;
    }
    if (s->to != INSTANT_NONE)
        return true;
    l->end_on = on;
    if (unit == LIMIT_WORKING_DAYS && s->days > 0)
        return true;
    return list_rolled(l, on, s->days > 0 ? l->rule->limit.amount : 0, err);
}

/* The sessions of one day between two instants, as long as something is left. */
static void take_sessions(struct listing *l, struct explain_row *row, int64_t from, int64_t to,
                          int64_t *left_us)
{
    int64_t midnight = date_instant(row->on, calendar_zone_s(l->rule->calendar));

    for (int i = 0; i<row->info.n_sessions && * left_us> 0; i++) {
        int64_t a = midnight + row->info.sessions[i].from_minute * INSTANT_MINUTE;
        int64_t b = midnight + row->info.sessions[i].to_minute * INSTANT_MINUTE;

        a = a > from ? a : from;
        b = b < to ? b : to;
        b = b < a + *left_us ? b : a + *left_us;
        if (a >= b)
            continue;
        row->used[row->n_used++] = (struct explain_used){a, b};
        row->used_us += b - a;
        *left_us -= b - a;
        l->end_at = b;
    }
    if (row->n_used)
        row->mark = EXPLAIN_HOURS;
}

/* A stretch of a limit in working time: the sessions of every day. */
static bool list_hours(struct listing *l, const struct clock_stretch *s, struct error *err)
{
    int64_t left_us = s->work_us, to = s->to == INSTANT_NONE ? INT64_MAX : s->to;
    int32_t on = listing_date(l, s->from),
            last_on = to == INT64_MAX ? INT32_MAX : listing_date(l, to);

    for (; left_us > 0 && on <= last_on; on++) {
        struct explain_row *row;
        bool is_begin = on == listing_date(l, s->from);

        if (!counted_row(l, on, &row, err))
            return false;
        row->mark = EXPLAIN_SKIPPED;
        take_sessions(l, row, s->from, to, &left_us);
        if (is_begin && !row->n_used)
            l->rows.e->n_rows--; /* the row of receipt or return says it all */
    }
    if (s->to != INSTANT_NONE)
        return true;
    if (!s->work_us && !calendar_add_work(l->rule->calendar, s->from, 0, &l->end_at, err))
        return false;
    l->end_on = instant_date(l->end_at - (l->end_at > s->from), calendar_zone_s(l->rule->calendar));
    return true;
}

/* What the rows end in, in words of due_compute(). */
static bool listing_end(struct listing *l, const struct clock_stretch *last, struct error *err)
{
    struct explain *e = l->rows.e;
    const struct calendar *cal = l->rule->calendar;
    int32_t from_on = listing_date(l, last->from);

    e->due.on = l->end_on;
    e->due.is_instant = l->rule->limit.unit != LIMIT_WORKING_DAYS &&
                        l->rule->limit.unit != LIMIT_CALENDAR_DAYS &&
                        l->rule->limit.unit != LIMIT_MONTHS;
    e->due.at = l->end_at;
    if (!l->is_by_time && calendar_is_working(cal, l->end_on) &&
        !calendar_closing(cal, l->end_on, &e->due.at, err))
        return false;
    if (!l->is_by_time && !calendar_is_working(cal, l->end_on))
        e->due.at = date_instant(l->end_on + 1, calendar_zone_s(cal)) - INSTANT_SECOND;
    e->due.is_provisional = calendar_is_provisional(cal, from_on, e->due.on);
    e->due.is_synthetic = calendar_is_synthetic(cal, from_on, e->due.on);
    e->rows[e->n_rows - 1].is_due = true;
    return true;
}

/* The days of each stretch, the days between them; the whole promise by due_explain() where nothing
 * interrupted it. */
static bool list_stretches(const struct clock_rule *rule, const struct dossier *d,
                           const struct clock_stretch *stretches, int n, struct explain *e,
                           struct error *err)
{
    struct listing l = {.rows = {.e = e}, .rule = rule, .holds = d->holds};

    if (n == 1)
        return due_explain(rule->calendar, rule->due, rule->limit, rule->start, e, err);
    e->rule = *rule->due;
    e->limit = rule->limit;
    e->from = rule->start;
    e->cal = calendar_ref(rule->calendar);
    l.is_by_time = clock_is_by_time(rule);
    for (int i = 0; i < n; i++) {
        const struct clock_stretch *s = &stretches[i];

        if (s->is_whole)
            l.whole = s->days;
        if (!list_begin(&l, s, err) ||
            !(l.is_by_time ? list_hours(&l, s, err) : list_days(&l, s, err)) ||
            (i + 1 < n && !list_held(&l, s, &stretches[i + 1], err)))
            return false;
    }
    return listing_end(&l, &stretches[n - 1], err);
}

/* ---- notes ---- */

struct noting {
    const struct decide_context *ctx;
    struct dossier_explain *x;
    const struct clock_stretch *stretches;
    int n_stretches;
    struct dossier d;   /* as it stood before the event */
    const char *ground; /* of the last hold */
};

static struct explain_note *note_add(struct noting *n, enum explain_note_kind kind, int64_t at)
{
    struct dossier_explain *x = n->x;
    struct explain_note *note;

    /* The last place is for what the events do not tell; a life longer than this keeps its end. */
    if (x->n_notes == EXPLAIN_NOTES_MAX - 6) {
        memmove(&x->notes[1], &x->notes[2], (size_t)(x->n_notes - 2) * sizeof *x->notes);
        x->n_notes--;
    }
    note = &x->notes[x->n_notes++];
    *note = (struct explain_note){
        .kind = kind,
        .at = at,
        .used = -1,
        .left = -1,
        .from_at = INSTANT_NONE,
        .to_at = INSTANT_NONE,
    };
    return note;
}

/* The office that had the dossier in hand at `at`. */
static int64_t holder_at(const struct dossier *d, int64_t at)
{
    for (int i = d->n_segments - 1; i >= 0; i--)
        if (!d->segments[i].is_waiting && d->segments[i].from <= at)
            return d->segments[i].office;
    return 0;
}

static void note_hold(struct noting *n, const struct event *e, const struct dossier *after)
{
    const struct dossier_hold *h = &after->holds[after->n_holds - 1];
    struct explain_note *note;

    if (h->began_after_due)
        note = note_add(n, EXPLAIN_NOTE_AFTER_DUE, e->at);
    else if (h->is_late_request)
        note = note_add(n, EXPLAIN_NOTE_LATE_ASKED, e->at);
    else
        note = note_add(n, dossier_hold_moves(h) ? EXPLAIN_NOTE_HELD : EXPLAIN_NOTE_RUNS_ON, e->at);
    note->hold_kind = h->kind;
    note->effect = h->effect;
    note->office = holder_at(after, e->at);
    note->ground = n->ground = event_text(e, EVENT_FIELD_LEGAL_GROUND);
}

static void note_return(struct noting *n, const struct event *e, const struct dossier *after)
{
    const struct dossier_hold *h = &after->holds[after->n_holds - 1];
    struct explain_note *note;

    if (!dossier_hold_moves(h)) {
        note = note_add(n, EXPLAIN_NOTE_CAME_BACK, e->at);
        note->hold_kind = h->kind;
        return;
    }
    note = note_add(
        n, h->effect == HOLD_EFFECT_RESTART ? EXPLAIN_NOTE_RESTARTED : EXPLAIN_NOTE_RESUMED, e->at);
    note->hold_kind = h->kind;
    note->ground = n->ground;
    if (after->due_at != n->d.due_at) {
        note->from_at = n->d.due_at;
        note->to_at = after->due_at;
    }
    for (int i = 1; i < n->n_stretches; i++) {
        const struct clock_stretch *s = &n->stretches[i], *before = &n->stretches[i - 1];

        if (s->hold != after->n_holds - 1 || s->is_whole)
            continue;
        note->used = before->days - s->days;
        note->left = s->days;
        note->used_us = before->work_us - s->work_us;
        note->left_us = s->work_us;
        for (int j = i - 1; j > 0 && !n->stretches[j].is_whole; j--) { /* all that was used */
            note->used += n->stretches[j - 1].days - n->stretches[j].days;
            note->used_us += n->stretches[j - 1].work_us - n->stretches[j].work_us;
        }
    }
}

static void note_receipt(struct noting *n, const struct event *e, const struct dossier *after)
{
    const char *promise = event_text(e, EVENT_FIELD_PROMISE);
    enum explain_note_kind kind = EXPLAIN_NOTE_RECEIVED;
    struct explain_note *note;

    if (after->is_promise_on_paper)
        kind = EXPLAIN_NOTE_PAPER;
    else if (after->paper_due_at != INSTANT_NONE && after->paper_due_at > after->due_at)
        kind = EXPLAIN_NOTE_PAPER_LATER;
    else if (after->is_promise_given || e->action == ACTION_HISTORY_RECEIVED)
        kind = promise && !strcmp(promise, "agreed") ? EXPLAIN_NOTE_AGREED : EXPLAIN_NOTE_GIVEN;
    note = note_add(n, kind, e->at);
    note->to_at = after->due_at;
    if (kind == EXPLAIN_NOTE_PAPER_LATER)
        note->from_at = after->paper_due_at;
}

static enum explain_note_kind moved_by(const struct event *e)
{
    if (event_has(e, EVENT_FIELD_CLOCK_FROM))
        return EXPLAIN_NOTE_STARTED;
    return e->action == ACTION_RECOMPUTE_DUE ? EXPLAIN_NOTE_RECOMPUTED : EXPLAIN_NOTE_MOVED;
}

static void note_event(struct noting *n, const struct event *e, const struct dossier *after)
{
    bool has_hold = after->n_holds > 0 && after->received_at != INSTANT_NONE;
    struct explain_note *note;

    if (after->received_at != INSTANT_NONE && n->d.received_at == INSTANT_NONE)
        note_receipt(n, e, after);
    else if (has_hold && after->n_holds > n->d.n_holds)
        note_hold(n, e, after);
    else if (has_hold && dossier_running_hold(&n->d) && !dossier_running_hold(after) &&
             after->ended_at == INSTANT_NONE)
        note_return(n, e, after);
    else if (event_has(e, EVENT_FIELD_CLOCK_FROM) || after->due_at != n->d.due_at) {
        note = note_add(n, moved_by(e), e->at);
        note->change = event_number(e, EVENT_FIELD_CHANGE, 0);
        if (after->due_at != n->d.due_at) {
            note->from_at = n->d.due_at;
            note->to_at = after->due_at;
        }
    }
    if (after->due_reappointed != n->d.due_reappointed && after->due_reappointed != INSTANT_NONE) {
        note = note_add(n, EXPLAIN_NOTE_REAPPOINTED, e->at);
        note->from_at = after->due_at;
        note->to_at = after->due_reappointed;
    }
}

static bool note_history(struct noting *n, const struct history *h)
{
    int order[1024];
    int count;

    if (h->n > (int)ARRAY_LEN(order))
        return false;
    count = history_order(h, n->ctx->now, INSTANT_FOREVER, order);
    dossier_init(&n->d, n->ctx->dossier->id);
    for (int i = 0; i < count; i++) {
        struct dossier after = n->d;

        dossier_apply(&after, &h->events[order[i]]);
        note_event(n, &h->events[order[i]], &after);
        n->d = after;
    }
    return true;
}

static void note_calendar(struct noting *n)
{
    const struct explain *e = &n->x->list;
    int last = 0;

    for (size_t i = 0; i < e->n_rows; i++) {
        int year = date_civil(e->rows[i].to_on).year;

        if (e->due.is_provisional && year != last &&
            calendar_year_state(e->cal, year) == CALENDAR_YEAR_PROVISIONAL)
            note_add(n, EXPLAIN_NOTE_PROVISIONAL, INSTANT_NONE)->year = year;
        last = year;
    }
    if (e->due.is_synthetic)
        note_add(n, EXPLAIN_NOTE_SYNTHETIC, INSTANT_NONE);
}

/* The running hold, as if it ended now. */
static bool note_running(struct noting *n, const struct clock_rule *rule, struct error *err)
{
    const struct dossier *d = n->ctx->dossier;
    struct dossier_hold holds[DOSSIER_HOLDS_MAX];
    struct explain_note *note;
    struct due due;

    memcpy(holds, d->holds, sizeof holds);
    if (holds[d->n_holds - 1].from < rule->start)
        return true;
    holds[d->n_holds - 1].to = n->ctx->now;
    if (!clock_promise(rule, holds, d->n_holds, &due, err))
        return false;
    note = note_add(n, EXPLAIN_NOTE_RUNNING, n->ctx->now);
    note->hold_kind = holds[d->n_holds - 1].kind;
    note->effect = holds[d->n_holds - 1].effect;
    note->from_at = d->due_at;
    note->to_at = due.at > d->due_at ? due.at : d->due_at;
    return true;
}

static void note_difference(struct noting *n)
{
    const struct dossier *d = n->ctx->dossier;
    const struct explain *e = &n->x->list;
    struct explain_note *note;

    n->x->is_matching = e->n_rows > 0 && e->due.at == d->due_at;
    if (n->x->is_matching || !e->n_rows || d->due_at == INSTANT_NONE)
        return;
    note = note_add(n, e->due.at < d->due_at ? EXPLAIN_NOTE_EARLIER : EXPLAIN_NOTE_LATER,
                    INSTANT_NONE);
    note->from_at = d->due_at;
    note->to_at = e->due.at;
}

/* A hold that ended with its dossier came back to nobody: it moved nothing. */
static int holds_of(const struct dossier *d, struct dossier_hold holds[DOSSIER_HOLDS_MAX])
{
    int n = d->n_holds;

    memcpy(holds, d->holds, (size_t)n * sizeof *holds);
    if (n && d->ended_at != INSTANT_NONE && holds[n - 1].to == d->ended_at)
        n--;
    return n;
}

static bool explain_all(const struct decide_context *ctx, const struct history *history,
                        struct dossier_explain *x, struct error *err)
{
    const struct dossier *d = ctx->dossier;
    struct clock_stretch stretches[CLOCK_STRETCHES_MAX];
    struct dossier_hold holds[DOSSIER_HOLDS_MAX];
    struct noting n = {.ctx = ctx, .x = x, .stretches = stretches};
    struct clock_rule rule = clock_rule_of(ctx, d);
    int n_holds = holds_of(d, holds);
    bool is_listed = ctx->calendar && ctx->ruleset && limit_is_valid(d->limit) &&
                     d->received_at != INSTANT_NONE && !d->is_promise_given;

    if (is_listed && (!clock_stretches(&rule, holds, n_holds, stretches, &n.n_stretches, err) ||
                      !list_stretches(&rule, d, stretches, n.n_stretches, &x->list, err)))
        return false;
    if (!note_history(&n, history))
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "explain"));
    if (!is_listed) {
        if (!d->is_promise_given)
            note_add(&n, EXPLAIN_NOTE_UNCOUNTED, INSTANT_NONE);
        return true;
    }
    if (dossier_is_waiting(d) && d->ended_at == INSTANT_NONE && !note_running(&n, &rule, err))
        return false;
    note_difference(&n);
    note_calendar(&n);
    return true;
}

bool dossier_explain(const struct decide_context *ctx, const struct history *history,
                     struct dossier_explain *ret, struct error *err)
{
    memset(ret, 0, sizeof *ret);
    ret->ruleset = ctx->ruleset;
    if (explain_all(ctx, history, ret, err))
        return true;
    dossier_explain_deinit(ret);
    return false;
}

void dossier_explain_deinit(struct dossier_explain *x)
{
    explain_deinit(&x->list);
}
