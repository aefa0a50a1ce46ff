/* The inspector's lists: what was entered back-dated, asked for at the last moment, closed by
 * force, decided against a finding, and who read whose data; by row, or counted by officer or
 * office. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_audit_list;  /* /audit/lists/{list} */
extern const struct use_case use_case_audit_reads; /* of one person; its number comes in the body */
