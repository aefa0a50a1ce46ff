/* Reading messages: every field is looked up, checked against its row and copied into the arena. A
 * refusal names the path from the top and the value, because the clerk sees the sentence and the
 * program at the other end sees its arguments. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "wire/codec.h"
#include "wire/codec_field.h"

/* Where the reader is: a chain of frames on the stack, rendered only for a refusal. */
struct place {
    const struct place *up;
    const struct codec_field *field;
    int64_t index; /* in a list; -1 outside */
};

/* A value of JSON or of a query, seen alike. */
struct source {
    const cJSON *json; /* NULL for a query */
    const char *text;  /* the text of a string or of a query's value; NULL for other JSON */
};

static void add_cut(char *buf, size_t size, const char *text, size_t len)
{
    size_t used = strlen(buf);

    if (len > size - 1 - used)
        len = size - 1 - used;
    memcpy(buf + used, text, len);
    buf[used + len] = '\0';
}

static void place_format(const struct place *p, char *buf, size_t size)
{
    char index[24];
    const char *name;
    size_t len;

    if (!p) {
        buf[0] = '\0';
        return;
    }
    place_format(p->up, buf, size);
    if (p->field) {
        codec_field_name(p->field, &name, &len);
        if (buf[0])
            add_cut(buf, size, ".", 1);
        add_cut(buf, size, name, len);
    }
    if (p->index >= 0) {
        snprintf(index, sizeof index, "[%d]", (int)p->index);
        add_cut(buf, size, index, strlen(index));
    }
}

/* A value as a refusal shows it; error_set() cuts what is too long. */
static const char *shown(const struct source *s, const struct codec_field *f, char buf[32])
{
    if (f && f->flags & CODEC_SECRET)
        return "***";
    if (s->text)
        return s->text;
    if (cJSON_IsBool(s->json))
        return cJSON_IsTrue(s->json) ? "true" : "false";
    if (cJSON_IsNull(s->json))
        return "null";
    if (cJSON_IsNumber(s->json)) {
        snprintf(buf, 32, "%.17g", s->json->valuedouble);
        return buf;
    }
    return cJSON_IsArray(s->json) ? "[...]" : "{...}";
}

static bool refuse(const struct place *p, enum error_code code, const struct source *s,
                   struct error *err)
{
    char field[ERROR_TEXT_MAX + 1], number[32];

    place_format(p, field, sizeof field);
    /* lint-errors: FIELD_NOT_TEXT FIELD_NOT_INTEGER FIELD_NOT_BOOLEAN FIELD_NOT_INSTANT
     * FIELD_NO_OFFSET FIELD_NOT_DATE FIELD_NOT_LIMIT FIELD_NOT_LIST FIELD_NOT_OBJECT FIELD_ONE_LINE
     */
    return error_set(err, code, arg_text("field", field),
                     arg_text("value", shown(s, p->field, number)));
}

static bool refuse_field(const struct place *p, enum error_code code, struct error *err)
{
    char field[ERROR_TEXT_MAX + 1];

    place_format(p, field, sizeof field);
    /* lint-errors: FIELD_UNKNOWN FIELD_MISSING FIELD_EMPTY */
    return error_set(err, code, arg_text("field", field));
}

static bool no_memory(const struct codec_field *f, struct error *err)
{
    return error_set(err, ERR_NO_MEMORY, arg_text("what", f->key));
}

static bool is_blank(const char *s)
{
    return !s || s[strspn(s, " \t\n")] == '\0';
}

static bool read_text(const struct place *p, const struct source *s, struct arena *a,
                      const char **ret, struct error *err)
{
    const struct codec_field *f = p->field;
    char field[ERROR_TEXT_MAX + 1], number[32], *text;
    size_t length;

    if (!s->text)
        return refuse(p, ERR_FIELD_NOT_TEXT, s, err);
    place_format(p, field, sizeof field);
    if (!text_nfc(a, field, s->text, strlen(s->text), &text, err))
        return false;
    length = text_characters(text);
    if ((int64_t)length > f->max)
        return error_set(err, ERR_FIELD_TOO_LONG, arg_text("field", field),
                         arg_number("length", length), arg_number("limit", f->max),
                         arg_text("value", shown(s, f, number)));
    if (!(f->flags & CODEC_LINES) && strpbrk(text, "\n\t"))
        return refuse(p, ERR_FIELD_ONE_LINE, s, err);
    *ret = text;
    return true;
}

