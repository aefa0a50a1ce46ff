/* Rights: what rights.def says, looked up by role and action, and held against the offices of a
 * dossier. Several roles may allow an action; the one whose office the action is meant for acts, so
 * that an officer with two desks takes a file over at the right one. */
#include "domain/rights.h"

#include "base/instant.h"

static const enum right_scope action_scopes[ROLE_COUNT][ACTION_COUNT] = {
#define RIGHT(role, action, scope) [ROLE_##role][ACTION_##action] = SCOPE_##scope,
#include "tables/rights.def"
#undef RIGHT
};

static const enum right_scope grant_scopes[ROLE_COUNT][GRANT_COUNT] = {
#define GRANT(role, grant, scope) [ROLE_##role][GRANT_##grant] = SCOPE_##scope,
#include "tables/rights.def"
#undef GRANT
};

enum right_scope right_of_action(enum role role, enum action action)
{
    return action_scopes[role][action];
}

enum right_scope right_of_grant(enum role role, enum grant grant)
{
    return grant_scopes[role][grant];
}

#define RIGHT_OFFICES_MAX (6 + DOSSIER_OPINIONS_MAX + DOSSIER_RESPONSIBLE_MAX)

/* Which offices a dossier concerns, besides those that have it in hand. */
enum right_reach_of {
    REACH_OWN,         /* none */
    REACH_ASKED,       /* asked for an opinion: they answer, and move nothing */
    REACH_RESPONSIBLE, /* found responsible: they may object */
    REACH_READERS      /* both: they read */
};

static int right_offices(const struct dossier *d, enum right_reach_of of,
                         int64_t ret[RIGHT_OFFICES_MAX])
{
    const int64_t own[] = {d->holder_office, d->pending_office, d->supervising_office,
                           d->competent_office, d->filed_office};
    int n = 0;

    for (size_t i = 0; i < ARRAY_LEN(own); i++) {
        if (own[i])
            ret[n++] = own[i];
    }
    for (int i = 0; (of == REACH_ASKED || of == REACH_READERS) && i < d->n_opinions; i++)
        ret[n++] = d->opinions[i].office;
    if (of == REACH_RESPONSIBLE || of == REACH_READERS) {
        for (int i = 0; i < d->finding.n_offices; i++)
            ret[n++] = d->finding.offices[i];
        if (d->is_cause_decided && d->decision.at_fault_office)
            ret[n++] = d->decision.at_fault_office;
    }
    return n;
}

/* Work lies with the officer, or with the one in whose place the role is held. */
static bool right_is_mine(const struct principal *p, const struct principal_role *r,
                          int64_t officer)
{
    return officer && (officer == p->officer_id || officer == r->on_behalf_of);
}

/* The office of the dossier through which the scope reaches it, 0 when it does not. */
static int64_t right_reach(const struct principal *p, const struct principal_role *r,
                           enum right_scope scope, const struct dossier *d, enum right_reach_of of,
                           office_within_fn *within, const void *organisation)
{
    int64_t offices[RIGHT_OFFICES_MAX];
    int n = right_offices(d, of, offices);

    switch (scope) {
    case SCOPE_NONE:
    case SCOPE_COUNT:
        return 0;
    case SCOPE_ALL:
        return r->office ? r->office : -1;
    case SCOPE_OWN:
        return (d->holder_office == r->office && right_is_mine(p, r, d->holder_officer)) ||
                       (d->has_pending && d->pending_office == r->office &&
                        right_is_mine(p, r, d->pending_officer))
                   ? r->office
                   : 0;
    case SCOPE_OFFICE:
    case SCOPE_SUBTREE:
        break;
    }
    for (int i = 0; i < n; i++) {
        if (offices[i] == r->office)
            return r->office;
    }
    for (int i = 0; scope == SCOPE_SUBTREE && i < n; i++) {
        if (within(organisation, offices[i], r->office))
            return offices[i];
    }
    return 0;
}

/* The office at which the action is done. */
static int64_t right_desk(enum action action, const struct dossier *d, int64_t officer_office)
{
    if (action == ACTION_TAKE_OVER || action == ACTION_DECLINE)
        return d->pending_office;
    if (action == ACTION_TAKE_OVER_RESULT || action == ACTION_RETURN)
        return d->supervising_office;
    for (int i = 0; action == ACTION_GIVE_OPINION && i < d->n_opinions; i++) {
        if (d->opinions[i].answered_at == INSTANT_NONE &&
            (!officer_office || d->opinions[i].office == officer_office))
            return d->opinions[i].office;
    }
    if (action == ACTION_OBJECT_CAUSE) {
        for (int i = 0; i < d->finding.n_offices; i++)
            if (!officer_office || d->finding.offices[i] == officer_office)
                return d->finding.offices[i];
        if (d->is_cause_decided && d->decision.at_fault_office)
            return d->decision.at_fault_office;
    }
    return d->holder_office;
}

