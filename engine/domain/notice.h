/* What an applicant is told, and in which words (proto/tables/notices.def). Which notices follow
 * from a decision is read from its events and the dossier before and after: told once for each
 * occasion, which is the event that caused it. Pure. */
#pragma once
#include "base/buffer.h"
#include "domain/deadline.h"

/* A decision as the record has it. */
struct notice_context {
    const struct dossier *before, *after;
    const struct event *events; /* the new ones, with their seq */
    int n_events;
    const struct ruleset *ruleset;
    const struct deadline *deadlines; /* as the decision leaves them */
    int n_deadlines;
    int32_t zone_s;
};

struct notice {
    enum notice_kind kind;
    int32_t occasion; /* seq of the event that caused it */
    int64_t from, to; /* the date told before, and the one to tell; INSTANT_NONE: none */
    int64_t change;   /* the edit of the rules it follows from; 0: none */
    int64_t remark;   /* id of what was asked for or said; 0: none */
};

#define NOTICES_MAX 4 /* of one decision */

/* The notices that follow, none for imported dossiers that were not adopted, for mistakes, and for
 * what is settled and returned at once: then the applicant stands there.
 * Returns how many.
 * Source: law:intake, law:supplement-request, law:early-result, law:apology, law:stop,
 * law:calendar-edit. */
int notice_list(const struct notice_context *ctx, struct notice ret[NOTICES_MAX]);

/* Until when a supplement is waited for: as asked, or when the dossier may be closed for silence.
 */
int64_t notice_supplement_until(const struct event *e, const struct deadline *deadlines, int n);

/* Is there nothing to tell any more, now that the dossier is in this state? */
bool notice_is_moot(enum notice_kind kind, enum dossier_state state);

/* ---- words ---- */

enum notice_text {
    NOTICE_TEXT_LETTER = NOTICE_KIND_COUNT, /* after the kinds of notices */
    NOTICE_TEXT_CONTACT,                    /* says nothing but whom to ask */
    NOTICE_TEXT_MAIL,                       /* around the text of a mail, which is {what} */
    NOTICE_TEXT_COUNT
};

/* What a text may name; NULL: missing. */
struct notice_values {
    const char *code, *procedure, *office, *state, *what, *from, *to;
};

/* Appends the subject and the text of a notice kind, or of an enum notice_text. A value is put in
 * on one line. */
void notice_write_subject(int text, enum language lang, const struct notice_values *v,
                          struct buffer *out);
void notice_write_text(int text, enum language lang, const struct notice_values *v,
                       struct buffer *out);
