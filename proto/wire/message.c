/* The descriptors of the messages, made from proto/tables/messages.def. */
#include "wire/message.h"

/* Short words of the rows; only here, so that they trouble nobody else. */
enum {
    OPTIONAL = CODEC_OPTIONAL,
    REQUIRED = CODEC_REQUIRED,
    NULLABLE = CODEC_NULLABLE,
    SECRET = CODEC_SECRET,
    LINES = CODEC_LINES
};

/* clang-format off */
#define KEY(f)       .key = "\"" #f "\":", .key_len = sizeof("\"" #f "\":") - 1
#define AT(m, f)     KEY(f), .offset = offsetof(struct wire_##m, f)
#define COUNTED(m, f) AT(m, f), .count_offset = offsetof(struct wire_##m, n_##f)

#define MESSAGE(m, text) static const struct codec_field m##_fields[] = {
#define TEXT(m, f, f_flags, most, text) \
    {AT(m, f), .kind = CODEC_TEXT, .flags = (f_flags), .max = (most), .about = (text)},
#define INTEGER(m, f, f_flags, least, most, text) \
    {AT(m, f), .kind = CODEC_INTEGER, .flags = (f_flags), .min = (least), .max = (most), .about = (text)},
#define BOOLEAN(m, f, text) {AT(m, f), .kind = CODEC_BOOLEAN, .about = (text)},
#define INSTANT(m, f, f_flags, text) \
    {AT(m, f), .kind = CODEC_INSTANT, .flags = (f_flags), .about = (text)},
#define DATE(m, f, f_flags, text) {AT(m, f), .kind = CODEC_DATE, .flags = (f_flags), .about = (text)},
#define LIMIT(m, f, f_flags, text) {AT(m, f), .kind = CODEC_LIMIT, .flags = (f_flags), .about = (text)},
#define WORD(m, f, f_flags, list, text) \
    {AT(m, f), .kind = CODEC_WORD, .flags = (f_flags), .words = &words_##list, .about = (text)},
#define TEXTS(m, f, most_n, most, text) \
    {COUNTED(m, f), .kind = CODEC_TEXTS, .n_max = (most_n), .max = (most), .about = (text)},
#define OBJECT(m, f, f_flags, other, text) \
    {AT(m, f), .kind = CODEC_OBJECT, .flags = (f_flags), .message = &message_##other, .about = (text)},
#define OBJECTS(m, f, f_flags, other, most_n, text) \
    {COUNTED(m, f), .kind = CODEC_OBJECTS, .flags = (f_flags), .n_max = (most_n), \
     .message = &message_##other, .about = (text)},
#define RAW(m, f, f_flags, text) {AT(m, f), .kind = CODEC_RAW, .flags = (f_flags), .about = (text)},
#define END(m) };
#include "tables/messages.def"
#include "wire/message_undef.h"

#define TEXT(m, f, flags, max, about)
#define INTEGER(m, f, flags, min, max, about)
#define BOOLEAN(m, f, about)
#define INSTANT(m, f, flags, about)
#define DATE(m, f, flags, about)
#define LIMIT(m, f, flags, about)
#define WORD(m, f, flags, list, about)
#define TEXTS(m, f, n_max, max, about)
#define OBJECT(m, f, flags, message, about)
#define OBJECTS(m, f, flags, message, n, about)
#define RAW(m, f, flags, about)
#define END(m)

#define MESSAGE(m, text)                                                                           \
    const struct codec_message message_##m = {.name = #m, .about = (text),                         \
                                              .size = sizeof(struct wire_##m),                     \
                                              .fields = m##_fields, .n_fields = ARRAY_LEN(m##_fields)};
#include "tables/messages.def"

#undef MESSAGE
#define MESSAGE(m, text) &message_##m,
const struct codec_message *const messages[] = {
#include "tables/messages.def"
};
const size_t n_messages = ARRAY_LEN(messages);
