/* The words of enumerations as they stand in JSON, one list per enumeration. Index is the
 * enumerator's number in the table (channels begin at 1: their national codes), so the domain's
 * enums and these lists agree by construction. */
#pragma once

struct codec_words {
    const char *name;
    const char *const *words; /* NULL where a number is not used */
    int n;
};

#define WORD_NONE (-1)

extern const struct codec_words words_role, words_state, words_action, words_channel,
    words_hold_kind, words_hold_effect, words_outcome, words_judgement, words_warning,
    words_cause_verdict, words_letter_state, words_letter_timing, words_obligation_state,
    words_waiver, words_purpose, words_close_reason, words_payment_way, words_backlog_sign,
    words_handling, words_addressee_state, words_letter_trigger, words_step_office,
    words_objective_kind, words_cause, words_deadline_kind, words_job_kind, words_job_state,
    words_recompute_outcome, words_outbox_state, words_outbox_channel, words_outbox_kind,
    words_sweep_deed;
#define WORDS(name, ...) extern const struct codec_words words_##name;
#include "tables/words.def"
#undef WORDS

int words_find(const struct codec_words *list,
               const char *word); /* WORD_NONE when it is not there */
