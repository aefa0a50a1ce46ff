/* Offices that ended and their successors: what passes over with a dossier, and what stays. Pure.
 *
 * The place of filing, the code and the receipt stay for life. Whoever decides, supervises, holds
 * or is asked passes to the successor, so that work goes on; a dossier that had ended stays in the
 * statistics of the office that ended it (law:office-succession). */
#pragma once
#include "domain/dossier.h"

/* One row of a merger; several offices may have one successor. */
struct succession {
    int64_t from, to;
    int64_t change; /* the edit of reference data that it carries out */
};

/* The successor of an office in a merger, itself when it is not among those that end. */
int64_t succession_heir(const struct succession *rows, int n, int64_t office);

/* One event per ended office that the dossier rests with, and one per letter that must be drafted
 * anew in the successor's name. */
#define SUCCESSION_EVENTS_MAX (4 + DOSSIER_OPINIONS_MAX + DOSSIER_LETTERS_MAX)

/* Composes what a merger does to one dossier, from the beginning of its effective day on or, where
 * the dossier has moved since, after what happened last. `now` is when it is recorded. Returns how
 * many events; 0 when the merger does not concern it, or did already. `ret_after` is the dossier
 * with these events applied. */
int succession_compose(const struct dossier *d, const struct succession *rows, int n,
                       int64_t effective_at, int64_t now, int64_t actor,
                       struct event ret[SUCCESSION_EVENTS_MAX], struct dossier *ret_after);

/* In whose name a letter of the dossier is written. */
int64_t dossier_answering_office(const struct dossier *d);
