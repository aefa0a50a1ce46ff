/* The rules of a complete head, apart from its syntax: Host, target form, framing, connection.
 * Private to the reader. */
#pragma once
#include <stdbool.h>

#include "wire/http_reader.h"

/* Judges the fields of `r` and fills host, framing and keep-alive; makes path and query of the
 * target. Errors: HTTP_SYNTAX, HTTP_HOST, HTTP_FRAMING, HTTP_TRANSFER_CODING, HTTP_EXPECTATION. */
MUST_CHECK
bool http_head_judge(struct http_reader *r, char *target, struct error *err);

/* Bit sets of characters (RFC 9110, RFC 3986). */
bool http_is_token(unsigned char c);
bool http_is_target(unsigned char c);
