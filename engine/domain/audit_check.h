/* Holds everything that is stored against the roots of days, and says where somebody was: every
 * chain, every root, every entry of every day. It is handed rows in whatever order they come, from
 * a database or a dump, and judges at the end. Memory: 56 bytes an event and about 150 a dossier;
 * the bytes of an event are kept only where its chain is not proven yet.
 *
 * A finding is an error: its code for programs, its sentence for people. They come in the order of
 * time, the first place first. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ed25519.h"
#include "domain/audit_line.h"

#define AUDIT_KEYS_MAX 8

struct audit_check;

enum audit_source { AUDIT_OF_DATABASE, AUDIT_OF_FILE, AUDIT_SOURCE_COUNT };

struct audit_check_options {
    const struct ed25519 *keys[AUDIT_KEYS_MAX]; /* borrowed; none: signatures are not checked */
    int n_keys;
    bool has_file;    /* roots come from a file: that is what is believed, not the database */
    int32_t until_on; /* prove until this day; DATE_NONE: until the last root */
    /* The leaves of a day, AUDIT_ENTRY_LEN bytes each, malloc'ed; false: there are none at hand. */
    bool (*leaves)(void *data, int32_t day, unsigned char **ret_bytes, size_t *ret_len);
    void *data;
};

struct audit_row_event {
    int64_t dossier_id, at, recorded_at, actor;
    int32_t seq;
    const char *action;
    const void *bytes, *hash;
    size_t len, hash_len;
};

/* Values as PostgreSQL writes them. */
enum {
    AUDIT_CHANGE_VALUES = 9
}; /* kind key action effective_on actor source reason before after */
struct audit_row_change {
    int64_t id, recorded_at;
    const char *values[AUDIT_CHANGE_VALUES];
    const void *hash;
    size_t hash_len;
};

struct audit_report {
    int64_t events, dossiers, changes, security, roots;
    int64_t unrooted;          /* events that no root covers yet */
    int32_t first_on, last_on; /* DATE_NONE: no root */
    int64_t findings, warnings;
};

struct audit_check *
audit_check_new(const struct audit_check_options *options);  /* NULL: no memory */
struct audit_check *audit_check_free(struct audit_check *c); /* takes NULL; returns NULL */

/* What is stored. False: memory ended. Texts and bytes are borrowed for the call. */
MUST_CHECK
bool audit_check_event(struct audit_check *c, const struct audit_row_event *row);
MUST_CHECK
bool audit_check_dossier(struct audit_check *c, int64_t id, const char *code, int32_t version,
                         const void *chain, size_t chain_len);
MUST_CHECK
bool audit_check_code(struct audit_check *c, int64_t id, const char *code);
MUST_CHECK
bool audit_check_change(struct audit_check *c, const struct audit_row_change *row);
/* What happened to a login; its values but the id and the instant, in the order in which they are
 * hashed. */
enum { AUDIT_SECURITY_VALUES = 5 }; /* officer kind by_officer address detail */
MUST_CHECK
bool audit_check_security(struct audit_check *c, int64_t id, int64_t at,
                          const char *const values[AUDIT_SECURITY_VALUES]);
/* A root, in order of days; `record` that is none: a finding of its own. */
MUST_CHECK
bool audit_check_root(struct audit_check *c, enum audit_source source, int32_t day,
                      const struct audit_line *line);

/* Judges; calls `found` for each finding, warnings among them. False: memory ended. */
MUST_CHECK
bool audit_check_end(struct audit_check *c,
                     void (*found)(void *data, const struct error *finding, bool is_warning),
                     void *data, struct audit_report *ret_report);
