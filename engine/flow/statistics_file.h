/* Form II.06a as a file: CSV for programs, XLSX in the layout of the paper with its sums as
 * formulas. Source: law:report-ii06a. */
#pragma once
#include "flow/paper.h"
#include "flow/renderer.h"
#include "flow/request.h"
#include "wire/message.h"

/* Answers with CSV: the head says what was asked, then thirteen columns. */
enum step_result statistics_reply_csv(struct request *req, const struct wire_statistics *form,
                                      bool has_bom);
/* Hands the table to a worker; the request goes on with `step`, which calls the next. */
enum step_result statistics_draw_xlsx(struct request *req, const struct wire_statistics *form,
                                      struct renderer_job *job, int step);
enum step_result statistics_reply_xlsx(struct request *req, struct renderer_job *job);
/* The same as the PDF of the paper; then paper_reply(). Errors: DOCUMENT_LIMIT {field} {limit}. */
enum step_result statistics_draw_pdf(struct request *req, const struct wire_statistics *form,
                                     struct paper *paper, int step);
