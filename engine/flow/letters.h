/* Letters: lists, actions (sign, number, issue, deliver, ...), papers. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_letters, use_case_letter, use_case_letter_action,
    use_case_letter_document, use_case_public_document;

struct app;
/* Draws and keeps the paper of a numbered letter whose daemon died before it did. */
void letters_print_missing(struct app *app);
