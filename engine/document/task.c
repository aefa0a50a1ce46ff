#include "document/task.h"

#include <string.h>

#include "base/instant.h"
#include "base/json.h"
#include "document/document.h"
#include "document/mark.h"
#include "document/merge.h"
#include "document/request.h"
#include "document/thumbnail.h"

/* ---- writing ---- */

static bool print(cJSON *root, bool is_good, struct buffer *ret_json, struct error *err)
{
    char *text = root && is_good ? cJSON_PrintUnformatted(root) : NULL;

    if (text)
        buffer_text(ret_json, text);
    cJSON_free(text);
    cJSON_Delete(root);
    return (text && !ret_json->is_failed) ||
           error_set(err, ERR_NO_MEMORY, arg_text("what", "document"));
}

static bool add_text(cJSON *root, const char *key, const char *text)
{
    return !text || cJSON_AddStringToObject(root, key, text);
}

static bool add_instant(cJSON *root, const char *key, int64_t at)
{
    char text[INSTANT_TEXT_MAX];

    instant_format(at, ZONE_VIETNAM_S, text);
    return add_text(root, key, text);
}

static const char *const place_words[RESERVED_KIND_COUNT] = {
    [RESERVED_PERSON] = "person",
    [RESERVED_OFFICE] = "office",
};

bool task_encode_stamp(const struct stamp *stamp, struct buffer *ret_json, struct error *err)
{
    cJSON *root = cJSON_CreateObject();

    return print(
        root,
        root && add_text(root, "place", place_words[stamp->place]) &&
            add_text(root, "image", stamp->image) && add_text(root, "words", stamp->words) &&
            add_text(root, "name", stamp->name) && add_text(root, "reason", stamp->reason) &&
            add_text(root, "location", stamp->location) && add_instant(root, "at", stamp->at) &&
            cJSON_AddNumberToObject(root, "zone", stamp->zone_s),
        ret_json, err);
}

bool task_encode_merge(const size_t *sizes, size_t n, const char *mark, struct buffer *ret_json,
                       struct error *err)
{
    cJSON *root = cJSON_CreateObject();
    cJSON *array = root ? cJSON_AddArrayToObject(root, "sizes") : NULL;
    bool is_good = array && (!mark || add_text(root, "mark", mark));

    for (size_t i = 0; is_good && i < n; i++)
        is_good = cJSON_AddItemToArray(array, cJSON_CreateNumber((double)sizes[i]));
    return print(root, is_good, ret_json, err);
}

bool task_encode_thumbnail(const char *type, int side, struct buffer *ret_json, struct error *err)
{
    cJSON *root = cJSON_CreateObject();

    return print(
        root, root && add_text(root, "type", type) && cJSON_AddNumberToObject(root, "side", side),
        ret_json, err);
}

static const char *const kind_words[] = {
    [SHEET_TEXT] = "text", [SHEET_NUMBER] = "number", [SHEET_DATE] = "date",
    [SHEET_RATE] = "rate", [SHEET_PLAIN] = "plain",   [SHEET_INSTANT] = "instant",
};

static bool add_column(cJSON *columns, const struct sheet_column *c)
{
    cJSON *column = cJSON_CreateArray();

    return cJSON_AddItemToArray(columns, column) &&
           cJSON_AddItemToArray(column, cJSON_CreateString(c->name)) &&
           cJSON_AddItemToArray(column, cJSON_CreateNumber(c->width)) &&
           cJSON_AddItemToArray(column, cJSON_CreateString(kind_words[c->kind])) &&
           (!c->formula || cJSON_AddItemToArray(column, cJSON_CreateString(c->formula)));
}

static bool add_span(cJSON *spans, const struct sheet_span *s)
{
    const int numbers[] = {s->column, s->n_columns, s->row, s->n_rows};
    cJSON *span = cJSON_CreateArray();
    bool is_good = cJSON_AddItemToArray(spans, span) &&
                   cJSON_AddItemToArray(span, cJSON_CreateString(s->text));

    for (size_t i = 0; is_good && i < ARRAY_LEN(numbers); i++)
        is_good = cJSON_AddItemToArray(span, cJSON_CreateNumber(numbers[i]));
    return is_good;
}

