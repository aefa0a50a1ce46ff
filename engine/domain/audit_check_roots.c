/* The roots themselves: each one's hash, the chain, days without a gap, signatures; and those of
 * the database against those that lay elsewhere. */
#include <stdlib.h>
#include <string.h>

#include "domain/audit_check_impl.h"

static bool is_signed_by(const struct audit_check *c, const struct audit_line *line)
{
    for (int i = 0; i < c->options.n_keys; i++)
        if (ed25519_verify(c->options.keys[i], line->record, strlen(line->record), line->signature))
            return true;
    return false;
}

static void check_signature(struct audit_check *c, const struct audit_day *d, bool *was_signed)
{
    if (c->options.n_keys == 0)
        return;
    if (d->line.key_id[0]) {
        *was_signed = true;
        if (!is_signed_by(c, &d->line))
            error_set(audit_finding(c, d->root.from), ERR_AUDIT_ROOT_SIGNATURE,
                      arg_date("day", d->root.day), arg_text("key", d->line.key_id));
    } else if (*was_signed) {
        error_set(audit_finding(c, d->root.from), ERR_AUDIT_ROOT_UNSIGNED,
                  arg_date("day", d->root.day));
    } else {
        error_set(audit_warning(c, d->root.from), ERR_AUDIT_ROOT_UNSIGNED,
                  arg_date("day", d->root.day));
    }
}

static void check_list(struct audit_check *c, const struct audit_array *list)
{
    const struct audit_day *days = list->items;
    unsigned char hash[DIGEST_LEN], expected[DIGEST_LEN] = {0};
    bool was_signed = false;

    for (size_t i = 0; i < list->n; i++) {
        const struct audit_day *d = &days[i];

        digest_sha256(d->line.record, strlen(d->line.record), hash);
        if (memcmp(hash, d->line.hash, DIGEST_LEN) != 0)
            error_set(audit_finding(c, d->root.from), ERR_AUDIT_ROOT_HASH,
                      arg_date("day", d->root.day));
        if (i &&
            (d->root.day != days[i - 1].root.day + 1 || d->root.from != days[i - 1].root.until))
            error_set(audit_finding(c, d->root.from), ERR_AUDIT_ROOT_GAP,
                      arg_date("day", days[i - 1].root.day), arg_date("next", d->root.day));
        else if (memcmp(d->root.previous, expected, DIGEST_LEN) != 0)
            error_set(audit_finding(c, d->root.from), ERR_AUDIT_ROOT_CHAIN,
                      arg_date("day", d->root.day));
        check_signature(c, d, &was_signed);
        memcpy(expected, hash, DIGEST_LEN);
    }
}

static bool has_event_from(const struct audit_check *c, int64_t at)
{
    const struct audit_event *e = c->events.items;

    for (size_t i = 0; i < c->events.n; i++)
        if (e[i].recorded_at >= at)
            return true;
    return false;
}

/* Days that only one of the two has. An older backup ends before the day whose root it lacks was
 * over; what was recorded later shows that the root was there. */
static void check_ends(struct audit_check *c, const struct audit_day *file,
                       const struct audit_day *database, const struct audit_day *lacking)
{
    if (file->root.day < database->root.day)
        error_set(audit_finding(c, file->root.until), ERR_AUDIT_ROOTS_CUT,
                  arg_date("day", file->root.day), arg_date("last", database->root.day));
    else if (file->root.day == database->root.day)
        return;
    else if (lacking && has_event_from(c, lacking->root.until))
        error_set(audit_finding(c, database->root.until), ERR_AUDIT_ROOT_REMOVED,
                  arg_date("day", database->root.day + 1));
    else
        error_set(audit_finding(c, database->root.until), ERR_AUDIT_DATABASE_OLDER,
                  arg_date("day", database->root.day), arg_date("last", file->root.day));
}

static void compare(struct audit_check *c)
{
    const struct audit_array *f = &c->days[AUDIT_OF_FILE], *s = &c->days[AUDIT_OF_DATABASE];
    const struct audit_day *file = f->items, *stored = s->items;
    size_t i = 0, k = 0;

    if (f->n == 0 || s->n == 0) {
        if (f->n)
            error_set(audit_finding(c, file->root.from), ERR_AUDIT_ROOT_REMOVED,
                      arg_date("day", file->root.day));
        return;
    }
    while (i < f->n && k < s->n) {
        if (file[i].root.day < stored[k].root.day) {
            error_set(audit_finding(c, file[i].root.from), ERR_AUDIT_ROOT_REMOVED,
                      arg_date("day", file[i].root.day));
            i++;
        } else if (file[i].root.day > stored[k].root.day) {
            error_set(audit_finding(c, stored[k].root.from), ERR_AUDIT_ROOT_NOT_IN_FILE,
                      arg_date("day", stored[k].root.day));
            k++;
        } else {
            if (strcmp(file[i].line.record, stored[k].line.record) != 0)
                error_set(audit_finding(c, file[i].root.from), ERR_AUDIT_ROOT_REPLACED,
                          arg_date("day", file[i].root.day));
            else if (memcmp(file[i].line.signature, stored[k].line.signature,
                            sizeof file->line.signature) != 0)
                error_set(audit_finding(c, file[i].root.from), ERR_AUDIT_ROOT_RESIGNED,
                          arg_date("day", file[i].root.day));
            i++;
            k++;
        }
    }
    check_ends(c, &file[f->n - 1], &stored[s->n - 1], i < f->n ? &file[i] : NULL);
}

/* A dump has rows in the order in which they were written last. */
static int by_day(const void *a, const void *b)
{
    const struct audit_day *x = a, *y = b;

    return x->root.day < y->root.day ? -1 : x->root.day > y->root.day;
}

const struct audit_array *audit_roots(struct audit_check *c)
{
    struct audit_array *stored = &c->days[AUDIT_OF_DATABASE];
    const struct audit_array *believed =
        &c->days[c->options.has_file ? AUDIT_OF_FILE : AUDIT_OF_DATABASE];

    if (stored->n)
        qsort(stored->items, stored->n, sizeof(struct audit_day), by_day);
    check_list(c, believed);
    if (c->options.has_file)
        compare(c);
    return believed;
}
