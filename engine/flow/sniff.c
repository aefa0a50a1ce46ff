#include "flow/sniff.h"

#include <string.h>

#include "base/digest.h"
#include "base/macros.h"

static const struct {
    const char *bytes;
    size_t len;
    const char *type;
} marks[] = {
    {"%PDF-", 5, "application/pdf"},
    {"\xFF\xD8\xFF", 3, "image/jpeg"},
    {"\x89PNG\r\n\x1A\n", 8, "image/png"},
};

void sniff_init(struct sniff *s)
{
    memset(s, 0, sizeof *s);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The key of a trailer that names how a file is encrypted: followed by a reference or a
 * dictionary. It is never compressed. */
static bool names_encryption(const char *bytes, size_t len)
{
    static const char word[] = "/Encrypt";
    const size_t n = sizeof word - 1;

    for (const char *p = bytes, *end = bytes + len; (p = memchr(p, '/', (size_t)(end - p))) != NULL;
         p++) {
        const char *q = p + n;

        if ((size_t)(end - p) <= n || memcmp(p, word, n) != 0)
            continue;
        while (q < end && is_blank(*q))
            q++;
        if (q < end && ((*q >= '0' && *q <= '9') || *q == '<'))
            return true;
    }
    return false;
}

void sniff_add(struct sniff *s, const void *bytes, size_t len)
{
    char seam[2 * SNIFF_TAIL];
    size_t n = len < SNIFF_TAIL ? len : SNIFF_TAIL, keep;

    for (size_t i = 0; !s->is_begun && i < ARRAY_LEN(marks); i++)
        if (len >= marks[i].len && !memcmp(bytes, marks[i].bytes, marks[i].len))
            s->type = marks[i].type;
    if (!s->is_begun)
        hex_encode(bytes, len < SNIFF_BEGIN ? len : SNIFF_BEGIN, s->begin);
    s->is_begun = true;
    /* The word may lie across two pieces. */
    memcpy(seam, s->tail, s->n_tail);
    memcpy(seam + s->n_tail, bytes, n);
    s->is_encrypted =
        s->is_encrypted || names_encryption(seam, s->n_tail + n) || names_encryption(bytes, len);
    keep = len < SNIFF_TAIL ? len : SNIFF_TAIL;
    memcpy(s->tail, (const char *)bytes + len - keep, keep);
    s->n_tail = keep;
}

bool sniff_end(const struct sniff *s, struct error *err)
{
    if (!s->type)
        return error_set(err, ERR_FILE_TYPE, arg_text("bytes", s->begin));
    return strcmp(s->type, "application/pdf") != 0 || !s->is_encrypted ||
           error_set(err, ERR_FILE_ENCRYPTED, arg_text("key", "/Encrypt"));
}

const char *sniff_type(const struct sniff *s)
{
    return s->type;
}
