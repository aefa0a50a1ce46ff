/* Declared objective intervals as edited data: read, declared, amended, withdrawn. Each edit is a
 * row of reference_change with what stood before, and orders the job that finds again the causes it
 * concerns (objective_job.h) in its own transaction. An interval only ever speaks to the cause; it
 * moves no date. */
#pragma once
#include "domain/vocabulary.h"
#include "flow/request.h"

struct db_result;
struct wire_objective_declaration;

extern const struct use_case use_case_objectives, use_case_objective, use_case_objective_new,
    use_case_objective_change, use_case_objective_withdraw;

/* Fills a declaration started inside the daemon, in its `prepare`. */
void objective_prepare(struct request *req, const struct wire_objective_declaration *in);

/* ---- what reading and editing share ---- */

/* A row of objective_list. */
struct objective_row {
    int64_t id, version, dossier, declared_by;
    int kind; /* enum objective_kind */
    int64_t from, to, recorded_at, withdrawn_at;
    int n_offices, n_procedures, n_steps;
    const int64_t *offices, *steps;
    const char *const *procedures;
    const char *code, *evidence, *reason, *withdrawal_reason;
};

/* Sends the look-up of the interval that the path names by its {id}, or (`id` not 0) of this one;
 * then objective_read() takes it. Errors: ITEM_UNKNOWN {value}. */
MUST_CHECK
bool objective_send(struct request *req, int slot, int64_t id);
MUST_CHECK
bool objective_read(struct request *req, int slot, struct objective_row *ret);
/* Replies with one interval; `job`: ordered by the edit, 0: none. */
enum step_result objective_reply(struct request *req, const struct objective_row *row, int64_t job,
                                 int status);
/* May the principal declare for these offices? None of them: for every office. */
bool objective_may(const struct request *req, const int64_t *offices, int n);
