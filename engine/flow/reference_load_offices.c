/* Rows of the reference snapshot that say who there is: offices, officers with their roles, fields
 * of administration. */
#include "base/instant.h"
#include "flow/reference_load.h"

bool reference_read_offices(struct reference *r, const struct db_result *q, struct error *err)
{
    r->n_offices = db_rows(q);
    r->offices = arena_array(r->arena, (size_t)r->n_offices + 1, sizeof *r->offices);
    if (!r->offices)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "offices"));
    for (int i = 0; i < r->n_offices; i++) {
        struct office_ref *o = &r->offices[i];

        o->id = db_int(q, i, 0);
        o->parent_id = db_int(q, i, 1);
        o->calendar_id = db_int(q, i, 2);
        o->successor_id = db_int(q, i, 3);
        o->key = reference_keep(r, q, i, 4);
        o->name = reference_keep(r, q, i, 5);
        o->short_name = reference_keep(r, q, i, 6);
        o->kind = reference_keep(r, q, i, 7);
        o->identifier = reference_keep(r, q, i, 8);
        o->place_name = reference_keep(r, q, i, 9);
        o->superior_body = reference_keep(r, q, i, 10);
        o->issuing_body = reference_keep(r, q, i, 11);
        o->signature_lines = reference_keep(r, q, i, 12);
        o->is_synthetic = db_bool(q, i, 13);
        o->valid_from = db_date(q, i, 14);
        o->valid_to = db_date(q, i, 15);
        r->n_ended += o->valid_to != DATE_NONE;
    }
    return true;
}

bool reference_read_officers(struct reference *r, const struct db_result *q, struct error *err)
{
    int n = db_rows(q);
    struct officer_ref *officers = arena_array(r->arena, (size_t)n + 1, sizeof *officers);

    r->officers = officers;
    if (!officers)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "officers"));
    for (int i = 0; i < n; i++) {
        struct officer_ref *o = &officers[r->n_officers - (r->n_officers > 0)];
        int role;

        if (!r->n_officers || o->id != db_int(q, i, 0)) {
            o = &officers[r->n_officers++];
            o->id = db_int(q, i, 0);
            o->login = reference_keep(r, q, i, 1);
            o->name = reference_keep(r, q, i, 2);
            o->title = reference_keep(r, q, i, 3);
            o->is_active = db_bool(q, i, 4);
        }
        if (db_is_null(q, i, 5))
            continue;
        if (!reference_word(&roles, db_text(q, i, 5), &role, err))
            return false;
        if (o->n_roles < PRINCIPAL_ROLES_MAX)
            o->roles[o->n_roles++] =
                (struct principal_role){.role = (enum role)role, .office = db_int(q, i, 6)};
    }
    return true;
}

bool reference_read_delegations(struct reference *r, const struct db_result *q, struct error *err)
{
    r->delegations = arena_array(r->arena, (size_t)db_rows(q) + 1, sizeof *r->delegations);
    if (!r->delegations)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "delegations"));
    for (int i = 0; i < db_rows(q); i++) {
        int role;

        if (!reference_word(&roles, db_text(q, i, 3), &role, err))
            return false;
        r->delegations[r->n_delegations++] = (struct delegation_ref){
            .id = db_int(q, i, 0),
            .from_officer = db_int(q, i, 1),
            .to_officer = db_int(q, i, 2),
            .role = (enum role)role,
            .office = db_int(q, i, 4),
            .is_authorised = db_bool(q, i, 5),
            .from_on = db_date(q, i, 6),
            .to_on = db_date(q, i, 7),
        };
    }
    return true;
}

static bool make_days(struct reference *r, const struct db_result *q, const char *what,
                      struct declared_days **ret, struct error *err)
{
    *ret = arena_array(r->arena, (size_t)db_rows(q) + 1, sizeof **ret);
    return *ret || error_set(err, ERR_NO_MEMORY, arg_text("what", what));
}

/* Columns: office, then (from `first`) first and last day, since and until when it is known. */
static struct declared_days days_of(const struct db_result *q, int i, int first)
{
    return (struct declared_days){.office = db_int(q, i, 0),
                                  .from_on = db_date(q, i, first),
                                  .to_on = db_date(q, i, first + 1),
                                  .known_from = db_instant(q, i, first + 2),
                                  .known_to = db_instant(q, i, first + 3)};
}

bool reference_read_file_offices(struct reference *r, const struct db_result *q, struct error *err)
{
    r->file_systems = arena_array(r->arena, (size_t)db_rows(q) + 1, sizeof *r->file_systems);
    if (!make_days(r, q, "offices by file", &r->file_offices, err) || !r->file_systems)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "offices by file"));
    for (int i = 0; i < db_rows(q); i++) {
        r->file_systems[i] = reference_keep(r, q, i, 1);
        r->file_offices[r->n_file_offices++] = days_of(q, i, 2);
    }
    return true;
}

bool reference_read_declarations(struct reference *r, const struct db_result *q, struct error *err)
{
    if (!make_days(r, q, "declarations", &r->declarations, err))
        return false;
    for (int i = 0; i < db_rows(q); i++)
        r->declarations[r->n_declarations++] = days_of(q, i, 1);
    return true;
}

bool reference_read_fields(struct reference *r, const struct db_result *q, struct error *err)
{
    r->n_fields = db_rows(q);
    r->fields = arena_array(r->arena, (size_t)r->n_fields + 1, sizeof *r->fields);
    if (!r->fields)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "fields"));
    for (int i = 0; i < r->n_fields; i++)
        r->fields[i] = (struct field_ref){db_int(q, i, 0), reference_keep(r, q, i, 1),
                                          reference_keep(r, q, i, 2)};
    return true;
}

bool reference_read_role_policies(struct reference *r, const struct db_result *q, struct error *err)
{
    for (int role = 0; role < ROLE_COUNT; role++) /* one without a row is the strictest */
        r->role_policies[role] = (struct role_policy){true, 15, 1, 0};
    for (int i = 0; i < db_rows(q); i++) {
        int role;

        if (!reference_word(&roles, db_text_or_empty(q, i, 0), &role, err))
            return false;
        r->role_policies[role] = (struct role_policy){db_bool(q, i, 1), (int)db_int(q, i, 2),
                                                      (int)db_int(q, i, 3), (int)db_int(q, i, 4)};
    }
    return true;
}
