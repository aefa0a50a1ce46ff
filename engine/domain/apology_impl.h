/* What the alarm and the actions on letters share; not for other layers. */
#pragma once
#include "domain/apology.h"
#include "domain/fact_impl.h"
#include "domain/lateness_impl.h"

/* Is the dossier late, or certain to be and inside the letter's window: is a letter to be thought
 * about? Adoption, cause, pledge and letters that exist are not asked here. */
bool letter_is_due(const struct lateness_context *ctx, const struct warning *w, int64_t now);

/* The appointment of the letter has passed and the dossier had not ended on its date. */
bool letter_is_missed(const struct dossier *d, int64_t now, int32_t zone_s);

/* Does the ruleset ask for no letter, because nobody is to blame? */
bool letter_is_excused(const struct ruleset *ruleset, enum cause_verdict verdict);

/* Drafted or signed, and its words no longer hold: due has passed, its latest moment moved with the
 * due date, or the new date it proposes has passed. */
/* What is true of the promised date at `now`. */
enum letter_wording letter_wording_at(const struct dossier *d, int64_t now, int32_t zone_s);
bool letter_is_stale(const struct lateness_context *ctx, const struct warning *w,
                     const struct dossier_letter *letter, int64_t now);

/* Does it still give the cause in force as its reason?  Only a draft follows a new finding or a
 * decision: what has a number stands as it left. */
bool letter_gives_cause(const struct dossier_letter *letter, const struct dossier *d);

/* Ended in time, entered by mistake, or promised a later date for which it is neither certain nor
 * overdue: there is nothing to apologise for. A mark of certainty stays while the promise does, so
 * that progress alone withdraws no letter before the end. */
bool letter_is_moot(const struct lateness_context *ctx, const struct warning *w);

/* The promise that a mark of being overdue speaks of: a row of late episodes rests on it, whatever
 * becomes of the promise afterwards. */
void alarm_put_broken(struct event *e, const struct dossier *d);

/* alarm_finding.c: does the newest finding still say it all, what an event says of one, and does a
 * late end still lack one that speaks of it? */
bool alarm_finding_stands(const struct dossier *d, const struct cause_finding *f,
                          const char *arithmetic);
void alarm_put_finding(struct event *e, const struct cause_finding *f);
bool alarm_finding_missing(const struct lateness_context *ctx, const struct warning *w,
                           int64_t now);

/* The row for (state, action), or NULL. */
struct letter_rule {
    enum letter_state from;
    enum action action;
    enum letter_state to;
    enum {
        LETTER_GUARD_NONE,
        LETTER_GUARD_ENGINE,
        LETTER_GUARD_FIT,
        LETTER_GUARD_REASON,
        LETTER_GUARD_DATE,
        LETTER_GUARD_SOMEBODY
    } guard;
    const char *source;
};
const struct letter_rule *letter_rule(enum letter_state from, enum action action);
