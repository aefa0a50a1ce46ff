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

static const char key[] = "/Encrypt";
#define KEY_LEN (sizeof key - 1)

/* The key of a trailer that names how a file is encrypted: followed by a reference or a
 * dictionary. It is never compressed. A slash stands at its beginning alone, so that what breaks
 * off may only begin anew. */
static void look_for_key(struct sniff *s, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (s->n_key == 0) {
            const char *slash = memchr(bytes + i, '/', len - i);

            if (!slash)
                return;
            i = (size_t)(slash - bytes);
        }
        if (s->n_key < KEY_LEN && bytes[i] == key[s->n_key]) {
            s->n_key++;
        } else if (s->n_key == KEY_LEN &&
                   ((bytes[i] >= '0' && bytes[i] <= '9') || bytes[i] == '<')) {
            s->is_encrypted = true;
            return;
        } else if (s->n_key < KEY_LEN || !is_blank(bytes[i])) {
            s->n_key = bytes[i] == '/';
        }
    }
}

void sniff_add(struct sniff *s, const void *bytes, size_t len)
{
    for (size_t i = 0; !s->is_begun && i < ARRAY_LEN(marks); i++)
        if (len >= marks[i].len && !memcmp(bytes, marks[i].bytes, marks[i].len))
            s->type = marks[i].type;
    if (!s->is_begun)
        hex_encode(bytes, len < SNIFF_BEGIN ? len : SNIFF_BEGIN, s->begin);
    s->is_begun = true;
    if (!s->is_encrypted)
        look_for_key(s, bytes, len);
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
