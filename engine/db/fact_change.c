/* From one timeline of facts to the next, as changes of bitemporal rows. */
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