/* A query's number is plain digits; JSON's may be written 1e3 as long as it is whole. */
static bool read_number(const struct source *s, int64_t *ret)
{
    double d = s->json ? s->json->valuedouble : 0;
    int64_t value = 0;
    const char *t = s->text;
    bool is_negative;

    if (s->json) {
        if (!cJSON_IsNumber(s->json) || d != floor(d) || fabs(d) > (double)INTEGER_MAX)
            return false;
        *ret = (int64_t)d;
        return true;
    }
    is_negative = *t == '-';
    t += is_negative;
    if (!*t || strlen(t) > 16)
        return false;
    for (; *t; t++) {
        if (*t < '0' || *t > '9')
            return false;
        value = value * 10 + (*t - '0');
    }
    *ret = is_negative ? -value : value;
    return value <= INTEGER_MAX;
}

static bool read_integer(const struct place *p, const struct source *s, int64_t *ret,
                         struct error *err)
{
    const struct codec_field *f = p->field;
    char field[ERROR_TEXT_MAX + 1], number[32];
    int64_t value;

    if (!read_number(s, &value))
        return refuse(p, ERR_FIELD_NOT_INTEGER, s, err);
    if (value < f->min || value > f->max) {
        place_format(p, field, sizeof field);
        return error_set(err, ERR_FIELD_RANGE, arg_text("field", field), arg_number("min", f->min),
                         arg_number("max", f->max), arg_text("value", shown(s, f, number)));
    }
    *ret = value;
    return true;
}

static bool read_boolean(const struct place *p, const struct source *s, bool *ret,
                         struct error *err)
{
    bool is_true = s->json ? cJSON_IsTrue(s->json) : !strcmp(s->text, "true");

    if (!is_true && !(s->json ? cJSON_IsFalse(s->json) : !strcmp(s->text, "false")))
        return refuse(p, ERR_FIELD_NOT_BOOLEAN, s, err);
    *ret = is_true;
    return true;
}

static bool read_instant(const struct place *p, const struct source *s, int64_t *ret,
                         struct error *err)
{
    int64_t at;

    if (s->text && instant_parse(s->text, INT32_MIN, ret))
        return true;
    return refuse(
        p, s->text && instant_parse(s->text, 0, &at) ? ERR_FIELD_NO_OFFSET : ERR_FIELD_NOT_INSTANT,
        s, err);
}

static bool is_limit(const char *text)
{
    size_t n = strspn(text, "0123456789");

    if (!strcmp(text, "sd"))
        return true;
    text += n;
    return n >= 1 && n <= 5 &&
           (!strcmp(text, "wd") || !strcmp(text, "d") || !strcmp(text, "wh") ||
            !strcmp(text, "mo") || !strcmp(text, "hd"));
}

static bool read_word(const struct place *p, const struct source *s, int *ret, struct error *err)
{
    const struct codec_words *list = p->field->words;
    char field[ERROR_TEXT_MAX + 1], number[32], words[ERROR_TEXT_MAX + 1] = "";
    int word = s->text ? words_find(list, s->text) : WORD_NONE;

    if (word != WORD_NONE) {
        *ret = word;
        return true;
    }
    for (int i = 0; i < list->n; i++) {
        if (!list->words[i])
            continue;
        if (words[0])
            add_cut(words, sizeof words, ", ", 2);
        if (strlen(words) + strlen(list->words[i]) + 5 > sizeof words) {
            add_cut(words, sizeof words, "...", 3);
            break;
        }
        add_cut(words, sizeof words, list->words[i], strlen(list->words[i]));
    }
    place_format(p, field, sizeof field);
    return error_set(err, ERR_FIELD_NOT_WORD, arg_text("field", field), arg_text("words", words),
                     arg_text("value", shown(s, p->field, number)));
}

