/* The OpenAPI 3.1 document of the API, made from the tables that the router and the codec read; so
 * it cannot say anything else than they do. */
#pragma once
#include "base/buffer.h"

/* Writes the document; `version` is the daemon's. Fails only as the buffer does. */
void openapi_write(const char *version, struct buffer *b);
