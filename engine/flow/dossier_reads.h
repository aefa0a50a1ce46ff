/* Who read a dossier, for whoever inspects (flow/read_log.h writes the rows). */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_dossier_reads;
