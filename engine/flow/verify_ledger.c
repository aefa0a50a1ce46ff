/* What is owed, what was late, and whom letters go to, against what the events say.
 *
 * The episodes of steps rest on the calendar of the day on which they were written, and no edit of
 * it takes a row away: what differs on the calendar of now is told as a warning where there was
 * such an edit since. A promise that was broken rests on its mark alone. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "domain/episode.h"
#include "flow/letter_data.h"
#include "flow/record.h"
#include "flow/verify_impl.h"

struct expected {
    const char *name;
    struct verify_value value;
};

static struct verify_value word(const struct vocabulary *vocabulary, unsigned i)
{
    return verify_text(vocabulary_word(vocabulary, (int)i));
}

/* Compares columns of a row by their names; `is_soft`: differences are warnings. */
static void compare(struct verify_dossier *d, const struct db_result *r, int row,
                    const char *prefix, const struct expected *columns, size_t n, bool is_soft)
{
    for (size_t i = 0; i < n; i++) {
        const struct expected *x = &columns[i];
        struct verify_value stored = verify_stored(r, row, db_column(r, x->name), x->value.kind);
        char a[VERIFY_VALUE_MAX], b[VERIFY_VALUE_MAX];

        if (verify_same(&stored, &x->value))
            continue;
        verify_format(&stored, d->v->reference->zone_s, a);
        verify_format(&x->value, d->v->reference->zone_s, b);
        if (is_soft)
            verify_warns(d->v, d, a, b, "%s %s", prefix, x->name);
        else
            verify_differs(d->v, d, a, b, "%s %s", prefix, x->name);
    }
}

static int find(const struct verify_span *s, const char *column, int64_t wanted)
{
    for (int i = s->from; i < s->to; i++)
        if (db_int(s->r, i, db_column(s->r, column)) == wanted)
            return i;
    return -1;
}

/* ---- what is owed ---- */

static void check_obligation(struct verify_dossier *d, int i)
{
    const struct dossier_obligation *o = &d->folded.obligations[i];
    const struct verify_span *s = &d->spans[VERIFY_OBLIGATIONS];
    int row = find(s, "ordinal", i + 1);
    char prefix[40];
    const struct expected columns[] = {
        {"trigger", word(&letter_triggers, o->trigger)},
        {"state", word(&obligation_states, o->state)},
        {"waiver", word(&waivers, o->waiver)},
        {"office_id", verify_number(o->office)}, /* 0: of no office that is known here */
        {"at_fault_office_id", verify_id(o->at_fault_office)},
        {"owed_at", verify_instant(o->owed_at)},
        {"latest_at", verify_instant(o->latest_at)},
        {"letter_id", verify_id(o->letter_id)},
        {"timing", word(&letter_timings, o->timing)},
    };

    snprintf(prefix, sizeof prefix, "obligation %d", i + 1);
    if (row < 0)
        verify_differs(d->v, d, "nothing", vocabulary_word(&letter_triggers, (int)o->trigger), "%s",
                       prefix);
    else
        compare(d, s->r, row, prefix, columns, ARRAY_LEN(columns), false);
}

void verify_obligations(struct verify_dossier *d)
{
    const struct verify_span *s = &d->spans[VERIFY_OBLIGATIONS];
    int column = db_column(s->r, "ordinal");

    d->v->report.obligations += s->to - s->from;
    for (int i = 0; i < d->folded.n_obligations; i++)
        check_obligation(d, i);
    for (int i = s->from; i < s->to; i++)
        if (db_int(s->r, i, column) > d->folded.n_obligations)
            verify_differs(d->v, d, "present", "no event tells of it", "obligation %" PRId64,
                           db_int(s->r, i, column));
}

/* ---- what was late ---- */

static int find_episode(const struct verify_span *s, const struct episode *e)
{
    for (int i = s->from; i < s->to; i++)
        if (db_int(s->r, i, db_column(s->r, "step")) == e->step &&
            db_instant(s->r, i, db_column(s->r, "from_at")) == e->from)
            return i;
    return -1;
}

static bool is_edited_since(const struct verify_dossier *d, int64_t recorded_at)
{
    return d->v->edited_at >= recorded_at;
}

/* -1: the calendar, or the end, is not known. */
static struct verify_value day_count(int32_t days)
{
    struct verify_value value = verify_number(days);

    value.is_null = days < 0;
    return value;
}

