/* Where a field lies in its struct: the casts of the codec, in one place. Private to codec*.c. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "wire/codec.h"

static inline void *field_at(void *object, const struct codec_field *f)
{
    return (char *)object + f->offset;
}

static inline const void *field_of(const void *object, const struct codec_field *f)
{
    return (const char *)object + f->offset;
}

static inline int64_t get_int64(const void *object, const struct codec_field *f)
{
    return *(const int64_t *)field_of(object, f);
}

static inline int32_t get_int32(const void *object, const struct codec_field *f)
{
    return *(const int32_t *)field_of(object, f);
}

static inline int get_word(const void *object, const struct codec_field *f)
{
    return *(const int *)field_of(object, f);
}

static inline bool get_bool(const void *object, const struct codec_field *f)
{
    return *(const bool *)field_of(object, f);
}

/* Pointers to different types are kept in one form on every platform PostgreSQL and libuv run on;
 * the copy keeps the compiler's aliasing rules. */
static inline const void *get_pointer(const void *object, const struct codec_field *f)
{
    const void *p;

    memcpy(&p, field_of(object, f), sizeof p);
    return p;
}

static inline void set_pointer(void *object, const struct codec_field *f, const void *p)
{
    memcpy(field_at(object, f), &p, sizeof p);
}

static inline size_t get_count(const void *object, const struct codec_field *f)
{
    return *(const size_t *)(const void *)((const char *)object + f->count_offset);
}

static inline void set_count(void *object, const struct codec_field *f, size_t n)
{
    *(size_t *)(void *)((char *)object + f->count_offset) = n;
}
