/* What is owed for a dossier, as a reader sees it. */
#include "base/instant.h"
#include "flow/app.h"
#include "flow/view.h"

static bool obligation_is_missing(const struct dossier *d, const struct dossier_obligation *o,
                                  int64_t now, int32_t zone_s)
{
    if (o->state == OBLIGATION_REFUSED)
        return true;
    return o->state == OBLIGATION_OPEN &&
           ((o->latest_at != INSTANT_NONE && now > o->latest_at) ||
            (o->trigger == LETTER_TRIGGER_LATENESS && d->due_at != INSTANT_NONE &&
             instant_date(now, zone_s) > d->due_on));
}

bool view_obligations(struct request *req, const struct dossier *d, struct wire_dossier *v)
{
    struct wire_obligation *items =
        arena_array(req->arena, (size_t)d->n_obligations + 1, sizeof *items);

    if (!items)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "view"));
    for (int i = 0; i < d->n_obligations; i++) {
        const struct dossier_obligation *o = &d->obligations[i];
        struct wire_obligation *w = &items[i];

        wire_obligation_init(w);
        w->trigger = (int)o->trigger;
        w->trigger_label = vocabulary_label(&letter_triggers, (int)o->trigger, req->lang);
        w->state = (int)o->state;
        w->waiver = (int)o->waiver;
        w->office = view_office_key(req, o->office);
        w->office_name = view_office_name(req, o->office);
        w->at_fault_office = view_office_key(req, o->at_fault_office);
        w->owed_at = o->owed_at;
        w->latest_at = o->latest_at;
        if (o->letter_id)
            w->letter = o->letter_id;
        w->timing = (int)o->timing;
        w->is_missing = obligation_is_missing(d, o, req->now, req->zone_s);
    }
    v->obligations = items;
    v->n_obligations = (size_t)d->n_obligations;
    return true;
}
