/* See zip.h. */
#include "base/zip.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/instant.h"

#define VERSION   20                       /* that a reader needs: stored, sizes behind */
#define FLAGS     ((1u << 3) | (1u << 11)) /* sizes follow the entry; names are UTF-8 */
#define UNIX_FILE ((uint32_t)0100644 << 16)
#define MADE_BY   ((3u << 8) | VERSION)

static void put16(struct buffer *b, uint32_t n)
{
    const char bytes[] = {(char)(n & 0xff), (char)(n >> 8 & 0xff)};

    buffer_add(b, bytes, sizeof bytes);
}

static void put32(struct buffer *b, uint32_t n)
{
    put16(b, n & 0xffff);
    put16(b, n >> 16);
}

/* CRC-32 as ZIP has it (reflected 0x04C11DB7), four bits at a time. */
static uint32_t crc_add(uint32_t crc, const unsigned char *bytes, size_t len)
{
    static uint32_t table[256];

    if (!table[1])
        for (uint32_t i = 0; i < 256; i++) {
            uint32_t c = i;

            for (int k = 0; k < 8; k++)
                c = c & 1 ? 0xEDB88320u ^ c >> 1 : c >> 1;
            table[i] = c;
        }
    crc = ~crc;
    for (size_t i = 0; i < len; i++)
        crc = table[(crc ^ bytes[i]) & 0xff] ^ crc >> 8;
    return ~crc;
}

void zip_init(struct zip *z, int64_t at, int32_t zone_s)
{
    int32_t on = instant_date(at, zone_s);
    struct civil c = date_civil(on);
    int64_t s = (at - date_instant(on, zone_s)) / INSTANT_SECOND;
    uint32_t year = c.year < 1980 ? 0 : (uint32_t)(c.year - 1980);

    *z = (struct zip){0};
    z->when = (year << 9 | (uint32_t)c.month << 5 | (uint32_t)c.day) << 16 |
              (uint32_t)(s / 3600) << 11 | (uint32_t)(s / 60 % 60) << 5 | (uint32_t)(s % 60 / 2);
}

void zip_deinit(struct zip *z)
{
    buffer_deinit(&z->directory);
}

/* Appends, and knows where the archive stands. */
static void put(struct zip *z, struct buffer *out, const struct buffer *bytes)
{
    buffer_add(out, bytes->data, bytes->len);
    z->offset += bytes->len;
}

void zip_begin(struct zip *z, const char *name, struct buffer *out)
{
    struct buffer b = {0};

    assert(strlen(name) < sizeof z->name);
    snprintf(z->name, sizeof z->name, "%s", name);
    z->entry_at = z->offset;
    z->crc = z->size = 0;
    put32(&b, 0x04034b50);
    put16(&b, VERSION);
    put16(&b, FLAGS);
    put16(&b, 0); /* stored */
    put32(&b, z->when);
    put32(&b, 0);
    put32(&b, 0);
    put32(&b, 0);
    put16(&b, (uint32_t)strlen(name));
    put16(&b, 0);
    buffer_text(&b, name);
    put(z, out, &b);
    buffer_deinit(&b);
}

void zip_add(struct zip *z, const void *bytes, size_t len, struct buffer *out)
{
    z->is_full = z->is_full || len > UINT32_MAX - z->size;
    z->crc = crc_add(z->crc, bytes, len);
    z->size += (uint32_t)len;
    z->offset += len;
    buffer_add(out, bytes, len);
}

void zip_end(struct zip *z, struct buffer *out)
{
    struct buffer b = {0}, *d = &z->directory;

    put32(&b, 0x08074b50);
    put32(&b, z->crc);
    put32(&b, z->size);
    put32(&b, z->size);
    put(z, out, &b);
    buffer_deinit(&b);
    put32(d, 0x02014b50);
    put16(d, MADE_BY);
    put16(d, VERSION);
    put16(d, FLAGS);
    put16(d, 0);
    put32(d, z->when);
    put32(d, z->crc);
    put32(d, z->size);
    put32(d, z->size);
    put16(d, (uint32_t)strlen(z->name));
    put16(d, 0); /* extra */
    put16(d, 0); /* comment */
    put16(d, 0); /* disk */
    put16(d, 0);
    put32(d, UNIX_FILE);
    put32(d, (uint32_t)z->entry_at);
    buffer_text(d, z->name);
    z->is_full = z->is_full || z->offset > UINT32_MAX - d->len - 64 || z->n == UINT16_MAX - 1;
    z->n++;
}

bool zip_finish(struct zip *z, struct buffer *out)
{
    struct buffer b = {0};
    uint32_t at = (uint32_t)z->offset;

    if (z->is_full || z->directory.is_failed)
        return false;
    put(z, out, &z->directory);
    put32(&b, 0x06054b50);
    put16(&b, 0);
    put16(&b, 0);
    put16(&b, (uint32_t)z->n);
    put16(&b, (uint32_t)z->n);
    put32(&b, (uint32_t)z->directory.len);
    put32(&b, at);
    put16(&b, 0);
    put(z, out, &b);
    buffer_deinit(&b);
    return true;
}
