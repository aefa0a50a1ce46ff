/* The late dossiers of a period: those that ended late in it and those overdue at its end, columns
 * (10) and (13) of form II.06a, with who holds them, why they are late and what became of the
 * letter: all as of the moment asked of, as known then. */
#pragma once
#include "flow/listing.h"
#include "flow/request.h"

extern const struct use_case use_case_statistics_late;
/* The list itself, for what is made of it (evidence.h); its rows are struct wire_late_dossier, the
 * third column of its answers the office. */
extern const struct listing_kind statistics_late_kind;

/* Columns of statistics_late.sql. */
enum late_column {
    LATE_ID,
    LATE_CODE,
    LATE_OFFICE,
    LATE_FIELD,
    LATE_PROCEDURE,
    LATE_CHANNEL,
    LATE_RECEIVED_AT,
    LATE_DUE_AT,
    LATE_DUE_ON,
    LATE_ENDED_AT,
    LATE_ENDED_ON,
    LATE_VERDICT,
    LATE_AT_FAULT,
    LATE_TIMING,
    LATE_APPLICANT,
    LATE_EVENTS,
    LATE_LETTER_IDS,
    LATE_LETTER_SYMBOLS
};

/* What the events of a row say, folded as of the scope's moment. */
struct late_story {
    bool is_told; /* false: its events went with a person's data */
    enum dossier_state state;
    bool has_cause;
    enum cause cause;
    int64_t submitted_at;
    int64_t receiver;             /* who accepted it */
    int64_t handler;              /* who holds it, else who last brought it on; 0: nobody */
    struct dossier_letter letter; /* the newest about the delay; id 0: none */
    bool is_owed_known;           /* an obligation there was */
    enum obligation_state obligation;
    enum waiver waiver;
};
/* Errors: those of event_decode(), NO_MEMORY. */
MUST_CHECK
bool statistics_late_tell(struct request *req, const struct statistics_scope *s,
                          const struct db_result *r, int i, struct late_story *ret);
