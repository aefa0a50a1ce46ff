/* Messages: descriptors, absence, and writing. Reading is codec_decode.c. */
#include "wire/codec.h"

#include <string.h>

#include "wire/codec_field.h"

void codec_field_name(const struct codec_field *f, const char **ret_name, size_t *ret_len)
{
    *ret_name = f->key + 1;
    *ret_len = f->key_len - 3; /* two quotes and a colon */
}

const struct codec_field *codec_field_find(const struct codec_message *m, const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; i < m->n_fields; i++) {
        const struct codec_field *f = &m->fields[i];

        if (len == f->key_len - 3 && !memcmp(name, f->key + 1, len))
            return f;
    }
    return NULL;
}

void codec_init(const struct codec_message *m, void *object)
{
    memset(object, 0, m->size);
    for (size_t i = 0; i < m->n_fields; i++) {
        const struct codec_field *f = &m->fields[i];

        switch (f->kind) {
        case CODEC_INTEGER:
            *(int64_t *)field_at(object, f) = INTEGER_NONE;
            break;
        case CODEC_INSTANT:
            *(int64_t *)field_at(object, f) = INSTANT_NONE;
            break;
        case CODEC_DATE:
            *(int32_t *)field_at(object, f) = DATE_NONE;
            break;
        case CODEC_WORD:
            *(int *)field_at(object, f) = WORD_NONE;
            break;
        case CODEC_TEXT:
        case CODEC_BOOLEAN:
        case CODEC_LIMIT:
        case CODEC_TEXTS:
        case CODEC_OBJECT:
        case CODEC_OBJECTS:
        case CODEC_RAW:
            break; /* zero is absent */
        }
    }
}

static bool is_absent(const struct codec_field *f, const void *object)
{
    switch (f->kind) {
    case CODEC_INTEGER:
        return get_int64(object, f) == INTEGER_NONE;
    case CODEC_INSTANT:
        return get_int64(object, f) == INSTANT_NONE;
    case CODEC_DATE:
        return get_int32(object, f) == DATE_NONE;
    case CODEC_WORD:
        return get_word(object, f) == WORD_NONE;
    case CODEC_TEXT:
    case CODEC_LIMIT:
    case CODEC_OBJECT:
    case CODEC_RAW:
        return !get_pointer(object, f);
    case CODEC_TEXTS:
    case CODEC_OBJECTS: /* an empty list is a list */
    case CODEC_BOOLEAN:
        break;
    }
    return false;
}

static bool refuse(const struct codec_message *m, const struct codec_field *f, struct error *err)
{
    char what[ERROR_TEXT_MAX];
    struct buffer b = {0};

    buffer_printf(&b, "%s.%.*s", m->name, (int)(f->key_len - 3), f->key + 1);
    strncpy(what, b.data ? b.data : m->name, sizeof what - 1);
    what[sizeof what - 1] = '\0';
    buffer_deinit(&b);
    return error_set(err, ERR_INTERNAL, arg_text("what", what));
}

static void write_integer(struct buffer *b, int64_t value)
{
    char digits[24], *p = digits + sizeof digits;
    uint64_t u = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do
        *--p = (char)('0' + u % 10);
    while (u /= 10);
    if (value < 0)
        *--p = '-';
    buffer_add(b, p, (size_t)(digits + sizeof digits - p));
}

static void write_quoted(struct buffer *b, const char *plain)
{
    buffer_char(b, '"');
    buffer_text(b, plain);
    buffer_char(b, '"');
}

static bool write_value(const struct codec_message *m, const struct codec_field *f,
                        const void *object, int32_t zone_s, struct buffer *b, struct error *err)
{
    const char *const *texts;
    const char *item;
    char when[INSTANT_TEXT_MAX];
    int word;

    switch (f->kind) {
    case CODEC_TEXT:
    case CODEC_LIMIT:
        json_write(b, get_pointer(object, f), strlen(get_pointer(object, f)));
        return true;
    case CODEC_RAW:
        buffer_text(b, get_pointer(object, f));
        return true;
    case CODEC_INTEGER:
        write_integer(b, get_int64(object, f));
        return true;
    case CODEC_BOOLEAN:
        buffer_text(b, get_bool(object, f) ? "true" : "false");
        return true;
    case CODEC_INSTANT:
        instant_format(get_int64(object, f), zone_s, when);
        write_quoted(b, when);
        return true;
    case CODEC_DATE:
        date_format(get_int32(object, f), when);
        write_quoted(b, when);
        return true;
    case CODEC_WORD:
        word = get_word(object, f);
        if (word < 0 || word >= f->words->n || !f->words->words[word])
            return refuse(m, f, err);
        write_quoted(b, f->words->words[word]);
        return true;
    case CODEC_TEXTS:
        texts = get_pointer(object, f);
        buffer_char(b, '[');
        for (size_t i = 0; i < get_count(object, f); i++) {
            if (i)
                buffer_char(b, ',');
            json_write(b, texts[i], strlen(texts[i]));
        }
        buffer_char(b, ']');
        return true;
    case CODEC_OBJECT:
        return codec_encode(f->message, get_pointer(object, f), zone_s, b, err);
    case CODEC_OBJECTS:
        break;
    }
    item = get_pointer(object, f);
    buffer_char(b, '[');
    for (size_t i = 0; i < get_count(object, f); i++, item += f->message->size) {
        if (i)
            buffer_char(b, ',');
        if (!codec_encode(f->message, item, zone_s, b, err))
            return false;
    }
    buffer_char(b, ']');
    return true;
}

bool codec_encode(const struct codec_message *m, const void *object, int32_t zone_s,
                  struct buffer *b, struct error *err)
{
    bool is_first = true;

    buffer_char(b, '{');
    for (size_t i = 0; i < m->n_fields; i++) {
        const struct codec_field *f = &m->fields[i];
        bool is_null = is_absent(f, object);

        if (is_null && (f->flags & CODEC_REQUIRED))
            return refuse(m, f, err);
        if (is_null && !(f->flags & CODEC_NULLABLE))
            continue;
        if (!is_first)
            buffer_char(b, ',');
        is_first = false;
        buffer_add(b, f->key, f->key_len);
        if (is_null)
            buffer_add(b, "null", 4);
        else if (!write_value(m, f, object, zone_s, b, err))
            return false;
    }
    buffer_char(b, '}');
    if (b->is_failed)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", m->name));
    return true;
}

void codec_write_plain(const struct codec_field *f, const void *object, int32_t zone_s,
                       struct buffer *b)
{
    char when[INSTANT_TEXT_MAX];

    if (is_absent(f, object))
        return;
    switch (f->kind) {
    case CODEC_TEXT:
    case CODEC_LIMIT:
    case CODEC_RAW:
        buffer_text(b, get_pointer(object, f));
        return;
    case CODEC_INTEGER:
        write_integer(b, get_int64(object, f));
        return;
    case CODEC_BOOLEAN:
        buffer_text(b, get_bool(object, f) ? "true" : "false");
        return;
    case CODEC_INSTANT:
        instant_format(get_int64(object, f), zone_s, when);
        buffer_text(b, when);
        return;
    case CODEC_DATE:
        date_format(get_int32(object, f), when);
        buffer_text(b, when);
        return;
    case CODEC_WORD:
        buffer_text(b, f->words->words[get_word(object, f)]);
        return;
    case CODEC_TEXTS:
    case CODEC_OBJECT:
    case CODEC_OBJECTS:
        return;
    }
}