/* What makes a form of a table; absent from a plain one. */
static bool add_form(cJSON *root, const struct sheet *sheet)
{
    cJSON *lines = cJSON_AddArrayToObject(root, "lines");
    cJSON *spans = cJSON_AddArrayToObject(root, "spans");
    bool is_good = lines && spans && add_text(root, "check", sheet->check) &&
                   add_text(root, "check_says", sheet->check_says) &&
                   cJSON_AddBoolToObject(root, "has_total", sheet->has_total) &&
                   cJSON_AddBoolToObject(root, "has_sections", sheet->has_sections);

    for (size_t i = 0; is_good && i < sheet->n_lines; i++)
        is_good = cJSON_AddItemToArray(lines, cJSON_CreateString(sheet->lines[i]));
    for (size_t i = 0; is_good && i < sheet->n_spans; i++)
        is_good = add_span(spans, &sheet->spans[i]);
    return is_good;
}

bool task_encode_sheet(const struct sheet *sheet, struct buffer *ret_json, struct error *err)
{
    cJSON *root = cJSON_CreateObject();
    cJSON *columns = root ? cJSON_AddArrayToObject(root, "columns") : NULL;
    bool is_good = columns && add_text(root, "name", sheet->name) &&
                   add_text(root, "title", sheet->title) &&
                   add_instant(root, "made_at", sheet->made_at) && add_form(root, sheet);

    for (size_t i = 0; is_good && i < sheet->n_columns; i++)
        is_good = add_column(columns, &sheet->columns[i]);
    return print(root, is_good, ret_json, err);
}

/* ---- reading ---- */

static bool bad_member(struct error *err, const char *field)
{
    return error_set(err, ERR_DOCUMENT_REQUEST, arg_text("field", field));
}

static const char *text_of(const cJSON *root, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, key));
}

/* A whole number of a member, `ret` as it was when there is none; false when it lies outside. */
static bool number_of(const cJSON *item, double low, double high, double *ret)
{
    if (!item)
        return true;
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= low && item->valuedouble <= high))
        return false;
    *ret = item->valuedouble;
    return true;
}

static bool instant_of(const cJSON *root, const char *key, int64_t *ret)
{
    const char *text = text_of(root, key);

    return text && instant_parse(text, ZONE_VIETNAM_S, ret);
}

static int word_of(const char *word, const char *const *words, int n)
{
    for (int i = 0; word && i < n; i++)
        if (!strcmp(words[i], word))
            return i;
    return -1;
}

/* ---- the tasks ---- */

static bool run_paper(const struct task_input *in, const cJSON *root, struct arena *a,
                      struct buffer *ret, struct error *err)
{
    struct document_request request;

    (void)root;
    return request_decode(a, in->json, in->json_len, &request, err) &&
           document_render(&request, ret, err);
}

static bool run_stamp(const struct task_input *in, const cJSON *root, struct arena *a,
                      struct buffer *ret, struct error *err)
{
    struct stamp stamp = {
        .image = text_of(root, "image"),
        .words = text_of(root, "words"),
        .name = text_of(root, "name"),
        .reason = text_of(root, "reason"),
        .location = text_of(root, "location"),
    };
    int place = word_of(text_of(root, "place"), place_words, RESERVED_KIND_COUNT);
    double zone = 0;

    if (place < 0)
        return bad_member(err, "place");
    if (!instant_of(root, "at", &stamp.at))
        return bad_member(err, "at");
    if (!number_of(cJSON_GetObjectItemCaseSensitive(root, "zone"), -86400, 86400, &zone))
        return bad_member(err, "zone");
    stamp.place = (enum reserved_kind)place;
    stamp.zone_s = (int32_t)zone;
    return stamp_prepare(a, in->bytes, in->len, &stamp, ret, err);
}

