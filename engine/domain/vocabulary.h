/* The enumerations of the field, made from proto/tables, with their words in both languages. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum role {
#define ROLE(name, word, vi, en) ROLE_##name,
#include "tables/roles.def"
#undef ROLE
    ROLE_COUNT
};

enum dossier_phase { PHASE_OPEN, PHASE_WAIT, PHASE_END };

enum dossier_state {
#define STATE(name, word, national, phase, vi, en) STATE_##name,
#include "tables/states.def"
#undef STATE
    STATE_COUNT
};

enum action_kind {
    ACTION_KIND_ACT,
    ACTION_KIND_LETTER,
    ACTION_KIND_PAPER,
    ACTION_KIND_ENGINE,
    ACTION_KIND_HISTORY
};

enum action {
#define ACTION(name, word, kind, vi, en) ACTION_##name,
#include "tables/actions.def"
#undef ACTION
    ACTION_COUNT
};

#define SCOPE(name, w, vi, en) SCOPE_##name,
enum right_scope {
#include "tables/vocabulary.def"
    SCOPE_COUNT
};
#undef SCOPE

/* Rights that are not actions on a dossier. */
#define GRANT_WORD(name, w, vi, en) GRANT_##name,
enum grant {
#include "tables/vocabulary.def"
    GRANT_COUNT
};
#undef GRANT_WORD

/* One enumeration per vocabulary.def block, with NAME_COUNT at its end; CHANNEL has the national
 * codes. */
enum channel { CHANNEL_DIRECT = 1, CHANNEL_ONLINE = 2, CHANNEL_POST = 3 };
#define HOLD_KIND(name, w, vi, en) HOLD_KIND_##name,
enum hold_kind {
#include "tables/vocabulary.def"
    HOLD_KIND_COUNT
};
#undef HOLD_KIND
#define HOLD_EFFECT(name, w, vi, en) HOLD_EFFECT_##name,
enum hold_effect {
#include "tables/vocabulary.def"
    HOLD_EFFECT_COUNT
};
#undef HOLD_EFFECT
#define OUTCOME(name, w, vi, en) OUTCOME_##name,
enum outcome {
#include "tables/vocabulary.def"
    OUTCOME_COUNT
};
#undef OUTCOME
#define JUDGEMENT(name, w, vi, en) JUDGEMENT_##name,
enum judgement {
#include "tables/vocabulary.def"
    JUDGEMENT_COUNT
};
#undef JUDGEMENT
#define WARNING(name, w, vi, en) WARNING_##name,
enum warning_level {
#include "tables/vocabulary.def"
    WARNING_COUNT
};
#undef WARNING
#define CAUSE_VERDICT(name, w, vi, en) CAUSE_##name,
enum cause_verdict {
#include "tables/vocabulary.def"
    CAUSE_VERDICT_COUNT
};
#undef CAUSE_VERDICT
#define LETTER_STATE(name, w, vi, en) LETTER_##name,
enum letter_state {
#include "tables/vocabulary.def"
    LETTER_STATE_COUNT
};
#undef LETTER_STATE
#define LETTER_WORDING(name, w, vi, en) LETTER_WORDING_##name,
enum letter_wording {
#include "tables/vocabulary.def"
    LETTER_WORDING_COUNT
};
#undef LETTER_WORDING
#define LETTER_TIMING(name, w, vi, en) LETTER_TIMING_##name,
enum letter_timing {
#include "tables/vocabulary.def"
    LETTER_TIMING_COUNT
};
#undef LETTER_TIMING
#define OBLIGATION_STATE(name, w, vi, en) OBLIGATION_##name,
enum obligation_state {
#include "tables/vocabulary.def"
    OBLIGATION_COUNT
};
#undef OBLIGATION_STATE
#define WAIVER(name, w, vi, en) WAIVER_##name,
enum waiver {
#include "tables/vocabulary.def"
    WAIVER_COUNT
};
#undef WAIVER
#define PURPOSE(name, w, vi, en) PURPOSE_##name,
enum purpose {
#include "tables/vocabulary.def"
    PURPOSE_COUNT
};
#undef PURPOSE
#define BACKLOG_SIGN(name, w, vi, en) BACKLOG_SIGN_##name,
enum backlog_sign {
#include "tables/vocabulary.def"
    BACKLOG_SIGN_COUNT
};
#undef BACKLOG_SIGN
#define CLOSE_REASON(name, w, vi, en) CLOSE_REASON_##name,
enum close_reason {
#include "tables/vocabulary.def"
    CLOSE_REASON_COUNT
};
#undef CLOSE_REASON
#define PAYMENT_WAY(name, w, vi, en) PAYMENT_WAY_##name,
enum payment_way {
#include "tables/vocabulary.def"
    PAYMENT_WAY_COUNT
};
#undef PAYMENT_WAY
#define HANDLING(name, w, vi, en) HANDLING_##name,
enum handling {
#include "tables/vocabulary.def"
    HANDLING_COUNT
};
#undef HANDLING
#define ADDRESSEE_STATE(name, w, vi, en) ADDRESSEE_##name,
enum addressee_state {
#include "tables/vocabulary.def"
    ADDRESSEE_COUNT
};
#undef ADDRESSEE_STATE
/* Who writes the letter of a trigger. */
enum letter_writer { LETTER_WRITER_COMPETENT, LETTER_WRITER_LEADERSHIP, LETTER_WRITER_COUNTER };
enum letter_trigger {
#define LETTER_TRIGGER(name, word, writer, source, tag, vi, en, admission) LETTER_TRIGGER_##name,
#include "tables/triggers.def"
#undef LETTER_TRIGGER
    LETTER_TRIGGER_COUNT
};
/* What an applicant is told (notices.def). */
enum notice_kind {
#define NOTICE(name, ...) NOTICE_##name,
#include "tables/notices.def"
#undef NOTICE
    NOTICE_KIND_COUNT
};
#define STEP_OFFICE(name, w, vi, en) STEP_OFFICE_##name,
enum step_office {
#include "tables/vocabulary.def"
    STEP_OFFICE_COUNT
};
#undef STEP_OFFICE
#define OBJECTIVE_KIND(name, w, vi, en) OBJECTIVE_##name,
enum objective_kind {
#include "tables/vocabulary.def"
    OBJECTIVE_KIND_COUNT
};
#undef OBJECTIVE_KIND
enum cause {
#define CAUSE(name, key, verdict, vi, en) CAUSE_KEY_##name,
#include "tables/causes.def"
#undef CAUSE
    CAUSE_KEY_COUNT
};

