/* Letters owed, their moments and the new date (engine.md 5.3-5.6). Pure. */
#pragma once
#include "domain/cause.h"
#include "domain/lateness.h"
#include "domain/lifecycle.h"

/* Does the dossier owe a letter now, and why not otherwise? */
enum letter_owed {
    LETTER_OWED_NO, /* not late, not certain, or too early */
    LETTER_OWED_YES,
    LETTER_OWED_EXISTS,      /* a live letter stands */
    LETTER_OWED_POLICY,      /* objective cause and the ruleset asks for none */
    LETTER_OWED_NOT_ADOPTED, /* imported, nobody's */
    LETTER_OWED_SECOND,      /* re-appointment missed: no second letter, escalate */
    LETTER_OWED_PLEDGED      /* held until the pledged hour */
};
enum letter_owed letter_owed(const struct lateness_context *ctx, const struct warning *w,
                             const struct cause_finding *f, int64_t now);

/* Proposes the new appointment: now plus the budgets of the remaining steps plus the ruleset's
 * margin, at the closing of that working day, on a working day after the due date at the earliest
 * (the day it is due anyway would be no new date), and inside the extension that the ruleset
 * permits, whatever the steps need. INSTANT_NONE where the ruleset has no re-appointment.
 * Errors: CALENDAR_GAP. Source: law:apology-once. */
MUST_CHECK
bool letter_new_date(const struct lateness_context *ctx, int64_t now, int64_t *ret_at,
                     struct error *err);

/* A new date that a person chose: the closing of that working day, or the refusal. Where a notice
 * has named one already, that one.
 * Errors: LETTER_DATE {on} {due} {last} (DATE_NONE: no last day) outside the days permitted,
 * CALENDAR_GAP. */
MUST_CHECK
bool letter_choose_date(const struct lateness_context *ctx, int64_t wanted_at, int64_t now,
                        int64_t *ret_at, struct error *err);

/* Who gets the letter, "id:version:commitment" each: the delegate who acts for them where one is
 * named, else the applicant and every member of the group, once each. Returns how many; `ret` has
 * room for LETTER_ADDRESSEES_MAX. */
int letter_addressees(const struct dossier *d, const struct history *h, const char **ret);

/* In time, after its latest moment, or after due: judged at the instant it is issued. */
enum letter_timing letter_timing(const struct dossier *d, const struct dossier_letter *letter,
                                 int64_t issued_at, int32_t zone_s);

/* The transitions of a letter: (state, action, next state); a lawyer's table in
 * proto/tables/letters.def. A signature lapses when its wording no longer holds (before due, and
 * due passed): back to drafted. */
struct letter_input {
    const char *file, *certificate; /* certify: SHA-256 of the signed paper, serial; both hex */
    const char *content_hash;       /* sign: SHA-256 of the frozen data, hex */
    const char *registry;           /* number: "office:year:symbol" */
    const char *delivery;           /* deliver, send: word of the way */
    int addressee;                  /* deliver, acknowledge, send: 1..; 0: all of them */
    enum addressee_state sent;      /* send: what became of it */
    int64_t reappointed_at;         /* revise, sign: another new date; INSTANT_NONE: as drafted */
};
void letter_input_init(struct letter_input *in);
MUST_CHECK
bool letter_decide(const struct decide_context *ctx, int64_t letter_id,
                   const struct action_input *in, const struct letter_input *letter_in,
                   struct arena *arena, struct decision *ret_decision, struct error *err);
/* What the engine writes when a sending of the letter ended: actor 0. */
MUST_CHECK
bool letter_decide_sent(const struct decide_context *ctx, int64_t letter_id, int64_t at,
                        const struct letter_input *letter_in, struct arena *arena,
                        struct decision *ret_decision, struct error *err);
uint64_t letter_allowed(const struct decide_context *ctx, const struct dossier_letter *letter);
/* Four eyes: may this person (in->actor, in->on_behalf_of) sign a letter worded as it is? */
bool letter_may_sign(const struct decide_context *ctx, const struct dossier_letter *letter,
                     const struct action_input *in);

/* What the alarm does to one dossier at `at` (a night's closing, or this minute): the end of an
 * applicant's confirmation (at the instant it ended), marks, finding, letter draft, lapse of a
 * draft whose dossier ended in time, escalation. Up to DECISION_EVENTS_MAX events, none when
 * nothing is due. Marks are written once. `letter_id` is an unused id for a draft. */
MUST_CHECK
bool alarm_decide(const struct lateness_context *ctx, const struct objective_interval *intervals,
                  int n_intervals, int64_t letter_id, int64_t at, int64_t recorded_at,
                  struct arena *arena, struct decision *ret_decision, struct error *err);

/* The same for a night that was missed and has later ones after it by now: the end of a
 * confirmation and the marks, no finding and no letter. What a letter says, its new date above all,
 * rests on what is known when it is written; the newest night, or the minute, writes it. */
MUST_CHECK
bool alarm_decide_behind(const struct lateness_context *ctx, int64_t at, int64_t recorded_at,
                         struct arena *arena, struct decision *ret_decision, struct error *err);

/* When the engine must look at the dossier next: the earliest of the end of an applicant's
 * confirmation, the warning's moments not yet marked, the letter's moments, a pledge's hour, and
 * `next_stored_at` (history_next_at). INSTANT_NONE: never. */
int64_t alarm_next(const struct lateness_context *ctx, const struct warning *w, int64_t now,
                   int64_t next_stored_at);
