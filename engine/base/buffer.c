/* Doubling buffer. */
#include "base/buffer.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buffer_deinit(struct buffer *b)
{
    free(b->data);
    memset(b, 0, sizeof *b);
}

void buffer_clear(struct buffer *b)
{
    b->len = 0;
    b->is_failed = false;
    if (b->data)
        b->data[0] = '\0';
}

bool buffer_reserve(struct buffer *b, size_t len)
{
    size_t size = b->size ? b->size : 64;
    char *data;

    if (b->is_failed || len > SIZE_MAX / 4 || b->len > SIZE_MAX / 4) {
        b->is_failed = true;
        return false;
    }
    if (b->data && b->len + len + 1 <= b->size)
        return true;
    while (size < b->len + len + 1)
        size *= 2;
    data = realloc(b->data, size);
    if (!data) {
        b->is_failed = true;
        return false;
    }
    b->data = data;
    b->size = size;
    b->data[b->len] = '\0';
    return true;
}

void buffer_vprintf(struct buffer *b, const char *format, va_list ap)
{
    va_list again;
    int n;

    va_copy(again, ap);
    n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (n < 0 || !buffer_reserve(b, (size_t)n)) {
        b->is_failed = true;
        return;
    }
    vsnprintf(b->data + b->len, (size_t)n + 1, format, ap);
    b->len += (size_t)n;
}

void buffer_printf(struct buffer *b, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    buffer_vprintf(b, format, ap);
    va_end(ap);
}

void buffer_consume(struct buffer *b, size_t len)
{
    assert(len <= b->len);
    if (!len)
        return;
    memmove(b->data, b->data + len, b->len - len + 1);
    b->len -= len;
}

char *buffer_take(struct buffer *b)
{
    char *text;

    if (!buffer_reserve(b, 0))
        return NULL;
    text = b->data;
    memset(b, 0, sizeof *b);
    return text;
}
