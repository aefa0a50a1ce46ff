/* Which days an office that reports by file still owes: its days by file less those it declared,
 * both as they were known then, so that a closed month asked again says the same. Declared
 * stretches are stepped over whole, from either end. */
#include "domain/declaration.h"

#include "base/instant.h"

struct question {
    const struct declared_days *declared;
    int n;
    int64_t office, known_at;
};

static bool is_known(const struct question *q, const struct declared_days *d)
{
    return d->office == q->office && d->known_from <= q->known_at &&
           (d->known_to == INSTANT_NONE || q->known_at < d->known_to);
}

/* A declaration that has the day; NULL: it is owed. */
static const struct declared_days *declared_on(const struct question *q, int32_t on)
{
    for (int i = 0; i < q->n; i++) {
        const struct declared_days *d = &q->declared[i];

        if (is_known(q, d) && d->from_on <= on && (d->to_on == DATE_NONE || on <= d->to_on))
            return d;
    }
    return NULL;
}

/* Narrows [*from, *to] to its first and last day that are owed; false: none is. */
static bool narrow(const struct question *q, int32_t *from, int32_t *to)
{
    const struct declared_days *d;

    while (*from <= *to && (d = declared_on(q, *from))) {
        if (d->to_on == DATE_NONE)
            return false;
        *from = d->to_on + 1;
    }
    while (*from <= *to && (d = declared_on(q, *to)))
        *to = d->from_on - 1;
    return *from <= *to;
}

bool declaration_gap(const struct declared_days *by_file, int n_by_file,
                     const struct declared_days *declared, int n_declared, int64_t office,
                     int32_t from, int32_t to, int64_t known_at, int32_t *ret_first_on,
                     int32_t *ret_last_on)
{
    const struct question q = {declared, n_declared, office, known_at};
    bool is_any = false;

    for (int i = 0; i < n_by_file; i++) {
        const struct declared_days *d = &by_file[i];
        int32_t first = d->from_on > from ? d->from_on : from;
        int32_t last = d->to_on != DATE_NONE && d->to_on < to ? d->to_on : to;

        if (!is_known(&q, d) || !narrow(&q, &first, &last))
            continue;
        if (!is_any || first < *ret_first_on)
            *ret_first_on = first;
        if (!is_any || last > *ret_last_on)
            *ret_last_on = last;
        is_any = true;
    }
    return is_any;
}
