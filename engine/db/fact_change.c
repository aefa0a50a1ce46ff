/* From one timeline of facts to the next, as changes of bitemporal rows. */
#include <stdlib.h>

#include "base/instant.h"
#include "db/committer.h"

static const struct fact *timeline_find(const struct fact *facts, int n, int64_t valid_from)
{
    for (int i = 0; i < n; i++) {
        if (facts[i].valid_from == valid_from)
            return &facts[i];
    }
    return NULL;
}

static void change_add(struct commit_fact *ret, int *n, enum commit_fact_operation operation,
                       int64_t known_at, const struct fact *fact)
{
    ret[*n].operation = operation;
    ret[*n].known_at = known_at;
    ret[(*n)++].fact = *fact;
}

/* May the old row stay, with at most an end added? */
static bool fact_may_stay(const struct fact *old, const struct fact *now)
{
    return now && fact_equal(old, now) &&
           (old->valid_to == now->valid_to || old->valid_to == INSTANT_FOREVER);
}

int commit_fact_changes(const struct fact *old, int n_old, const struct fact *new_, int n_new,
                        int64_t known_at, struct commit_fact *ret)
{
    int n = 0;

    for (int i = 0; i < n_old; i++) {
        const struct fact *now = timeline_find(new_, n_new, old[i].valid_from);

        if (!fact_may_stay(&old[i], now))
            change_add(ret, &n, COMMIT_FACT_RETRACT, known_at, &old[i]);
        else if (now->valid_to != old[i].valid_to)
            change_add(ret, &n, COMMIT_FACT_CLOSE_VALID, known_at, now);
    }
    for (int i = 0; i < n_new; i++) {
        const struct fact *was = timeline_find(old, n_old, new_[i].valid_from);

        if (!was || !fact_may_stay(was, &new_[i]))
            change_add(ret, &n, COMMIT_FACT_INSERT, known_at, &new_[i]);
    }
    return n;
}

/* ---- what was known when ---- */

static struct known_fact *live_row(struct known_fact *rows, int n, int64_t valid_from)
{
    for (int i = 0; i < n; i++)
        if (rows[i].known_to == INSTANT_FOREVER && rows[i].fact.valid_from == valid_from)
            return &rows[i];
    return NULL;
}

/* What one decision changed, on the rows known so far; -1 where there is no room. */
static int facts_learn(struct known_fact *rows, int n, int room, const struct commit_fact *changes,
                       int n_changes)
{
    for (int i = 0; i < n_changes; i++) {
        const struct commit_fact *c = &changes[i];
        struct known_fact *live =
            c->operation == COMMIT_FACT_INSERT ? NULL : live_row(rows, n, c->fact.valid_from);

        if (live && c->operation == COMMIT_FACT_RETRACT) {
            live->known_to = c->known_at;
        } else if (live) {
            live->fact.valid_to = c->fact.valid_to;
            live->valid_to_known_at = c->known_at;
        } else if (n == room) {
            return -1;
        } else {
            rows[n++] = (struct known_fact){c->fact, c->known_at, INSTANT_FOREVER, INSTANT_NONE};
        }
    }
    return n;
}

int commit_facts_known(const struct history *h, int32_t zone_s, struct known_fact *ret, int room)
{
    struct fact *lists = calloc(2 * (size_t)FACTS_MAX, sizeof *lists);
    struct commit_fact *changes = calloc(2 * (size_t)FACTS_MAX, sizeof *changes);
    struct fact *old = lists, *now = lists ? lists + FACTS_MAX : NULL;
    int n_old = 0, n = lists && changes ? 0 : -1;

    for (int k = 1; k <= h->n && n >= 0; k++) {
        const struct history until = {h->events, k};
        int64_t known_at = h->events[k - 1].recorded_at;
        struct fact *other = old;
        int n_now;

        if (k < h->n && h->events[k].recorded_at == known_at)
            continue; /* of the same decision */
        n_now = fact_timeline(&until, INSTANT_FOREVER, zone_s, now);
        n = n_now < 0 ? -1
                      : facts_learn(ret, n, room, changes,
                                    commit_fact_changes(old, n_old, now, n_now, known_at, changes));
        old = now;
        now = other;
        n_old = n_now;
    }
    free(changes);
    free(lists);
    return n;
}
