/* Who may do what, from rights.def. Pure: the principal's roles and the dossier's offices are
 * handed in. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "domain/dossier.h"
#include "domain/organisation.h"
#include "domain/vocabulary.h"

#define PRINCIPAL_ROLES_MAX 16 /* held by oneself */
#define PRINCIPAL_STAND_MAX 16 /* and in the place of others */

struct principal_role {
    enum role role;
    int64_t office;
    int64_t on_behalf_of; /* officer in whose place it is held; 0: one's own */
    int32_t until;        /* last day of that */
    bool is_authorised;   /* by authority in writing (TUQ.), not as deputy (KT.) */
};

struct principal {
    int64_t officer_id;
    const char *login;
    int n_roles;
    /* one's own first: of two that allow the same, the own right is used */
    struct principal_role roles[PRINCIPAL_ROLES_MAX + PRINCIPAL_STAND_MAX];
    bool is_acting_for; /* administrator of a demonstration acting in every role */
};

enum right_scope right_of_action(enum role role, enum action action);
enum right_scope right_of_grant(enum role role, enum grant grant);

/* May the principal do this action on this dossier (NULL: a new one at `new_office`, 0: anywhere)?
 * On yes, ret_office is the office it acts in: of several the one the action is meant for. An
 * office asked for an opinion counts for GIVE_OPINION, and for reading, alone; one found
 * responsible for a delay for OBJECT_CAUSE, and for reading. */
bool right_allows(const struct principal *p, enum action action, const struct dossier *d,
                  int64_t new_office, office_within_fn *within, const void *organisation,
                  int64_t *ret_office);
/* The same, and the role that allows it: NULL on no, or where a demonstration's administrator acts.
 */
const struct principal_role *right_used(const struct principal *p, enum action action,
                                        const struct dossier *d, int64_t new_office,
                                        office_within_fn *within, const void *organisation);
/* May the principal use the grant for this dossier, or (d NULL) for this office? */
bool right_grants(const struct principal *p, enum grant grant, const struct dossier *d,
                  int64_t office, office_within_fn *within, const void *organisation);
/* Does any of its roles allow the action, however far? */
bool right_somewhere(const struct principal *p, enum action action);
/* The role and scope that is missing, for the 403: the narrowest row that would have sufficed. */
void right_missing(enum action action, enum role *ret_role, enum right_scope *ret_scope);
