/* From a dossier as another system tells it to the events that are written: pure, no database. */
#pragma once
#include "base/arena.h"
#include "base/digest.h"
#include "domain/event.h"
#include "domain/history.h"
#include "wire/message.h"

/* Who writes it, and whose it is. */
struct import_frame {
    const char *source;
    int64_t actor;
    int64_t office;  /* where it was handled; 0: not made yet (a dry run) */
    int64_t adopter; /* office that treats it as its own; 0: none */
    int64_t ruleset; /* of its receipt; 0: older than the first */
    int32_t zone_s;
    int64_t now;
};

/* SOURCE.EXTERNAL, where that is a code; otherwise each odd byte of it as ~XX (a tilde needs no
 * escape in a URL, and stands in no plain code), and what is too long ends in a digest. Never
 * refuses, never gives two dossiers one code. NULL without memory. */
const char *import_code(struct arena *arena, const char *source, const char *external,
                        bool *ret_is_plain);

/* Of everything that is told of the dossier: was it the same the last time? */
bool import_hash(const struct wire_import_dossier *in, unsigned char ret[DIGEST_LEN]);

/* Receipt, what was done, end and adoption. NULL without memory. */
struct event *import_events(struct arena *arena, const struct import_frame *frame,
                            int64_t dossier_id, const char *code,
                            const struct wire_import_dossier *in, int *ret_n);

/* Adoption of one imported before: from now on, or from its receipt when that is still to come. */
void import_adopt_event(const struct import_frame *frame, int64_t dossier_id, int64_t received_at,
                        struct event *ret);
