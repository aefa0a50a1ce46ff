/* Digital signatures on numbered letters: by the daemon, with the certificates it holds, or
 * elsewhere and handed back. Each is a later revision of the paper with an event of its own.
 * Source: law:signature. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_letter_hand_back;

/* Signs a letter just numbered where its office or its signer has a certificate; returns at once.
 */
void letter_certify_start(struct app *app, int64_t letter_id);
/* Those that were numbered and not signed, because a daemon was killed or a certificate was not
 * there yet: a few at a time. */
void letters_certify_missing(struct app *app);
