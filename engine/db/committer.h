/* Group commit: many decisions, one call of apply_decisions() (sql/functions), one commit.
 *
 * A batch leaves at once while none is under way, with whatever waits then, at most
 * COMMIT_BATCH_MAX; beside one under way a second leaves as soon as enough wait to be worth it, or
 * when the first takes long. A batch holds each dossier, each key and each letter once; who comes
 * second waits for the next. A batch that fails otherwise than by class 40 is run again member by
 * member, so that a bad one fails alone; class 40 is run again as it was. `done` is called after
 * the member's own commit. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"
#include "db/db.h"
#include "domain/dossier.h"
#include "domain/fact.h"
#include "domain/lateness.h"
#include "domain/stay.h"

struct deadline; /* domain/deadline.h */
struct episode;  /* domain/episode.h */

#define COMMIT_BATCH_MAX          128
#define COMMIT_MEMBER_LETTERS_MAX 8 /* of one decision */

struct commit_event {
    int64_t at, recorded_at;
    int64_t actor;
    enum action action;
    const char *bytes; /* event_encode() */
    size_t len;
    int64_t numbered_letter; /* this event carries the number given to this letter; 0: none */
};

enum commit_fact_operation {
    COMMIT_FACT_INSERT,
    COMMIT_FACT_CLOSE_VALID, /* the live row that begins at fact.valid_from ends at fact.valid_to */
    COMMIT_FACT_RETRACT      /* the live row that begins at fact.valid_from was never true */
};
struct commit_fact {
    enum commit_fact_operation operation;
    int64_t known_at; /* recorded_at of the event that taught it */
    struct fact fact;
};

/* What the core wants of the facts: the changes that lead from one timeline to the next. Equal rows
 * stay, a row that only gains an end is closed, others are retracted and written anew.
 * Returns how many; `ret` has room for n_old + n_new. */
int commit_fact_changes(const struct fact *old, int n_old, const struct fact *new_, int n_new,
                        int64_t known_at, struct commit_fact *ret);

/* A row of the table, with the time in which it was known. */
struct known_fact {
    struct fact fact;
    int64_t known_from, known_to;
    int64_t valid_to_known_at; /* INSTANT_NONE: from the start */
};
/* Every row that was ever known of a dossier, as its decisions wrote them one after the other.
 * Returns how many; -1 without memory, or where there are more. */
int commit_facts_known(const struct history *h, int32_t zone_s, struct known_fact *ret, int room);

/* Likewise where the dossier stood. CLOSE_VALID: the live stay that was entered then is left. */
struct commit_stay {
    enum commit_fact_operation operation;
    int64_t known_at;
    struct stay stay;
};
/* As commit_fact_changes(). Returns how many; `ret` has room for n_old + n_new. */
int commit_stay_changes(const struct stay *old, int n_old, const struct stay *new_, int n_new,
                        int64_t known_at, struct commit_stay *ret);

enum commit_letter_operation { COMMIT_LETTER_INSERT, COMMIT_LETTER_UPDATE };
/* In an update 0, NULL, INSTANT_NONE and the enumerators NONE leave the column as it is. */
struct commit_letter {
    enum commit_letter_operation operation;
    int64_t id;
    const char *trigger;
    enum letter_state state;
    int64_t author_office, at_fault_office;
    const char *form, *template_version;
    const char *data;                  /* frozen values, canonical JSON */
    const unsigned char *content_hash; /* DIGEST_LEN bytes or NULL */
    int64_t signer, signed_at;
    bool is_unsigned; /* takes hash, signer and signed_at away */
    int64_t register_office;
    int register_year;
    const char *register_symbol;
    bool wants_number; /* the next of the register; its event names the letter in numbered_letter */
    int64_t number;    /* typed in, of an outside register; 0: none */
    int64_t numbered_at, issued_at, latest_at;
    enum letter_timing timing;
    const unsigned char *blob_sha256;
    const char *public_token;
    bool is_after_due;
    int64_t reappointed_at;
    const char *void_reason; /* the number is voided in its register */
};

struct commit_addressee {
    int64_t letter_id;
    int ordinal;
    int64_t person_id;
    int32_t person_version;
    const char *delivery; /* counter | post | email | hook */
    const char *state;    /* waiting | sent | delivered | failed | unknown */
    const char *proof;
};

/* A sealed value: bytes of seal_text(), NULL for none, and its blind index. */
struct commit_sealed {
    const unsigned char *bytes;
    size_t len;
    const unsigned char *index; /* 32 bytes or NULL */
};
struct commit_person {
    int64_t person_id;
    int32_t version;  /* 1: the person is new */
    const char *kind; /* person | household | organisation */
    const char *name, *name_folded;
    int32_t key_id;
    struct commit_sealed identity, phone, address, email;
};

/* Who is who in the dossier. */
struct commit_part {
    const char *part; /* applicant | submitter | authorised | member */
    int ordinal;
    int64_t person_id;
    int32_t version;
};

struct commit_remark {
    int64_t id;
    const char *text;
};

struct commit_outbox {
    const char *kind;
    int64_t letter_id; /* 0: none */
    const char *payload;
    int64_t not_before; /* INSTANT_NONE: at once */
};

/* A row of the ledger as it now stands. */
struct commit_obligation {
    int ordinal; /* 1.. */
    const struct dossier_obligation *obligation;
};

/* A digital signature on the paper of a letter: a later revision of the file. */
struct commit_revision {
    int64_t letter_id;
    int ordinal;                 /* 1.. */
    const unsigned char *sha256; /* DIGEST_LEN bytes, of the file: kept before */
    const char *way;             /* inside | outside */
    const char *subject, *issuer, *serial;
    bool is_trusted;
    int64_t signed_at;
};

