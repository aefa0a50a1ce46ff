/* In whose place somebody acts (law:stand-in): the role that allows the action is one's own, or
 * that of an officer who is away. Two of whom one stands in for the other are one pair of hands. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "domain/lifecycle.h"
#include "flow/request.h"

/* The role that the action on the dossier (NULL: a new one at `office`) rests on; NULL: none of its
 * own or lent, as with a demonstration's administrator. */
const struct principal_role *behalf_role(struct request *req, enum action action,
                                         const struct dossier *d, int64_t office);
/* Fills in->on_behalf_of from it. */
void behalf_fill(struct request *req, const struct dossier *d, int64_t office,
                 struct action_input *in);
/* The second person has the right for the action on the dossier by a role of the own, and neither
 * stands in for the other. Errors: SECOND_ONE_HAND, SECOND_NO_RIGHT. */
MUST_CHECK
bool behalf_second(struct request *req, enum action action, const struct dossier *d,
                   int64_t second_person);