static bool read_object(const struct place *p, const struct codec_message *m, const cJSON *json,
                        struct arena *a, void *object, struct error *err);

static bool check_count(const struct place *p, const struct source *s, size_t *ret_n,
                        struct error *err)
{
    char field[ERROR_TEXT_MAX + 1];
    size_t n;

    if (!s->json || !cJSON_IsArray(s->json))
        return refuse(p, ERR_FIELD_NOT_LIST, s, err);
    n = (size_t)cJSON_GetArraySize(s->json);
    if (n > p->field->n_max) {
        place_format(p, field, sizeof field);
        return error_set(err, ERR_FIELD_TOO_MANY, arg_text("field", field), arg_number("count", n),
                         arg_number("limit", p->field->n_max));
    }
    *ret_n = n;
    return true;
}

static bool read_texts(struct place *p, const struct source *s, struct arena *a, void *object,
                       struct error *err)
{
    const cJSON *item;
    const char **texts;
    size_t n = 0, i = 0;

    if (!check_count(p, s, &n, err))
        return false;
    texts = arena_array(a, n + 1, sizeof *texts);
    if (!texts)
        return no_memory(p->field, err);
    cJSON_ArrayForEach (item, s->json) {
        struct source one = {item, cJSON_GetStringValue(item)};

        p->index = (int64_t)i;
        if (!read_text(p, &one, a, &texts[i++], err))
            return false;
    }
    set_pointer(object, p->field, texts);
    set_count(object, p->field, n);
    return true;
}

static bool read_objects(struct place *p, const struct source *s, struct arena *a, void *object,
                         struct error *err)
{
    const struct codec_message *m = p->field->message;
    const cJSON *item;
    size_t n = 0, i = 0;
    char *items;

    if (!check_count(p, s, &n, err))
        return false;
    items = arena_array(a, n + 1, m->size);
    if (!items)
        return no_memory(p->field, err);
    cJSON_ArrayForEach (item, s->json) {
        p->index = (int64_t)i;
        if (!read_object(p, m, item, a, items + i++ * m->size, err))
            return false;
    }
    set_pointer(object, p->field, items);
    set_count(object, p->field, n);
    return true;
}

static bool read_raw(const struct place *p, const struct source *s, struct arena *a, void *object,
                     struct error *err)
{
    char *printed = cJSON_PrintUnformatted(s->json);
    char *text = printed ? arena_strdup(a, printed) : NULL;

    cJSON_free(printed);
    if (!text)
        return no_memory(p->field, err);
    set_pointer(object, p->field, text);
    return true;
}

/* One field that is there and is not null. */
static bool read_field(struct place *p, const struct source *s, struct arena *a, void *object,
                       struct error *err)
{
    const struct codec_field *f = p->field;
    const char *text = NULL;
    void *inner;

    switch (f->kind) {
    case CODEC_TEXT:
        if (!read_text(p, s, a, &text, err))
            return false;
        if (is_blank(text)) { /* forms send "" for what was left empty */
            if (f->flags & CODEC_REQUIRED)
                return refuse_field(p, ERR_FIELD_EMPTY, err);
            text = NULL;
        }
        set_pointer(object, f, text);
        return true;
    case CODEC_LIMIT:
        if (!s->text || !is_limit(s->text))
            return refuse(p, ERR_FIELD_NOT_LIMIT, s, err);
        text = arena_strdup(a, s->text);
        set_pointer(object, f, text);
        return text || no_memory(f, err);
    case CODEC_INTEGER:
        return read_integer(p, s, field_at(object, f), err);
    case CODEC_BOOLEAN:
        return read_boolean(p, s, field_at(object, f), err);
    case CODEC_INSTANT:
        return read_instant(p, s, field_at(object, f), err);
    case CODEC_DATE:
        return (s->text && date_parse(s->text, field_at(object, f))) ||
               refuse(p, ERR_FIELD_NOT_DATE, s, err);
    case CODEC_WORD:
        return read_word(p, s, field_at(object, f), err);
    case CODEC_TEXTS:
        return read_texts(p, s, a, object, err);
    case CODEC_OBJECTS:
        return read_objects(p, s, a, object, err);
    case CODEC_RAW:
        return read_raw(p, s, a, object, err);
    case CODEC_OBJECT:
        break;
    }
    inner = arena_alloc(a, f->message->size);
    if (!inner)
        return no_memory(f, err);
    set_pointer(object, f, inner);
    return read_object(p, f->message, s->json, a, inner, err);
}

