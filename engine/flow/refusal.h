/* An error kept in the database for readers to come: code, status, field, value, and the sentence
 * in both languages. */
#pragma once
#include "flow/request.h"
#include "wire/message.h"

/* Appends it as JSON text. */
void refusal_write(const struct error *err, int32_t zone_s, struct buffer *b);
/* Back, in the reader's language; NULL: text of a newer program, better no reason than no answer.
 */
const struct wire_problem *refusal_read(struct request *req, const char *text);
