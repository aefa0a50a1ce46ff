/* What the parts of outbox.h share: the sender, one message under hand, and its words. */
#pragma once
#include "base/instant.h"
#include "domain/notice.h"
#include "flow/outbox.h"
#include "flow/reference.h"

#define OUTBOX_LETTER "letter" /* the kind that is no notice */

/* One row under hand, from outbox_claim. */
struct outbox_message {
    int64_t id;
    int32_t fence;
    enum courier_kind way;
    int kind; /* enum notice_kind; NOTICE_TEXT_LETTER for a letter */
    int attempts, secrets_renewed;
    int64_t dossier_id, letter_id, from, to, office, case_id;
    const char *code, *what;
    enum dossier_state state;
    bool due_is_instant;
    const char *email, *phone; /* opened; NULL: none */
    bool is_shared;            /* the number is somebody else's too */
    bool has_paper;            /* of a letter: it is drawn and kept */
    unsigned char paper[32];
    bool is_letter_moot;
};

/* Reads row `row` of the claim. Errors: those of seal_open(). */
MUST_CHECK
bool outbox_message_read(struct request *req, const struct db_result *r, int row,
                         enum courier_kind way, struct outbox_message *ret);
/* A letter that is not numbered or was cancelled, or that its addressee has. States as words. */
bool outbox_letter_is_moot(const char *letter_state, const char *addressee_state);
/* Is there nothing to send any more? */
bool outbox_message_is_moot(const struct outbox_message *m);
/* The words of a message, as a reader of the language reads them. */
void outbox_values(const struct reference *r, struct arena *arena, const struct outbox_message *m,
                   enum language lang, int32_t zone_s, struct notice_values *ret);

/* The key under which a server may know it again: the same whenever it is sent. */
const char *outbox_key(struct request *req, int64_t id);
/* Composes what the courier carries into `out`.
 *   from       address of the envelope
 *   file, len  the letter's paper; NULL: none
 * Errors: POST_ADDRESS {kind} when there is none to send to, or one that cannot be used; NO_MEMORY.
 */
MUST_CHECK
bool outbox_compose(struct request *req, const struct outbox_message *m, const char *from,
                    const char *hint, const void *file, size_t len, struct buffer *out);

/* ---- one message on its way: a use case of the daemon's own ---- */

/* What became of a row, to be written under its fence. */
struct outbox_settlement {
    int64_t id;
    int32_t fence;
    const char *state, *channel; /* channel NULL: as it is */
    const struct error *error;   /* NULL: none */
    int64_t not_before;          /* real clock; INSTANT_NONE: as it is */
};
/* Writes it, and again until it is written or the daemon stops. */
void outbox_settle(struct outbox *o, const struct outbox_settlement *s);

struct outbox_errand {
    struct request base; /* first */
    struct outbox *outbox;
    struct outbox_message message;
    struct courier_errand carried;
    bool is_marked, is_settled;
};
extern const struct use_case use_case_outbox_errand;

/* What the sender lends to its messages. NULL: it ends. */
struct courier *outbox_courier(struct outbox *o);
const struct outbox_options *outbox_options(const struct outbox *o);

/* Writes the events of letters whose last outcome no event tells: sent, delivered, failed, unknown.
 */
extern const struct use_case use_case_outbox_tell;
