/* The words of the field: one table per enumeration, all made from proto/tables, so that the wire,
 * the canonical form, SQL and the pages say the same word for the same thing. */
#include "domain/vocabulary.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "base/macros.h"

#define WORDS(word, vi, en)                                                                        \
    {                                                                                              \
        (word),                                                                                    \
        {                                                                                          \
            (vi), (en)                                                                             \
        }                                                                                          \
    }

static const struct word_row role_rows[] = {
#define ROLE(name, word, vi, en) [ROLE_##name] = WORDS(word, vi, en),
#include "tables/roles.def"
#undef ROLE
};
static const struct word_row state_rows[] = {
#define STATE(name, word, national, phase, vi, en) [STATE_##name] = WORDS(word, vi, en),
#include "tables/states.def"
#undef STATE
};
static const struct word_row action_rows[] = {
#define ACTION(name, word, kind, vi, en) [ACTION_##name] = WORDS(word, vi, en),
#include "tables/actions.def"
#undef ACTION
};
static const struct word_row deadline_kind_rows[] = {
#define DEADLINE(name, word, parameter, from, who, ends, law, confidence, vi, en)                  \
    WORDS(word, vi, en),
#include "tables/deadlines.def"
#undef DEADLINE
};
static const struct word_row notice_kind_rows[] = {
#define NOTICE(name, word, parameter, moot, source, vi, en, ...)                                   \
    [NOTICE_##name] = WORDS(word, vi, en),
#include "tables/notices.def"
#undef NOTICE
};
static const struct word_row cause_rows[] = {
#define CAUSE(name, key, verdict, vi, en) [CAUSE_KEY_##name] = WORDS(key, vi, en),
#include "tables/causes.def"
#undef CAUSE
};
static const struct word_row channel_rows[] = {
    [0] = WORDS("", "", ""), /* national codes begin at 1 */
#define CHANNEL(name, code, word, vi, en) [code] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef CHANNEL
};
static const struct word_row hold_kind_rows[] = {
#define HOLD_KIND(name, word, vi, en) [HOLD_KIND_##name] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef HOLD_KIND
};
static const struct word_row hold_effect_rows[] = {
#define HOLD_EFFECT(name, word, vi, en) [HOLD_EFFECT_##name] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef HOLD_EFFECT
};
static const struct word_row outcome_rows[] = {
#define OUTCOME(name, word, vi, en) [OUTCOME_##name] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef OUTCOME
};
static const struct word_row judgement_rows[] = {
#define JUDGEMENT(name, word, vi, en) [JUDGEMENT_##name] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef JUDGEMENT
};
static const struct word_row warning_rows[] = {
#define WARNING(name, word, vi, en) [WARNING_##name] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef WARNING
};
static const struct word_row cause_verdict_rows[] = {
#define CAUSE_VERDICT(name, word, vi, en) [CAUSE_##name] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef CAUSE_VERDICT
};
static const struct word_row letter_state_rows[] = {
#define LETTER_STATE(name, word, vi, en) [LETTER_##name] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef LETTER_STATE
};
static const struct word_row letter_wording_rows[] = {
#define LETTER_WORDING(name, word, vi, en) [LETTER_WORDING_##name] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef LETTER_WORDING
};
static const struct word_row letter_timing_rows[] = {
#define LETTER_TIMING(name, word, vi, en) [LETTER_TIMING_##name] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef LETTER_TIMING
};
static const struct word_row obligation_state_rows[] = {
#define OBLIGATION_STATE(name, word, vi, en) [OBLIGATION_##name] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef OBLIGATION_STATE
};
static const struct word_row waiver_rows[] = {
#define WAIVER(name, word, vi, en) [WAIVER_##name] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef WAIVER
};
static const struct word_row purpose_rows[] = {
#define PURPOSE(name, word, vi, en) [PURPOSE_##name] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef PURPOSE
};
static const struct word_row backlog_sign_rows[] = {
#define BACKLOG_SIGN(name, word, vi, en) [BACKLOG_SIGN_##name] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef BACKLOG_SIGN
};
static const struct word_row close_reason_rows[] = {
#define CLOSE_REASON(name, word, vi, en) [CLOSE_REASON_##name] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef CLOSE_REASON
};
static const struct word_row payment_way_rows[] = {
#define PAYMENT_WAY(name, word, vi, en) [PAYMENT_WAY_##name] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef PAYMENT_WAY
};
static const struct word_row handling_rows[] = {
#define HANDLING(name, word, vi, en) [HANDLING_##name] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef HANDLING
};
static const struct word_row addressee_state_rows[] = {
#define ADDRESSEE_STATE(name, word, vi, en) [ADDRESSEE_##name] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef ADDRESSEE_STATE
};
static const struct word_row letter_trigger_rows[] = {
#define LETTER_TRIGGER(name, word, writer, source, tag, vi, en, admission)                         \
    [LETTER_TRIGGER_##name] = WORDS(word, vi, en),
#include "tables/triggers.def"
#undef LETTER_TRIGGER
};
static const struct word_row step_office_rows[] = {
#define STEP_OFFICE(name, word, vi, en) [STEP_OFFICE_##name] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef STEP_OFFICE
};
static const struct word_row objective_kind_rows[] = {
#define OBJECTIVE_KIND(name, word, vi, en) [OBJECTIVE_##name] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef OBJECTIVE_KIND
};
static const struct word_row scope_rows[] = {
#define SCOPE(name, word, vi, en) [SCOPE_##name] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef SCOPE
};
static const struct word_row grant_rows[] = {
#define GRANT_WORD(name, word, vi, en) [GRANT_##name] = WORDS(word, vi, en),
#include "tables/vocabulary.def"
#undef GRANT_WORD
};

#define VOCABULARY(name, table) const struct vocabulary name = {#name, table, (int)ARRAY_LEN(table)}

VOCABULARY(roles, role_rows);
VOCABULARY(states, state_rows);
VOCABULARY(actions, action_rows);
VOCABULARY(channels, channel_rows);
VOCABULARY(hold_kinds, hold_kind_rows);
VOCABULARY(hold_effects, hold_effect_rows);
VOCABULARY(outcomes, outcome_rows);
VOCABULARY(judgements, judgement_rows);
VOCABULARY(warnings, warning_rows);
VOCABULARY(cause_verdicts, cause_verdict_rows);
VOCABULARY(letter_states, letter_state_rows);
VOCABULARY(letter_wordings, letter_wording_rows);
VOCABULARY(letter_timings, letter_timing_rows);
VOCABULARY(step_offices, step_office_rows);
VOCABULARY(objective_kinds, objective_kind_rows);
VOCABULARY(causes, cause_rows);
VOCABULARY(scopes, scope_rows);
VOCABULARY(grants, grant_rows);
VOCABULARY(deadline_kinds, deadline_kind_rows);
VOCABULARY(obligation_states, obligation_state_rows);
VOCABULARY(waivers, waiver_rows);
VOCABULARY(purposes, purpose_rows);
VOCABULARY(backlog_signs, backlog_sign_rows);
VOCABULARY(close_reasons, close_reason_rows);
VOCABULARY(payment_ways, payment_way_rows);
VOCABULARY(handlings, handling_rows);
VOCABULARY(addressee_states, addressee_state_rows);
VOCABULARY(letter_triggers, letter_trigger_rows);
VOCABULARY(notice_kinds, notice_kind_rows);

int vocabulary_find(const struct vocabulary *v, const char *word)
{
    if (!word || !*word)
        return -1;
    for (int i = 0; i < v->n; i++) {
        if (v->rows[i].word[0] == word[0] && strcmp(v->rows[i].word, word) == 0)
            return i;
    }
    return -1;
}

const char *vocabulary_word(const struct vocabulary *v, int i)
{
    assert(i >= 0 && i < v->n);
    return v->rows[i].word;
}

const char *vocabulary_label(const struct vocabulary *v, int i, enum language lang)
{
    assert(i >= 0 && i < v->n);
    return v->rows[i].label[lang];
}

int state_national(enum dossier_state s)
{
    static const int national_codes[] = {
#define STATE(name, word, national, phase, vi, en) [STATE_##name] = (national),
#include "tables/states.def"
#undef STATE
    };

    return national_codes[s];
}

enum dossier_phase state_phase(enum dossier_state s)
{
    static const enum dossier_phase phases[] = {
#define STATE(name, word, national, phase, vi, en) [STATE_##name] = PHASE_##phase,
#include "tables/states.def"
#undef STATE
    };

    return phases[s];
}

enum action_kind action_kind(enum action a)
{
    static const enum action_kind kinds[] = {
#define ACTION(name, word, kind, vi, en) [ACTION_##name] = ACTION_KIND_##kind,
#include "tables/actions.def"
#undef ACTION
    };

    return kinds[a];
}

enum cause_verdict cause_verdict_of(enum cause c)
{
    static const enum cause_verdict verdicts[] = {
#define CAUSE(name, key, verdict, vi, en) [CAUSE_KEY_##name] = CAUSE_##verdict,
#include "tables/causes.def"
#undef CAUSE
    };

    return verdicts[c];
}

enum letter_writer letter_trigger_writer(enum letter_trigger t)
{
    static const enum letter_writer writers[] = {
#define LETTER_TRIGGER(name, word, writer, source, tag, vi, en, admission)                         \
    [LETTER_TRIGGER_##name] = LETTER_WRITER_##writer,
#include "tables/triggers.def"
#undef LETTER_TRIGGER
    };

    return writers[t];
}

const char *letter_trigger_admission(enum letter_trigger t)
{
    static const char *const admissions[] = {
#define LETTER_TRIGGER(name, word, writer, source, tag, vi, en, admission)                         \
    [LETTER_TRIGGER_##name] = (admission),
#include "tables/triggers.def"
#undef LETTER_TRIGGER
    };

    return admissions[t];
}
