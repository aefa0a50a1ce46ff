/* Letters: lists, actions (sign, number, issue, deliver, ...), papers. */
#pragma once
#include "domain/vocabulary.h"
#include "flow/request.h"

extern const struct use_case use_case_letters, use_case_letter, use_case_letter_action,
    use_case_letter_document, use_case_public_document;

/* Fills a letter action started inside the daemon, in its `prepare`: what a route would have
 * parsed. delivery   of words_delivery, for DELIVER; WORD_NONE otherwise reference  postal code or
 * by whom it was taken; may be NULL; borrowed until it is done */
void letter_action_prepare(struct request *req, int64_t id, enum action action, int delivery,
                           const char *reference);

struct app;
/* Draws and keeps the paper of a numbered letter whose daemon died before it did. */
void letters_print_missing(struct app *app);
