/* An event: one thing that happened to a dossier, and the canonical bytes that are chained.
 *
 * Canonical form, version 1 (docs/canonical-form.md): UTF-8 lines "word value\n" in this order:
 *   motcua-event 1
 *   dossier 20220000000001
 *   at 1661828400000000            microseconds since 1970 UTC
 *   recorded_at 1661828400000000
 *   actor 12                       officer id, 0 the engine
 *   action accept
 *   <fields, in the order of event_fields.def>
 * Values hold no line feed (escaped as \n, backslash as \\). The database appends "seq N\n" and,
 * where it assigned one, "code TEXT\n" or "number N\n", in that order, and chains sha256(previous
 * hash || bytes); the previous hash of the first event is 32 zero bytes. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "domain/vocabulary.h"

enum event_field {
#define EVENT_FIELD(name, word, kind) EVENT_FIELD_##name,
#include "tables/event_fields.def"
#undef EVENT_FIELD
    EVENT_FIELD_COUNT
};

#define EVENT_VALUES_MAX 88
#define EVENT_BYTES_MAX  16384

struct event_value {
    enum event_field field;
    int64_t number;   /* ID, NUMBER, INSTANT, DATE */
    const char *text; /* TEXT, PERSON, REMARK; NULL for numbers */
};

struct event {
    int64_t dossier_id;
    int32_t seq; /* 0 until the database assigned it */
    int64_t at, recorded_at;
    int64_t actor;
    enum action action;
    int n_values;
    struct event_value values[EVENT_VALUES_MAX]; /* sorted by field */
};

void event_init(struct event *e, int64_t dossier_id, enum action action, int64_t actor, int64_t at,
                int64_t recorded_at);
/* Room for n events (and one more), none of them set; NULL without memory. */
struct event *event_room(struct arena *a, int n);
/* Copies what is set of an event: most use a handful of their values. Texts stay borrowed. */
void event_copy(struct event *to, const struct event *from);
/* Both keep the order of the table; text is borrowed. */
void event_put_number(struct event *e, enum event_field field, int64_t number);
void event_put_text(struct event *e, enum event_field field, const char *text);

/* First value of a field: number, or `absent`; text, or NULL. */
int64_t event_number(const struct event *e, enum event_field field, int64_t absent);
const char *event_text(const struct event *e, enum event_field field);
bool event_has(const struct event *e, enum event_field field);
/* May an event hold several values of this field? */
bool event_field_repeats(enum event_field field);

void event_encode(const struct event *e, struct buffer *buf); /* what the core composes */
/* Reads stored bytes, the appended lines included. Errors: EVENT_MALFORMED {line}. */
MUST_CHECK
bool event_decode(struct arena *a, const char *bytes, size_t len, struct event *ret_event,
                  struct error *err);
