/* A growing run of bytes, always terminated. After a failed allocation it stays failed and ignores
 * further writes, so that a writer checks once, at the end. */
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/macros.h"

struct buffer {
    char *data; /* owned; NULL while empty */
    size_t len, size;
    bool is_failed;
};

void buffer_deinit(struct buffer *b); /* frees; the buffer is empty and usable again */
void buffer_clear(struct buffer *b);  /* keeps the memory */
void buffer_printf(struct buffer *b, const char *format, ...) PRINTF(2, 3);
void buffer_vprintf(struct buffer *b, const char *format, va_list ap);
void buffer_consume(struct buffer *b, size_t len); /* drops the first `len` bytes */
bool buffer_reserve(struct buffer *b, size_t len); /* room for `len` more */
char *buffer_take(struct buffer *b); /* hands over the text, "" when empty; NULL when failed */

/* Replies are written in small pieces: these are inline for the piece that fits. */
static inline void buffer_add(struct buffer *b, const void *bytes, size_t len)
{
    bool fits = b->data && !b->is_failed && len < b->size && b->len < b->size - len;

    if (!fits && !buffer_reserve(b, len))
        return;
    if (len)
        memcpy(b->data + b->len, bytes, len);
    b->len += len;
    b->data[b->len] = '\0';
}

static inline void buffer_text(struct buffer *b, const char *text)
{
    buffer_add(b, text, strlen(text));
}

static inline void buffer_char(struct buffer *b, char c)
{
    buffer_add(b, &c, 1);
}
