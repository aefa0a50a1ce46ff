/* A rendering request as JSON, for the pipe between daemon and worker and for the test verb:
 *   {"form":"TT01/2018:04","values":{"number":"05"},"lists":{"components":[["Đơn","bản
 * chính","01"]]},
 *    "qr":"https://...","made_at":"2022-08-05T16:00:00+07:00","draft":false,"places":true,
 *    "template":"...","each":"slips","mark":"Bản in lại lần 2"}
 * A row of one cell may be written as a plain string. */
#pragma once
#include "document/document.h"

#define REQUEST_JSON_MAX (1 << 20) /* bytes */

/* Appends the JSON of a request. Errors: DOCUMENT_LIMIT {field} {limit}, NO_MEMORY. */
MUST_CHECK
bool request_encode(const struct document_request *request, struct buffer *ret_json,
                    struct error *err);

/* Reads one; everything it points to lives in `a`. Errors: those of json_parse(), DOCUMENT_REQUEST
 * {field} for a member of the wrong type or unknown, DOCUMENT_LIMIT {field} {limit}, TEXT_INVALID
 * {field}. */
MUST_CHECK
bool request_decode(struct arena *a, const char *json, size_t len,
                    struct document_request *ret_request, struct error *err);

/* An error on its way through the pipe, with its arguments:
 * {"code":"document_form_unknown","args":{...}}. What cannot be read back becomes INTERNAL {what}.
 */
void problem_encode(const struct error *problem, struct buffer *ret_json);
void problem_decode(const char *json, size_t len, struct error *ret_problem);
