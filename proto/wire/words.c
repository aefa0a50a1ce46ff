/* Lists of words, made from the tables. */
#include "wire/words.h"

#include <stddef.h>
#include <string.h>

#include "base/macros.h"

/* clang-format off */
#define LIST(name) const struct codec_words words_##name = {#name, name##_list, (int)ARRAY_LEN(name##_list)};

static const char *const role_list[] = {
#define ROLE(name, word, vi, en) word,
#include "tables/roles.def"
#undef ROLE
};
static const char *const state_list[] = {
#define STATE(name, word, national, phase, vi, en) word,
#include "tables/states.def"
#undef STATE
};
static const char *const action_list[] = {
#define ACTION(name, word, kind, vi, en) word,
#include "tables/actions.def"
#undef ACTION
};
static const char *const cause_list[] = {
#define CAUSE(name, word, verdict, vi, en) word,
#include "tables/causes.def"
#undef CAUSE
};
static const char *const deadline_kind_list[] = {
#define DEADLINE(name, word, parameter, from, who, ends, law, confidence, vi, en) word,
#include "tables/deadlines.def"
#undef DEADLINE
};
static const char *const channel_list[] = {
#define CHANNEL(name, code, word, vi, en) [(code)] = (word),
#include "tables/vocabulary.def"
#undef CHANNEL
};
static const char *const hold_kind_list[] = {
#define HOLD_KIND(name, word, vi, en) word,
#include "tables/vocabulary.def"
#undef HOLD_KIND
};
static const char *const hold_effect_list[] = {
#define HOLD_EFFECT(name, word, vi, en) word,
#include "tables/vocabulary.def"
#undef HOLD_EFFECT
};
static const char *const outcome_list[] = {
#define OUTCOME(name, word, vi, en) word,
#include "tables/vocabulary.def"
#undef OUTCOME
};
static const char *const judgement_list[] = {
#define JUDGEMENT(name, word, vi, en) word,
#include "tables/vocabulary.def"
#undef JUDGEMENT
};
static const char *const warning_list[] = {
#define WARNING(name, word, vi, en) word,
#include "tables/vocabulary.def"
#undef WARNING
};
static const char *const cause_verdict_list[] = {
#define CAUSE_VERDICT(name, word, vi, en) word,
#include "tables/vocabulary.def"
#undef CAUSE_VERDICT
};
static const char *const letter_state_list[] = {
#define LETTER_STATE(name, word, vi, en) word,
#include "tables/vocabulary.def"
#undef LETTER_STATE
};
static const char *const letter_timing_list[] = {
#define LETTER_TIMING(name, word, vi, en) word,
#include "tables/vocabulary.def"
#undef LETTER_TIMING
};
static const char *const obligation_state_list[] = {
#define OBLIGATION_STATE(name, word, vi, en) word,
#include "tables/vocabulary.def"
#undef OBLIGATION_STATE
};
static const char *const waiver_list[] = {
#define WAIVER(name, word, vi, en) word,
#include "tables/vocabulary.def"
#undef WAIVER
};
static const char *const purpose_list[] = {
#define PURPOSE(name, word, vi, en) word,
#include "tables/vocabulary.def"
#undef PURPOSE
};
static const char *const backlog_sign_list[] = {
#define BACKLOG_SIGN(name, word, vi, en) word,
#include "tables/vocabulary.def"
#undef BACKLOG_SIGN
};
static const char *const close_reason_list[] = {
#define CLOSE_REASON(name, word, vi, en) word,
#include "tables/vocabulary.def"
#undef CLOSE_REASON
};
static const char *const payment_way_list[] = {
#define PAYMENT_WAY(name, word, vi, en) word,
#include "tables/vocabulary.def"
#undef PAYMENT_WAY
};
static const char *const handling_list[] = {
#define HANDLING(name, word, vi, en) word,
#include "tables/vocabulary.def"
#undef HANDLING
};
static const char *const addressee_state_list[] = {
#define ADDRESSEE_STATE(name, word, vi, en) word,
#include "tables/vocabulary.def"
#undef ADDRESSEE_STATE
};
static const char *const letter_trigger_list[] = {
#define LETTER_TRIGGER(name, word, writer, law, tag, vi, en, admission) word,
#include "tables/triggers.def"
#undef LETTER_TRIGGER
};
static const char *const step_office_list[] = {
#define STEP_OFFICE(name, word, vi, en) word,
#include "tables/vocabulary.def"
#undef STEP_OFFICE
};
static const char *const objective_kind_list[] = {
#define OBJECTIVE_KIND(name, word, vi, en) word,
#include "tables/vocabulary.def"
#undef OBJECTIVE_KIND
};
static const char *const job_kind_list[] = {
#define JOB_KIND(name, word, grant, vi, en) word,
#include "tables/jobs.def"
#undef JOB_KIND
};
static const char *const job_state_list[] = {
#define JOB_STATE(word, vi, en) word,
#include "tables/job_words.def"
#undef JOB_STATE
};
static const char *const recompute_outcome_list[] = {
#define RECOMPUTE_OUTCOME(word, vi, en) word,
#include "tables/job_words.def"
#undef RECOMPUTE_OUTCOME
};
static const char *const outbox_state_list[] = {
#define OUTBOX_STATE(word, vi, en) word,
#include "tables/outbox.def"
#undef OUTBOX_STATE
};
static const char *const outbox_channel_list[] = {
#define OUTBOX_CHANNEL(word, vi, en) word,
#include "tables/outbox.def"
#undef OUTBOX_CHANNEL
};
static const char *const outbox_kind_list[] = {
    "letter",
#define NOTICE(name, word, ...) word,
#include "tables/notices.def"
#undef NOTICE
};
static const char *const sweep_deed_list[] = {
#define SWEEP_DEED(word, vi, en) word,
#include "tables/job_words.def"
#undef SWEEP_DEED
};
#define WORDS(name, ...) static const char *const name##_list[] = {__VA_ARGS__};
#include "tables/words.def"
#undef WORDS

LIST(role)
LIST(state)
LIST(action)
LIST(cause)
LIST(deadline_kind)
LIST(channel)
LIST(hold_kind)
LIST(hold_effect)
LIST(outcome)
LIST(judgement)
LIST(warning)
LIST(cause_verdict)
LIST(letter_state)
LIST(letter_timing)
LIST(obligation_state)
LIST(waiver)
LIST(purpose)
LIST(backlog_sign)
LIST(close_reason)
LIST(payment_way)
LIST(handling)
LIST(addressee_state)
LIST(letter_trigger)
LIST(step_office)
LIST(objective_kind)
LIST(job_kind)
LIST(job_state)
LIST(recompute_outcome)
LIST(outbox_state)
LIST(outbox_channel)
LIST(outbox_kind)
LIST(sweep_deed)
#define WORDS(name, ...) LIST(name)
#include "tables/words.def"
#undef WORDS
/* clang-format on */

int words_find(const struct codec_words *list, const char *word)
{
    for (int i = 0; i < list->n; i++)
        if (list->words[i] && !strcmp(list->words[i], word))
            return i;
    return WORD_NONE;
}
