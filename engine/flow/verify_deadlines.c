/* Stored deadlines against those that follow from the events on the rules of now. They are caches
 * that follow an edit of the rules without an event (deadline_follow.h): as long as a daemon has
 * not followed the newest edit, what differs is told as a warning, for nothing is known to be
 * wrong. */
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "domain/deadline.h"
#include "flow/deadline_follow.h"
#include "flow/verify_impl.h"

static void tell(struct verify_dossier *d, const char *stored, const char *computed,
                 const char *what)
{
    if (d->v->is_follow_pending)
        verify_warns(d->v, d, stored, computed, "%s", what);
    else
        verify_differs(d->v, d, stored, computed, "%s", what);
}

static void compare(struct verify_dossier *d, int row, int column, const char *name,
                    const struct verify_value *computed)
{
    struct verify_value stored =
        verify_stored(d->spans[VERIFY_DEADLINES].r, row, column, computed->kind);
    char a[VERIFY_VALUE_MAX], b[VERIFY_VALUE_MAX], what[96];

    if (verify_same(&stored, computed))
        return;
    verify_format(&stored, d->v->reference->zone_s, a);
    verify_format(computed, d->v->reference->zone_s, b);
    snprintf(what, sizeof what, "deadline %s %s",
             db_text_or_empty(d->spans[VERIFY_DEADLINES].r, row, 1), name);
    tell(d, a, b, what);
}

static void check_row(struct verify_dossier *d, int row, const struct deadline *x)
{
    const struct {
        const char *name;
        struct verify_value value;
    } columns[] = {
        {"from_at", verify_instant(x->from)}, {"due_at", verify_instant(x->due_at)},
        {"due_on", verify_date(x->due_on)},   {"is_instant", verify_bool(x->is_instant)},
        {"office_id", verify_id(x->office)},  {"officer_id", verify_id(x->officer)},
    };

    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        compare(d, row, 3 + (int)i, columns[i].name, &columns[i].value);
}

/* The stored row of a deadline, -1: none. */
static int find_row(const struct verify_span *s, const struct deadline *x)
{
    for (int i = s->from; i < s->to; i++) {
        if (db_int(s->r, i, 2) == x->ordinal &&
            !strcmp(db_text_or_empty(s->r, i, 1), vocabulary_word(&deadline_kinds, (int)x->kind)))
            return i;
    }
    return -1;
}

void verify_deadlines(struct verify_dossier *d)
{
    const struct verify_span *s = &d->spans[VERIFY_DEADLINES];
    struct deadline list[DEADLINES_MAX];
    int n = deadline_follow_list(d->v->reference, &d->folded, list);
    int n_stored = s->to - s->from;
    char stored[24], computed[24];

    d->v->report.deadlines += n_stored;
    if (n != n_stored) {
        snprintf(stored, sizeof stored, "%d", n_stored);
        snprintf(computed, sizeof computed, "%d", n);
        tell(d, stored, computed, "deadlines");
    }
    for (int i = 0; i < n; i++) {
        int row = find_row(s, &list[i]);

        if (row >= 0)
            check_row(d, row, &list[i]);
        else
            tell(d, "nothing", vocabulary_word(&deadline_kinds, (int)list[i].kind), "deadline");
    }
}