static bool refuse_unknown(const struct place *p, const char *name, struct error *err)
{
    char path[ERROR_TEXT_MAX + 1];

    place_format(p, path, sizeof path);
    if (path[0])
        add_cut(path, sizeof path, ".", 1);
    add_cut(path, sizeof path, name, strlen(name));
    return error_set(err, ERR_FIELD_UNKNOWN, arg_text("field", path));
}

static bool check_required(const struct place *up, const struct codec_message *m, uint64_t seen,
                           struct error *err)
{
    for (size_t i = 0; i < m->n_fields; i++) {
        struct place p = {up, &m->fields[i], -1};

        if (m->fields[i].flags & CODEC_REQUIRED && !(seen & UINT64_C(1) << i))
            return refuse_field(&p, ERR_FIELD_MISSING, err);
    }
    return true;
}

static bool read_object(const struct place *up, const struct codec_message *m, const cJSON *json,
                        struct arena *a, void *object, struct error *err)
{
    const cJSON *child;
    uint64_t seen = 0;

    if (!cJSON_IsObject(json)) {
        struct source s = {json, cJSON_GetStringValue(json)};
        char number[32];

        if (!up)
            return error_set(err, ERR_BODY_NOT_OBJECT, arg_text("value", shown(&s, NULL, number)));
        return refuse(up, ERR_FIELD_NOT_OBJECT, &s, err);
    }
    assert(m->n_fields <= 64);
    codec_init(m, object);
    cJSON_ArrayForEach (child, json) {
        const struct codec_field *f = codec_field_find(m, child->string);
        struct place p = {up, f, -1};
        struct source s = {child, cJSON_GetStringValue(child)};

        if (!f)
            return refuse_unknown(up, child->string, err);
        if (cJSON_IsNull(child) && !(f->flags & CODEC_REQUIRED) && f->kind != CODEC_BOOLEAN)
            continue;
        seen |= UINT64_C(1) << (f - m->fields);
        if (!read_field(&p, &s, a, object, err))
            return false;
    }
    return check_required(up, m, seen, err);
}

bool codec_decode(const struct codec_message *m, const cJSON *json, struct arena *a,
                  void *ret_object, struct error *err)
{
    void *object = arena_alloc(a, m->size);

    if (!object)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", m->name));
    if (!read_object(NULL, m, json, a, object, err))
        return false;
    memcpy(ret_object, object, m->size);
    return true;
}

bool codec_decode_text(const struct codec_message *m, const char *bytes, size_t len,
                       struct arena *a, void *ret_object, struct error *err)
{
    CLEANUP(json_freep) cJSON *json = NULL;

    return json_parse(bytes, len, &json, err) && codec_decode(m, json, a, ret_object, err);
}

bool codec_decode_pairs(const struct codec_message *m, const struct uri_pair *pairs, size_t n,
                        struct arena *a, void *ret_object, struct error *err)
{
    void *object = arena_alloc(a, m->size);
    uint64_t seen = 0;

    if (!object)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", m->name));
    codec_init(m, object);
    for (size_t i = 0; i < n; i++) {
        const struct codec_field *f = codec_field_find(m, pairs[i].name);
        struct place p = {NULL, f, -1};
        struct source s = {NULL, pairs[i].value};

        if (!f)
            return refuse_unknown(NULL, pairs[i].name, err);
        assert(f->kind <= CODEC_WORD);
        if (!*pairs[i].value)
            continue;
        seen |= UINT64_C(1) << (f - m->fields);
        if (!read_field(&p, &s, a, object, err))
            return false;
    }
    if (!check_required(NULL, m, seen, err))
        return false;
    memcpy(ret_object, object, m->size);
    return true;
}
