/* From the stays of a dossier to those after a decision, as changes of bitemporal rows. */
#include "base/instant.h"
#include "db/committer.h"

static const struct stay *stay_find(const struct stay *stays, int n, int64_t entered_at)
{
    for (int i = 0; i < n; i++)
        if (stays[i].entered_at == entered_at)
            return &stays[i];
    return NULL;
}

/* May the old row stay, with at most an end added? */
static bool stay_may_stay(const struct stay *old, const struct stay *now)
{
    return now &&
           (stay_equal(old, now) || (old->left_at == INSTANT_FOREVER && stay_is_left_as(old, now)));
}

int commit_stay_changes(const struct stay *old, int n_old, const struct stay *new_, int n_new,
                        int64_t known_at, struct commit_stay *ret)
{
    int n = 0;

    for (int i = 0; i < n_old; i++) {
        const struct stay *now = stay_find(new_, n_new, old[i].entered_at);

        if (!stay_may_stay(&old[i], now))
            ret[n++] = (struct commit_stay){COMMIT_FACT_RETRACT, known_at, old[i]};
        else if (!stay_equal(&old[i], now))
            ret[n++] = (struct commit_stay){COMMIT_FACT_CLOSE_VALID, known_at, *now};
    }
    for (int i = 0; i < n_new; i++) {
        const struct stay *was = stay_find(old, n_old, new_[i].entered_at);

        if (!was || !stay_may_stay(was, &new_[i]))
            ret[n++] = (struct commit_stay){COMMIT_FACT_INSERT, known_at, new_[i]};
    }
    return n;
}
