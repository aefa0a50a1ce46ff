/* Look-ups in the reference snapshot. Rows are sorted by id when it is loaded (reference_load.c),
 * so that every look-up by id is a binary search; keys are few and walked. */
#include "flow/reference.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"

struct reference *reference_ref(struct reference *r)
{
    r->n_refs++;
    return r;
}

struct reference *reference_unref(struct reference *r)
{
    if (!r || --r->n_refs > 0)
        return NULL;
    for (int i = 0; i < r->n_calendars; i++)
        calendar_unref(r->calendars[i].calendar);
    if (r->base)
        reference_unref(r->base);
    else
        calendar_unref(r->no_calendar);
    arena_free(r->arena);
    free(r);
    return NULL;
}

/* Every row type begins with its id. */
static const void *find(const void *rows, int n, size_t size, int64_t id)
{
    const char *base = rows;
    int low = 0, high = n - 1;

    while (low <= high) {
        int mid = (low + high) / 2;
        const void *row = base + (size_t)mid * size;
        int64_t have = *(const int64_t *)row;

        if (have == id)
            return row;
        if (have < id)
            low = mid + 1;
        else
            high = mid - 1;
    }
    return NULL;
}

const struct office_ref *reference_office(const struct reference *r, int64_t id)
{
    return find(r->offices, r->n_offices, sizeof *r->offices, id);
}

const struct office_ref *reference_office_by_key(const struct reference *r, const char *key)
{
    for (int i = 0; key && i < r->n_offices; i++)
        if (!strcmp(r->offices[i].key, key))
            return &r->offices[i];
    return NULL;
}

const struct officer_ref *reference_officer(const struct reference *r, int64_t id)
{
    return find(r->officers, r->n_officers, sizeof *r->officers, id);
}

const struct officer_ref *reference_officer_by_login(const struct reference *r, const char *login)
{
    for (int i = 0; login && i < r->n_officers; i++)
        if (!strcmp(r->officers[i].login, login))
            return &r->officers[i];
    return NULL;
}

bool reference_holds(const struct reference *r, int64_t officer, enum role role, int64_t office)
{
    const struct officer_ref *o = reference_officer(r, officer);

    for (int i = 0; o && o->is_active && i < o->n_roles; i++)
        if (o->roles[i].role == role && o->roles[i].office == office)
            return true;
    return false;
}

bool reference_delegation_runs(const struct reference *r, const struct delegation_ref *d,
                               int32_t on)
{
    return d->from_on <= on && on <= d->to_on &&
           reference_holds(r, d->from_officer, d->role, d->office);
}

bool reference_is_one_hand(const struct reference *r, int64_t officer, int64_t other, int32_t on)
{
    for (int i = 0; i < r->n_delegations; i++) {
        const struct delegation_ref *d = &r->delegations[i];

        if (((d->from_officer == officer && d->to_officer == other) ||
             (d->from_officer == other && d->to_officer == officer)) &&
            reference_delegation_runs(r, d, on))
            return true;
    }
    return false;
}

const struct field_ref *reference_field(const struct reference *r, int64_t id)
{
    return find(r->fields, r->n_fields, sizeof *r->fields, id);
}

const struct field_ref *reference_field_by_key(const struct reference *r, const char *key)
{
    for (int i = 0; i < r->n_fields; i++)
        if (!strcmp(r->fields[i].key, key))
            return &r->fields[i];
    return NULL;
}

const struct procedure_case *reference_procedure(const struct reference *r, int64_t procedure_id)
{
    for (int i = 0; procedure_id && i < r->n_cases; i++)
        if (r->cases[i].procedure_id == procedure_id)
            return &r->cases[i];
    return NULL;
}

const struct procedure_case *reference_case(const struct reference *r, int64_t case_id)
{
    return find(r->cases, r->n_cases, sizeof *r->cases, case_id);
}

static bool in_force(int32_t from, int32_t to, int32_t on)
{
    return (from == DATE_NONE || from <= on) && (to == DATE_NONE || on <= to);
}

const struct procedure_case *reference_case_by_key(const struct reference *r,
                                                   const char *procedure_key, const char *case_key,
                                                   int32_t on)
{
    for (int i = 0; procedure_key && i < r->n_cases; i++) {
        const struct procedure_case *c = &r->cases[i];

        if (!strcmp(c->procedure_key, procedure_key) && in_force(c->valid_from, c->valid_to, on) &&
            (!case_key || !case_key[0] || !strcmp(c->case_key, case_key)))
            return c;
    }
    return NULL;
}

const struct ruleset *reference_ruleset(const struct reference *r, int64_t id)
{
    return find(r->rulesets, r->n_rulesets, sizeof *r->rulesets, id);
}