/* One row per enumerator. */
struct word_row {
    const char *word;     /* on the wire, in the canonical form and in SQL */
    const char *label[2]; /* by enum language */
};

/* A vocabulary: its rows by enumerator. Channels begin at 1; row 0 is empty there. */
struct vocabulary {
    const char *name;
    const struct word_row *rows;
    int n;
};

extern const struct vocabulary roles, states, actions, channels, hold_kinds, hold_effects, outcomes,
    judgements, warnings, cause_verdicts, letter_states, letter_wordings, letter_timings,
    step_offices, objective_kinds, causes, scopes, grants, deadline_kinds, obligation_states,
    waivers, purposes, backlog_signs, close_reasons, payment_ways, handlings, addressee_states,
    letter_triggers, notice_kinds;

/* The enumerator that a word stands for, or -1. */
int vocabulary_find(const struct vocabulary *v, const char *word);
const char *vocabulary_word(const struct vocabulary *v, int i);
const char *vocabulary_label(const struct vocabulary *v, int i, enum language lang);

int state_national(enum dossier_state s); /* 1..10, 0 where none */
enum dossier_phase state_phase(enum dossier_state s);
enum action_kind action_kind(enum action a);
enum cause_verdict cause_verdict_of(enum cause c);
enum letter_writer letter_trigger_writer(enum letter_trigger t);
/* What the office admits in the letter, after its name, in Vietnamese; "" for lateness, whose form
 * has its own words. */
const char *letter_trigger_admission(enum letter_trigger t);
