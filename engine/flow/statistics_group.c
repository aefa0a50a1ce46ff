#include "flow/statistics_group.h"

#include <string.h>

#include "domain/lateness.h"
#include "flow/reference.h"
#include "flow/statistics_scope.h"

struct statistics_group statistics_group_of(const struct request *req, const char *group_by,
                                            int64_t id)
{
    const char *other = req->lang == LANGUAGE_VI ? "Khác" : "Other";
    struct statistics_group g = {NULL, other};

    if (!strcmp(group_by, "office")) {
        const struct office_ref *o = reference_office(req->reference, id);

        return o ? (struct statistics_group){o->key, o->name} : g;
    }
    if (!strcmp(group_by, "field")) {
        const struct field_ref *f = reference_field(req->reference, id);

        return f ? (struct statistics_group){f->key, f->name} : g;
    }
    if (!strcmp(group_by, "procedure")) {
        const struct procedure_case *c = reference_procedure(req->reference, id);

        return c ? (struct statistics_group){c->procedure_key, c->procedure_name} : g;
    }
    if (!strcmp(group_by, "step")) {
        const struct procedure_case *c = reference_case(req->reference, id / STATISTICS_PLACES);
        const struct procedure_step *step = lateness_step(c, (int)(id % STATISTICS_PLACES));

        g.label = req->lang == LANGUAGE_VI ? "Không rõ bước" : "No step known";
        if (step) {
            g.key = arena_printf(req->arena, "%s.%d", c->procedure_key, step->seq);
            g.label =
                arena_printf(req->arena, "%s · %d. %s", c->procedure_name, step->seq, step->name);
        }
        return g;
    }
    if (!strcmp(group_by, "officer")) {
        const struct officer_ref *o = reference_officer(req->reference, id);

        g.label = req->lang == LANGUAGE_VI ? "Chưa có người giữ" : "Nobody named";
        return o ? (struct statistics_group){o->login, o->name} : g;
    }
    if (!strcmp(group_by, "channel") && id)
        return (struct statistics_group){vocabulary_word(&channels, (int)id),
                                         vocabulary_label(&channels, (int)id, req->lang)};
    g.label = req->lang == LANGUAGE_VI ? "Tổng số" : "Total";
    return g;
}
