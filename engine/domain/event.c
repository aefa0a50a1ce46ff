/* Events and their canonical bytes. What is chained for ever must read back as itself: the decoder
 * takes exactly the lines the encoder writes, in their order, and whatever differs by one byte is
 * malformed. One copy of the bytes is cut into texts in place, so that decoding allocates once. */
#include "domain/event.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "base/macros.h"

#define EVENT_HEAD "motcua-event 1\n"

static const char *const field_words[] = {
#define EVENT_FIELD(name, word, kind) [EVENT_FIELD_##name] = (word),
#include "tables/event_fields.def"
#undef EVENT_FIELD
};

enum value_kind { VALUE_NUMBER, VALUE_TEXT };
#define VALUE_KIND_ID      VALUE_NUMBER
#define VALUE_KIND_NUMBER  VALUE_NUMBER
#define VALUE_KIND_INSTANT VALUE_NUMBER
#define VALUE_KIND_DATE    VALUE_NUMBER
#define VALUE_KIND_TEXT    VALUE_TEXT
#define VALUE_KIND_PERSON  VALUE_TEXT

static const enum value_kind field_kinds[] = {
#define EVENT_FIELD(name, word, kind) [EVENT_FIELD_##name] = VALUE_KIND_##kind,
#include "tables/event_fields.def"
#undef EVENT_FIELD
};

void event_init(struct event *e, int64_t dossier_id, enum action action, int64_t actor, int64_t at,
                int64_t recorded_at)
{
    e->dossier_id = dossier_id;
    e->seq = 0;
    e->at = at;
    e->recorded_at = recorded_at;
    e->actor = actor;
    e->action = action;
    e->n_values = 0; /* the values are left as they are: most events use a handful of 64 */
}

struct event *event_room(struct arena *a, int n)
{
    return arena_raw(a, ((size_t)n + 1) * sizeof(struct event));
}

void event_copy(struct event *to, const struct event *from)
{
    memcpy(to, from,
           offsetof(struct event, values) + (size_t)from->n_values * sizeof from->values[0]);
}

/* Room for one value of `field`, behind those of the same field. */
static struct event_value *event_slot(struct event *e, enum event_field field)
{
    int i = e->n_values;

    assert(e->n_values < EVENT_VALUES_MAX);
    while (i > 0 && e->values[i - 1].field > field) {
        e->values[i] = e->values[i - 1];
        i--;
    }
    e->n_values++;
    e->values[i].field = field;
    return &e->values[i];
}

void event_put_number(struct event *e, enum event_field field, int64_t number)
{
    struct event_value *v;

    assert(field_kinds[field] == VALUE_NUMBER);
    v = event_slot(e, field);
    v->number = number;
    v->text = NULL;
}

void event_put_text(struct event *e, enum event_field field, const char *text)
{
    struct event_value *v;

    assert(field_kinds[field] == VALUE_TEXT && text);
    v = event_slot(e, field);
    v->number = 0;
    v->text = text;
}

static const struct event_value *event_find(const struct event *e, enum event_field field)
{
    for (int i = 0; i < e->n_values && e->values[i].field <= field; i++) {
        if (e->values[i].field == field)
            return &e->values[i];
    }
    return NULL;
}

int64_t event_number(const struct event *e, enum event_field field, int64_t absent)
{
    const struct event_value *v = event_find(e, field);

    return v ? v->number : absent;
}

const char *event_text(const struct event *e, enum event_field field)
{
    const struct event_value *v = event_find(e, field);

    return v ? v->text : NULL;
}

bool event_field_repeats(enum event_field field)
{
    return field == EVENT_FIELD_MEMBER || field == EVENT_FIELD_RESPONSIBLE_OFFICE ||
           field == EVENT_FIELD_OBJECTIVE || field == EVENT_FIELD_ADDRESSEE ||
           field == EVENT_FIELD_COMPONENT;
}

bool event_has(const struct event *e, enum event_field field)
{
    return event_find(e, field) != NULL;
}

/* ---- encoding ---- */