static bool merge_marked(struct arena *a, const struct merge_file *files, size_t n,
                         const cJSON *mark, struct buffer *ret, struct error *err)
{
    struct buffer whole = {0};
    bool is_good;

    if (!mark)
        return merge_papers(a, files, n, ret, err);
    is_good = (cJSON_IsString(mark) || bad_member(err, "mark")) &&
              merge_papers(a, files, n, &whole, err) &&
              mark_pages(whole.data, whole.len, mark->valuestring, ret, err);
    buffer_deinit(&whole);
    return is_good;
}

static bool run_merge(const struct task_input *in, const cJSON *root, struct arena *a,
                      struct buffer *ret, struct error *err)
{
    const cJSON *sizes = cJSON_GetObjectItemCaseSensitive(root, "sizes"), *item;
    struct merge_file *files = arena_array(a, MERGE_FILES_MAX, sizeof *files);
    size_t at = 0, n = 0;

    if (!files)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "merge"));
    cJSON_ArrayForEach (item, sizes) {
        double size = -1;

        if (n == MERGE_FILES_MAX)
            return error_set(err, ERR_DOCUMENT_LIMIT, arg_text("field", "files"),
                             arg_number("limit", MERGE_FILES_MAX));
        if (!number_of(item, 0, (double)(in->len - at), &size) || size < 0)
            return bad_member(err, "sizes");
        files[n++] = (struct merge_file){in->bytes + at, (size_t)size};
        at += (size_t)size;
    }
    return merge_marked(a, files, n, cJSON_GetObjectItemCaseSensitive(root, "mark"), ret, err);
}

static bool run_thumbnail(const struct task_input *in, const cJSON *root, struct arena *a,
                          struct buffer *ret, struct error *err)
{
    const char *type = text_of(root, "type");
    double side = 240;

    (void)a;
    if (!type)
        return bad_member(err, "type");
    if (!number_of(cJSON_GetObjectItemCaseSensitive(root, "side"), 16, THUMBNAIL_SIDE_MAX, &side))
        return bad_member(err, "side");
    return thumbnail_draw(in->bytes, in->len, type, (int)side, ret, err);
}

static bool read_column(const cJSON *item, struct sheet_column *ret)
{
    int kind = word_of(cJSON_GetStringValue(cJSON_GetArrayItem(item, 2)), kind_words,
                       (int)ARRAY_LEN(kind_words));

    ret->name = cJSON_GetStringValue(cJSON_GetArrayItem(item, 0));
    ret->width = 10;
    if (!ret->name || kind < 0 || !number_of(cJSON_GetArrayItem(item, 1), 1, 200, &ret->width))
        return false;
    ret->kind = (enum sheet_kind)kind;
    ret->formula = cJSON_GetStringValue(cJSON_GetArrayItem(item, 3));
    return true;
}

static bool read_span(const cJSON *item, struct sheet_span *ret)
{
    int *const numbers[] = {&ret->column, &ret->n_columns, &ret->row, &ret->n_rows};
    double number = 0;

    ret->text = cJSON_GetStringValue(cJSON_GetArrayItem(item, 0));
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        if (!number_of(cJSON_GetArrayItem(item, (int)i + 1), (double)(i % 2), SHEET_COLUMNS_MAX,
                       &number))
            return false;
        *numbers[i] = (int)number;
    }
    return ret->text != NULL;
}

/* Errors: DOCUMENT_REQUEST {field}. */
static bool read_form(const cJSON *root, struct sheet *sheet, struct error *err)
{
    const cJSON *item;

    sheet->check = text_of(root, "check");
    sheet->check_says = text_of(root, "check_says");
    sheet->has_total = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "has_total"));
    sheet->has_sections = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "has_sections"));
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(root, "lines"))
        if (sheet->n_lines == SHEET_LINES_MAX ||
            !(sheet->lines[sheet->n_lines++] = cJSON_GetStringValue(item)))
            return bad_member(err, "lines");
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(root, "spans"))
        if (sheet->n_spans == SHEET_SPANS_MAX || !read_span(item, &sheet->spans[sheet->n_spans++]))
            return bad_member(err, "spans");
    return true;
}

