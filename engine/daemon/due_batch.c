/* Many due dates: each row is answered as it is read, in constant memory; a bad row is reported
 * with its line and does not stop the others. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/instant.h"
#include "base/text.h"
#include "daemon/due_verb.h"

#define RECORD_MAX   4096 /* bytes of one line */
#define REPORTED_MAX 20   /* bad rows named on standard error; the output names all of them */
#define COLUMNS_MAX  64

struct batch {
    const struct due_verb *v;
    const char *name; /* of the file */
    int64_t line, n_rows, n_refused;
    int from_column, limit_column, n_columns; /* n_columns 0 until the header was read */
    struct buffer out;                        /* one line, reused */
};

static void row_refused(struct batch *b, const struct error *err)
{
    char place[PATH_MAX + 32];

    b->n_refused++;
    if (b->n_refused > REPORTED_MAX)
        return;
    snprintf(place, sizeof place, "%s:%lld", b->name, (long long)b->line);
    due_report(b->v, place, err);
}

static void row_write_json(struct batch *b, const char *from, const char *limit,
                           const struct due *due, const struct error *err)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddNumberToObject(o, "line", (double)b->line);
    cJSON_AddStringToObject(o, "from", from);
    cJSON_AddStringToObject(o, "limit", limit);
    if (due)
        due_json(o, due, calendar_zone_s(b->v->cal));
    else
        due_json_error(o, b->v, err);
    due_json_print(o, true);
}

static void row_write(struct batch *b, const char *from, const char *limit, const struct due *due,
                      const struct error *err)
{
    char text[INSTANT_TEXT_MAX], sentence[DUE_SENTENCE_MAX], fault[DUE_SENTENCE_MAX + 64];

    if (b->v->is_json) {
        row_write_json(b, from, limit, due, err);
        return;
    }
    buffer_clear(&b->out);
    csv_write(&b->out, from);
    buffer_char(&b->out, ',');
    csv_write(&b->out, limit);
    buffer_char(&b->out, ',');
    if (due) {
        instant_format(due->at, calendar_zone_s(b->v->cal), text);
        buffer_text(&b->out, text);
        buffer_char(&b->out, ',');
        date_format(due->on, text);
        buffer_text(&b->out, text);
        buffer_char(&b->out, ',');
    } else {
        error_sentence(err, b->v->lang, calendar_zone_s(b->v->cal), sentence, sizeof sentence);
        snprintf(fault, sizeof fault, "line %lld: %s: %s", (long long)b->line,
                 error_word(err->code), sentence);
        buffer_text(&b->out, ",,");
        csv_write(&b->out, fault);
    }
    buffer_char(&b->out, '\n');
    fwrite(b->out.data, 1, b->out.len, stdout);
}

static void row_run(struct batch *b, const char *from, const char *limit_text)
{
    struct error err = {0};
    struct limit limit;
    struct due due;
    int64_t at;

    if (due_receipt_parse(b->v, from, &at, &err) && limit_parse(limit_text, &limit, &err) &&
        due_compute(b->v->cal, &b->v->rule, limit, at, &due, &err)) {
        row_write(b, from, limit_text, &due, NULL);
        return;
    }
    row_write(b, from, limit_text, NULL, &err);
    row_refused(b, &err);
}

static bool header_read(struct batch *b, char *const fields[], int n, struct error *err)
{
    b->from_column = b->limit_column = -1;
    for (int i = 0; i < n; i++) {
        if (!strcmp(fields[i], "from") && b->from_column < 0)
            b->from_column = i;
        if (!strcmp(fields[i], "limit") && b->limit_column < 0)
            b->limit_column = i;
    }
    if (b->from_column < 0 || b->limit_column < 0)
        return error_set(err, ERR_BATCH_HEADER, arg_text("columns", "from, limit"));
    b->n_columns = n;
    return true;
}

/* What keeps a line from being cut into fields. */
static bool record_check(const char *record, size_t len, struct error *err)
{
    if (len >= RECORD_MAX)
        return error_set(err, ERR_BATCH_RECORD, arg_text("reason", "too long"));
    if (memchr(record, '\0', len) || text_utf8_fault(record, len) >= 0)
        return error_set(err, ERR_BATCH_RECORD, arg_text("reason", "not UTF-8"));
    return true;
}

/* Returns false when the file cannot be gone on with. */
static bool record_run(struct batch *b, char *record, size_t len)
{
    char *fields[COLUMNS_MAX] = {NULL};
    struct error err = {0};
    int n;

    if (b->line == 1 && len >= 3 && !memcmp(record, "\xEF\xBB\xBF", 3)) {
        record += 3;
        len -= 3;
    }
    while (len && (record[len - 1] == '\n' || record[len - 1] == '\r'))
        record[--len] = '\0';
    if (!len)
        return true;
    b->n_rows += b->n_columns > 0;
    if (!record_check(record, len, &err)) {
        row_write(b, "", "", NULL, &err);
        row_refused(b, &err);
        return b->n_columns > 0;
    }
    n = csv_split(record, fields, COLUMNS_MAX);
    if (!b->n_columns) {
        if (n > 0 && n <= COLUMNS_MAX && header_read(b, fields, n, &err))
            return true;
        error_set(&err, ERR_BATCH_HEADER, arg_text("columns", "from, limit"));
        row_refused(b, &err);
        return false;
    }
    if (n != b->n_columns) {
        error_set(&err, ERR_BATCH_RECORD,
                  arg_text("reason", n < 0 ? "quotation marks" : "number of columns"));
        row_write(b, "", "", NULL, &err);
        row_refused(b, &err);
        return true;
    }
    row_run(b, fields[b->from_column], fields[b->limit_column]);
    return true;
}

static void batch_summary(const struct batch *b)
{
    bool is_vi = b->v->lang == LANGUAGE_VI;

    if (!b->n_refused)
        return;
    fprintf(stderr,
            is_vi ? "motcuad due: %lld dòng, %lld dòng bị từ chối%s\n"
                  : "motcuad due: %lld rows, %lld refused%s\n",
            (long long)b->n_rows, (long long)b->n_refused,
            b->n_refused <= REPORTED_MAX ? ""
            : is_vi                      ? " (tất cả đều ghi ở cột error)"
                                         : " (the error column names them all)");
}

int due_batch_run(const struct due_verb *v)
{
    bool is_stdin = !strcmp(v->batch_path, "-");
    struct batch b = {.v = v, .name = is_stdin ? "-" : v->batch_path};
    FILE *f = is_stdin ? stdin : fopen(v->batch_path, "rb");
    char *record = NULL;
    size_t size = 0;
    ssize_t len;
    bool is_readable = true;

    if (!f) {
        struct error err;

        error_set(&err, ERR_FILE_UNREADABLE, arg_text("path", v->batch_path),
                  arg_text("reason", strerror(errno)));
        due_report(v, "", &err);
        return EXIT_REFUSED;
    }
    while (is_readable && (len = getline(&record, &size, f)) >= 0) {
        bool is_first = !b.n_columns;

        b.line++;
        is_readable = record_run(&b, record, (size_t)len);
        if (is_first && b.n_columns && !v->is_json)
            puts("from,limit,due_at,due_on,error");
    }
    if (!b.n_columns && !b.n_refused) { /* an empty file */
        struct error err;

        error_set(&err, ERR_BATCH_HEADER, arg_text("columns", "from, limit"));
        row_refused(&b, &err);
    }
    free(record);
    if (!is_stdin)
        fclose(f);
    buffer_deinit(&b.out);
    batch_summary(&b);
    return b.n_refused || fflush(stdout) ? EXIT_REFUSED : EXIT_DONE;
}
