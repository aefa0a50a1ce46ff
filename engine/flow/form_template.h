/* Templates of forms as offices print them: the built-in one, or a text of their own that was tried
 * before it came into force. Source: law:forms-2018, law:forms-2025. */
#pragma once
#include "document/document.h"
#include "flow/reference.h"
#include "flow/request.h"

extern const struct use_case use_case_forms, use_case_form_text, use_case_form_preview,
    use_case_form_save;

/* What prints a form at an office. */
struct form_use {
    const char *text; /* NULL: the built-in template */
    char id[TEMPLATE_ID_LEN + 1];
};
void form_use(const struct reference *r, const struct document_template *t, int64_t office,
              struct form_use *ret);

/* Keeps the texts of the built-in templates, by which papers are drawn again after they changed:
 * at start, running the loop. */
MUST_CHECK
bool form_texts_keep(struct app *app, struct error *err);
