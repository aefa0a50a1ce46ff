/* JSON <-> plain structs, by tables.
 *
 * proto/tables/messages.def is the only description of a message; from its rows come the struct
 * (wire/message.h), the descriptor read here, and the schema of the OpenAPI document. Reading is
 * strict: a field that is not in the table is refused by name, and every limit is checked before a
 * use case sees the struct. Writing goes straight into a buffer, without a tree in between.
 *
 * What absence looks like in a struct, so that no field needs a second one beside it: a text,
 * limit, raw value or object is NULL; a list has n_ 0; an instant INSTANT_NONE; a date DATE_NONE;
 * an integer INTEGER_NONE; a word WORD_NONE; a boolean is never absent, it is false. codec_init()
 * sets exactly this, and whoever fills a struct to be written begins with it. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/instant.h"
#include "base/json.h"
#include "wire/uri.h"
#include "wire/words.h"

#define INTEGER_NONE INT64_MIN
#define INTEGER_MAX  INT64_C(9007199254740991) /* what every JSON reader keeps exactly: 2^53 - 1 */

enum codec_kind {
    CODEC_TEXT,    /* const char *, NFC, max characters */
    CODEC_INTEGER, /* int64_t, min..max */
    CODEC_BOOLEAN, /* bool */
    CODEC_INSTANT, /* int64_t microseconds; RFC 3339, offset obligatory */
    CODEC_DATE,    /* int32_t days since 1970 */
    CODEC_LIMIT,   /* const char *, the shape of "3wd" checked, the amount left to the domain */
    CODEC_WORD,    /* int, index in `words` */
    CODEC_TEXTS,   /* const char *const * and a count */
    CODEC_OBJECT,  /* const struct * */
    CODEC_OBJECTS, /* const struct * and a count */
    CODEC_RAW      /* const char *, JSON of any shape: kept as text, written as it is */
};

enum {
    CODEC_OPTIONAL = 0, /* may be missing (or null) when read; left out when absent */
    CODEC_REQUIRED = 1, /* must be there, and a text must not be blank */
    CODEC_NULLABLE = 2, /* may be missing or null when read; written as null when absent */
    CODEC_SECRET = 4,   /* its value is never repeated in a refusal */
    CODEC_LINES = 8     /* a text that may hold line feeds and tabs */
};

struct codec_message;

struct codec_field {
    const char *key; /* "\"name\":", as it is written */
    size_t key_len;
    enum codec_kind kind;
    unsigned flags;
    size_t offset, count_offset; /* in the struct */
    int64_t min, max;            /* of an integer; characters of a text */
    size_t n_max;                /* items of a list */
    const struct codec_words *words;
    const struct codec_message *message;
    const char *about; /* English, for the reference */
};

struct codec_message {
    const char *name;
    const char *about;
    size_t size; /* of the struct */
    const struct codec_field *fields;
    size_t n_fields;
};

void codec_field_name(const struct codec_field *f, const char **ret_name, size_t *ret_len);
const struct codec_field *codec_field_find(const struct codec_message *m, const char *name);

/* Every field absent. */
void codec_init(const struct codec_message *m, void *object);

/* Reads a JSON object into a struct.
 *
 *   a           holds texts, lists and objects of the struct
 *   ret_object  m->size bytes; untouched when refused
 *
 * Errors: BODY_NOT_OBJECT; FIELD_UNKNOWN, _MISSING, _EMPTY, _NOT_TEXT and the other FIELD_ rows,
 * each with {field}, the path from the top ("components[3].name", counted from 0), and the {value};
 * TEXT_INVALID; NO_MEMORY. */
MUST_CHECK
bool codec_decode(const struct codec_message *m, const cJSON *json, struct arena *a,
                  void *ret_object, struct error *err);

/* json_parse() and codec_decode(). */
MUST_CHECK
bool codec_decode_text(const struct codec_message *m, const char *bytes, size_t len,
                       struct arena *a, void *ret_object, struct error *err);

/* The same from decoded query parameters, for messages without lists and objects. An empty value is
 * an absent one. */
MUST_CHECK
bool codec_decode_pairs(const struct codec_message *m, const struct uri_pair *pairs, size_t n,
                        struct arena *a, void *ret_object, struct error *err);

/* Writes a struct as JSON, instants in the zone. The texts must be UTF-8.
 * Errors: INTERNAL {what: message.field} when a required field is absent or a word is none of its
 * list, which is our mistake and not the client's; NO_MEMORY. What was written before stays in the
 * buffer. */
MUST_CHECK
bool codec_encode(const struct codec_message *m, const void *object, int32_t zone_s,
                  struct buffer *b, struct error *err);

/* Writes one field as the plain text that a table has: a text, word, number, date or instant as in
 * JSON without its quotation marks; nothing where it is absent. Lists and objects have no such
 * text. */
void codec_write_plain(const struct codec_field *f, const void *object, int32_t zone_s,
                       struct buffer *b);
