/* Rows of the reference snapshot that say by what rules offices work: rulesets with their
 * parameters, procedures with cases, components and steps, objective intervals. */
#include "flow/reference_load.h"

#include "base/text.h"
#include "domain/budget.h"

bool reference_read_rulesets(struct reference *r, const struct db_result *q, struct error *err)
{
    int n = db_rows(q);
    struct ruleset *rulesets = arena_array(r->arena, (size_t)n + 1, sizeof *rulesets);

    r->rulesets = rulesets;
    r->ruleset_values = arena_array(r->arena, (size_t)n + 1, sizeof *r->ruleset_values);
    if (!rulesets || !r->ruleset_values)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "rulesets"));
    for (int i = 0; i < n; i++) {
        struct ruleset *s = &rulesets[r->n_rulesets - (r->n_rulesets > 0)];

        if (!r->n_rulesets || s->id != db_int(q, i, 0)) {
            s = &rulesets[r->n_rulesets++];
            ruleset_default(s);
            s->id = db_int(q, i, 0);
            s->key = reference_keep(r, q, i, 1);
            s->decree = reference_keep(r, q, i, 2);
            s->circular = reference_keep(r, q, i, 3);
            s->valid_from = db_date(q, i, 4);
            s->valid_to = db_date(q, i, 5);
        }
        if (db_is_null(q, i, 6))
            continue;
        if (!ruleset_set(s, db_text(q, i, 6), db_text(q, i, 7), err))
            return false;
        r->ruleset_values[r->n_ruleset_values++] = (struct ruleset_value_ref){
            s->id, reference_keep(r, q, i, 6), reference_keep(r, q, i, 7)};
    }
    return true;
}

bool reference_read_form_sets(struct reference *r, const struct db_result *q, struct error *err)
{
    r->n_form_sets = db_rows(q);
    r->form_sets = arena_array(r->arena, (size_t)r->n_form_sets + 1, sizeof *r->form_sets);
    if (!r->form_sets)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "form sets"));
    for (int i = 0; i < r->n_form_sets; i++)
        r->form_sets[i] = (struct form_set_ref){
            .id = db_int(q, i, 0),
            .key = reference_keep(r, q, i, 1),
            .name = reference_keep(r, q, i, 2),
            .valid_from = db_date(q, i, 3),
            .valid_to = db_date(q, i, 4),
        };
    return true;
}

bool reference_read_form_templates(struct reference *r, const struct db_result *q,
                                   struct error *err)
{
    r->n_form_templates = db_rows(q);
    r->form_templates =
        arena_array(r->arena, (size_t)r->n_form_templates + 1, sizeof *r->form_templates);
    if (!r->form_templates)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "templates"));
    for (int i = 0; i < r->n_form_templates; i++)
        r->form_templates[i] = (struct form_template_ref){
            .form = reference_keep(r, q, i, 0),
            .office_id = db_int(q, i, 1),
            .id = reference_keep(r, q, i, 2),
            .text = reference_keep(r, q, i, 3),
            .officer_id = db_int(q, i, 4),
            .saved_at = db_instant(q, i, 5),
        };
    return true;
}

/* ---- procedures ---- */

bool reference_read_cases(struct reference *r, const struct db_result *q, struct error *err)
{
    int effect;

    r->n_cases = db_rows(q);
    r->cases = arena_array(r->arena, (size_t)r->n_cases + 1, sizeof *r->cases);
    r->competent_offices =
        arena_array(r->arena, (size_t)r->n_cases + 1, sizeof *r->competent_offices);
    if (!r->cases || !r->competent_offices)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "procedures"));
    for (int i = 0; i < r->n_cases; i++) {
        struct procedure_case *c = &r->cases[i];

        c->id = db_int(q, i, 0);
        c->procedure_id = db_int(q, i, 1);
        c->field_id = db_int(q, i, 2);
        c->procedure_key = reference_keep(r, q, i, 3);
        c->national_code = reference_keep(r, q, i, 4);
        c->procedure_name = reference_keep(r, q, i, 5);
        c->case_key = reference_keep(r, q, i, 6);
        c->case_name = reference_keep(r, q, i, 7);
        c->level = reference_keep(r, q, i, 8);
        if (!limit_parse(db_text_or_empty(q, i, 9), &c->limit, err))
            return false;
        c->returns_at_once = db_bool(q, i, 10);
        if (!reference_word(&hold_effects, db_text_or_empty(q, i, 11), &effect, err))
            return false;
        c->supplement_effect = (enum hold_effect)effect;
        if (!reference_word(&hold_effects, db_text_or_empty(q, i, 12), &effect, err))
            return false;
        c->financial_effect = (enum hold_effect)effect;
        c->valid_from = db_date(q, i, 13);
        c->valid_to = db_date(q, i, 14);
        r->competent_offices[i] = db_int(q, i, 15);
        c->fee_dong = db_int(q, i, 16);
        c->is_place_free = db_bool(q, i, 17);
        c->result_name = reference_keep(r, q, i, 18);
        c->legal_basis = reference_keep(r, q, i, 19);
        c->decision = reference_keep(r, q, i, 20);
    }
    return true;
}

