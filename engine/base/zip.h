/* A ZIP archive written front to back, so that nothing of it is held but its directory: entries are
 * stored as they are (what goes in is compressed already, or small), their sizes follow them. Below
 * 4 GiB and 65,535 entries; names are UTF-8. Source: PKWARE's APPNOTE, 4.3 to 4.5. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

struct zip {
    struct buffer directory; /* private, as all below */
    uint64_t offset;         /* of the next byte of the archive */
    uint64_t entry_at;       /* of the entry under way */
    uint32_t crc, size;
    int n;
    uint32_t when; /* of every entry: DOS date and time */
    bool is_full;
    char name[200];
};

/*   at, zone_s  what the entries are dated: the same content gives the same bytes */
void zip_init(struct zip *z, int64_t at, int32_t zone_s);
void zip_deinit(struct zip *z);

/* An entry: begin, any number of pieces, end; the bytes of the archive are appended to `out`. */
void zip_begin(struct zip *z, const char *name, struct buffer *out);
void zip_add(struct zip *z, const void *bytes, size_t len, struct buffer *out);
void zip_end(struct zip *z, struct buffer *out);
/* The directory, after the last entry. False: more than an archive holds; what was written is none.
 */
bool zip_finish(struct zip *z, struct buffer *out);
