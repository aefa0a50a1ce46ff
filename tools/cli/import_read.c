#include "cli/import_read.h"

#include <string.h>

#include "base/instant.h"
#include "wire/csv.h"

#define TABLE_FIRST 1024

struct import_reader {
    struct arena *arena;
    const struct import_mapping *mapping;
    struct import_file *file;
    ptrdiff_t columns[IMPORT_COLUMN_COUNT]; /* in the file; -1: none */
    struct import_dossier **table;          /* open addressing by code */
    size_t table_size;
    struct import_dossier **last;
    int64_t row;
};

static void faults_add(struct import_reader *r, struct import_faults *list, const char *column,
                       const char *dossier, const struct error *why)
{
    struct import_fault *f = arena_new_of(r->arena, struct import_fault);

    list->n++;
    if (!f)
        return; /* counted all the same */
    *f = (struct import_fault){r->row, column, dossier, *why, NULL};
    if (!list->first)
        list->last = &list->first;
    *list->last = f;
    list->last = &f->next;
}

/* ---- dossiers by code ---- */

static size_t code_hash(const char *code)
{
    uint64_t h = 14695981039346656037U; /* FNV-1a */

    for (; *code; code++)
        h = (h ^ (unsigned char)*code) * 1099511628211U;
    return (size_t)h;
}

static struct import_dossier **table_slot(struct import_dossier **table, size_t size,
                                          const char *code)
{
    size_t i = code_hash(code) & (size - 1);

    while (table[i] && strcmp(table[i]->code, code) != 0)
        i = (i + 1) & (size - 1);
    return &table[i];
}

static bool table_grow(struct import_reader *r)
{
    size_t size = r->table_size ? r->table_size * 2 : TABLE_FIRST;
    struct import_dossier **table = arena_array(r->arena, size, sizeof(struct import_dossier *));

    if (!table)
        return false;
    for (struct import_dossier *d = r->file->first; d; d = d->next)
        *table_slot(table, size, d->code) = d;
    r->table = table;
    r->table_size = size;
    return true;
}

/* The dossier of that code, made when the file names it for the first time; NULL without memory. */
static struct import_dossier *dossier_of(struct import_reader *r, const char *code,
                                         bool *ret_is_new)
{
    struct import_dossier **slot, *d;

    if (r->file->n_dossiers * 2 >= r->table_size && !table_grow(r))
        return NULL;
    slot = table_slot(r->table, r->table_size, code);
    *ret_is_new = !*slot;
    if (!*ret_is_new)
        return *slot;
    d = arena_new_of(r->arena, struct import_dossier);
    if (!d || !(d->code = arena_strdup(r->arena, code)))
        return NULL;
    d->row = r->row;
    d->received_at = d->due_at = d->ended_at = INSTANT_NONE;
    d->last = &d->first;
    *slot = d;
    *r->last = d;
    r->last = &d->next;
    r->file->n_dossiers++;
    return d;
}

/* ---- cells ---- */

static const char *cell(const struct import_reader *r, const struct csv_reader *csv,
                        enum import_column column)
{
    ptrdiff_t i = r->columns[column];

    return i < 0 || (size_t)i >= csv->n_fields ? "" : csv->fields[i];
}

/* Refuses the dossier of the row, with the cell to blame. */
static void refuse(struct import_reader *r, struct import_dossier *d, enum import_column column,
                   const struct error *why)
{
    if (d && !d->is_refused) {
        d->is_refused = true;
        r->file->n_refused++;
    }
    faults_add(r, &r->file->refused, r->mapping->columns[column], d ? d->code : NULL, why);
}

/* An instant; an empty cell is none, refused where it must be there. */
static int64_t cell_instant(struct import_reader *r, const struct csv_reader *csv,
                            struct import_dossier *d, enum import_column column, bool is_required)
{
    const char *text = cell(r, csv, column), *name = r->mapping->columns[column];
    struct error why;
    int64_t at = INSTANT_NONE;

    error_clear(&why);
    if (!*text && !is_required)
        return INSTANT_NONE;
    if (!*text)
        error_set(&why, ERR_IMPORT_EMPTY, arg_number("row", r->row), arg_text("column", name));
    else if (instant_parse(text, r->mapping->zone_s, &at))
        return at;
    else if (instant_parse(text, 0, &at))
        error_set(&why, ERR_IMPORT_NO_ZONE, arg_number("row", r->row), arg_text("column", name),
                  arg_text("value", text));
    else
        error_set(&why, ERR_IMPORT_INSTANT, arg_number("row", r->row), arg_text("column", name),
                  arg_text("value", text));
    refuse(r, d, column, &why);
    return INSTANT_NONE;
}

