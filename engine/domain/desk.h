/* A desk handed over: all that one officer holds at an office, or is to take over there in person,
 * goes to another, or to nobody in person. Pure: what becomes of one dossier. */
#pragma once
#include "domain/history.h"

struct desk_order {
    int64_t officer, office; /* whose desk, where */
    int64_t to;              /* 0: nobody in person */
    int64_t change;          /* the edit of reference data that it carries out */
    int64_t actor, on_behalf_of;
};

#define DESK_EVENTS_MAX 2 /* the hands it lies in, and the hand-over under way */

/* Composes what the order does to one dossier, now or, where it has moved ahead, after what
 * happened last; whatever its state, as long as it has not ended. Returns how many events; 0 when
 * it is not the officer's there, or not any more. Source: law:assignment. */
int desk_compose(const struct dossier *d, const struct desk_order *order, int64_t now,
                 struct event ret[DESK_EVENTS_MAX]);
/* Did the order reach the dossier before? */
bool desk_is_given(const struct history *h, const struct desk_order *order);
/* Does the role take over work, so that a desk can be given to who holds it? */
bool desk_role_takes(enum role role);
