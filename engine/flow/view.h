/* A dossier as a reader sees it: the reply of reads and of actions alike. */
#pragma once
#include "flow/record.h"
#include "flow/snapshot.h"

/* Fills a wire_dossier from the folded state. `told` are words that the decision wants told. */
bool view_dossier(struct request *req, const struct dossier *d,
                  const struct snapshot_persons *persons, const char *const *told, int n_told,
                  struct wire_dossier *ret);
/* Encodes it as the reply, with ETag. */
enum step_result view_reply(struct request *req, const struct wire_dossier *v, int status);
/* A row of the ledger; due_on DATE_NONE: promised nothing. */
void view_obligation(struct request *req, const struct dossier_obligation *o, int32_t due_on,
                     struct wire_obligation *ret);
/* All of a dossier. */
bool view_obligations(struct request *req, const struct dossier *d, struct wire_dossier *v);

/* One letter of a dossier, the rest of the row from the letter table may be added by the caller. */
void view_letter(struct request *req, const struct dossier *d, const struct dossier_letter *l,
                 struct wire_letter *ret);
/* The clocks of a received dossier; *ret stays as it is where the calendar knows too little.
 * Errors: NO_MEMORY. */
bool view_clocks(struct request *req, const struct dossier *d,
                 const struct wire_dossier_clocks **ret);
void view_hold(const struct dossier_hold *h, struct wire_hold *ret);

/* Keys and names by id; NULL for 0 or an unknown id. */
const char *view_office_key(const struct request *req, int64_t id);
const char *view_office_name(const struct request *req, int64_t id);
const char *view_officer_key(const struct request *req, int64_t id);
const char *view_officer_name(const struct request *req, int64_t id);

/* May whoever asks do this now: state, guards and rights? */
bool view_allows(struct request *req, const struct dossier *d, enum action action);
/* The offices in which whoever asks has a role; NULL when memory ends. */
const int64_t *view_actor_offices(struct request *req, int *ret_n);

/* What the applicant shows besides the code: printed on the slip, ten characters, derived from the
 * seal key; another one each time the slip was lost (n_renewed), and the ones before are dead. */
const char *view_secret(struct request *req, int64_t dossier_id, int n_renewed);
