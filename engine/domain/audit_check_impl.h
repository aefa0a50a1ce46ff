/* What the parts of the check share; not for others. */
#pragma once
#include "base/arena.h"
#include "base/instant.h"
#include "domain/audit_check.h"

struct audit_event {
    int64_t id, recorded_at;
    int32_t seq;
    unsigned char hash[DIGEST_LEN];
};

/* Bytes whose hash did not follow when they came: looked at again when all are known. */
struct audit_pending {
    enum audit_leaf kind;
    int64_t id, recorded_at;
    int32_t seq;
    unsigned char hash[DIGEST_LEN];
    char *bytes; /* owned */
    size_t len;
};

struct audit_dossier {
    int64_t id; /* 0: a free place of the table */
    int32_t seen_seq, version;
    unsigned char seen[DIGEST_LEN], chain[DIGEST_LEN];
    bool has_row;
    size_t code; /* place among the codes; 0: none */
};

struct audit_change {
    int64_t id, recorded_at;
    unsigned char hash[DIGEST_LEN];
};

struct audit_day {
    struct audit_line line;
    struct audit_root root;
};

struct audit_told {
    int64_t at; /* when it was recorded: the order of telling */
    int64_t order;
    bool is_warning;
    struct error error;
};

/* A growing array. */
struct audit_array {
    void *items; /* owned */
    size_t n, room;
};

struct audit_check {
    struct audit_check_options options;
    struct arena *arena; /* of one event that is read */
    struct audit_array events, pending, findings;
    struct audit_array logs[AUDIT_LEAF_COUNT]; /* of each kind but events: struct audit_change */
    struct audit_array days[AUDIT_SOURCE_COUNT];
    struct audit_dossier *dossiers; /* open addressing, a power of two */
    size_t n_dossiers, n_places;
    struct buffer codes;
    int64_t last_change; /* id and hash of the newest edit seen in order */
    unsigned char last_change_hash[DIGEST_LEN];
    bool is_failed;      /* memory ended */
    struct error untold; /* where findings go that are only counted */
    struct audit_report report;
};

#define audit_items(array, type) ((type *)(array)->items)

/* Room for one more; NULL without memory, which is remembered. */
void *audit_push(struct audit_check *c, struct audit_array *a, size_t size);
/* The dossier's place; with `make` a new one. */
struct audit_dossier *audit_dossier_of(struct audit_check *c, int64_t id, bool make);
/* Its code, or its id where none is known; good until the next call. */
const char *audit_dossier_name(struct audit_check *c, int64_t id, char buf[32]);

/* Keeps a finding, to be filled: error_set(audit_finding(c, at), ERR_..., arg_...) */
struct error *audit_finding(struct audit_check *c, int64_t at);
struct error *audit_warning(struct audit_check *c, int64_t at);

/* The event (id, seq), or NULL; events are sorted. */
const struct audit_event *audit_event_find(const struct audit_check *c, int64_t id, int32_t seq);

/* audit_check_chain.c: sorts, and judges what was pending, gaps, and the rows of dossiers. */
void audit_chains(struct audit_check *c);
/* audit_check_roots.c: which roots are believed; judges their chain and signatures. */
const struct audit_array *audit_roots(struct audit_check *c);
/* audit_check_days.c: every day against its root. */
void audit_days(struct audit_check *c, const struct audit_array *roots);
