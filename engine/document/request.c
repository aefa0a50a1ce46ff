/* The only place of this layer that knows JSON. A member it does not know is refused: a key
 * misspelt here would be a line missing on a signed paper. */
#include "document/request.h"

#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "base/json.h"
#include "base/text.h"

#define FORM_MAX 96 /* bytes of "TT01/2018:04", terminator included */

/* ---- writing ---- */

static bool add_text(cJSON *object, const char *key, const char *text)
{
    return !text || cJSON_AddStringToObject(object, key, text);
}

static bool add_values(cJSON *root, const struct document_request *q)
{
    cJSON *values = cJSON_AddObjectToObject(root, "values");

    if (!values)
        return false;
    for (size_t i = 0; i < q->n_values; i++)
        if (!add_text(values, q->values[i].key, q->values[i].text))
            return false;
    return true;
}

static bool add_rows(cJSON *array, const struct document_list *list)
{
    for (size_t i = 0; i < list->n_rows; i++) {
        cJSON *row = cJSON_CreateArray();

        if (!cJSON_AddItemToArray(array, row))
            return false;
        for (size_t j = 0; j < list->rows[i].n_cells; j++) {
            const char *cell = list->rows[i].cells[j];

            if (!cJSON_AddItemToArray(row, cJSON_CreateString(cell ? cell : "")))
                return false;
        }
    }
    return true;
}

static bool add_lists(cJSON *root, const struct document_request *q)
{
    cJSON *lists = q->n_lists ? cJSON_AddObjectToObject(root, "lists") : NULL;

    for (size_t i = 0; lists && i < q->n_lists; i++) {
        cJSON *array = cJSON_AddArrayToObject(lists, q->lists[i].key);

        if (!array || !add_rows(array, &q->lists[i]))
            return false;
    }
    return !q->n_lists || lists;
}

static bool add_rest(cJSON *root, const struct document_request *q)
{
    char at[INSTANT_TEXT_MAX], form[FORM_MAX];

    instant_format(q->made_at, ZONE_VIETNAM_S, at);
    snprintf(form, sizeof form, "%s:%s", q->circular, q->form);
    return add_text(root, "form", form) && add_text(root, "made_at", at) &&
           add_text(root, "each", q->each) && add_text(root, "mark", q->mark) &&
           add_text(root, "qr", q->qr_text) && add_text(root, "template", q->template_text) &&
           (!q->has_places || cJSON_AddTrueToObject(root, "places")) &&
           cJSON_AddBoolToObject(root, "draft", q->is_draft);
}

bool request_encode(const struct document_request *q, struct buffer *ret_json, struct error *err)
{
    CLEANUP(json_freep) cJSON *root = cJSON_CreateObject();
    char *text = NULL;

    if (root && add_rest(root, q) && add_values(root, q) && add_lists(root, q))
        text = cJSON_PrintUnformatted(root);
    if (!text)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "document"));
    if (strlen(text) > REQUEST_JSON_MAX) {
        cJSON_free(text);
        return error_set(err, ERR_DOCUMENT_LIMIT, arg_text("field", "document"),
                         arg_number("limit", REQUEST_JSON_MAX));
    }
    buffer_text(ret_json, text);
    cJSON_free(text);
    return !ret_json->is_failed || error_set(err, ERR_NO_MEMORY, arg_text("what", "document"));
}

/* ---- reading ---- */

struct decoder {
    struct arena *arena;
    struct document_request *request;
    struct error *err;
};

static bool bad_member(struct decoder *d, const char *field)
{
    return error_set(d->err, ERR_DOCUMENT_REQUEST, arg_text("field", field));
}

static bool no_memory(struct decoder *d)
{
    return error_set(d->err, ERR_NO_MEMORY, arg_text("what", "document"));
}

static bool too_many(struct decoder *d, const char *field, size_t limit)
{
    return error_set(d->err, ERR_DOCUMENT_LIMIT, arg_text("field", field),
                     arg_number("limit", limit));
}

static bool read_text(struct decoder *d, const cJSON *item, const char *field, const char **ret)
{
    char *text = NULL;

    if (!cJSON_IsString(item))
        return bad_member(d, field);
    if (!text_nfc(d->arena, field, item->valuestring, strlen(item->valuestring), &text, d->err))
        return false;
    *ret = text;
    return true;
}

static bool read_form(struct decoder *d, const cJSON *item)
{
    const char *text = NULL;
    char *form;

    if (!read_text(d, item, "form", &text))
        return false;
    if (strlen(text) >= FORM_MAX)
        return too_many(d, "form", FORM_MAX - 1);
    form = arena_strdup(d->arena, text);
    if (!form)
        return no_memory(d);
    d->request->circular = form;
    form = strrchr(form, ':');
    if (!form)
        return bad_member(d, "form");
    *form = '\0';
    d->request->form = form + 1;
    return true;
}

