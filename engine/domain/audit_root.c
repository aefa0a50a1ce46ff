/* See audit_root.h. */
#include "domain/audit_root.h"

#include <inttypes.h>
#include <string.h>

#include "base/instant.h"
#include "base/macros.h"

#define HEAD "motcua-root 1\n"

static const struct {
    char letter;
    const char *word;
} leaves[] = {
#define LEAF(name, letter, word, vi, en) [AUDIT_##name] = {letter, word},
#include "tables/audit_leaves.def"
#undef LEAF
};

char audit_leaf_letter(enum audit_leaf kind)
{
    return leaves[kind].letter;
}

const char *audit_leaf_word(enum audit_leaf kind)
{
    return leaves[kind].word;
}

void audit_root_write(const struct audit_root *root, struct buffer *buf)
{
    char day[INSTANT_TEXT_MAX], merkle[2 * DIGEST_LEN + 1], previous[2 * DIGEST_LEN + 1];

    date_format(root->day, day);
    hex_encode(root->merkle, DIGEST_LEN, merkle);
    hex_encode(root->previous, DIGEST_LEN, previous);
    buffer_printf(buf, HEAD "day %s\nfrom %" PRId64 "\nuntil %" PRId64 "\n", day, root->from,
                  root->until);
    buffer_printf(buf, "%s %" PRId64 "\n", leaves[AUDIT_EVENT].word, root->counts[AUDIT_EVENT]);
    for (int i = AUDIT_EVENT + 1; i < AUDIT_LEAF_COUNT; i++)
        buffer_printf(buf, "%s %" PRId64 " %" PRId64 "\n", leaves[i].word, root->counts[i],
                      root->last_ids[i]);
    buffer_printf(buf, "merkle %s\nprevious %s\n", merkle, previous);
}

/* ---- reading ---- */

struct reader {
    const char *p, *end;
};

/* Is the rest of the line after "word "? Takes the word then. */
static bool take_word(struct reader *r, const char *word)
{
    size_t len = strlen(word);

    if ((size_t)(r->end - r->p) <= len || memcmp(r->p, word, len) != 0 || r->p[len] != ' ')
        return false;
    r->p += len + 1;
    return true;
}

static bool take_number(struct reader *r, char stop, int64_t *ret)
{
    int64_t n = 0;
    const char *from = r->p;

    while (r->p < r->end && *r->p >= '0' && *r->p <= '9' && r->p - from < 18)
        n = n * 10 + (*r->p++ - '0');
    if (r->p == from || r->p == r->end || *r->p != stop || (*from == '0' && r->p - from > 1))
        return false;
    r->p++;
    *ret = n;
    return true;
}

/* One way to write it: lower case. */
static bool take_hex(struct reader *r, unsigned char ret[DIGEST_LEN])
{
    char digits[2 * DIGEST_LEN + 1];

    if (r->end - r->p < (ptrdiff_t)sizeof digits || r->p[2 * DIGEST_LEN] != '\n')
        return false;
    memcpy(digits, r->p, sizeof digits);
    digits[2 * DIGEST_LEN] = '\0';
    if (strspn(digits, "0123456789abcdef") != 2 * DIGEST_LEN ||
        !hex_decode(digits, DIGEST_LEN, ret))
        return false;
    r->p += sizeof digits;
    return true;
}

static bool take_day(struct reader *r, int32_t *ret)
{
    char day[11];

    if (r->end - r->p < 11 || r->p[10] != '\n')
        return false;
    memcpy(day, r->p, 10);
    day[10] = '\0';
    r->p += 11;
    return date_parse(day, ret);
}

bool audit_root_read(const char *text, size_t len, struct audit_root *ret)
{
    struct reader r = {text, text + len};
    struct audit_root root = {0};

    if (len < strlen(HEAD) || memcmp(text, HEAD, strlen(HEAD)) != 0)
        return false;
    r.p += strlen(HEAD);
    if (!take_word(&r, "day") || !take_day(&r, &root.day) || !take_word(&r, "from") ||
        !take_number(&r, '\n', &root.from) || !take_word(&r, "until") ||
        !take_number(&r, '\n', &root.until) || !take_word(&r, leaves[AUDIT_EVENT].word) ||
        !take_number(&r, '\n', &root.counts[AUDIT_EVENT]))
        return false;
    for (int i = AUDIT_EVENT + 1; i < AUDIT_LEAF_COUNT; i++)
        if (take_word(&r, leaves[i].word) &&
            (!take_number(&r, ' ', &root.counts[i]) || !take_number(&r, '\n', &root.last_ids[i])))
            return false;
    if (!take_word(&r, "merkle") || !take_hex(&r, root.merkle) || !take_word(&r, "previous") ||
        !take_hex(&r, root.previous) || r.p != r.end || root.until <= root.from)
        return false;
    *ret = root;
    return true;
}

/* ---- leaves ---- */

static void put(unsigned char *p, uint64_t v, int n)
{
    for (int i = n - 1; i >= 0; i--, v >>= 8)
        p[i] = (unsigned char)v;
}

static uint64_t get(const unsigned char *p, int n)
{
    uint64_t v = 0;

    for (int i = 0; i < n; i++)
        v = v << 8 | p[i];
    return v;
}

void audit_entry_write(enum audit_leaf kind, int64_t id, int32_t seq,
                       const unsigned char hash[DIGEST_LEN], unsigned char ret[AUDIT_ENTRY_LEN])
{
    ret[0] = (unsigned char)leaves[kind].letter;
    put(ret + 1, (uint64_t)id, 8);
    put(ret + 9, (uint32_t)seq, 4);
    memcpy(ret + 13, hash, DIGEST_LEN);
}

void audit_entry_hash(const unsigned char entry[AUDIT_ENTRY_LEN], unsigned char ret[DIGEST_LEN])
{
    unsigned char bytes[1 + AUDIT_ENTRY_LEN] = {0};

    memcpy(bytes + 1, entry, AUDIT_ENTRY_LEN);
    digest_sha256(bytes, sizeof bytes, ret);
}

bool audit_entry_read(const unsigned char bytes[AUDIT_ENTRY_LEN], enum audit_leaf *ret_kind,
                      int64_t *ret_id, int32_t *ret_seq, unsigned char ret_hash[DIGEST_LEN])
{
    for (int i = 0; i < AUDIT_LEAF_COUNT; i++) {
        if ((unsigned char)leaves[i].letter != bytes[0])
            continue;
        *ret_kind = (enum audit_leaf)i;
        *ret_id = (int64_t)get(bytes + 1, 8);
        *ret_seq = (int32_t)get(bytes + 9, 4);
        memcpy(ret_hash, bytes + 13, DIGEST_LEN);
        return true;
    }
    return false;
}