const struct ruleset *reference_ruleset_on(const struct reference *r, int32_t on)
{
    for (int i = 0; i < r->n_rulesets; i++)
        if (in_force(r->rulesets[i].valid_from, r->rulesets[i].valid_to, on))
            return &r->rulesets[i];
    return NULL;
}

const struct ruleset *reference_ruleset_by_key(const struct reference *r, const char *key)
{
    for (int i = 0; key && i < r->n_rulesets; i++)
        if (!strcmp(r->rulesets[i].key, key))
            return &r->rulesets[i];
    return NULL;
}

const char *reference_ruleset_value(const struct reference *r, const struct ruleset *rules,
                                    const struct ruleset_parameter *parameter)
{
    for (int i = 0; i < r->n_ruleset_values; i++)
        if (r->ruleset_values[i].ruleset_id == rules->id &&
            !strcmp(r->ruleset_values[i].name, parameter->name))
            return r->ruleset_values[i].value;
    return parameter->default_value;
}

const struct form_set_ref *reference_form_set_on(const struct reference *r, int32_t on)
{
    const struct form_set_ref *found = r->n_form_sets ? &r->form_sets[0] : NULL;

    for (int i = 0; i < r->n_form_sets; i++)
        if (r->form_sets[i].valid_from <= on)
            found = &r->form_sets[i];
    return found;
}

static const struct form_template_ref *template_at(const struct reference *r, const char *form,
                                                   int64_t office)
{
    for (int i = 0; i < r->n_form_templates; i++)
        if (r->form_templates[i].office_id == office && !strcmp(r->form_templates[i].form, form))
            return &r->form_templates[i];
    return NULL;
}

const struct form_template_ref *reference_form_template(const struct reference *r, const char *form,
                                                        int64_t office)
{
    for (int depth = 0; office && depth < 16; depth++) {
        const struct form_template_ref *found = template_at(r, form, office);
        const struct office_ref *o = reference_office(r, office);

        if (found)
            return found;
        office = o ? o->parent_id : 0;
    }
    return template_at(r, form, 0);
}

bool reference_within(const void *reference, int64_t office, int64_t root)
{
    const struct reference *r = reference;

    for (int depth = 0; office && depth < 16; depth++) {
        const struct office_ref *o;

        if (office == root)
            return true;
        o = reference_office(r, office);
        office = o ? o->parent_id : 0;
    }
    return false;
}

const struct objective_interval *reference_intervals_of(const struct reference *r,
                                                        struct arena *arena,
                                                        const struct dossier *d, int *ret_n)
{
    const struct procedure_case *c = reference_case(r, d->case_id);
    struct objective_interval *list = arena_array(arena, (size_t)r->n_intervals + 1, sizeof *list);
    int n = 0;

    for (int i = 0; list && i < r->n_intervals; i++)
        if (objective_concerns(&r->intervals[i], d, c ? c->procedure_key : NULL))
            list[n++] = r->intervals[i];
    *ret_n = n;
    return list;
}

bool reference_is_below(const void *reference, int64_t office, int64_t root)
{
    return reference_within(reference, office, root) ||
           reference_within(reference, reference_heir(reference, office), root);
}

bool reference_is_elsewhere(const void *reference, int64_t office, int64_t of)
{
    const struct reference *r = reference;
    const struct office_ref *o = reference_office(r, reference_heir(r, office));

    return o && (!strcmp(o->kind, "external") ||
                 reference_committee(r, office) != reference_committee(r, of));
}

int64_t reference_committee(const struct reference *r, int64_t office)
{
    office = reference_heir(r, office);
    for (int depth = 0; office && depth < 16; depth++) {
        const struct office_ref *o = reference_office(r, office);

        if (!o)
            return 0;
        if (!strcmp(o->kind, "committee"))
            return o->id;
        office = o->parent_id;
    }
    return 0;
}

int64_t reference_one_stop(const struct reference *r, int64_t office)
{
    const struct office_ref *self = reference_office(r, reference_heir(r, office));
    int64_t committee = reference_committee(r, office);

    if (self && !strcmp(self->kind, "one_stop"))
        return self->id;
    for (int i = 0; committee && i < r->n_offices; i++)
        if (r->offices[i].parent_id == committee && r->offices[i].valid_to == DATE_NONE &&
            !strcmp(r->offices[i].kind, "one_stop"))
            return r->offices[i].id;
    return 0;
}

int64_t reference_competent(const struct reference *r, const struct procedure_case *c,
                            int64_t filed)
{
    int64_t own = r->competent_offices[c - r->cases];

    return own ? reference_heir(r, own) : reference_committee(r, filed);
}

const struct calendar *reference_calendar(const struct reference *r, int64_t office)
{
    const struct office_ref *o = reference_office(r, office);

    return o ? o->calendar : NULL;
}

const struct calendar *reference_calendar_or_none(const struct reference *r, int64_t office)
{
    const struct calendar *cal = reference_calendar(r, office);

    return cal ? cal : r->no_calendar;
}
