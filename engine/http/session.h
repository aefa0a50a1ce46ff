/* What a client says about itself in fields: cookies, bearer token, language. Pure functions;
 * whether a token is good is decided elsewhere. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

/* Finds a cookie in the value of a Cookie field.
 *
 *   ret_value, ret_len  borrowed from `field`
 *
 * False when it is absent, malformed, or stands twice: another site under the same domain may have
 * planted one, and nobody can tell which is ours. */
MUST_CHECK
bool session_cookie_find(const char *field, const char *name, const char **ret_value,
                         size_t *ret_len);

/* Value for Set-Cookie: HttpOnly, SameSite=Strict, Path=/, Secure when is_tls.
 *   max_age_s  seconds; 0 deletes the cookie, negative lasts until the browser closes */
void session_cookie_format(struct buffer *b, const char *name, const char *value, long max_age_s,
                           bool is_tls);

/* The token of "Bearer TOKEN", or NULL when the field says anything else. */
const char *session_bearer(const char *field);

/* Vietnamese unless the field prefers English. NULL is Vietnamese. */
enum language session_language(const char *field);

/* Does Accept-Encoding take gzip? */
bool session_takes_gzip(const char *field);
