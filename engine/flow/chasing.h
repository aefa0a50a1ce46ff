/* Chasing slips (phiếu đôn đốc): which offices have the most late dossiers, a slip to each that is
 * chosen, and what they answered. A slip rests on the figures of form II.06a by office for a
 * period, lists the late dossiers, is numbered by the committee's register and signed by one of its
 * leaders; an office gets one for a period, whoever asks how often. Its paper is drawn from what
 * was frozen when it was issued, and kept as it was drawn first. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_chasing, use_case_chasing_slips, use_case_chase,
    use_case_chasing_document, use_case_chasing_answer;
