/* What the two halves of the verb `due` share: verb_due.c, which reads the options and computes one
 * date, and due_batch.c, which computes a file of them. */
#pragma once
#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "domain/calendar.h"
#include "domain/due.h"

#define EXIT_DONE        0
#define EXIT_REFUSED     1
#define EXIT_USAGE       2
#define DUE_SENTENCE_MAX 512
#define DUE_LINE_WIDTH   80

struct due_verb {
    const char *from, *limit, *calendar_path, *batch_path;
    bool is_explained, is_json, is_help;
    enum language lang;
    struct due_rule rule;
    struct calendar *cal;
};

/* One line on standard error: where (may be ""), and the sentence. */
void due_report(const struct due_verb *v, const char *place, const struct error *err);

/* Reads a receipt; without an offset it is taken in the calendar's zone. Errors: INSTANT_SYNTAX. */
MUST_CHECK
bool due_receipt_parse(const struct due_verb *v, const char *text, int64_t *ret_at,
                       struct error *err);

/* Members of a JSON object for a promise, or for a refusal. */
void due_json(cJSON *o, const struct due *due, int32_t zone_s);
void due_json_error(cJSON *o, const struct due_verb *v, const struct error *err);

/* Prints the object on standard output, on one line or indented, and deletes it. */
bool due_json_print(cJSON *o, bool is_line);

/* Answers v->batch_path row by row; returns the exit code. */
int due_batch_run(const struct due_verb *v);
