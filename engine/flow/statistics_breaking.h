/* A form that does not balance is not printed: it is asked which dossiers break it, and they are
 * named. */
#pragma once
#include "flow/request.h"
#include "flow/statistics_scope.h"

/* Whether what a check refused is a sum; then the request's error is taken into `ret_sum`, and the
 * dossiers are asked for. False with the request's error set: it was another error, or nothing can
 * be asked. */
bool statistics_breaking_send(struct request *req, int slot, const struct statistics_scope *scope,
                              struct error *ret_sum);
/* Refuses once they are here. Sets REPORT_UNBALANCED {row} {sum} {dossiers}. */
void statistics_breaking_tell(struct request *req, int slot, const struct error *sum);
