/* See known_codes.h. Sets of a few places each: a code has one set, and the place that gives way
 * goes round. */
#include "flow/known_codes.h"

#include <stdlib.h>
#include <string.h>

#include "base/macros.h"

#define SETS     16384 /* a power of two */
#define PLACES   4
#define CODE_MAX 40 /* longer ones are always looked up */

struct place {
    char code[CODE_MAX];
    int64_t dossier_id;
};

struct known_codes {
    uint64_t n_lost;
    unsigned char next[SETS];
    struct place places[SETS][PLACES];
};

struct known_codes *known_codes_new(void)
{
    return calloc(1, sizeof(struct known_codes));
}

struct known_codes *known_codes_free(struct known_codes *k)
{
    free(k);
    return NULL;
}

static unsigned set_of(const char *code)
{
    uint32_t h = UINT32_C(2166136261);

    for (const char *p = code; *p; p++)
        h = (h ^ (unsigned char)*p) * UINT32_C(16777619);
    return (h ^ h >> 16) & (SETS - 1);
}

int64_t known_codes_find(struct known_codes *k, uint64_t n_lost, const char *code)
{
    const struct place *set;

    if (!k)
        return 0;
    if (k->n_lost != n_lost) {
        memset(k, 0, sizeof *k);
        k->n_lost = n_lost;
    }
    set = k->places[set_of(code)];
    for (int i = 0; i < PLACES; i++)
        if (!strcmp(set[i].code, code))
            return set[i].dossier_id;
    return 0;
}

void known_codes_note(struct known_codes *k, const char *code, int64_t dossier_id)
{
    size_t len = strlen(code);
    unsigned s;
    struct place *p;

    if (!k || len == 0 || len >= CODE_MAX)
        return;
    s = set_of(code);
    for (int i = 0; i < PLACES; i++) /* numbers first: they differ sooner than codes */
        if (k->places[s][i].dossier_id == dossier_id && !strcmp(k->places[s][i].code, code))
            return;
    p = &k->places[s][k->next[s]];
    k->next[s] = (unsigned char)((k->next[s] + 1) % PLACES);
    memcpy(p->code, code, len + 1);
    p->dossier_id = dossier_id;
}
