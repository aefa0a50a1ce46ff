/* The messages of the API as structs: one `struct wire_NAME` per message of
 * proto/tables/messages.def, its fields in the order of the rows, lists followed by n_FIELD. What
 * absence looks like stands in codec.h.
 *
 *   struct wire_login_request in;
 *   if (!wire_login_request_decode(json, arena, &in, err)) ...
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "wire/codec.h"

#define LIST_ITEMS_MAX     200 /* rows of one page */
#define LIST_ITEMS_DEFAULT 50

/* The structs. */
/* clang-format off */
#define MESSAGE(m, about)                         struct wire_##m {
#define TEXT(m, f, flags, max, about)             const char *f;
#define INTEGER(m, f, flags, min, max, about)     int64_t f;
#define BOOLEAN(m, f, about)                      bool f;
#define INSTANT(m, f, flags, about)               int64_t f;
#define DATE(m, f, flags, about)                  int32_t f;
#define LIMIT(m, f, flags, about)                 const char *f;
#define WORD(m, f, flags, list, about)            int f;
#define TEXTS(m, f, n_max, max, about)            const char *const *f; size_t n_##f;
#define OBJECT(m, f, flags, message, about)       const struct wire_##message *f;
#define OBJECTS(m, f, flags, message, n, about)   const struct wire_##message *f; size_t n_##f;
#define RAW(m, f, flags, about)                   const char *f;
#define END(m)                                    };
#include "tables/messages.def"
#include "wire/message_undef.h"
/* clang-format on */

/* Their descriptors, and calls that the compiler checks. */
#define MESSAGE(m, about)                                                                          \
    extern const struct codec_message message_##m;                                                 \
    static inline void wire_##m##_init(struct wire_##m *object)                                    \
    {                                                                                              \
        codec_init(&message_##m, object);                                                          \
    }                                                                                              \
    MUST_CHECK                                                                                     \
    static inline bool wire_##m##_decode(const cJSON *json, struct arena *a, struct wire_##m *ret, \
                                         struct error *err)                                        \
    {                                                                                              \
        return codec_decode(&message_##m, json, a, ret, err);                                      \
    }                                                                                              \
    MUST_CHECK                                                                                     \
    static inline bool wire_##m##_encode(const struct wire_##m *object, int32_t zone_s,            \
                                         struct buffer *b, struct error *err)                      \
    {                                                                                              \
        return codec_encode(&message_##m, object, zone_s, b, err);                                 \
    }
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
#include "tables/messages.def"
#include "wire/message_undef.h"

/* Every message, in the order of the table. */
extern const struct codec_message *const messages[];
extern const size_t n_messages;
