/* Form sets: which circular's forms a paper takes, by the day it is issued, whatever the ruleset
 * of the dossier's receipt (law:form-set). A form that the circular has and we have no template for
 * is printed after the set before, and said to be. */
#pragma once
#include "flow/reference.h"
#include "flow/request.h"

extern const struct use_case use_case_form_sets, use_case_form_set_save;

struct document_template;

/* The template that prints a kind of paper on a day, of the circular in force or the nearest before
 * it that has one; NULL: none has.
 *   kind        a word of proto/tables/papers.def: numbers mean other papers in other circulars
 *   ret_wanted  the circular in force, where another one has to stand in; NULL otherwise */
const struct document_template *form_set_choose(const struct reference *r, const char *kind,
                                                int32_t issued_on, const char **ret_wanted);
/* What a template calls its paper: "Phiếu xin lỗi và hẹn lại ngày trả kết quả"; "-" for none. */
const char *form_set_title(struct arena *arena, const char *circular, const char *form);