static bool read_sheet(const cJSON *root, struct sheet *sheet, struct error *err)
{
    const cJSON *item;

    sheet->name = text_of(root, "name");
    sheet->title = text_of(root, "title");
    if (!sheet->name || !instant_of(root, "made_at", &sheet->made_at))
        return bad_member(err, sheet->name ? "made_at" : "name");
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(root, "columns"))
        if (sheet->n_columns == SHEET_COLUMNS_MAX ||
            !read_column(item, &sheet->columns[sheet->n_columns++]))
            return bad_member(err, "columns");
    return read_form(root, sheet, err);
}

static bool run_sheet(const struct task_input *in, const cJSON *root, struct arena *a,
                      struct buffer *ret, struct error *err)
{
    struct sheet *sheet = arena_new_of(a, struct sheet);

    if (!sheet)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "sheet"));
    return read_sheet(root, sheet, err) && sheet_write(sheet, in->bytes, in->len, ret, err);
}

/* ---- a sheet in pieces ---- */

/* The one thing that a worker keeps between tasks. The sheet's texts lie in the JSON. */
static struct {
    cJSON *json;
    struct sheet sheet;
    struct sheet_book *book;
} under_way;

void task_shutdown(void)
{
    under_way.book = sheet_book_free(under_way.book);
    json_freep(&under_way.json);
}

static bool run_book(const struct task_input *in, const cJSON *root, struct arena *a,
                     struct buffer *ret, struct error *err)
{
    (void)root;
    (void)a;
    (void)ret;
    task_shutdown();
    under_way.sheet = (struct sheet){0};
    if (!json_parse(in->json, in->json_len, &under_way.json, err) ||
        !read_sheet(under_way.json, &under_way.sheet, err))
        return false;
    if (under_way.sheet.n_spans || under_way.sheet.has_total)
        return bad_member(err, "spans");
    return sheet_book_new(&under_way.sheet, &under_way.book, err);
}

static bool book_is_there(struct error *err)
{
    return under_way.book || bad_member(err, "book");
}

static bool run_book_rows(const struct task_input *in, const cJSON *root, struct arena *a,
                          struct buffer *ret, struct error *err)
{
    (void)root;
    (void)a;
    (void)ret;
    return book_is_there(err) && sheet_book_add(under_way.book, in->bytes, in->len, err);
}

static bool run_book_bind(const struct task_input *in, const cJSON *root, struct arena *a,
                          struct buffer *ret, struct error *err)
{
    int64_t len;

    (void)in;
    (void)root;
    (void)a;
    if (!book_is_there(err) || !sheet_book_bind(under_way.book, &len, err))
        return false;
    buffer_printf(ret, "{\"len\":%lld}", (long long)len);
    return true;
}

static bool run_book_piece(const struct task_input *in, const cJSON *root, struct arena *a,
                           struct buffer *ret, struct error *err)
{
    double len = 0;

    (void)in;
    (void)a;
    if (!number_of(cJSON_GetObjectItemCaseSensitive(root, "len"), 1, BOOK_PIECE_MAX, &len) ||
        len < 1)
        return bad_member(err, "len");
    return book_is_there(err) && sheet_book_read(under_way.book, (size_t)len, ret, err);
}

static bool (*const tasks[TASK_COUNT])(const struct task_input *in, const cJSON *root,
                                       struct arena *a, struct buffer *ret, struct error *err) = {
#define DOCUMENT_TASK(name, function) [TASK_##name] = run_##function,
    DOCUMENT_TASKS(DOCUMENT_TASK)
#undef DOCUMENT_TASK
};

/* Binding a million rows compresses a gigabyte. */
int task_seconds(enum task task)
{
    return task == TASK_BOOK_BIND ? 900 : 60;
}

bool task_run(enum task task, const struct task_input *in, struct arena *a, struct buffer *ret,
              struct error *err)
{
    CLEANUP(json_freep) cJSON *root = NULL;

    if ((size_t)task >= TASK_COUNT)
        return bad_member(err, "task");
    /* A paper's JSON is read by its own reader, which checks every text; that of a book stays. */
    if (task != TASK_PAPER && task != TASK_BOOK && !json_parse(in->json, in->json_len, &root, err))
        return false;
    return tasks[task](in, root, a, ret, err);
}
