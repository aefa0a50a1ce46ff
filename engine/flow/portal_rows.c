/* See portal_rows.h. */
#include "flow/portal_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "flow/app.h"
#include "flow/offices.h"

/* The office that a file must be of: 0 for all, -1 where nothing may be shown. */
static int64_t office_of(struct report_run *run)
{
    struct request *req = &run->base;
    const struct office_ref *o;
    const int64_t *list;
    bool is_all;
    int n;

    list = offices_readable(req, GRANT_READ_STATISTICS, run->in.office, &n, &is_all);
    if (!list)
        return -1;
    if (!run->in.office)
        return is_all ? 0 : -1;
    o = reference_office_by_key(req->reference, run->in.office);
    return offices_have(list, n, o->id) ? o->id : -1;
}

bool portal_rows_send(struct report_run *run, int slot, enum portal_kind kind)
{
    struct request *req = &run->base;
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_date(&p, run->scope.from);
    db_put_date(&p, run->scope.to);
    db_put_id(&p, office_of(run));
    db_put_instant(&p, run->scope.known_at);
    sent = request_query(req, slot, DB_LANE_READ,
                         kind == PORTAL_DOSSIERS ? DB_PORTAL_DOSSIERS : DB_PORTAL_FIGURES, &p);
    db_params_deinit(&p);
    return sent;
}

struct portal_dossier *portal_rows_dossiers(struct report_run *run, int slot, int *ret_n)
{
    struct request *req = &run->base;
    const struct db_result *r = &request_result(req, slot)->result;
    struct portal_dossier *rows = arena_array(req->arena, (size_t)db_rows(r) + 1, sizeof *rows);

    for (int i = 0; rows && i < db_rows(r); i++) {
        int days = (int)db_int(r, i, 6);

        rows[i] = (struct portal_dossier){
            .line = db_int(r, i, 0),
            .code = arena_strdup(req->arena, db_text_or_empty(r, i, 1)),
            .received = {db_instant(r, i, 2), (days & 1) != 0},
            .due = {db_instant(r, i, 3), (days & 2) != 0},
            .ended = {db_instant(r, i, 4), (days & 4) != 0},
            .status = (int)db_int(r, i, 5),
        };
        if (!rows[i].code)
            return NULL;
    }
    *ret_n = db_rows(r);
    return rows;
}

static int compare_code(const void *key, const void *row)
{
    return strcmp(key, ((const struct portal_dossier *)row)->code);
}

int portal_rows_find(const struct portal_dossier *rows, int n, const char *code)
{
    const struct portal_dossier *found = bsearch(code, rows, (size_t)n, sizeof *rows, compare_code);

    return found ? (int)(found - rows) : -1;
}
