/* See view_person.h. */
#include "flow/view_person.h"

#include "flow/request.h"

const char *view_person_value(struct request *req, enum mask_place place, enum mask_field field,
                              const char *value)
{
    if (value && !*value)
        return NULL; /* forgotten */
    if (req->is_inside)
        return value;
    return mask_value(req->chunk ? req->chunk : req->arena, mask_of(&req->principal, place, field),
                      field, value);
}

const char *view_person_name(struct request *req, enum mask_place place, const char *name)
{
    const char *shown = view_person_value(req, place, MASK_NAME, name);

    return shown && *shown ? shown : "-";
}

static const struct wire_person *masked(struct request *req, const struct wire_person *list,
                                        size_t n)
{
    struct wire_person *copies = arena_array(req->arena, n, sizeof *copies);

    for (size_t i = 0; copies && i < n; i++) {
        struct wire_person *p = &copies[i];

        *p = list[i];
        p->name = view_person_name(req, MASK_DETAIL, p->name);
        p->identity = view_person_value(req, MASK_DETAIL, MASK_IDENTITY, p->identity);
        p->phone = view_person_value(req, MASK_DETAIL, MASK_PHONE, p->phone);
        p->address = view_person_value(req, MASK_DETAIL, MASK_ADDRESS, p->address);
        p->email = view_person_value(req, MASK_DETAIL, MASK_EMAIL, p->email);
    }
    return copies;
}

bool view_persons(struct request *req, const struct snapshot_persons *persons,
                  struct snapshot_persons *ret)
{
    *ret = *persons;
    if (req->is_inside || mask_is_open(&req->principal, MASK_DETAIL))
        return true;
    if ((ret->applicant && !(ret->applicant = masked(req, ret->applicant, 1))) ||
        (ret->submitter && !(ret->submitter = masked(req, ret->submitter, 1))) ||
        (ret->authorised && !(ret->authorised = masked(req, ret->authorised, 1))) ||
        (ret->n_group && !(ret->group = masked(req, ret->group, ret->n_group))))
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "persons"));
    return true;
}

bool view_person_require_open(struct request *req, const char *what)
{
    return req->is_inside || mask_is_open(&req->principal, MASK_DETAIL) ||
           error_set(&req->error, ERR_PERSON_MASKED, arg_text("what", what));
}