static bool read_values(struct decoder *d, const cJSON *object)
{
    struct document_value *values;
    const cJSON *item;
    size_t n = 0;

    if (!cJSON_IsObject(object))
        return bad_member(d, "values");
    cJSON_ArrayForEach (item, object)
        n++;
    if (n > DOCUMENT_VALUES_MAX)
        return too_many(d, "values", DOCUMENT_VALUES_MAX);
    values = arena_array(d->arena, n ? n : 1, sizeof *values);
    if (!values)
        return no_memory(d);
    n = 0;
    cJSON_ArrayForEach (item, object) {
        values[n].key = arena_strdup(d->arena, item->string);
        if (!values[n].key)
            return no_memory(d);
        if (!cJSON_IsNull(item) && !read_text(d, item, values[n].key, &values[n].text))
            return false;
        n++;
    }
    d->request->values = values;
    d->request->n_values = n;
    return true;
}

static bool read_row(struct decoder *d, const cJSON *item, const char *field,
                     struct document_row *ret)
{
    const cJSON *first = cJSON_IsArray(item) ? item->child : item;
    size_t n = cJSON_IsArray(item) ? (size_t)cJSON_GetArraySize(item) : 1;
    const char **cells;

    if (n > DOCUMENT_CELLS_MAX)
        return too_many(d, field, DOCUMENT_CELLS_MAX);
    cells = arena_array(d->arena, n ? n : 1, sizeof *cells);
    if (!cells)
        return no_memory(d);
    for (size_t i = 0; i < n; i++, first = first->next)
        if (!read_text(d, first, field, &cells[i]))
            return false;
    ret->cells = cells;
    ret->n_cells = n;
    return true;
}

static bool read_list(struct decoder *d, const cJSON *array, struct document_list *ret)
{
    struct document_row *rows;
    const cJSON *item;
    size_t n = 0;

    if (!cJSON_IsArray(array))
        return bad_member(d, array->string);
    if (cJSON_GetArraySize(array) > DOCUMENT_ROWS_MAX)
        return too_many(d, array->string, DOCUMENT_ROWS_MAX);
    rows = arena_array(d->arena, (size_t)cJSON_GetArraySize(array) + 1, sizeof *rows);
    ret->key = arena_strdup(d->arena, array->string);
    if (!rows || !ret->key)
        return no_memory(d);
    cJSON_ArrayForEach (item, array)
        if (!read_row(d, item, ret->key, &rows[n++]))
            return false;
    ret->rows = rows;
    ret->n_rows = n;
    return true;
}

static bool read_lists(struct decoder *d, const cJSON *object)
{
    struct document_list *lists = arena_array(d->arena, DOCUMENT_LISTS_MAX, sizeof *lists);
    const cJSON *item;
    size_t n = 0;

    if (!lists)
        return no_memory(d);
    if (!cJSON_IsObject(object))
        return bad_member(d, "lists");
    cJSON_ArrayForEach (item, object) {
        if (n == DOCUMENT_LISTS_MAX)
            return too_many(d, "lists", DOCUMENT_LISTS_MAX);
        if (!read_list(d, item, &lists[n++]))
            return false;
    }
    d->request->lists = lists;
    d->request->n_lists = n;
    return true;
}

static bool read_made_at(struct decoder *d, const cJSON *item)
{
    return (cJSON_IsString(item) &&
            instant_parse(item->valuestring, ZONE_VIETNAM_S, &d->request->made_at)) ||
           bad_member(d, "made_at");
}

static bool read_draft(struct decoder *d, const cJSON *item)
{
    d->request->is_draft = cJSON_IsTrue(item);
    return cJSON_IsBool(item) || bad_member(d, "draft");
}

static bool read_places(struct decoder *d, const cJSON *item)
{
    d->request->has_places = cJSON_IsTrue(item);
    return cJSON_IsBool(item) || bad_member(d, "places");
}

static bool read_qr(struct decoder *d, const cJSON *item)
{
    return cJSON_IsNull(item) || read_text(d, item, "qr", &d->request->qr_text);
}

static bool read_each(struct decoder *d, const cJSON *item)
{
    return cJSON_IsNull(item) || read_text(d, item, "each", &d->request->each);
}

static bool read_mark(struct decoder *d, const cJSON *item)
{
    return cJSON_IsNull(item) || read_text(d, item, "mark", &d->request->mark);
}

