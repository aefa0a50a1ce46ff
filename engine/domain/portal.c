/* A file is one of two kinds, told apart by its heads; each row is read cell by cell by the kind of
 * its column. Rows are kept in order of the file; what stands twice is found by sorting once. */
#include "domain/portal.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/macros.h"
#include "base/text.h"
#include "domain/index766.h"
#include "wire/csv.h"

enum {
#define PORTAL_COLUMN(kind, name, key, required, heads) COLUMN_##name,
#include "tables/portal.def"
#undef PORTAL_COLUMN
    COLUMN_COUNT
};

static const struct {
    enum portal_kind kind;
    const char *key, *heads;
    bool is_required;
} columns[COLUMN_COUNT] = {
#define PORTAL_COLUMN(kind, name, key, required, heads)                                            \
    [COLUMN_##name] = {PORTAL_##kind, key, heads, required},
#include "tables/portal.def"
#undef PORTAL_COLUMN
};

struct reading {
    struct arena *arena;
    int32_t zone_s;
    struct csv_reader csv;
    ptrdiff_t at[COLUMN_COUNT]; /* -1: the file has no such column */
    struct portal_file *file;
    size_t room;
    struct error *err; /* of the file */
};

static bool no_memory(struct error *err)
{
    return error_set(err, ERR_NO_MEMORY, arg_text("what", "portal file"));
}

/* ---- heads ---- */

static bool has_word(const char *words, const char *word)
{
    size_t len = strlen(word);

    for (const char *p = words; *p; p += strcspn(p, " "), p += strspn(p, " "))
        if (!strncmp(p, word, len) && (!p[len] || p[len] == ' '))
            return true;
    return false;
}

/* "Ngày tiếp nhận", "NgayTiepNhan" and "ngay_tiep_nhan" are one head. NULL without memory. */
static char *head_of(struct arena *arena, const char *name)
{
    char *s = text_fold(arena, name), *to = s;

    for (char *p = s; p && *p; p++)
        if ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9'))
            *to++ = *p;
    if (s)
        *to = '\0';
    return s;
}

static bool find_columns(struct reading *r)
{
    for (int c = 0; c < COLUMN_COUNT; c++)
        r->at[c] = -1;
    for (size_t i = 0; i < csv_n_columns(&r->csv); i++) {
        char *head = head_of(r->arena, csv_column_name(&r->csv, i));

        if (!head)
            return no_memory(r->err);
        for (int c = 0; *head && c < COLUMN_COUNT; c++)
            if (r->at[c] < 0 && has_word(columns[c].heads, head))
                r->at[c] = (ptrdiff_t)i;
    }
    return true;
}

static const char *missing_columns(const struct reading *r, enum portal_kind kind)
{
    const char *names = "";

    for (int c = 0; names && c < COLUMN_COUNT; c++)
        if (columns[c].kind == kind && columns[c].is_required && r->at[c] < 0)
            names = arena_printf(r->arena, "%s%s%s", names, *names ? ", " : "", columns[c].key);
    return names;
}

static bool choose_kind(struct reading *r)
{
    const char *missing;

    r->file->kind =
        r->at[COLUMN_CODE] < 0 && r->at[COLUMN_CRITERION] >= 0 ? PORTAL_FIGURES : PORTAL_DOSSIERS;
    missing = missing_columns(r, r->file->kind);
    if (!missing)
        return no_memory(r->err);
    return !*missing || error_set(r->err, ERR_PORTAL_LAYOUT, arg_text("columns", missing));
}

/* ---- cells ---- */

static void add_fault(struct reading *r, const struct error *fault)
{
    if (r->file->n_faults < PORTAL_FAULTS_MAX)
        r->file->faults[r->file->n_faults++] = *fault;
    r->file->n_faulty++;
}

static const char *cell(const struct reading *r, int column)
{
    return r->at[column] < 0 ? "" : r->csv.fields[r->at[column]];
}

static bool cell_refuse(const struct reading *r, int column, struct error *fault)
{
    return error_set(fault, ERR_PORTAL_CELL, arg_number("line", r->csv.row_line),
                     arg_text("column", columns[column].key), arg_text("value", cell(r, column)));
}

static bool digits(const char *s, int n, int *ret)
{
    *ret = 0;
    for (int i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        *ret = *ret * 10 + (s[i] - '0');
    }
    return true;
}

/* Hour, minute and (seconds) of "HH:MM[:SS]". */
static bool read_clock(const char *s, int64_t *ret_us)
{
    int h, m, sec = 0;

    if (!digits(s, 2, &h) || s[2] != ':' || !digits(s + 3, 2, &m) || h > 23 || m > 59 ||
        (s[5] && (s[5] != ':' || !digits(s + 6, 2, &sec) || sec > 59 || s[8])))
        return false;
    *ret_us = ((int64_t)h * 3600 + m * 60 + sec) * INSTANT_SECOND;
    return true;
}

/* "30/08/2022", with the hour behind it: as people write it. */
static bool read_dotted(const char *s, int32_t zone_s, struct portal_moment *ret)
{
    int day, month, year;
    int64_t us = 0;

    if (!digits(s, 2, &day) || s[2] != '/' || !digits(s + 3, 2, &month) || s[5] != '/' ||
        !digits(s + 6, 4, &year) || !date_is_valid(year, month, day) ||
        (s[10] && (s[10] != ' ' || !read_clock(s + 11, &us))))
        return false;
    ret->at = date_instant(date_from_civil(year, month, day), zone_s) + us;
    ret->is_day = !s[10];
    return true;
}

/* "20220830170000", as the national messages have it. */
static bool read_packed(const char *s, int32_t zone_s, struct portal_moment *ret)
{
    int year, month, day, h, m, sec;

    if (strlen(s) != 14 || !digits(s, 4, &year) || !digits(s + 4, 2, &month) ||
        !digits(s + 6, 2, &day) || !digits(s + 8, 2, &h) || !digits(s + 10, 2, &m) ||
        !digits(s + 12, 2, &sec) || !date_is_valid(year, month, day) || h > 23 || m > 59 ||
        sec > 59)
        return false;
    ret->at = date_instant(date_from_civil(year, month, day), zone_s) +
              ((int64_t)h * 3600 + m * 60 + sec) * INSTANT_SECOND;
    ret->is_day = false;
    return true;
}

static bool read_moment(const struct reading *r, int column, struct portal_moment *ret,
                        struct error *fault)
{
    const char *s = cell(r, column);
    int32_t on;

    *ret = (struct portal_moment){.at = INSTANT_NONE};
    if (!*s)
        return true;
    if (strlen(s) >= 10 && s[2] == '/' && read_dotted(s, r->zone_s, ret))
        return true;
    if (read_packed(s, r->zone_s, ret))
        return true;
    if (date_parse(s, &on)) {
        *ret = (struct portal_moment){date_instant(on, r->zone_s), true};
        return true;
    }
    return instant_parse(s, r->zone_s, &ret->at) || cell_refuse(r, column, fault);
}

/* A count; empty: null. */
static bool read_count(const struct reading *r, int column, int64_t *ret, struct error *fault)
{
    const char *s = cell(r, column);

    *ret = PORTAL_NONE;
    if (!*s)
        return true;
    if (strspn(s, "0123456789") != strlen(s) || strlen(s) > 12)
        return cell_refuse(r, column, fault);
    *ret = strtoll(s, NULL, 10);
    return true;
}

/* "98,5", "98.50 %": in hundredths; further digits are cut. */
static bool read_hundredths(const struct reading *r, int column, int64_t *ret, struct error *fault)
{
    const char *s = cell(r, column);
    size_t whole = strspn(s, "0123456789");
    int64_t n;

    *ret = PORTAL_NONE;
    if (!*s)
        return true;
    if (!whole || whole > 9)
        return cell_refuse(r, column, fault);
    n = strtoll(s, NULL, 10) * 100;
    s += whole;
    if (*s == '.' || *s == ',') {
        size_t more = strspn(++s, "0123456789");

        if (!more)
            return cell_refuse(r, column, fault);
        n += (s[0] - '0') * 10 + (more > 1 ? s[1] - '0' : 0);
        s += more;
    }
    s += strspn(s, " ");
    if (*s == '%')
        s++;
    if (*s)
        return cell_refuse(r, column, fault);
    *ret = n;
    return true;
}

static bool read_key(const struct reading *r, int column, const char **ret, struct error *fault)
{
    const char *s = cell(r, column);

    if (!*s)
        return error_set(fault, ERR_PORTAL_MISSING, arg_number("line", r->csv.row_line),
                         arg_text("column", columns[column].key));
    if (strlen(s) > 63)
        return cell_refuse(r, column, fault);
    *ret = arena_strdup(r->arena, s);
    return *ret || no_memory(r->err);
}

/* ---- rows ---- */

static bool check_order(const struct reading *r, const struct portal_dossier *d, int column,
                        const struct portal_moment *m, struct error *fault)
{
    int64_t from = date_instant(instant_date(d->received.at, r->zone_s), r->zone_s);

    return m->at == INSTANT_NONE || m->at >= (m->is_day ? from : d->received.at) ||
           error_set(fault, ERR_PORTAL_BACKWARDS, arg_number("line", d->line),
                     arg_text("value", d->code), arg_text("column", columns[column].key));
}

static bool read_dossier(struct reading *r, struct error *fault)
{
    struct portal_dossier d = {.line = r->csv.row_line};
    int64_t status;

    if (!read_key(r, COLUMN_CODE, &d.code, fault) ||
        !read_moment(r, COLUMN_RECEIVED, &d.received, fault) ||
        !read_moment(r, COLUMN_DUE, &d.due, fault) ||
        !read_moment(r, COLUMN_ENDED, &d.ended, fault) ||
        !read_count(r, COLUMN_STATUS, &status, fault))
        return false;
    if (d.received.at == INSTANT_NONE)
        return error_set(fault, ERR_PORTAL_MISSING, arg_number("line", d.line),
                         arg_text("column", columns[COLUMN_RECEIVED].key));
    if (status != PORTAL_NONE && (status < 1 || status > 10))
        return cell_refuse(r, COLUMN_STATUS, fault);
    d.status = status == PORTAL_NONE ? 0 : (int)status;
    if (!check_order(r, &d, COLUMN_DUE, &d.due, fault) ||
        !check_order(r, &d, COLUMN_ENDED, &d.ended, fault))
        return false;
    r->file->dossiers[r->file->n_rows++] = d;
    return true;
}

static bool is_criterion(const char *s)
{
    static const char *const others[] = {
#define PORTAL_CRITERION(number) number,
#include "tables/portal.def"
#undef PORTAL_CRITERION
    };

    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (!strcmp(others[i], s))
            return true;
    return index766_find(s) >= 0;
}

static bool read_figure(struct reading *r, struct error *fault)
{
    struct portal_figure f = {.line = r->csv.row_line};

    if (!read_key(r, COLUMN_CRITERION, &f.criterion, fault))
        return false;
    if (!is_criterion(f.criterion))
        return error_set(fault, ERR_PORTAL_CRITERION, arg_number("line", f.line),
                         arg_text("value", f.criterion));
    if (!read_count(r, COLUMN_NUMERATOR, &f.numerator, fault) ||
        !read_count(r, COLUMN_DENOMINATOR, &f.denominator, fault) ||
        !read_hundredths(r, COLUMN_RATIO, &f.ratio, fault) ||
        !read_hundredths(r, COLUMN_SCORE, &f.score, fault) ||
        !read_hundredths(r, COLUMN_MAX_SCORE, &f.max_score, fault))
        return false;
    r->file->figures[r->file->n_rows++] = f;
    return true;
}

/* Room for one row more. */
static bool make_room(struct reading *r)
{
    struct portal_file *f = r->file;

    if (f->n_rows == PORTAL_ROWS_MAX)
        return error_set(r->err, ERR_PORTAL_TOO_LONG, arg_number("limit", PORTAL_ROWS_MAX));
    if (!f->dossiers)
        f->dossiers = arena_array(r->arena, PORTAL_ROWS_MAX, sizeof *f->dossiers);
    if (!f->figures)
        f->figures = arena_array(r->arena, PORTAL_ROWS_MAX, sizeof *f->figures);
    return (f->dossiers && f->figures) || no_memory(r->err);
}

static bool read_row(struct reading *r)
{
    struct error fault;

    error_clear(&fault);
    if (!make_room(r))
        return false;
    if (!(r->file->kind == PORTAL_DOSSIERS ? read_dossier(r, &fault) : read_figure(r, &fault))) {
        if (r->err->code != ERR_NONE) /* memory, not the row */
            return false;
        add_fault(r, &fault);
    }
    return true;
}

/* ---- what stands twice ---- */

struct key {
    const char *text;
    int64_t line;
};

static int compare_keys(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    int c = strcmp(x->text, y->text);

    return c ? c : (x->line > y->line) - (x->line < y->line);
}

static bool find_twice(struct reading *r)
{
    struct portal_file *f = r->file;
    struct key *keys = arena_array(r->arena, f->n_rows + 1, sizeof *keys);

    if (!keys)
        return no_memory(r->err);
    for (size_t i = 0; i < f->n_rows; i++)
        keys[i] = f->kind == PORTAL_DOSSIERS
                      ? (struct key){f->dossiers[i].code, f->dossiers[i].line}
                      : (struct key){f->figures[i].criterion, f->figures[i].line};
    qsort(keys, f->n_rows, sizeof *keys, compare_keys);
    for (size_t i = 1; i < f->n_rows; i++) {
        struct error fault;

        if (strcmp(keys[i].text, keys[i - 1].text) != 0)
            continue;
        error_clear(&fault);
        error_set(&fault, ERR_PORTAL_TWICE, arg_number("line", keys[i].line),
                  arg_text("value", keys[i].text), arg_number("first", keys[i - 1].line));
        add_fault(r, &fault);
    }
    return true;
}

/* ---- the file ---- */

static bool read_rows(struct reading *r, const char *csv, size_t len)
{
    struct error fault;
    enum csv_status status;
    bool has_columns = false;

    error_clear(&fault);
    while ((status = csv_read(&r->csv, &csv, &len, true, &fault)) != CSV_END) {
        if (!has_columns && csv_reader_has_header(&r->csv)) {
            has_columns = true;
            if (!find_columns(r) || !choose_kind(r))
                return false;
        }
        if (!has_columns) { /* the header itself is faulty */
            *r->err = fault;
            return false;
        }
        if (status == CSV_BAD) {
            add_fault(r, &fault);
            error_clear(&fault);
        } else if (!read_row(r)) {
            return false;
        }
    }
    return r->file->n_rows || r->file->n_faulty ||
           error_set(r->err, ERR_PORTAL_EMPTY, arg_text("what", "csv"));
}

bool portal_read(struct arena *arena, const char *csv, size_t len, int32_t zone_s,
                 struct portal_file *ret, struct error *err)
{
    struct reading r = {.arena = arena, .zone_s = zone_s, .file = ret, .err = err};
    bool is_good;

    *ret =
        (struct portal_file){.faults = arena_array(arena, PORTAL_FAULTS_MAX, sizeof *ret->faults)};
    if (!ret->faults)
        return no_memory(err);
    error_clear(err);
    csv_reader_init(&r.csv, NULL);
    is_good = read_rows(&r, csv, len) && find_twice(&r);
    csv_reader_deinit(&r.csv);
    return is_good;
}
