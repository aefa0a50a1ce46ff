/* The reference snapshot as an edit of a calendar, or another calendar of an office, would leave
 * it, and which days that changes: what a refusal of bad rows and a preview are made on. */
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "domain/calendar_text.h"
#include "flow/reference_load.h"

#define VARIANT_LIMIT (64u << 20)

static void reference_unrefp(struct reference **r)
{
    *r = reference_unref(*r);
}

/* Everything of `base` with offices of its own, and no calendar yet. */
static struct reference *variant_new(struct reference *base, struct error *err)
{
    struct reference *v = malloc(sizeof *v);

    if (!v) {
        error_set(err, ERR_NO_MEMORY, arg_text("what", "calendars"));
        return NULL;
    }
    *v = *base;
    v->n_refs = 1;
    v->organisation.data = v;
    v->base = reference_ref(base);
    v->n_calendars = 0;
    v->calendars = NULL;
    v->arena = arena_new(VARIANT_LIMIT);
    v->offices =
        v->arena ? arena_array(v->arena, (size_t)v->n_offices + 1, sizeof *v->offices) : NULL;
    if (!v->offices) {
        error_set(err, ERR_NO_MEMORY, arg_text("what", "calendars"));
        return reference_unref(v);
    }
    memcpy(v->offices, base->offices, (size_t)v->n_offices * sizeof *v->offices);
    for (int i = 0; i < v->n_offices; i++)
        v->offices[i].calendar = NULL;
    return v;
}

bool reference_propose_calendar(struct reference *base, const struct db_result *calendars,
                                const struct calendar_proposal *p, struct reference **ret_variant,
                                struct error *err)
{
    CLEANUP(reference_unrefp) struct reference *v = NULL;
    bool is_known = false;

    for (int i = 0; i < db_rows(calendars) && !is_known; i++)
        is_known = !strcmp(db_text_or_empty(calendars, i, 1), p->key);
    if (!is_known)
        return error_set(err, ERR_CALENDAR_UNKNOWN, arg_text("value", p->key));
    v = variant_new(base, err);
    if (!v || !reference_read_calendars(v, calendars, p, err))
        return false;
    reference_hang_calendars(v);
    *ret_variant = v;
    v = NULL;
    return true;
}

bool reference_propose_office(struct reference *base, const char *office, const char *calendar,
                              struct reference **ret_variant, struct error *err)
{
    const struct office_ref *o = reference_office_by_key(base, office);
    CLEANUP(reference_unrefp) struct reference *v = NULL;
    int64_t id = 0;

    for (int i = 0; i < base->n_calendars && !id; i++)
        if (!strcmp(base->calendars[i].key, calendar))
            id = base->calendars[i].id;
    if (!o || !id)
        return error_set(err, o ? ERR_CALENDAR_UNKNOWN : ERR_ITEM_UNKNOWN,
                         arg_text("value", o ? calendar : office));
    v = variant_new(base, err);
    if (!v)
        return false;
    v->calendars = arena_array(v->arena, (size_t)base->n_calendars + 1, sizeof *v->calendars);
    if (!v->calendars)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "calendars"));
    for (; v->n_calendars < base->n_calendars; v->n_calendars++) {
        v->calendars[v->n_calendars] = base->calendars[v->n_calendars];
        calendar_ref(v->calendars[v->n_calendars].calendar);
    }
    v->offices[o - base->offices].calendar_id = id;
    reference_hang_calendars(v);
    *ret_variant = v;
    v = NULL;
    return true;
}

/* Works the day the same on both? An unknown day is like another unknown day. */
static bool same_day(const struct calendar *a, const struct calendar *b, int32_t on)
{
    struct calendar_info x, y;
    struct error gap;
    bool has_x = calendar_day(a, on, &x, &gap), has_y = calendar_day(b, on, &y, &gap);

    if (!has_x || !has_y)
        return has_x == has_y;
    if (x.is_working != y.is_working || x.n_sessions != y.n_sessions)
        return false;
    for (int i = 0; i < x.n_sessions; i++)
        if (x.sessions[i].from_minute != y.sessions[i].from_minute ||
            x.sessions[i].to_minute != y.sessions[i].to_minute)
            return false;
    return true;
}

/* Widens first..last by the days that differ. */
static void widen(const struct calendar *a, const struct calendar *b, int32_t *first, int32_t *last)
{
    int from = calendar_first_year(a), to = calendar_last_year(a);
    int32_t begin, end;

    if (calendar_first_year(b) < from)
        from = calendar_first_year(b);
    if (calendar_last_year(b) > to)
        to = calendar_last_year(b);
    begin = date_from_civil(from, 1, 1);
    end = date_from_civil(to, 12, 31);
    while (begin <= end && (*first == DATE_NONE || begin < *first) && same_day(a, b, begin))
        begin++;
    if (begin <= end && (*first == DATE_NONE || begin < *first))
        *first = begin;
    while (end >= begin && (*last == DATE_NONE || end > *last) && same_day(a, b, end))
        end--;
    if (end >= begin && (*last == DATE_NONE || end > *last))
        *last = end;
}

bool reference_days_changed(const struct reference *a, const struct reference *b,
                            int32_t *ret_first_on, int32_t *ret_last_on)
{
    int32_t first = DATE_NONE, last = DATE_NONE;

    for (int i = 0; i < a->n_calendars; i++)
        for (int j = 0; j < b->n_calendars; j++)
            if (a->calendars[i].id == b->calendars[j].id)
                widen(a->calendars[i].calendar, b->calendars[j].calendar, &first, &last);
    if (first == DATE_NONE || last == DATE_NONE)
        return false;
    *ret_first_on = first;
    *ret_last_on = last;
    return true;
}

bool reference_calendar_stands_on(const struct reference *r, int64_t calendar, int64_t base)
{
    for (int depth = 0; calendar && depth < CALENDAR_LEVEL_COUNT; depth++) {
        int64_t below = 0;

        if (calendar == base)
            return true;
        for (int i = 0; i < r->n_calendars; i++)
            if (r->calendars[i].id == calendar)
                below = r->calendars[i].base_id;
        calendar = below;
    }
    return false;
}