/* ---- rows ---- */

static void read_channel(struct import_reader *r, const struct csv_reader *csv,
                         struct import_dossier *d)
{
    const char *word = cell(r, csv, IMPORT_CHANNEL), *name = r->mapping->columns[IMPORT_CHANNEL];
    struct error why;
    bool is_other;

    error_clear(&why);
    d->channel = import_channel(r->mapping, word, &is_other);
    if (!is_other || !name)
        return;
    error_set(&why, ERR_IMPORT_CHANNEL, arg_number("row", r->row), arg_text("column", name),
              arg_text("value", word));
    faults_add(r, &r->file->warnings, name, d->code, &why);
}

static void read_outcome(struct import_reader *r, const struct csv_reader *csv,
                         struct import_dossier *d)
{
    const char *word = cell(r, csv, IMPORT_OUTCOME), *name = r->mapping->columns[IMPORT_OUTCOME];
    struct error why;

    error_clear(&why);
    if (!*word)
        return;
    d->outcome = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(r->mapping->outcomes, word));
    if (d->outcome)
        return;
    error_set(&why, ERR_IMPORT_OUTCOME, arg_number("row", r->row), arg_text("column", name),
              arg_text("value", word));
    refuse(r, d, IMPORT_OUTCOME, &why);
}

/* What a dossier's first row says of the dossier itself. */
static bool read_first(struct import_reader *r, const struct csv_reader *csv,
                       struct import_dossier *d)
{
    for (size_t i = 0; i < IMPORT_EVENT_AT; i++)
        if (!(d->cells[i] = arena_strdup(r->arena, cell(r, csv, (enum import_column)i))))
            return false;
    d->received_at = cell_instant(r, csv, d, IMPORT_RECEIVED_AT, true);
    d->due_at = cell_instant(r, csv, d, IMPORT_DUE_AT, false);
    d->ended_at = cell_instant(r, csv, d, IMPORT_ENDED_AT, false);
    read_channel(r, csv, d);
    read_outcome(r, csv, d);
    return true;
}

/* Later rows repeat what the first said of the dossier; where they differ the first is kept. */
static void compare_first(struct import_reader *r, const struct csv_reader *csv,
                          const struct import_dossier *d)
{
    struct error why;

    for (size_t i = IMPORT_CHANNEL; i < IMPORT_EVENT_AT; i++) {
        if (strcmp(d->cells[i], cell(r, csv, (enum import_column)i)) == 0)
            continue;
        error_clear(&why);
        error_set(&why, ERR_IMPORT_DIFFERS, arg_number("row", r->row),
                  arg_text("column", r->mapping->columns[i]), arg_text("dossier", d->code));
        faults_add(r, &r->file->warnings, r->mapping->columns[i], d->code, &why);
    }
}

static bool read_event(struct import_reader *r, const struct csv_reader *csv,
                       struct import_dossier *d)
{
    const char *activity = cell(r, csv, IMPORT_ACTIVITY);
    struct import_event *e;
    struct error why;

    error_clear(&why);
    if (!r->mapping->columns[IMPORT_EVENT_AT])
        return true;
    if (d->n_events == IMPORT_EVENTS_MAX) {
        error_set(&why, ERR_IMPORT_EVENTS_MANY, arg_number("row", r->row),
                  arg_text("dossier", d->code), arg_number("limit", IMPORT_EVENTS_MAX));
        refuse(r, d, IMPORT_DOSSIER, &why);
        return true;
    }
    if (!*activity) {
        error_set(&why, ERR_IMPORT_EMPTY, arg_number("row", r->row),
                  arg_text("column", r->mapping->columns[IMPORT_ACTIVITY]));
        refuse(r, d, IMPORT_ACTIVITY, &why);
    }
    e = arena_new_of(r->arena, struct import_event);
    if (!e)
        return false;
    e->row = r->row;
    e->at = cell_instant(r, csv, d, IMPORT_EVENT_AT, true);
    e->activity = arena_strdup(r->arena, activity);
    e->officer = arena_strdup(r->arena, cell(r, csv, IMPORT_OFFICER));
    *d->last = e;
    d->last = &e->next;
    d->n_events++;
    return e->activity && e->officer;
}

