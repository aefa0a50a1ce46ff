/* See offices.h. Offices are some hundreds at most: a walk per request costs less than the query it
 * restricts. */
#include "flow/offices.h"

#include "domain/vocabulary.h"

/* What an office that ended left behind, its successor may read. */
static bool covers(const struct request *req, enum grant grant, int64_t office)
{
    const struct reference *r = req->reference;

    return right_grants(&req->principal, grant, NULL, office, reference_within, r) ||
           (r->n_ended && right_grants(&req->principal, grant, NULL, reference_heir(r, office),
                                       reference_within, r));
}

const int64_t *offices_readable(struct request *req, enum grant grant, const char *key, int *ret_n,
                                bool *ret_is_all)
{
    const struct reference *r = req->reference;
    int64_t *list = arena_array(req->arena, (size_t)r->n_offices + 1, sizeof *list), root = 0;
    int n = 0;

    if (!list) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "offices"));
        return NULL;
    }
    if (key) {
        const struct office_ref *o = reference_office_by_key(r, key);

        if (!o) {
            error_set(&req->error, ERR_OFFICE_UNKNOWN, arg_text("field", "office"),
                      arg_text("value", key));
            return NULL;
        }
        root = o->id;
    }
    for (int i = 0; i < r->n_offices; i++)
        if ((!root || reference_within(r, r->offices[i].id, root)) &&
            covers(req, grant, r->offices[i].id))
            list[n++] = r->offices[i].id;
    if (n == 0) {
        error_set(&req->error, ERR_GRANT_MISSING,
                  arg_text("right", vocabulary_label(&grants, (int)grant, req->lang)));
        return NULL;
    }
    *ret_n = n;
    *ret_is_all = n == r->n_offices;
    return list;
}

bool offices_have(const int64_t *offices, int n, int64_t office)
{
    for (int i = 0; i < n; i++)
        if (offices[i] == office)
            return true;
    return false;
}

void offices_put(struct db_params *p, const int64_t *offices, int n, bool is_all)
{
    if (is_all)
        db_put_null(p);
    else
        db_put_int8_array(p, offices, n);
}
