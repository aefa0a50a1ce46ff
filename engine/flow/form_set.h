/* Form sets: which circular's forms a paper takes, by the day it is issued, whatever the ruleset
 * of the dossier's receipt (law:form-set). A form that the circular has and we have no template for
 * is printed after the set before, and said to be. */
#pragma once
#include "flow/reference.h"
#include "flow/request.h"

extern const struct use_case use_case_form_sets, use_case_form_set_save;

/* The circular whose template prints a form on a day: "TT01/2018".
 *   form        "01" .. "04": the papers whose numbers mean the same in every set
 *   ret_wanted  the circular in force, where another one has to stand in; NULL otherwise */
const char *form_set_choose(const struct reference *r, const char *form, int32_t issued_on,
                            const char **ret_wanted);
/* What a template calls its paper: "Phiếu xin lỗi và hẹn lại ngày trả kết quả"; "-" for none. */
const char *form_set_title(struct arena *arena, const char *circular, const char *form);
