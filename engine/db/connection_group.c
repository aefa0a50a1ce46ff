/* See connection_group.h. */
#include "db/connection_group.h"

#include <string.h>

bool group_keep(struct db_call *call, enum db_query query, const struct db_params *params)
{
    struct db_kept *kept = &call->kept;

    kept->n = 0;
    if (!call->group || call->is_alone || !queries[query].is_quick ||
        params->bytes.len > sizeof kept->bytes)
        return false;
    kept->n = params->n;
    memcpy(kept->len, params->len, (size_t)params->n * sizeof kept->len[0]);
    if (params->bytes.len > 0)
        memcpy(kept->bytes, params->bytes.data, params->bytes.len);
    return true;
}

void group_params(const struct db_kept *kept, struct db_params *ret)
{
    db_params_init(ret);
    ret->n = kept->n;
    for (int i = 0; i < kept->n; i++) {
        ret->len[i] = kept->len[i];
        ret->offset[i] = ret->bytes.len;
        if (kept->len[i] > 0)
            buffer_add(&ret->bytes, kept->bytes + ret->bytes.len, (size_t)kept->len[i]);
    }
}

bool group_joins(const struct connection *c, const struct db_call *call, bool may_share)
{
    bool is_same = c->open_group == call->group;

    if (!c->open_group || !call->group)
        return false;
    return (is_same && c->n_open_groups == 1) ||
           (may_share && c->is_open_quick && (is_same || !group_is_full(c)));
}

bool group_is_welcome(const struct connection *c, const struct db_call *call, enum db_query query)
{
    return group_joins(c, call, queries[query].is_quick && !call->is_alone);
}

bool group_is_full(const struct connection *c)
{
    return c->n_open_groups >= CONNECTION_TOGETHER_MAX;
}

void group_join(struct connection *c, const void *group, bool may_share)
{
    if (c->n_open_groups == 0)
        c->is_open_quick = true;
    c->n_open_groups += c->open_group != group;
    c->open_group = group;
    c->is_open_quick = c->is_open_quick && may_share;
}

void group_end(struct connection *c)
{
    c->open_group = NULL;
    c->n_open_groups = 0;
}
