/* The frozen data of a letter: a rendering request as JSON (document/request.h) without the
 * applicant's values, which are named by person, version and commitment and filled in when the
 * paper is drawn. What a leader approves is the SHA-256 of this text. */
#pragma once
#include "base/instant.h"
#include "db/committer.h"
#include "domain/dossier.h"
#include "domain/event.h"
#include "domain/history.h"
#include "flow/reference.h"

struct app;

#define LETTER_SYMBOL "PXL"
/* Of every other reason for an apology: no circular has a form for it (law:apology-other). */
#define LETTER_OTHER_SET  "motcua"
#define LETTER_OTHER_FORM "apology"

/* Composes the row of a letter that was drafted, or drafted anew (operation is the caller's), from
 * the dossier as it stands after the event at `at`. */
MUST_CHECK
bool letter_compose(struct app *app, const struct reference *r, struct arena *arena,
                    const struct dossier *d, const struct dossier_letter *l, int64_t at,
                    struct commit_letter *ret, struct error *err);

/* The rows of those a draft goes to, as its event names them: into m->addressees. */
MUST_CHECK
bool letter_addressee_rows(struct arena *arena, const struct event *draft, struct commit_member *m,
                           struct error *err);

/* The rows of addressee `ordinal` (0: of all) of a letter, as `state` makes them: into
 * m->addressees. `delivery` NULL: the way as it was; `proof` may be NULL. */
MUST_CHECK
bool letter_addressee_changes(struct arena *arena, const struct history *h, int64_t letter_id,
                              int ordinal, const char *delivery, enum addressee_state state,
                              const char *proof, struct commit_member *m, struct error *err);

/* How an addressee was reached last, and how far the letter is on its way there, as the events say:
 * a word of `delivery`, and a state. */
const char *letter_addressee_way(const struct history *h, int64_t letter_id, int ordinal);
enum addressee_state letter_addressee_state(const struct history *h, int64_t letter_id,
                                            int ordinal);

/* The data with another reason (NULL: as it was) and the new date of `l`. */
MUST_CHECK
bool letter_revise_data(const struct reference *r, struct arena *arena, const char *data,
                        const char *reason, const struct dossier *d, const struct dossier_letter *l,
                        int32_t zone_s, const char **ret_data, struct error *err);

/* `stands_in`: the role of somebody who is away that the signer signs by, or NULL (a role held by
 * oneself counts as NULL too): "KT." or "TUQ." and the own title stand below.
 * Adds who signs, as resolved at the moment of signing, turns to the form set and the template of
 * that day, and returns the new text with its hash, its form and the id of its template. */
MUST_CHECK
bool letter_sign_data(const struct reference *r, struct arena *arena, const char *data,
                      const struct officer_ref *signer, const struct principal_role *stands_in,
                      int64_t author_office, int32_t signed_on, const char **ret_data,
                      const char **ret_form, const char **ret_template_id,
                      unsigned char ret_hash[32], struct error *err);

/* The rendering request of a letter: the frozen data with the applicant's values, and, once
 * numbered, the number and its day. */
struct letter_paper {
    const char *data;
    const char *applicant_kind, *applicant_name, *address, *phone;
    const char *owner_name;    /* whose dossier it is, where the addressee is another; or NULL */
    const char *template_text; /* NULL: the built-in one */
    int64_t number;            /* 0: none yet */
    int64_t numbered_at;       /* INSTANT_NONE: none yet */
    bool is_draft;
};
MUST_CHECK
bool letter_request(struct arena *arena, const struct letter_paper *paper, int32_t zone_s,
                    struct buffer *ret_json, struct error *err);
