/* Registers that number papers: listing them, opening one before its first number, and the numbers
 * given. Source: law:letter-number. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_paper_registers, use_case_paper_register_open,
    use_case_paper_register_entries;
