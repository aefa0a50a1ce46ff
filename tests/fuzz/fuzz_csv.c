/* The first byte chooses how the rest is cut: rows and faults may not depend on it; and good rows
 * are written and read back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Good rows as CSV into `rows`, every outcome into `log`. */
static void read_all(const char *text, size_t len, size_t step, struct buffer *rows,
                     struct buffer *log)
{
    static const struct csv_limits limits = {.row_len = 512, .field_len = 128, .n_columns = 16};
    struct csv_writer w = {.b = rows};
    struct csv_reader r;
    struct error err = {0};

    csv_reader_init(&r, &limits);
    for (size_t at = 0; at <= len; at += step) {
        const char *bytes = text + at;
        size_t left = len - at < step ? len - at : step;
        enum csv_status status;

        while ((status = csv_read(&r, &bytes, &left, at + step > len, &err)) < CSV_MORE) {
            buffer_printf(log, "%d %s %d;", (int)status,
                          status == CSV_BAD ? error_word(err.code) : "", (int)r.row_line);
            if (status == CSV_BAD)
                continue;
            if (!rows->len) { /* a mark of our own, lest a name that looks like one be dropped */
                buffer_text(rows, "\xEF\xBB\xBF");
                for (size_t i = 0; i < csv_n_columns(&r); i++)
                    csv_write_text(&w, csv_column_name(&r, i));
                csv_write_end(&w);
            }
            assert(r.n_fields == csv_n_columns(&r));
            for (size_t i = 0; i < r.n_fields; i++)
                csv_write_text(&w, r.fields[i]);
            csv_write_end(&w);
        }
    }
    csv_reader_deinit(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer rows = {0}, whole_log = {0}, cut_rows = {0}, cut_log = {0}, again = {0},
                  log = {0};
    size_t step = size ? data[0] % 7 + 1u : 1;
    const char *text = (const char *)data + (size > 0);

    size -= size > 0;
    read_all(text, size, size + 1, &rows, &whole_log);
    read_all(text, size, step, &cut_rows, &cut_log);
    assert(rows.len == cut_rows.len && whole_log.len == cut_log.len);
    assert(!rows.len || !memcmp(rows.data, cut_rows.data, rows.len));
    assert(!whole_log.len || !memcmp(whole_log.data, cut_log.data, cut_log.len));
    if (rows.len) {
        read_all(rows.data, rows.len, rows.len + 1, &again, &log);
        assert(again.len == rows.len && !memcmp(again.data, rows.data, rows.len));
    }
    buffer_deinit(&rows);
    buffer_deinit(&whole_log);
    buffer_deinit(&cut_rows);
    buffer_deinit(&cut_log);
    buffer_deinit(&again);
    buffer_deinit(&log);
    return 0;
}