static bool right_on_new(const struct principal_role *r, enum right_scope scope, int64_t office,
                         office_within_fn *within, const void *organisation)
{
    switch (scope) {
    case SCOPE_NONE:
    case SCOPE_COUNT:
        break;
    case SCOPE_OWN:
    case SCOPE_OFFICE:
        return !office || r->office == office;
    case SCOPE_SUBTREE:
        return !office || r->office == office || within(organisation, office, r->office);
    case SCOPE_ALL:
        return true;
    }
    return false;
}

/* A demonstration's administrator stands in for whoever may: at the desk the action is for. */
static bool right_for_another(const struct principal *p, enum action action,
                              const struct dossier *d, int64_t new_office, int64_t *ret_office)
{
    if (!p->is_acting_for)
        return false;
    for (int role = 0; role < ROLE_COUNT; role++) {
        if (action_scopes[role][action] != SCOPE_NONE) {
            *ret_office = d ? right_desk(action, d, 0) : new_office;
            return true;
        }
    }
    return false;
}

/* The first role that allows the action at the office it is meant for; else the first that allows
 * it at all. */
static const struct principal_role *right_find(const struct principal *p, enum action action,
                                               const struct dossier *d, int64_t new_office,
                                               office_within_fn *within, const void *organisation,
                                               int64_t *ret_office)
{
    bool is_asked = action == ACTION_GIVE_OPINION;
    enum right_reach_of of = is_asked                        ? REACH_ASKED
                             : action == ACTION_OBJECT_CAUSE ? REACH_RESPONSIBLE
                                                             : REACH_OWN;
    const struct principal_role *found = NULL;
    int64_t office = 0;

    for (int i = 0; i < p->n_roles; i++) {
        const struct principal_role *r = &p->roles[i];
        enum right_scope scope = action_scopes[r->role][action];
        int64_t reach, desk;

        if (!d) {
            if (right_on_new(r, scope, new_office, within, organisation)) {
                *ret_office = r->office ? r->office : new_office;
                return r;
            }
            continue;
        }
        reach = right_reach(p, r, scope, d, of, within, organisation);
        if (!reach)
            continue;
        desk = right_desk(action, d, r->office);
        if (r->office == desk) {
            *ret_office = desk;
            return r;
        }
        if (found)
            continue;
        found = r;
        if (scope >= SCOPE_SUBTREE && desk &&
            (scope == SCOPE_ALL || within(organisation, desk, r->office)) &&
            (action == ACTION_TAKE_OVER || action == ACTION_DECLINE || is_asked))
            office = desk; /* a superior acts at the desk below */
        else
            office = r->office;
    }
    *ret_office = office;
    return found;
}

bool right_allows(const struct principal *p, enum action action, const struct dossier *d,
                  int64_t new_office, office_within_fn *within, const void *organisation,
                  int64_t *ret_office)
{
    return right_find(p, action, d, new_office, within, organisation, ret_office) ||
           right_for_another(p, action, d, new_office, ret_office);
}

const struct principal_role *right_used(const struct principal *p, enum action action,
                                        const struct dossier *d, int64_t new_office,
                                        office_within_fn *within, const void *organisation)
{
    int64_t office;

    return right_find(p, action, d, new_office, within, organisation, &office);
}

bool right_grants(const struct principal *p, enum grant grant, const struct dossier *d,
                  int64_t office, office_within_fn *within, const void *organisation)
{
    for (int i = 0; i < p->n_roles; i++) {
        const struct principal_role *r = &p->roles[i];
        enum right_scope scope = grant_scopes[r->role][grant];

        if (d ? right_reach(p, r, scope, d, REACH_READERS, within, organisation) != 0
              : right_on_new(r, scope, office, within, organisation))
            return true;
    }
    return false;
}

bool right_somewhere(const struct principal *p, enum action action)
{
    for (int role = 0; role < ROLE_COUNT; role++) {
        if (action_scopes[role][action] == SCOPE_NONE)
            continue;
        for (int i = 0; i < p->n_roles; i++)
            if (p->is_acting_for || p->roles[i].role == (enum role)role)
                return true;
    }
    return false;
}

void right_missing(enum action action, enum role *ret_role, enum right_scope *ret_scope)
{
    *ret_role = ROLE_ADMINISTRATOR;
    *ret_scope = SCOPE_NONE;
    for (int role = 0; role < ROLE_COUNT; role++) {
        enum right_scope scope = action_scopes[role][action];

        if (scope != SCOPE_NONE && (*ret_scope == SCOPE_NONE || scope < *ret_scope)) {
            *ret_role = (enum role)role;
            *ret_scope = scope;
        }
    }
}