/* The rows of one case within a result ordered by case id. */
static int rows_of(const struct db_result *q, int64_t case_id, int *from)
{
    int n = db_rows(q), start;

    while (*from < n && db_int(q, *from, 0) < case_id)
        ++*from;
    start = *from;
    while (*from < n && db_int(q, *from, 0) == case_id)
        ++*from;
    return *from - start;
}

bool reference_read_components(struct reference *r, const struct db_result *q, struct error *err)
{
    int at = 0;

    for (int i = 0; i < r->n_cases; i++) {
        int n = rows_of(q, r->cases[i].id, &at);
        struct procedure_component *list = arena_array(r->arena, (size_t)n + 1, sizeof *list);

        if (!list)
            return error_set(err, ERR_NO_MEMORY, arg_text("what", "components"));
        for (int j = 0; j < n; j++) {
            int row = at - n + j;

            list[j] = (struct procedure_component){reference_keep(r, q, row, 1),
                                                   reference_keep(r, q, row, 2),
                                                   (int)db_int(q, row, 3), db_bool(q, row, 4)};
        }
        r->cases[i].components = list;
        r->cases[i].n_components = n;
    }
    return true;
}

bool reference_read_steps(struct reference *r, const struct db_result *q, struct error *err)
{
    int at = 0, day = budget_day_minutes(r->n_calendars ? r->calendars[0].calendar : NULL);

    for (int i = 0; i < r->n_cases; i++) {
        int n = rows_of(q, r->cases[i].id, &at);
        struct procedure_step *list = arena_array(r->arena, (size_t)n + 1, sizeof *list);

        if (!list)
            return error_set(err, ERR_NO_MEMORY, arg_text("what", "steps"));
        for (int j = 0; j < n; j++) {
            int row = at - n + j, office, role, budget = (int)db_int(q, row, 6),
                least = (int)db_int(q, row, 7);

            if (!reference_word(&step_offices, db_text_or_empty(q, row, 3), &office, err) ||
                !reference_word(&roles, db_text_or_empty(q, row, 5), &role, err))
                return false;
            budget = budget * day / BUDGET_DAY_MINUTES;
            list[j] = (struct procedure_step){
                .seq = (int)db_int(q, row, 1),
                .name = reference_keep(r, q, row, 2),
                .office = (enum step_office)office,
                .office_id = db_int(q, row, 4),
                .role = (enum role)role,
                .budget_minutes = budget,
                .least_minutes = least < 0 ? -1 : least * day / BUDGET_DAY_MINUTES,
                .is_decision = db_bool(q, row, 8),
                .nominal_minutes = (int32_t)db_int(q, row, 6),
                .nominal_least = least,
            };
        }
        r->cases[i].steps = list;
        r->cases[i].n_steps = n;
    }
    return true;
}

bool reference_read_intervals(struct reference *r, const struct db_result *q, struct error *err)
{
    r->n_intervals = db_rows(q);
    r->intervals = arena_array(r->arena, (size_t)r->n_intervals + 1, sizeof *r->intervals);
    if (!r->intervals)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "intervals"));
    for (int i = 0; i < r->n_intervals; i++) {
        struct objective_interval *o = &r->intervals[i];
        int kind;

        if (!reference_word(&objective_kinds, db_text_or_empty(q, i, 1), &kind, err))
            return false;
        *o = (struct objective_interval){
            .id = db_int(q, i, 0),
            .kind = (enum objective_kind)kind,
            .from = db_instant(q, i, 2),
            .to = db_instant(q, i, 3),
            .dossier = db_int(q, i, 7),
            .evidence = reference_keep(r, q, i, 8),
        };
        o->offices = text_numbers(r->arena, db_text_or_empty(q, i, 4), &o->n_offices);
        o->procedures = text_items(r->arena, db_text_or_empty(q, i, 5), &o->n_procedures);
        o->steps = text_numbers(r->arena, db_text_or_empty(q, i, 6), &o->n_steps);
        if (!o->offices || !o->procedures || !o->steps)
            return error_set(err, ERR_NO_MEMORY, arg_text("what", "intervals"));
    }
    return true;
}