static void encode_number(struct buffer *buf, const char *word, int64_t number)
{
    char digits[24];
    char *p = digits + sizeof digits;
    uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

    *--p = '\n';
    do {
        *--p = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    if (number < 0)
        *--p = '-';
    buffer_text(buf, word);
    buffer_char(buf, ' ');
    buffer_add(buf, p, (size_t)(digits + sizeof digits - p));
}

static void encode_text(struct buffer *buf, const char *word, const char *text)
{
    buffer_text(buf, word);
    buffer_char(buf, ' ');
    while (*text) {
        size_t plain = strcspn(text, "\n\\");

        buffer_add(buf, text, plain);
        text += plain;
        if (*text)
            buffer_text(buf, *text++ == '\n' ? "\\n" : "\\\\");
    }
    buffer_char(buf, '\n');
}

void event_encode(const struct event *e, struct buffer *buf)
{
    buffer_text(buf, EVENT_HEAD);
    encode_number(buf, "dossier", e->dossier_id);
    encode_number(buf, "at", e->at);
    encode_number(buf, "recorded_at", e->recorded_at);
    encode_number(buf, "actor", e->actor);
    encode_text(buf, "action", vocabulary_word(&actions, (int)e->action));
    for (int i = 0; i < e->n_values; i++) {
        const struct event_value *v = &e->values[i];

        if (v->text)
            encode_text(buf, field_words[v->field], v->text);
        else
            encode_number(buf, field_words[v->field], v->number);
    }
}

/* ---- decoding ---- */

struct event_reader {
    char *p, *end;
    int line;
};

/* Cuts the next "word value" line in place. False at the end, and where the line has no such form.
 */
static bool read_line(struct event_reader *r, char **ret_word, char **ret_value)
{
    char *feed = memchr(r->p, '\n', (size_t)(r->end - r->p));
    char *blank = feed ? memchr(r->p, ' ', (size_t)(feed - r->p)) : NULL;

    r->line++;
    if (!blank)
        return false;
    *blank = *feed = '\0';
    *ret_word = r->p;
    *ret_value = blank + 1;
    r->p = feed + 1;
    return strlen(*ret_value) == (size_t)(feed - *ret_value); /* a NUL inside is no text */
}

/* A number as the encoder writes it: no sign but a minus, no leading zero, inside 64 bits. */
static bool read_number(const char *s, int64_t *ret_number)
{
    bool is_negative = *s == '-';
    const uint64_t max = (uint64_t)INT64_MAX + (is_negative ? 1 : 0);
    uint64_t n = 0;

    s += is_negative;
    if (!*s || (*s == '0' && (s[1] || is_negative)))
        return false;
    for (; *s; s++) {
        unsigned digit = (unsigned)(unsigned char)*s - '0';

        if (digit > 9 || n > (max - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    *ret_number = is_negative ? (int64_t)(0 - n) : (int64_t)n;
    return true;
}

/* Undoes the escapes in place. */
static bool read_text(char *s)
{
    char *to = strchr(s, '\\');

    for (char *from = to; from && *from; from++) {
        if (*from == '\\') {
            from++;
            if (*from != '\\' && *from != 'n')
                return false;
            *to++ = *from == 'n' ? '\n' : '\\';
        } else {
            *to++ = *from;
        }
    }
    if (to)
        *to = '\0';
    return true;
}

static bool read_head_number(struct event_reader *r, const char *expected, int64_t *ret_number)
{
    char *word, *value;

    return read_line(r, &word, &value) && strcmp(word, expected) == 0 &&
           read_number(value, ret_number);
}

static bool read_head(struct event_reader *r, struct event *e)
{
    char *word, *value;
    int action;

    r->line = 1;
    if ((size_t)(r->end - r->p) < strlen(EVENT_HEAD) ||
        memcmp(r->p, EVENT_HEAD, strlen(EVENT_HEAD)) != 0)
        return false;
    r->p += strlen(EVENT_HEAD);
    if (!read_head_number(r, "dossier", &e->dossier_id) || !read_head_number(r, "at", &e->at) ||
        !read_head_number(r, "recorded_at", &e->recorded_at) ||
        !read_head_number(r, "actor", &e->actor))
        return false;
    if (!read_line(r, &word, &value) || strcmp(word, "action") != 0)
        return false;
    action = vocabulary_find(&actions, value);
    if (action < 0)
        return false;
    e->action = (enum action)action;
    e->seq = 0;
    e->n_values = 0;
    return true;
}

static bool read_value(struct event *e, int field, char *value)
{
    int64_t number;

    if (e->n_values == EVENT_VALUES_MAX)
        return false;
    if (field_kinds[field] == VALUE_TEXT) {
        if (!read_text(value))
            return false;
        event_put_text(e, (enum event_field)field, value);
        return true;
    }
    if (!read_number(value, &number))
        return false;
    event_put_number(e, (enum event_field)field, number);
    return true;
}

/* The lines behind "seq N": what the database assigned. */
static bool read_appended(struct event_reader *r, struct event *e)
{
    char *word, *value;

    while (r->p < r->end) {
        if (!read_line(r, &word, &value))
            return false;
        if (strcmp(word, "code") == 0 && !event_has(e, EVENT_FIELD_CODE) &&
            !event_has(e, EVENT_FIELD_NUMBER)) {
            if (!read_value(e, EVENT_FIELD_CODE, value))
                return false;
        } else if (strcmp(word, "number") != 0 || event_has(e, EVENT_FIELD_NUMBER) ||
                   !read_value(e, EVENT_FIELD_NUMBER, value)) {
            return false;
        }
    }
    return true;
}

static bool read_fields(struct event_reader *r, struct event *e)
{
    char *word, *value;
    int field = 0; /* lines come in the order of the table, so the search goes on from the last */

    while (r->p < r->end) {
        int64_t seq;

        if (!read_line(r, &word, &value))
            return false;
        if (strcmp(word, "seq") == 0) {
            if (!read_number(value, &seq) || seq < 1 || seq > INT32_MAX)
                return false;
            e->seq = (int32_t)seq;
            return read_appended(r, e);
        }
        while (field < EVENT_FIELD_COUNT &&
               (field_words[field][0] != word[0] || strcmp(field_words[field], word) != 0))
            field++;
        if (field == EVENT_FIELD_COUNT || !read_value(e, field, value))
            return false;
        if (!event_field_repeats((enum event_field)field))
            field++;
    }
    return true;
}

bool event_decode(struct arena *a, const char *bytes, size_t len, struct event *ret_event,
                  struct error *err)
{
    struct event_reader r = {0};

    if (len > EVENT_BYTES_MAX)
        return error_set(err, ERR_EVENT_MALFORMED, arg_number("line", 0));
    r.p = arena_raw(a, len + 1);
    if (!r.p)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "event"));
    memcpy(r.p, bytes, len);
    r.end = r.p + len;
    if (!read_head(&r, ret_event) || !read_fields(&r, ret_event))
        return error_set(err, ERR_EVENT_MALFORMED, arg_number("line", r.line));
    return true;
}
