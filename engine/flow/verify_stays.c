/* Where a dossier stood, against the fold of its events. What a stay took rests on the calendar
 * too: after an edit of one a difference in minutes is worth knowing, and no fault. */
#include <stdio.h>

#include "base/instant.h"
#include "flow/stay_fill.h"
#include "flow/verify_impl.h"

#define STAY(name, value)                                                                          \
    static struct verify_value stay_##name(const void *subject)                                    \
    {                                                                                              \
        const struct stay *s = subject;                                                            \
                                                                                                   \
        return value;                                                                              \
    }
#include "flow/verify_stay.def"
#undef STAY

#define STAY(name, value) {#name, stay_##name},
static const struct verify_column place_columns[] = {
#define VERIFY_STAY_PLACE
#include "flow/verify_stay.def"
#undef VERIFY_STAY_PLACE
};
static const struct verify_column time_columns[] = {
#define VERIFY_STAY_TIME
#include "flow/verify_stay.def"
#undef VERIFY_STAY_TIME
};
#undef STAY

static bool is_edited_since(const struct verify_dossier *d, const struct verify_span *s, int row)
{
    return d->v->edited_at >= db_int(s->r, row, db_column(s->r, "known_us"));
}

static void check_time(struct verify_dossier *d, int row, const struct stay *stay,
                       const char *prefix)
{
    const struct verify_span *s = &d->spans[VERIFY_STAYS];

    if (!is_edited_since(d, s, row)) {
        verify_columns(d, s, row, time_columns, (int)ARRAY_LEN(time_columns), stay, prefix);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(time_columns); i++) {
        struct verify_value computed = time_columns[i].compute(stay);
        struct verify_value stored =
            verify_stored(s->r, row, db_column(s->r, time_columns[i].name), computed.kind);
        char a[VERIFY_VALUE_MAX], b[VERIFY_VALUE_MAX];

        if (verify_same(&stored, &computed))
            continue;
        verify_format(&stored, d->v->reference->zone_s, a);
        verify_format(&computed, d->v->reference->zone_s, b);
        verify_warns(d->v, d, a, b, "%s %s, on a calendar edited since", prefix,
                     time_columns[i].name);
    }
}

void verify_stays(struct verify_dossier *d)
{
    const struct verify_span *s = &d->spans[VERIFY_STAYS];
    struct stay *list = arena_array(d->arena, STAYS_MAX, sizeof *list);
    int n_stored = s->to - s->from;
    int n = list ? stay_fill_list(d->v->reference, &d->folded, &d->history, list) : -1;
    struct verify_value stored = verify_number(n_stored), computed = verify_number(n);
    char prefix[24];

    if (n < 0) {
        error_set(&d->v->error, ERR_NO_MEMORY, arg_text("what", "verify"));
        return;
    }
    d->v->report.stays += n_stored;
    if (d->v->is_fill_pending && n_stored == 0)
        return;
    verify_compare(d, &stored, &computed, "stays");
    for (int i = 0; i < n && i < n_stored; i++) {
        snprintf(prefix, sizeof prefix, "stay %d", i + 1);
        verify_columns(d, s, s->from + i, place_columns, (int)ARRAY_LEN(place_columns), &list[i],
                       prefix);
        check_time(d, s->from + i, &list[i], prefix);
    }
}
