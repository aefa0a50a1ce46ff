/* A dossier as one request sees it: its events, folded as of now, and who is who. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "domain/history.h"
#include "flow/request.h"
#include "wire/message.h"

#define SNAPSHOT_EVENTS_MAX 1000

struct snapshot {
    struct event *events; /* by seq, from the request's arena */
    const int *rows;      /* the row of the answer in which each came */
    int n_events;
    struct history history;
    bool exists;
    struct dossier dossier; /* as of the request's now; last: it is not cleared with the others */
};

/* Sends the look-up of a dossier's events. */
bool snapshot_send(struct request *req, int slot, const char *code);
/* The same with the hash of each, for chain_hash(). */
bool chain_send(struct request *req, int slot, const char *code);
/* Reads and folds them. A code that does not exist gives exists = false.
 * Errors: EVENT_MALFORMED, NO_MEMORY. */
bool snapshot_read(struct request *req, int slot, struct snapshot *ret);
/* The same, refusing what does not exist or may not be seen: DOSSIER_UNKNOWN {dossier} (404 for
 * both). */
bool snapshot_read_visible(struct request *req, int slot, const char *code, struct snapshot *ret);

/* The hash of the snapshot's event i as hex, from the request's arena; `slot` is the one it was
 * read from. NULL is an error: NO_MEMORY {what}. */
const char *chain_hash(struct request *req, int slot, const struct snapshot *s, int i);

/* The free texts of a dossier, and the one that an event speaks of (NULL: none, or forgotten). */
bool remarks_send(struct request *req, int slot, const char *code);
const char *remarks_find(struct request *req, int slot, const struct event *e);

/* Opens a sealed column; *ret_text stays as it is where there is nothing. Errors: seal_open()'s. */
bool sealed_read(struct request *req, const struct db_result *r, int row, int column,
                 const char **ret_text);

/* Persons of a dossier (query dossier_persons), opened for the reader. */
struct snapshot_persons {
    const struct wire_person *applicant, *submitter, *authorised, *group;
    size_t n_group;
    int64_t applicant_id;
    int32_t applicant_version;
};
bool persons_send(struct request *req, int slot, const char *code);
bool persons_read(struct request *req, int slot, struct snapshot_persons *ret);
