/* Rules as data, read: offices, officers, causes, rulesets. All from the reference
 * snapshot: no query is made. */
#pragma once
#include "flow/reference.h"
#include "flow/request.h"
#include "wire/message.h"

extern const struct use_case use_case_offices, use_case_officers, use_case_causes,
    use_case_rulesets;

/* One row as a reader sees it. */
void rules_view_office(struct request *req, const struct office_ref *o, struct wire_office *w);
void rules_view_officer(struct request *req, const struct officer_ref *o, struct wire_officer *w);
