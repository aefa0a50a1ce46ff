/* Due dates without a dossier, and explained days on the wire. */
#pragma once
#include "domain/explain.h"
#include "flow/request.h"
#include "wire/message.h"

extern const struct use_case use_case_due;

/* The rows of an explanation as messages, in the reader's language. `decree` is that of the
 * ruleset, by which the articles are cited; NULL cites all. */
bool due_days(struct request *req, const struct explain *e, const char *decree,
              const struct wire_due_day **ret_days, size_t *ret_n);
/* A limit as it is written, in the request's arena. */
const char *due_limit_text(struct request *req, struct limit limit);
