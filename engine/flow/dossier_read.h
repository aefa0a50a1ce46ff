/* Reading one dossier: in full, its events, its papers, its slip. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_dossier, use_case_dossier_events, use_case_dossier_papers,
    use_case_slip;
