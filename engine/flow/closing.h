/* Closing a period: a draft that lists what stands in the way, the word of a leader on each, then a
 * snapshot that nobody changes: the forms as the API told them, with state and knowledge fixed,
 * hashed and chained, and form II.06a as PDF. What is learned later shows as corrections; opening
 * again leaves both versions. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_closings, use_case_closing, use_case_closing_obstacles,
    use_case_closing_content, use_case_closing_document; /* closing_read.c */
extern const struct use_case use_case_closing_new, use_case_closing_accept,
    use_case_closing_reopen;                               /* closing_act.c */
extern const struct use_case use_case_closing_close;       /* closing_close.c */
extern const struct use_case use_case_closing_corrections; /* closing_corrections.c */
