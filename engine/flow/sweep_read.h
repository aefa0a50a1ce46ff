/* What is told of sweeps: nights and their records, what a night did to whom, the dossiers that
 * fall due two working days after it, and what a night would do. */
#pragma once
#include "flow/request.h"
#include "flow/sweep_night.h"
#include "wire/message.h"

extern const struct use_case use_case_sweeps, use_case_sweep_record, use_case_sweep_items,
    use_case_sweep_due, use_case_sweep_preview;

/* A record by the number of its run or (run 0) of its job; then row 0 of the answer. */
bool sweep_record_send(struct request *req, int slot, int64_t run, int64_t job);
void sweep_record_read(struct request *req, const struct db_result *r, int row,
                       struct wire_sweep *ret);

/* What is known of the nights up to now, and of one of them. */
struct sweep_state {
    int64_t ordered_at, ended_at; /* closings of the newest nights ordered, and ended */
    int64_t first_alarm_at;
    int64_t run_id; /* of the night asked for; 0: none */
    bool is_ended;  /* that run */
    bool is_begun;  /* a dossier had been received by its closing */
};
bool sweep_state_send(struct request *req, int slot, const struct sweep_night *night);
void sweep_state_read(const struct request *req, int slot, struct sweep_state *ret);