/* A paper handed in, or (detached_at set) taken back. */
struct commit_attachment {
    int number; /* 1.. in the dossier */
    const char *purpose, *handling, *name;
    int component;               /* 1.. of the case; 0: none */
    const unsigned char *sha256; /* DIGEST_LEN bytes; kept before */
    int64_t size;
    const char *type;
    int64_t officer_id, attached_at, detached_at;
};

enum commit_result {
    COMMIT_APPLIED,
    COMMIT_STALE_VERSION,    /* another decision came first: `version` is the present one */
    COMMIT_STALE_EPOCH,      /* reference data were edited: decide again */
    COMMIT_DUPLICATE_KEY,    /* the request was answered before: first_* say how */
    COMMIT_CODE_EXHAUSTED,   /* 9,999 codes were given that day */
    COMMIT_CODE_TAKEN,       /* the given code belongs to another dossier */
    COMMIT_ALREADY_IMPORTED, /* first_dossier has that import key */
    COMMIT_CLOCK_BEHIND,     /* recorded_at lies too far before what is recorded already */
    COMMIT_LETTER_CONFLICT,  /* a live letter of that trigger exists, or the letter is not as it was
                              */
    COMMIT_REGISTER_OUTSIDE, /* the register's numbers are given elsewhere */
    COMMIT_NUMBER_REFUSED,   /* a number typed in is taken, or the register gives its own */
    COMMIT_STALE_FENCE,      /* the job's lease went to somebody else */
    COMMIT_NO_DOSSIER,
    COMMIT_FAILED /* `error` says why; DB_OUTCOME_UNKNOWN: it may have been applied */
};

struct commit_outcome {
    enum commit_result result;
    struct error error; /* set unless COMMIT_APPLIED: the refusal as a clerk reads it */
    int32_t version;    /* seq of the dossier's newest event, also for STALE_VERSION */
    char code[DOSSIER_CODE_MAX];
    int64_t number;                 /* of the (first) letter numbered; 0: none */
    unsigned char hash[DIGEST_LEN]; /* of the newest event */
    int64_t first_dossier;          /* DUPLICATE_KEY, ALREADY_IMPORTED */
    int32_t first_seq;
    int first_status;
    bool is_same_body; /* DUPLICATE_KEY: the same body; otherwise 422 */
};

/* One decision to apply. Everything pointed to is borrowed until `done`. Zeroed by
 * commit_member_init(); set what the decision needs. */
struct commit_member {
    void (*done)(struct commit_member *m);
    void *data; /* the caller's */

    const struct dossier *after; /* as the events leave it; after->id names the dossier */
    int32_t expected_version;    /* 0: a new dossier */
    int64_t epoch;               /* of the snapshot decided on; 0: rests on no reference data */
    int32_t zone_s;
    const struct warning *warning; /* level, risk_at, certain_at, late_at */
    int64_t next_alarm_at, next_stored_at;
    const char *search; /* folded; NULL: unchanged */

    const struct commit_event *events; /* at least one */
    int n_events;
    const struct commit_fact *facts;
    int n_facts;
    const struct counter_delta *counters;
    int n_counters;
    const struct commit_letter *letters;
    int n_letters;
    const struct commit_addressee *addressees;
    int n_addressees;
    const struct commit_person *persons;
    int n_persons;
    const struct commit_part *parts;
    int n_parts;
    const struct commit_remark *remarks;
    int n_remarks;
    const struct commit_outbox *outbox;
    int n_outbox;
    bool takes_deadlines_away; /* those that stand go, whether others come or not */
    const struct deadline *deadlines;
    int n_deadlines;
    const struct commit_obligation *obligations;
    int n_obligations;
    const struct episode *episodes;
    int n_episodes;
    const struct commit_revision *revisions;
    int n_revisions;
    const struct commit_attachment *attachments;
    int n_attachments;
    const struct commit_stay *stays;
    int n_stays;

    const char *code_identifier, *code_day; /* assign IDENTIFIER-DAY-SERIAL: day YYMMDD and 4
                                             * digits, or YYYYMMDD and 7 */
    const char *code;                       /* or take this one */

    int64_t principal; /* with key: remember the request for 7 days */
    const char *key;
    unsigned char body_hash[DIGEST_LEN];
    int status;

    int64_t job_id, fence; /* part of a job's chunk; 0: none */
    const char *import_source, *import_key;
    const unsigned char *import_row_hash; /* DIGEST_LEN bytes or NULL */

    struct commit_outcome outcome; /* for `done` */
    /* private */
    struct commit_member *next;
    int n_tries;
    bool is_alone; /* its batch failed: it travels alone */
};

struct committer;

/*   db   outlives the committer; its write lane is used by nobody else */
MUST_CHECK
bool committer_new(struct db *db, struct committer **ret_committer, struct error *err);
/* Members that wait end with DB_UNAVAILABLE at once, those under way with their batch; then the
 * memory goes. To be called before db_close(). */
struct committer *committer_free(struct committer *c);

void commit_member_init(struct commit_member *m);

/* Joins the next batch that has room. False never calls back; true calls `done` exactly once, from
 * the loop and never from inside this call.
 * Errors: DB_UNAVAILABLE {reason} while no writer is live, DB_BUSY {limit}. */
MUST_CHECK
bool committer_submit(struct committer *c, struct commit_member *m, struct error *err);

/* Called from the loop after every batch that came back applied, in part at least. */
void committer_on_applied(struct committer *c, void (*applied)(void *data), void *data);

struct committer_stats {
    uint64_t batches, members, singles, retries, conflicts;
    int waiting, largest;
};
void committer_stats(const struct committer *c, struct committer_stats *ret);
