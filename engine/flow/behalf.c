/* See behalf.h. */
#include "flow/behalf.h"

#include <string.h>

#include "base/instant.h"
#include "flow/reference.h"

const struct principal_role *behalf_role(struct request *req, enum action action,
                                         const struct dossier *d, int64_t office)
{
    const struct dossier *as = d ? reference_for_rights(req->reference, req->arena, d) : NULL;

    return right_used(&req->principal, action, as, office, reference_within, req->reference);
}

void behalf_fill(struct request *req, const struct dossier *d, int64_t office,
                 struct action_input *in)
{
    const struct principal_role *role = behalf_role(req, in->action, d, office);

    in->on_behalf_of = role ? role->on_behalf_of : 0;
}

bool behalf_second(struct request *req, enum action action, const struct dossier *d,
                   int64_t second_person)
{
    const struct officer_ref *o = reference_officer(req->reference, second_person);
    const struct officer_ref *me = reference_officer(req->reference, req->principal.officer_id);
    const struct dossier *as = reference_for_rights(req->reference, req->arena, d);
    struct principal p = {.officer_id = second_person};
    int64_t office;

    if (!second_person || second_person == req->principal.officer_id)
        return true; /* the core asks for one, and for another */
    if (!o || !as)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "second person"));
    if (reference_is_one_hand(req->reference, second_person, req->principal.officer_id,
                              instant_date(req->now, req->zone_s)))
        return error_set(&req->error, ERR_SECOND_ONE_HAND, arg_text("value", o->login),
                         arg_text("actor", me ? me->login : ""));
    p.n_roles = o->n_roles;
    memcpy(p.roles, o->roles, (size_t)o->n_roles * sizeof p.roles[0]);
    return right_allows(&p, action, as, 0, reference_within, req->reference, &office) ||
           error_set(&req->error, ERR_SECOND_NO_RIGHT, arg_text("value", o->login),
                     arg_text("action", vocabulary_label(&actions, (int)action, req->lang)));
}
