/* See calendar_rows.h. Each row goes into the builder under a number that says where it came from:
 * a line of the text sent, of the calendar in force, or of one it stands on. */
#include "flow/calendar_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/instant.h"

#define LINE_BYTES  4095
#define IN_FORCE    1000000 /* added to lines of the calendar in force; a file has fewer rows */
#define BELOW       2000000 /* added to lines of those it stands on */
#define STACK_DEPTH CALENDAR_LEVEL_COUNT

static bool no_memory(struct error *err)
{
    return error_set(err, ERR_NO_MEMORY, arg_text("what", "calendar"));
}

static enum calendar_level level_of(const char *word)
{
    return (enum calendar_level)words_find(&words_calendar_level, word);
}

bool calendar_rows_in_force(const struct db_result *r, const char *key, struct arena *a,
                            struct calendar_own_rows *ret, struct error *err)
{
    struct calendar_own_rows rows = {.key = key};

    rows.rows = arena_array(a, (size_t)db_rows(r) + 1, sizeof *rows.rows);
    if (!rows.rows)
        return no_memory(err);
    for (int i = 0; i < db_rows(r); i++) {
        struct calendar_own_row *row = &rows.rows[rows.n];

        if (strcmp(db_text_or_empty(r, i, 1), key) != 0)
            continue;
        rows.id = db_int(r, i, 0);
        rows.level = level_of(db_text_or_empty(r, i, 3));
        rows.base_id = db_int(r, i, 4);
        rows.zone_s = (int32_t)db_int(r, i, 5);
        if (db_is_null(r, i, 6))
            continue;
        for (int c = 0; c < CALENDAR_COLUMN_COUNT; c++)
            row->fields[c] = db_text_or_empty(r, i, 6 + c);
        row->line = (int)db_int(r, i, 14);
        rows.n++;
    }
    if (!rows.id)
        return error_set(err, ERR_ITEM_UNKNOWN, arg_text("value", key));
    *ret = rows;
    return true;
}

/* ---- a text ---- */

static bool header_check(char *const fields[], int line, struct error *err)
{
    for (int i = 0; i < CALENDAR_COLUMN_COUNT; i++)
        if (strcmp(fields[i], calendar_column_names[i]) != 0)
            return error_set(
                err, ERR_CALENDAR_TEXT_HEADER, arg_number("line", line),
                arg_text("expected", "type,from,to,kind,sessions,name_vi,name_en,source"));
    return true;
}

/* The `calendar` row of a file that was exported: its zone is looked at, its name is not. */
static bool zone_check(char *const fields[], int line, int32_t zone_s, struct error *err)
{
    char zone[16];

    snprintf(zone, sizeof zone, "%c%02d:%02d", zone_s < 0 ? '-' : '+', abs(zone_s) / 3600,
             abs(zone_s) / 60 % 60);
    if (!strcmp(fields[CALENDAR_COLUMN_KIND], zone))
        return true;
    return error_set(err, ERR_CALENDAR_FIELD, arg_number("line", line), arg_text("field", "kind"),
                     arg_text("value", fields[CALENDAR_COLUMN_KIND]));
}

static bool line_add(char *text, int line, bool *is_first, struct calendar_own_rows *rows,
                     struct error *err)
{
    struct calendar_own_row *row = &rows->rows[rows->n];
    char *fields[CALENDAR_COLUMN_COUNT];
    struct calendar_row ignored;
    int n = csv_split(text, fields, CALENDAR_COLUMN_COUNT);

    if (n < 0)
        return error_set(err, ERR_CALENDAR_TEXT_QUOTE, arg_number("line", line));
    if (n != CALENDAR_COLUMN_COUNT)
        return error_set(err, ERR_CALENDAR_TEXT_COLUMNS, arg_number("line", line),
                         arg_number("expected", CALENDAR_COLUMN_COUNT), arg_number("found", n));
    if (*is_first && !strcmp(fields[0], calendar_column_names[0])) {
        *is_first = false;
        return header_check(fields, line, err);
    }
    *is_first = false;
    if (!strcmp(fields[0], "calendar"))
        return zone_check(fields, line, rows->zone_s, err);
    if (rows->n >= CALENDAR_ROWS_MAX)
        return error_set(err, ERR_CALENDAR_TOO_LARGE, arg_number("limit", CALENDAR_ROWS_MAX),
                         arg_text("what", "rows"));
    *row = (struct calendar_own_row){.line = line, .is_new = true};
    for (int c = 0; c < CALENDAR_COLUMN_COUNT; c++)
        row->fields[c] = fields[c];
    rows->n++;
    return calendar_text_row(row->fields, rows->level, line, &ignored, err);
}

