/* Lists of dossiers: filters, work queues, search. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_dossiers, use_case_queue, use_case_search;
