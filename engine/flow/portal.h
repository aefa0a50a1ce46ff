/* Files of the national portal's figures: taken in whole or not at all, and listed. What they say
 * is held against ours in the forms of flow/report_index.c and flow/report_portal.c. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_portal_files, use_case_portal_file_new;
