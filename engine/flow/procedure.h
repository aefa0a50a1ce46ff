/* Procedures as data: reading them, saving a new version, ending one. A version is never rewritten:
 * a new one begins on a day, today or later, and dossiers keep the case of their receipt
 * (law:procedure-version). */
#pragma once
#include "flow/reference.h"
#include "flow/request.h"
#include "wire/message.h"

extern const struct use_case use_case_procedures, use_case_procedure, use_case_procedure_versions,
    use_case_procedure_save, use_case_procedure_end;

/* A version with all its cases, from the first of them; false when memory is out. */
bool procedure_fill(struct request *req, const struct procedure_case *first,
                    struct wire_procedure *ret);

/* The first cases of the procedures in force that a query names, LIST_ITEMS_MAX at most, and the
 * key from which the next page goes on. Errors: LIST_AFTER {value}. */
MUST_CHECK
bool procedure_page(struct request *req, const struct wire_rules_query *in,
                    const struct procedure_case **ret, size_t *ret_n, const char **ret_next);