static int count_lines(const char *text)
{
    int n = 1;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

bool calendar_rows_parse(const char *text, struct arena *a, struct calendar_own_rows *rows,
                         struct error *err)
{
    int n_lines = count_lines(text) < CALENDAR_ROWS_MAX ? count_lines(text) : CALENDAR_ROWS_MAX;
    struct calendar_own_row *all = arena_array(a, (size_t)(rows->n + n_lines) + 1, sizeof *all);
    char *at = arena_strdup(a, strncmp(text, "\xEF\xBB\xBF", 3) ? text : text + 3);
    bool is_first = true;

    if (!all || !at)
        return no_memory(err);
    if (rows->n)
        memcpy(all, rows->rows, (size_t)rows->n * sizeof *all);
    rows->rows = all;
    for (int line = 1; *at; line++) {
        char *end = at + strcspn(at, "\n");
        bool is_last = !*end;

        *end = '\0';
        if (end > at && end[-1] == '\r')
            end[-1] = '\0';
        if (strlen(at) > LINE_BYTES)
            return error_set(err, ERR_CALENDAR_TEXT_LINE, arg_number("line", line),
                             arg_number("limit", LINE_BYTES));
        if (*at && *at != '#' && !line_add(at, line, &is_first, rows, err))
            return false;
        at = is_last ? end : end + 1;
    }
    return true;
}

/* ---- rows go, a year is published ---- */

static bool is_named(const struct calendar_own_row *row, const struct wire_calendar_row_key *key)
{
    return !strcmp(row->fields[CALENDAR_COLUMN_TYPE], key->type) &&
           !strcmp(row->fields[CALENDAR_COLUMN_FROM], key->from) &&
           (!key->kind || !strcmp(row->fields[CALENDAR_COLUMN_KIND], key->kind));
}

bool calendar_rows_remove(struct calendar_own_rows *rows, const struct wire_calendar_row_key *keys,
                          size_t n_keys, struct error *err)
{
    for (size_t k = 0; k < n_keys; k++) {
        int n = 0;

        for (int i = 0; i < rows->n; i++)
            if (!is_named(&rows->rows[i], &keys[k]))
                rows->rows[n++] = rows->rows[i];
        if (n == rows->n)
            return error_set(err, ERR_CALENDAR_ROW_UNKNOWN, arg_text("type", keys[k].type),
                             arg_text("from", keys[k].from), arg_text("calendar", rows->key));
        rows->n = n;
    }
    return true;
}

/* The row of a span of years again, for the years first..last of it alone. */
static bool year_piece(struct calendar_own_rows *rows, struct calendar_own_row row, int first,
                       int last, struct arena *a, struct error *err)
{
    if (first > last)
        return true;
    row.fields[CALENDAR_COLUMN_FROM] = arena_printf(a, "%d", first);
    row.fields[CALENDAR_COLUMN_TO] = last > first ? arena_printf(a, "%d", last) : "";
    if (!row.fields[CALENDAR_COLUMN_FROM] || !row.fields[CALENDAR_COLUMN_TO])
        return no_memory(err);
    rows->rows[rows->n++] = row;
    return true;
}

bool calendar_rows_publish(struct calendar_own_rows *rows, int year, const char *source,
                           struct arena *a, struct error *err)
{
    struct calendar_own_row *all = arena_array(a, (size_t)rows->n + 4, sizeof *all);
    enum calendar_year_state state = CALENDAR_YEAR_MISSING;

    if (!all)
        return no_memory(err);
    if (rows->n)
        memcpy(all, rows->rows, (size_t)rows->n * sizeof *all);
    rows->rows = all;
    for (int i = 0; i < rows->n; i++) {
        struct calendar_own_row row = rows->rows[i];
        struct calendar_row parsed;
        int first, last;

        if (!calendar_text_row(row.fields, rows->level, row.line, &parsed, err))
            return false;
        first = date_civil(parsed.from_on).year;
        last = parsed.to_on == DATE_NONE ? first : date_civil(parsed.to_on).year;
        if (parsed.type != CALENDAR_ROW_YEAR || year < first || year > last)
            continue;
        state = parsed.year_state;
        if (state != CALENDAR_YEAR_PROVISIONAL)
            continue;
        rows->n--;
        memmove(&rows->rows[i], &rows->rows[i + 1], (size_t)(rows->n - i) * sizeof row);
        if (!year_piece(rows, row, first, year - 1, a, err) ||
            !year_piece(rows, row, year + 1, last, a, err))
            return false;
        row.fields[CALENDAR_COLUMN_KIND] = calendar_year_state_word(CALENDAR_YEAR_PUBLISHED);
        row.fields[CALENDAR_COLUMN_SOURCE] = source;
        return year_piece(rows, row, year, year, a, err);
    }
    return error_set(err, ERR_CALENDAR_YEAR_NOT, arg_number("year", year),
                     arg_text("calendar", rows->key),
                     arg_text("state", calendar_year_state_word(state)));
}

/* ---- building ---- */

static bool add_row(struct calendar_builder *b, const char *const fields[],
                    enum calendar_level level, int line, struct error *err)
{
    struct calendar_row row;

    return calendar_text_row(fields, level, line, &row, err) && calendar_builder_add(b, &row, err);
}

/* The own rows of an edit. In force first: of two rows at fault the one sent is told as the later.
 */
static bool add_own(struct calendar_builder *b, const struct calendar_own_rows *own,
                    struct error *err)
{
    for (int is_new = 0; is_new < 2; is_new++)
        for (int i = 0; i < own->n; i++)
            if (own->rows[i].is_new == is_new &&
                !add_row(b, own->rows[i].fields, own->level,
                         own->rows[i].line + (is_new ? 0 : IN_FORCE), err))
                return false;
    return true;
}

/* A calendar and those it stands on, the edited one with its rows to be. */
static bool add_stack(struct calendar_builder *b, const struct db_result *r, int64_t id,
                      const struct calendar_own_rows *own, int depth, int added, struct error *err)
{
    int64_t base = 0;

    if (id == own->id)
        return add_own(b, own, err) && (!own->base_id || depth >= STACK_DEPTH ||
                                        add_stack(b, r, own->base_id, own, depth + 1, BELOW, err));
    for (int i = 0; i < db_rows(r); i++) {
        const char *fields[CALENDAR_COLUMN_COUNT];

        if (db_int(r, i, 0) != id)
            continue;
        base = db_int(r, i, 4);
        for (int c = 0; c < CALENDAR_COLUMN_COUNT; c++)
            fields[c] = db_text_or_empty(r, i, 6 + c);
        if (!db_is_null(r, i, 6) && !add_row(b, fields, level_of(db_text_or_empty(r, i, 3)),
                                             (int)db_int(r, i, 14) + added, err))
            return false;
    }
    return !base || depth >= STACK_DEPTH || add_stack(b, r, base, own, depth + 1, BELOW, err);
}

/* Gives lines their own numbers back; `ret_from` is where the row at fault came from, `ret_against`
 * the one it contradicts: 0 the text sent, else IN_FORCE or BELOW. */
static void lines_restore(struct error *err, int64_t *ret_from, int64_t *ret_against)
{
    *ret_from = *ret_against = 0;
    for (size_t i = 0; i < ERROR_ARGS_MAX && err->args[i].kind != ERROR_ARG_END; i++) {
        struct error_arg *arg = &err->args[i];
        int64_t origin = arg->number >= BELOW ? BELOW : arg->number >= IN_FORCE ? IN_FORCE : 0;

        if (arg->kind != ERROR_ARG_NUMBER)
            continue;
        if (!strcmp(arg->name, "line"))
            *ret_from = origin;
        else if (!strcmp(arg->name, "other"))
            *ret_against = origin;
        else
            continue;
        arg->number -= origin;
    }
}

/* Says of two rows at fault which was sent and which is in force. */
static bool tell(const struct calendar_own_rows *rows, enum language lang, struct error *err)
{
    int64_t from, against;
    struct error plain;
    char reason[ERROR_TEXT_MAX + 1];

    lines_restore(err, &from, &against);
    plain = *err;
    if (!from && !against)
        return false;
    error_sentence(&plain, lang, rows->zone_s, reason, sizeof reason);
    if (!from)
        return error_set(err, ERR_CALENDAR_CONTRADICTS,
                         arg_number("line", error_arg(&plain, "line")->number),
                         arg_number("other", error_arg(&plain, "other")->number),
                         arg_text("calendar", rows->key), arg_text("reason", reason));
    return error_set(err, ERR_CALENDAR_STANDING, arg_text("calendar", rows->key),
                     arg_text("reason", reason));
}

bool calendar_rows_build(const struct calendar_own_rows *rows, const struct db_result *r,
                         enum language lang, struct calendar **ret_cal, struct error *err)
{
    CLEANUP(calendar_builder_freep) struct calendar_builder *b = NULL;

    return (calendar_builder_new(rows->key, rows->zone_s, &b, err) &&
            add_stack(b, r, rows->id, rows, 0, 0, err) &&
            calendar_builder_build(b, ret_cal, err)) ||
           tell(rows, lang, err);
}

static bool stands_on(const struct db_result *r, int64_t id, int64_t below, int depth)
{
    for (int i = 0; i < db_rows(r) && depth < STACK_DEPTH; i++)
        if (db_int(r, i, 0) == id)
            return db_int(r, i, 4) == below ||
                   (db_int(r, i, 4) && stands_on(r, db_int(r, i, 4), below, depth + 1));
    return false;
}

static bool build_above(const struct calendar_own_rows *rows, const struct db_result *r, int row,
                        enum language lang, struct error *err)
{
    CLEANUP(calendar_builder_freep) struct calendar_builder *b = NULL;
    CLEANUP(calendar_unrefp) struct calendar *cal = NULL;
    const char *key = db_text_or_empty(r, row, 1);
    char reason[ERROR_TEXT_MAX + 1];
    int64_t from, against;

    if (calendar_builder_new(key, (int32_t)db_int(r, row, 5), &b, err) &&
        add_stack(b, r, db_int(r, row, 0), rows, 0, 0, err) && calendar_builder_build(b, &cal, err))
        return true;
    lines_restore(err, &from, &against);
    error_sentence(err, lang, rows->zone_s, reason, sizeof reason);
    return error_set(err, ERR_CALENDAR_STANDING, arg_text("calendar", key),
                     arg_text("reason", reason));
}

bool calendar_rows_build_above(const struct calendar_own_rows *rows, const struct db_result *r,
                               enum language lang, struct error *err)
{
    for (int i = 0; i < db_rows(r); i++)
        if ((!i || db_int(r, i, 0) != db_int(r, i - 1, 0)) &&
            stands_on(r, db_int(r, i, 0), rows->id, 0) && !build_above(rows, r, i, lang, err))
            return false;
    return true;
}

/* ---- the difference ---- */

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every row as a line of the text form, sorted. */
static bool lines_of(const struct calendar_own_rows *rows, struct arena *a, const char ***ret,
                     struct error *err)
{
    const char **lines = arena_array(a, (size_t)rows->n + 1, sizeof *lines);
    struct buffer b = {0};
    bool ok = lines != NULL;

    for (int i = 0; i < rows->n && ok; i++) {
        buffer_clear(&b);
        for (int c = 0; c < CALENDAR_COLUMN_COUNT; c++) {
            csv_write(&b, rows->rows[i].fields[c]);
            buffer_char(&b, c + 1 == CALENDAR_COLUMN_COUNT ? '\n' : ',');
        }
        lines[i] = b.is_failed ? NULL : arena_strdup(a, b.data);
        ok = lines[i] != NULL;
    }
    buffer_deinit(&b);
    if (!ok)
        return no_memory(err);
    qsort(lines, (size_t)rows->n, sizeof *lines, compare_lines);
    *ret = lines;
    return true;
}

bool calendar_rows_difference(const struct calendar_own_rows *before,
                              const struct calendar_own_rows *after, struct arena *a,
                              const char **ret_before, const char **ret_after, struct error *err)
{
    const char **old, **new;
    struct buffer went = {0}, came = {0};
    int i = 0, k = 0;
    bool ok;

    if (!lines_of(before, a, &old, err) || !lines_of(after, a, &new, err))
        return false;
    while (i < before->n || k < after->n) {
        int order = i == before->n ? 1 : k == after->n ? -1 : strcmp(old[i], new[k]);

        if (order < 0)
            buffer_text(&went, old[i]);
        if (order > 0)
            buffer_text(&came, new[k]);
        i += order <= 0;
        k += order >= 0;
    }
    *ret_before = arena_strdup(a, went.data ? went.data : "");
    *ret_after = arena_strdup(a, came.data ? came.data : "");
    ok = !went.is_failed && !came.is_failed && *ret_before && *ret_after;
    buffer_deinit(&went);
    buffer_deinit(&came);
    return ok || no_memory(err);
}

/* Widens first..last by the rows of some lines. */
static bool lines_span(const char *lines, struct arena *a, int32_t *first, int32_t *last,
                       struct error *err)
{
    struct calendar_own_rows rows = {.key = ""};

    if (!calendar_rows_parse(lines, a, &rows, err))
        return false;
    for (int i = 0; i < rows.n; i++) {
        struct calendar_row row;
        int32_t to;

        if (!calendar_text_row(rows.rows[i].fields, CALENDAR_COUNTRY, 1, &row, err))
            return false;
        to = row.to_on != DATE_NONE            ? row.to_on
             : row.type == CALENDAR_ROW_WEEKLY ? date_from_civil(2200, 12, 31)
                                               : row.from_on;
        *first = *first == DATE_NONE || row.from_on < *first ? row.from_on : *first;
        *last = *last == DATE_NONE || to > *last ? to : *last;
    }
    return true;
}

bool calendar_rows_span(const char *before, const char *after, struct arena *a, int32_t *ret_first,
                        int32_t *ret_last, struct error *err)
{
    *ret_first = *ret_last = DATE_NONE;
    return lines_span(before, a, ret_first, ret_last, err) &&
           lines_span(after, a, ret_first, ret_last, err);
}
