/* What a password must be: long enough, not one of those that everybody tries first, not the login.
 * No rules about kinds of characters: length is what counts. Pure. */
#pragma once
#include "base/arena.h"
#include "base/error.h"

#define PASSWORD_CHARACTERS_MIN 10
#define PASSWORD_CHARACTERS_MAX 128

/*   field     the name for a refusal
 *   password  NFC; never repeated in a refusal
 *   login     of whoever will use it
 *
 * Errors: PASSWORD_SHORT, PASSWORD_LONG {field} {limit}; PASSWORD_COMMON, PASSWORD_HAS_LOGIN
 * {field}; NO_MEMORY. */
MUST_CHECK
bool password_rule_check(struct arena *a, const char *field, const char *password,
                         const char *login, struct error *err);
