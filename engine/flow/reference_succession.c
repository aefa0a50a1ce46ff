/* Offices that ended, as reference.h tells them: whoever holds the id of one is led to the office
 * that goes on. An office is ended from the day after its last one, never ahead of it, so that no
 * date need be asked here. */
#include "flow/reference.h"

#include "base/instant.h"

#define HEIRS_MAX 16

int64_t reference_heir(const struct reference *r, int64_t office)
{
    for (int depth = 0; r->n_ended && office && depth < HEIRS_MAX; depth++) {
        const struct office_ref *o = reference_office(r, office);

        if (!o || o->valid_to == DATE_NONE || !o->successor_id)
            break;
        office = o->successor_id;
    }
    return office;
}

bool reference_office_lives(const struct reference *r, const struct office_ref *o,
                            const char *field, int32_t on, struct error *err)
{
    if (o->valid_to != DATE_NONE) {
        const struct office_ref *heir = reference_office(r, reference_heir(r, o->id));

        if (!heir || heir == o)
            return error_set(err, ERR_OFFICE_ENDED_ALONE, arg_text("field", field),
                             arg_text("value", o->name), arg_date("on", o->valid_to));
        return error_set(err, ERR_OFFICE_ENDED, arg_text("field", field),
                         arg_text("value", o->name), arg_date("on", o->valid_to),
                         arg_text("successor", heir->name), arg_text("key", heir->key));
    }
    if (o->valid_from > on)
        return error_set(err, ERR_OFFICE_NOT_YET, arg_text("field", field),
                         arg_text("value", o->name), arg_date("on", o->valid_from));
    return true;
}

static void lead(const struct reference *r, int64_t *office)
{
    *office = reference_heir(r, *office);
}

static void lead_opinions(const struct reference *r, struct dossier *d)
{
    for (int i = 0; i < d->n_opinions; i++)
        if (d->opinions[i].answered_at == INSTANT_NONE)
            lead(r, &d->opinions[i].office);
}

void reference_pass_over(const struct reference *r, struct dossier *d)
{
    if (!r->n_ended || (d->ended_at != INSTANT_NONE && d->state != STATE_DONE))
        return;
    lead(r, &d->supervising_office);
    lead(r, &d->holder_office);
    lead(r, &d->pending_office);
    if (d->ended_at != INSTANT_NONE)
        return;
    lead(r, &d->competent_office);
    lead_opinions(r, d);
}

const struct dossier *reference_for_rights(const struct reference *r, struct arena *arena,
                                           const struct dossier *d)
{
    struct dossier *copy;

    if (!r->n_ended)
        return d;
    copy = arena_new_of(arena, struct dossier);
    if (!copy)
        return NULL;
    *copy = *d;
    lead(r, &copy->filed_office);
    lead(r, &copy->supervising_office);
    lead(r, &copy->competent_office);
    lead(r, &copy->holder_office);
    lead(r, &copy->pending_office);
    lead_opinions(r, copy);
    for (int i = 0; i < copy->finding.n_offices; i++)
        lead(r, &copy->finding.offices[i]);
    lead(r, &copy->decision.at_fault_office);
    return copy;
}
