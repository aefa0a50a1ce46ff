/* See connection_gather.h. */
#include "db/connection_gather.h"

static struct connection_gather *gather_of(struct connection *c, enum db_query query)
{
    for (int i = 0; i < c->n_gathers; i++)
        if (c->gathers[i].query == query)
            return &c->gathers[i];
    if (c->n_gathers == CONNECTION_GATHERS_MAX)
        return NULL;
    c->gathers[c->n_gathers] = (struct connection_gather){.query = query};
    return &c->gathers[c->n_gathers++];
}

bool gather_add(struct connection *c, enum db_query query, struct db_call *call)
{
    struct connection_gather *g = gather_of(c, query);

    if (!g)
        return false;
    call->next = NULL;
    if (g->n++ == 0)
        g->first = call;
    else
        g->last->next = call;
    g->last = call;
    return true;
}

void gather_params(const struct connection_gather *g, struct db_params *ret)
{
    db_params_clear(ret);
    for (int i = 0; i < queries[g->query].n_params; i++) {
        size_t from = db_array_begin(ret, queries[g->query].elements[i], g->n);

        for (const struct db_call *call = g->first; call; call = call->next) {
            const char *at = call->kept.bytes;

            for (int j = 0; j < i; j++)
                at += call->kept.len[j] > 0 ? call->kept.len[j] : 0;
            db_array_element(ret, at, call->kept.len[i]);
        }
        db_array_end(ret, from);
    }
}

void gather_one(enum db_query query, const struct db_params *params, struct db_params *ret)
{
    db_params_clear(ret);
    for (int i = 0; i < params->n; i++) {
        size_t from = db_array_begin(ret, queries[query].elements[i], 1);

        db_array_element(ret, params->len[i] > 0 ? params->bytes.data + params->offset[i] : NULL,
                         params->len[i]);
        db_array_end(ret, from);
    }
}
