/* What is owed for a dossier, as a reader sees it. */
#include "base/instant.h"
#include "flow/app.h"
#include "flow/view.h"

/* obligation_page.sql and statistics_letters.sql say the same. */
static bool obligation_is_missing(const struct dossier_obligation *o, int32_t due_on, int64_t now,
                                  int32_t zone_s)
{
    if (o->state == OBLIGATION_REFUSED)
        return true;
    return o->state == OBLIGATION_OPEN &&
           ((o->latest_at != INSTANT_NONE && now > o->latest_at) ||
            (o->trigger == LETTER_TRIGGER_LATENESS && due_on != DATE_NONE &&
             instant_date(now, zone_s) > due_on));
}

void view_obligation(struct request *req, const struct dossier_obligation *o, int32_t due_on,
                     struct wire_obligation *ret)
{
    wire_obligation_init(ret);
    ret->trigger = (int)o->trigger;
    ret->trigger_label = vocabulary_label(&letter_triggers, (int)o->trigger, req->lang);
    ret->state = (int)o->state;
    ret->waiver = (int)o->waiver;
    ret->office = view_office_key(req, o->office);
    ret->office_name = view_office_name(req, o->office);
    ret->at_fault_office = view_office_key(req, o->at_fault_office);
    ret->owed_at = o->owed_at;
    ret->latest_at = o->latest_at;
    if (o->letter_id)
        ret->letter = o->letter_id;
    ret->timing = (int)o->timing;
    ret->is_missing = obligation_is_missing(o, due_on, req->now, req->zone_s);
}

bool view_obligations(struct request *req, const struct dossier *d, struct wire_dossier *v)
{
    struct wire_obligation *items =
        arena_array(req->arena, (size_t)d->n_obligations + 1, sizeof *items);
    int32_t due_on = d->due_at == INSTANT_NONE ? DATE_NONE : d->due_on;

    if (!items)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "view"));
    for (int i = 0; i < d->n_obligations; i++)
        view_obligation(req, &d->obligations[i], due_on, &items[i]);
    v->obligations = items;
    v->n_obligations = (size_t)d->n_obligations;
    return true;
}
