/* An action on a dossier, over the API or from inside the daemon (demonstration, tests). */
#pragma once
#include "flow/password.h"
#include "flow/record.h"
#include "flow/snapshot.h"

struct act {
    struct request base;
    const char *code;
    enum action action;
    struct wire_action_request in; /* init before an internal start */
    int32_t if_match;
    /* of a job that approves forced closes: whose chunk it is part of, and the proposal reviewed */
    int64_t job_id, fence;
    int32_t proposal;
    int64_t office; /* in which the actor acts */
    struct password_check second;
    bool is_second_settled; /* its attempt was taken back */
    struct snapshot snapshot;
    struct decision decision;
    struct record record;
    struct commit_remark remark;
    int n_remarks, n_tries, first_status;
    struct error refusal; /* stands, unless the key says that this was answered before */
    bool is_key_asked;
};

extern const struct use_case use_case_act;
