/* Letters: lists, actions (sign, number, issue, deliver, ...), papers. */
#pragma once
#include "domain/dossier.h"
#include "flow/request.h"

extern const struct use_case use_case_letters, use_case_letter, use_case_letter_action,
    use_case_letter_document;

/* Fills a letter action started inside the daemon, in its `prepare`: what a route would have
 * parsed. delivery   of words_delivery, for DELIVER; WORD_NONE otherwise reference  postal code or
 * by whom it was taken; may be NULL; borrowed until it is done */
void letter_action_prepare(struct request *req, int64_t id, enum action action, int delivery,
                           const char *reference);

/* One letter of a reviewed list: what its use case, started inside the daemon, is given, and what
 * became of it. */
struct letter_turn {
    enum action action; /* SIGN, NUMBER or ISSUE of a letter */
    int64_t letter_id, job_id, fence;
    int32_t version; /* of the dossier, as reviewed */

    char dossier[DOSSIER_CODE_MAX]; /* "" : no such letter */
    struct error error;             /* ERR_NONE: done, now or by this officer on that version */
};
void letter_turn_prepare(struct request *req, const struct letter_turn *turn);
void letter_turn_take(struct request *req, struct letter_turn *ret);

struct app;
/* Draws and keeps the paper of a numbered letter whose daemon died before it did. */
void letters_print_missing(struct app *app);