static void check_episode(struct verify_dossier *d, const struct episode *e)
{
    const struct verify_span *s = &d->spans[VERIFY_EPISODES];
    int row = find_episode(s, e);
    char prefix[40], from[INSTANT_TEXT_MAX];
    const struct expected working = {"working_days", day_count(e->working_days)};
    const struct expected columns[] = {
        {"to_at", verify_instant(e->to)},
        {"office_id", verify_id(e->office)},
        {"officer_id", verify_id(e->officer)},
        {"calendar_days", day_count(e->calendar_days)},
        {"corrected_seq", verify_id(e->corrected_seq)},
    };
    bool is_edited;

    snprintf(prefix, sizeof prefix, "late episode of step %d", e->step);
    if (row < 0) {
        instant_format(e->from, d->v->reference->zone_s, from);
        if (e->step && d->v->edited_at)
            verify_warns(d->v, d, "nothing", from, "%s", prefix);
        else
            verify_differs(d->v, d, "nothing", from, "%s", prefix);
        return;
    }
    is_edited = is_edited_since(d, db_int(s->r, row, db_column(s->r, "recorded_us")));
    compare(d, s->r, row, prefix, columns, ARRAY_LEN(columns), e->step && is_edited);
    compare(d, s->r, row, prefix, &working, 1, is_edited);
}

/* Rows stay: one that nothing tells of any more is a fault, unless the calendar was edited since.
 */
static void check_extra(struct verify_dossier *d, int row, const struct episode *list, int n)
{
    const struct verify_span *s = &d->spans[VERIFY_EPISODES];
    int step = (int)db_int(s->r, row, db_column(s->r, "step"));
    int64_t from = db_instant(s->r, row, db_column(s->r, "from_at"));

    for (int i = 0; i < n; i++)
        if (list[i].step == step && list[i].from == from)
            return;
    if (step && is_edited_since(d, db_int(s->r, row, db_column(s->r, "recorded_us"))))
        verify_warns(d->v, d, "present", "nothing tells of it on the calendar of now",
                     "late episode of step %d", step);
    else
        verify_differs(d->v, d, "present", "no event tells of it", "late episode of step %d", step);
}

void verify_episodes(struct verify_dossier *d)
{
    const struct verify_span *s = &d->spans[VERIFY_EPISODES];
    struct episode *list = arena_array(d->arena, EPISODES_MAX, sizeof *list);
    struct lateness_context ctx;
    int n;

    d->v->report.episodes += s->to - s->from;
    record_lateness_context(d->v->reference, &d->folded, d->v->reference->zone_s, &ctx);
    n = list ? episode_list(&ctx, &d->history, list) : -1;
    if (n < 0) {
        error_set(&d->v->error, ERR_NO_MEMORY, arg_text("what", "verify"));
        return;
    }
    for (int i = 0; i < n; i++)
        check_episode(d, &list[i]);
    for (int row = s->from; row < s->to; row++)
        check_extra(d, row, list, n);
}

/* ---- whom letters go to ---- */

static int find_addressee(const struct verify_span *s, int64_t letter_id, int ordinal)
{
    for (int i = s->from; i < s->to; i++)
        if (db_int(s->r, i, db_column(s->r, "letter_id")) == letter_id &&
            db_int(s->r, i, db_column(s->r, "ordinal")) == ordinal)
            return i;
    return -1;
}

static void check_addressee(struct verify_dossier *d, int64_t letter_id, int ordinal,
                            const char *person)
{
    const struct verify_span *s = &d->spans[VERIFY_ADDRESSEES];
    int row = find_addressee(s, letter_id, ordinal);
    const char *colon = strchr(person, ':');
    char prefix[60];
    const struct expected columns[] = {
        {"person_id", verify_number(strtoll(person, NULL, 10))},
        {"person_version", verify_number(colon ? strtol(colon + 1, NULL, 10) : 0)},
        {"delivery", verify_text(letter_addressee_way(&d->history, letter_id, ordinal))},
        {"state", word(&addressee_states, letter_addressee_state(&d->history, letter_id, ordinal))},
    };

    snprintf(prefix, sizeof prefix, "letter %" PRId64 " addressee %d", letter_id, ordinal);
    if (row < 0)
        verify_differs(d->v, d, "nothing", "present", "%s", prefix);
    else
        compare(d, s->r, row, prefix, columns, ARRAY_LEN(columns), false);
}

void verify_addressees(struct verify_dossier *d)
{
    const struct verify_span *s = &d->spans[VERIFY_ADDRESSEES];
    int n_expected = 0;

    d->v->report.addressees += s->to - s->from;
    for (int i = 0; i < d->history.n; i++) {
        const struct event *e = &d->history.events[i];
        int64_t letter_id = event_number(e, EVENT_FIELD_LETTER, 0);
        int ordinal = 0;

        for (int k = 0; e->action == ACTION_DRAFT_LETTER && k < e->n_values; k++)
            if (e->values[k].field == EVENT_FIELD_ADDRESSEE)
                check_addressee(d, letter_id, ++ordinal, e->values[k].text);
        n_expected += ordinal;
    }
    if (n_expected < s->to - s->from)
        verify_differs(d->v, d, "more rows", "than events name", "letter addressees");
}
