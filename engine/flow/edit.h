/* What every edit of reference data has in common: who may, from which day, what the database
 * answered, and that the reply is told from the newest snapshot. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "flow/request.h"

#define EDIT_SLOT 0 /* of the query that saves */

/* Today or later; VERSION_PAST {field} {value} {today}. */
MUST_CHECK
bool edit_check_day(struct request *req, const char *field, int32_t on);
/* Reads `result, change` of the query: VERSION_RACE {key} when the data were edited meanwhile,
 * VERSION_IN_USE {key} {from}. */
MUST_CHECK
bool edit_accepted(struct request *req, const char *key, int32_t from_on, int64_t *ret_change);
/* Does the client's If-Match name this version, or none? "*" is any. */
bool edit_names_version(const struct request *req, int64_t version);
/* The version as ETag. */
void edit_version_field(struct request *req, int64_t version);
/* Waits for the snapshot that has the edit, then goes on with `step`, which takes it first. */
enum step_result edit_reload(struct request *req, int step);
void edit_take_newest(struct request *req);
