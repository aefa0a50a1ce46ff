/* See mask.h. */
#include "domain/mask.h"

#include <ctype.h>
#include <string.h>

static const enum mask rows[ROLE_COUNT][MASK_PLACE_COUNT][MASK_FIELD_COUNT] = {
#define MASK(role, place, name, identity, phone, address, email, text)                             \
    [ROLE_##role][MASK_##place] = {MASK_##name,    MASK_##identity, MASK_##phone,                  \
                                   MASK_##address, MASK_##email,    MASK_##text},
#include "tables/masks.def"
#undef MASK
};

enum mask mask_of(const struct principal *p, enum mask_place place, enum mask_field field)
{
    enum mask widest = p->is_acting_for ? MASK_FULL : MASK_NONE;

    for (int i = 0; i < p->n_roles; i++)
        if (rows[p->roles[i].role][place][field] > widest)
            widest = rows[p->roles[i].role][place][field];
    return widest;
}

bool mask_is_open(const struct principal *p, enum mask_place place)
{
    for (int f = 0; f < MASK_FIELD_COUNT; f++)
        if (mask_of(p, place, (enum mask_field)f) != MASK_FULL)
            return false;
    return true;
}

/* Bytes of the character at p. */
static size_t character(const char *p)
{
    size_t n = 1;

    while (((unsigned char)p[n] & 0xC0) == 0x80)
        n++;
    return n;
}

static const char *mask_name(struct arena *a, const char *name)
{
    char *ret = arena_alloc(a, 2 * strlen(name) + 4), *out = ret;
    const char *p = name + strspn(name, " ");
    bool is_first = strchr(p, ' ') != NULL; /* a single word is cut too */

    for (; ret && *p; p += strspn(p, " ")) {
        size_t len = strcspn(p, " "), n = is_first ? len : character(p);

        if (out > ret)
            *out++ = ' ';
        memcpy(out, p, n);
        out += n;
        if (!is_first)
            *out++ = '.';
        is_first = false;
        p += len;
    }
    if (ret)
        *out = '\0';
    return ret;
}

static const char *mask_number(struct arena *a, const char *number)
{
    char last[4];
    int n = 0;

    for (const char *p = number + strlen(number); p > number && n < 4; p--)
        if (isalnum((unsigned char)p[-1]))
            last[n++] = p[-1];
    return n > 3 ? arena_printf(a, "***%c%c%c", last[2], last[1], last[0]) : "***";
}

static const char *mask_address(struct arena *a, const char *address)
{
    const char *part[2] = {NULL, NULL}; /* where the last two begin */
    int n = 1;

    for (const char *p = strchr(address, ','); p; p = strchr(p + 1, ',')) {
        part[0] = part[1];
        part[1] = p + 1;
        n++;
    }
    if (n == 1)
        return NULL;
    address = n == 2 ? part[1] : part[0];
    return arena_strdup(a, address + strspn(address, " "));
}

const char *mask_value(struct arena *a, enum mask how, enum mask_field field, const char *value)
{
    const char *at;

    if (!value || how == MASK_NONE)
        return NULL;
    if (how == MASK_FULL)
        return value;
    switch (field) {
    case MASK_NAME:
        return mask_name(a, value);
    case MASK_IDENTITY:
    case MASK_PHONE:
        return mask_number(a, value);
    case MASK_ADDRESS:
        return mask_address(a, value);
    case MASK_EMAIL:
        at = strrchr(value, '@');
        return at ? arena_printf(a, "***%s", at) : "***";
    case MASK_TEXT:
    case MASK_FIELD_COUNT:
        break;
    }
    return NULL;
}
