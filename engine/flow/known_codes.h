/* Which dossier a code belongs to, as this daemon has read it: a code keeps its dossier for ever,
 * so that a dossier asked for again is read by its number. Bounded: what was noted first gives way.
 * After the database was lost it may be another one (restored to an earlier moment): everything is
 * forgotten then. */
#pragma once
#include <stdint.h>

struct known_codes;

/* NULL without memory. */
struct known_codes *known_codes_new(void);
struct known_codes *known_codes_free(struct known_codes *k);

/* The dossier's id; 0: not known. `n_lost` counts the connections lost so far. `k` may be NULL. */
int64_t known_codes_find(struct known_codes *k, uint64_t n_lost, const char *code);
void known_codes_note(struct known_codes *k, const char *code, int64_t dossier_id);