static bool read_row(struct import_reader *r, const struct csv_reader *csv)
{
    const char *code = cell(r, csv, IMPORT_DOSSIER);
    struct import_dossier *d;
    struct error why;
    bool is_new;

    r->file->n_rows++;
    if (!*code) {
        error_clear(&why);
        error_set(&why, ERR_IMPORT_EMPTY, arg_number("row", r->row),
                  arg_text("column", r->mapping->columns[IMPORT_DOSSIER]));
        refuse(r, NULL, IMPORT_DOSSIER, &why);
        return true;
    }
    d = dossier_of(r, code, &is_new);
    if (!d || (is_new && !read_first(r, csv, d)))
        return false;
    if (!is_new)
        compare_first(r, csv, d);
    return read_event(r, csv, d);
}

/* ---- what contradicts itself: kept, counted as delivered, and said ---- */

static void warn(struct import_reader *r, const struct import_dossier *d, int64_t row,
                 struct error *why)
{
    r->row = row;
    faults_add(r, &r->file->warnings, NULL, d->code, why);
}

static void warn_contradictions(struct import_reader *r, const struct import_dossier *d)
{
    struct error why;

    error_clear(&why);
    if (d->ended_at != INSTANT_NONE && d->ended_at < d->received_at) {
        error_set(&why, ERR_IMPORT_END_EARLY, arg_number("row", d->row),
                  arg_text("dossier", d->code));
        warn(r, d, d->row, &why);
    }
    for (const struct import_event *e = d->first; e; e = e->next) {
        error_clear(&why);
        if (e->at < d->received_at)
            error_set(&why, ERR_IMPORT_EVENT_EARLY, arg_number("row", e->row),
                      arg_text("dossier", d->code));
        else if (d->ended_at != INSTANT_NONE && e->at > d->ended_at)
            error_set(&why, ERR_IMPORT_EVENT_LATE, arg_number("row", e->row),
                      arg_text("dossier", d->code));
        if (why.code != ERR_NONE)
            warn(r, d, e->row, &why);
    }
}

static bool find_columns(struct import_reader *r, const struct csv_reader *csv, const char *path,
                         struct error *err)
{
    for (size_t i = 0; i < IMPORT_COLUMN_COUNT; i++) {
        const char *name = r->mapping->columns[i];

        r->columns[i] = name ? csv_column(csv, name) : -1;
        if (name && r->columns[i] < 0)
            return error_set(err, ERR_IMPORT_COLUMN, arg_text("path", path),
                             arg_text("column", name));
    }
    return true;
}

static bool read_rows(struct import_reader *r, struct csv_reader *csv, const char *path,
                      const char *bytes, size_t len, struct error *err)
{
    bool has_columns = false;
    enum csv_status status;
    struct error why;

    for (;;) {
        error_clear(&why);
        status = csv_read(csv, &bytes, &len, true, &why);
        if (csv_reader_has_header(csv) && !has_columns) {
            if (!find_columns(r, csv, path, err))
                return false;
            has_columns = true;
        }
        if (status == CSV_END || status == CSV_MORE)
            return true;
        r->row = csv->row_line;
        if (status == CSV_BAD && !has_columns) {
            *err = why;
            return false;
        }
        if (status == CSV_BAD) {
            r->file->n_rows++;
            refuse(r, NULL, IMPORT_DOSSIER, &why);
        } else if (!read_row(r, csv)) {
            return error_set(err, ERR_NO_MEMORY, arg_text("what", path));
        }
    }
}

bool import_read(struct arena *a, const char *path, const struct import_mapping *m,
                 const char *bytes, size_t len, struct import_file *ret_file, struct error *err)
{
    struct import_file *file = ret_file;
    struct import_reader r = {.arena = a, .mapping = m, .file = file, .last = &file->first};
    struct csv_reader csv;
    bool is_read;

    memset(file, 0, sizeof *file);
    csv_reader_init(&csv, NULL);
    is_read = read_rows(&r, &csv, path, bytes, len, err);
    csv_reader_deinit(&csv);
    if (!is_read)
        return false;
    for (const struct import_dossier *d = file->first; d; d = d->next)
        if (!d->is_refused)
            warn_contradictions(&r, d);
    return true;
}
