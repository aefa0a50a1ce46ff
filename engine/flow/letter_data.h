/* The frozen data of a letter: a rendering request as JSON (document/request.h) without the
 * applicant's values, which are named by person, version and commitment and filled in when the
 * paper is drawn. What a leader approves is the SHA-256 of this text. */
#pragma once
#include "base/instant.h"
#include "db/committer.h"
#include "domain/dossier.h"
#include "domain/event.h"
#include "flow/reference.h"

struct app;

#define LETTER_FORM   "04" /* of the circular in force when it is signed (law:form-set) */
#define LETTER_SYMBOL "PXL"

/* Composes the row of a letter that was drafted, or drafted anew (operation is the caller's), from
 * the dossier as it stands after the event at `at`. */
MUST_CHECK
bool letter_compose(struct app *app, const struct reference *r, struct arena *arena,
                    const struct dossier *d, const struct dossier_letter *l, int64_t at,
                    struct commit_letter *ret, struct error *err);

/* Adds who signs, as resolved at the moment of signing, turns to the form set of that day, and
 * returns the new text and its hash. */
MUST_CHECK
bool letter_sign_data(const struct reference *r, struct arena *arena, const char *data,
                      const struct officer_ref *signer, int64_t author_office, int32_t signed_on,
                      const char **ret_data, unsigned char ret_hash[32], struct error *err);

/* The rendering request of a letter: the frozen data with the applicant's values, and, once
 * numbered, the number and its day. */
struct letter_paper {
    const char *data;
    const char *applicant_kind, *applicant_name, *address, *phone;
    int64_t number;      /* 0: none yet */
    int64_t numbered_at; /* INSTANT_NONE: none yet */
    bool is_draft;
};
MUST_CHECK
bool letter_request(struct arena *arena, const struct letter_paper *paper, int32_t zone_s,
                    struct buffer *ret_json, struct error *err);