static bool read_template(struct decoder *d, const cJSON *item)
{
    return cJSON_IsNull(item) || read_text(d, item, "template", &d->request->template_text);
}

static const struct {
    const char *key;
    bool (*read)(struct decoder *d, const cJSON *item);
} members[] = {
    {"form", read_form},         {"values", read_values}, {"lists", read_lists},
    {"made_at", read_made_at},   {"draft", read_draft},   {"qr", read_qr},
    {"template", read_template}, {"places", read_places}, {"each", read_each},
    {"mark", read_mark},
};

static bool read_member(struct decoder *d, const cJSON *item)
{
    for (size_t i = 0; i < ARRAY_LEN(members); i++)
        if (!strcmp(item->string, members[i].key))
            return members[i].read(d, item);
    return bad_member(d, item->string);
}

bool request_decode(struct arena *a, const char *json, size_t len,
                    struct document_request *ret_request, struct error *err)
{
    CLEANUP(json_freep) cJSON *root = NULL;
    struct document_request q = {.made_at = INSTANT_NONE};
    struct decoder d = {a, &q, err};
    const cJSON *item;

    if (len > REQUEST_JSON_MAX)
        return too_many(&d, "document", REQUEST_JSON_MAX);
    if (!json_parse(json, len, &root, err))
        return false;
    if (!cJSON_IsObject(root))
        return bad_member(&d, "{}");
    cJSON_ArrayForEach (item, root)
        if (!read_member(&d, item))
            return false;
    if (!q.form)
        return bad_member(&d, "form");
    if (q.made_at == INSTANT_NONE)
        return bad_member(&d, "made_at");
    *ret_request = q;
    return true;
}

/* ---- problems ---- */

/* The names of arguments that errors of rendering carry: an error keeps static names only. */
static const char *const arg_names[] = {"form",   "key",  "field", "limit",    "family",
                                        "reason", "line", "word",  "position", "value",
                                        "text",   "what", "column"};

void problem_encode(const struct error *problem, struct buffer *ret_json)
{
    CLEANUP(json_freep) cJSON *root = cJSON_CreateObject();
    cJSON *args = root ? cJSON_AddObjectToObject(root, "args") : NULL;
    char *text;

    if (!args || !add_text(root, "code", error_word(problem->code))) {
        ret_json->is_failed = true;
        return;
    }
    for (size_t i = 0; i < ERROR_ARGS_MAX && problem->args[i].name; i++) {
        const struct error_arg *a = &problem->args[i];

        if (a->kind == ERROR_ARG_TEXT)
            add_text(args, a->name, a->text);
        else
            cJSON_AddNumberToObject(args, a->name, (double)a->number);
    }
    text = cJSON_PrintUnformatted(root);
    if (text)
        buffer_text(ret_json, text);
    else
        ret_json->is_failed = true;
    cJSON_free(text);
}

static void problem_add(struct error_arg *arg, const char *name, const cJSON *item)
{
    arg->name = name;
    arg->kind = cJSON_IsString(item) ? ERROR_ARG_TEXT : ERROR_ARG_NUMBER;
    if (cJSON_IsString(item))
        g_strlcpy(arg->text, item->valuestring, sizeof arg->text);
    else if (isfinite(item->valuedouble) && fabs(item->valuedouble) < 1e15)
        arg->number = (int64_t)item->valuedouble;
}

void problem_decode(const char *json, size_t len, struct error *ret_problem)
{
    CLEANUP(json_freep) cJSON *root = NULL;
    struct error unread;
    const cJSON *code, *args;
    size_t n = 0;
    int i;

    error_set(ret_problem, ERR_INTERNAL, arg_text("what", "worker"));
    if (!json_parse(json, len, &root, &unread))
        return;
    code = cJSON_GetObjectItemCaseSensitive(root, "code");
    args = cJSON_GetObjectItemCaseSensitive(root, "args");
    for (i = 1; cJSON_IsString(code) && i < ERROR_CODE_COUNT; i++)
        if (!strcmp(error_word((enum error_code)i), code->valuestring))
            break;
    if (!cJSON_IsString(code) || i == ERROR_CODE_COUNT)
        return;
    error_clear(ret_problem);
    ret_problem->code = (enum error_code)i;
    ret_problem->origin = "worker";
    for (size_t j = 0; j < ARRAY_LEN(arg_names) && n < ERROR_ARGS_MAX; j++) {
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(args, arg_names[j]);

        if (cJSON_IsString(item) || cJSON_IsNumber(item))
            problem_add(&ret_problem->args[n++], arg_names[j], item);
    }
}
