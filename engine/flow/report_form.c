#include "flow/report_form.h"

#include <string.h>

#include "flow/statistics_group.h"

#define REPORT_FORM(name, key) extern const struct report_form report_form_##name;
#include "tables/report_forms.def"
#undef REPORT_FORM

static const struct {
    const char *key;
    const struct report_form *form;
} report_forms[] = {
#define REPORT_FORM(name, key) {(key), &report_form_##name},
#include "tables/report_forms.def"
#undef REPORT_FORM
};

const struct report_form *report_form_find(const char *key)
{
    for (size_t i = 0; i < ARRAY_LEN(report_forms); i++)
        if (!strcmp(report_forms[i].key, key))
            return report_forms[i].form;
    return NULL;
}

bool report_form_is_known(struct request *req, const char *key)
{
    return !strcmp(key, FORM_II06A) || report_form_find(key) ||
           error_set(&req->error, ERR_FORM_UNKNOWN, arg_text("value", key));
}

const char *report_title(struct report_run *run, enum language lang)
{
    const char *title = run->form->title[lang];

    return run->subtitle[lang] ? arena_printf(run->base.arena, "%s, %s", title, run->subtitle[lang])
                               : title;
}

void report_note(struct report_run *run, const char *text)
{
    if (text && run->n_notes < REPORT_NOTES_MAX)
        run->notes[run->n_notes++] = text;
}

const char *report_group_cut(struct report_run *run, const char *key)
{
    const char *by = run->group_by;
    /* "-" asks for these */
    bool has_none = !strcmp(by, "field") || !strcmp(by, "step") || !strcmp(by, "officer");

    if (!strcmp(by, "none") || (!key && !has_none))
        return NULL;
    return arena_printf(run->base.arena, "%s=%s%s", by, key ? key : "-",
                        !strcmp(by, "office") ? "&office_only=true" : "");
}

struct report_line *report_group_line(struct report_run *run, int64_t id)
{
    struct report_table *t = &run->table;
    struct statistics_group g = statistics_group_of(&run->base, run->group_by, id);
    struct report_line *line;

    for (size_t i = 0; i < t->n_lines; i++)
        if (t->lines[i].key == g.key ||
            (g.key && t->lines[i].key && !strcmp(t->lines[i].key, g.key)))
            return &t->lines[i];
    line = report_table_add(t, g.key, g.label, &run->base.error);
    if (line)
        line->cut = report_group_cut(run, g.key);
    return line;
}

static void add_figures(const struct report_table *t, struct report_line *line,
                        const struct db_result *r, int row, const struct report_source *sources,
                        size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct report_cell *c = &line->cells[report_column_at(t, sources[i].column)];

        c->is_known = true;
        for (int k = 0; k < sources[i].n; k++)
            c->n += db_int(r, row, sources[i].from[k]);
    }
}

enum report_progress report_read_groups(struct report_run *run, const struct report_source *sources,
                                        size_t n)
{
    enum { G_KEY, G_IS_TOTAL };
    const struct db_result *r = &request_result(&run->base, 0)->result;

    for (int i = 0; i < db_rows(r); i++) {
        struct report_line *line = db_bool(r, i, G_IS_TOTAL)
                                       ? report_table_total(&run->table, &run->base.error)
                                       : report_group_line(run, db_int(r, i, G_KEY));

        if (!line)
            return REPORT_FAILED;
        add_figures(&run->table, line, r, i, sources, n);
    }
    return REPORT_READ;
}
