/* A report as a file: CSV for programs, a spreadsheet with its sums as formulas, the paper. */
#pragma once
#include "flow/report_form.h"

enum step_result report_reply_csv(struct report_run *run);
/* Hand it to a worker; the request goes on with `step`, which calls the reply. Errors:
 * DOCUMENT_LIMIT {field} {limit}, NO_MEMORY. */
enum step_result report_draw_xlsx(struct report_run *run, int step);
enum step_result report_reply_xlsx(struct report_run *run);
enum step_result report_draw_pdf(struct report_run *run, int step);
enum step_result report_reply_pdf(struct report_run *run);

/* What both files and paper say. */
const char *report_moment(struct request *req, int64_t at); /* "17:00 ngày 05/08/2022" */
/* TT of a line: sections A, B, ..., the others counted within theirs; "" of the total. */
const char *report_number(const struct report_run *run, const struct report_line *line);
/* "Đơn vị", what the labels are. */
const char *report_label_head(const struct report_run *run, enum language lang);
/* A head cut at its > into at most three texts; returns how many. NULL texts when memory ends. */
int report_head_parts(struct arena *arena, const char *head, const char *ret[3]);
