/* The words of the wire in both languages, from the same tables as the daemon's. */
#include <string.h>

#include "cli/view.h"

struct label {
    const char *list, *word, *text[2];
};

static const struct label labels[] = {
#define STATE(name, word, national, kind, vi, en) {"STATE", word, {vi, en}},
#include "tables/states.def"
#undef STATE
#define CAUSE(name, word, verdict, vi, en) {"CAUSE", word, {vi, en}},
#include "tables/causes.def"
#undef CAUSE
#define ROLE(name, word, vi, en) {"ROLE", word, {vi, en}},
#include "tables/roles.def"
#undef ROLE
#define JOB_STATE(word, vi, en)         {"JOB", word, {vi, en}},
#define RECOMPUTE_OUTCOME(word, vi, en) {"RECOMPUTE", word, {vi, en}},
#define SWEEP_DEED(word, vi, en)        {"DEEDS", word, {vi, en}},
#include "tables/job_words.def"
#define OUTBOX_STATE(word, vi, en)   {"OUTBOX", word, {vi, en}},
#define OUTBOX_CHANNEL(word, vi, en) {"WAY", word, {vi, en}},
#include "tables/outbox.def"
#define NOTICE(name, word, parameter, moot, source, vi, en, ...) {"NOTICE", word, {vi, en}},
#include "tables/notices.def"
#undef NOTICE
#define CHANNEL(name, code, word, vi, en)    {"CHANNEL", word, {vi, en}},
#define HOLD_KIND(name, word, vi, en)        {"HOLD", word, {vi, en}},
#define HOLD_EFFECT(name, word, vi, en)      {"EFFECT", word, {vi, en}},
#define OUTCOME(name, word, vi, en)          {"OUTCOME", word, {vi, en}},
#define JUDGEMENT(name, word, vi, en)        {"JUDGEMENT", word, {vi, en}},
#define WARNING(name, word, vi, en)          {"WARNING", word, {vi, en}},
#define CAUSE_VERDICT(name, word, vi, en)    {"VERDICT", word, {vi, en}},
#define LETTER_STATE(name, word, vi, en)     {"LETTER", word, {vi, en}},
#define LETTER_TIMING(name, word, vi, en)    {"TIMING", word, {vi, en}},
#define OBJECTIVE_KIND(name, word, vi, en)   {"OBJECTIVE", word, {vi, en}},
#define OBLIGATION_STATE(name, word, vi, en) {"OBLIGATION", word, {vi, en}},
#define WAIVER(name, word, vi, en)           {"WAIVER", word, {vi, en}},
#define ADDRESSEE_STATE(name, word, vi, en)  {"ADDRESSEE", word, {vi, en}},
#include "tables/vocabulary.def"
#define LETTER_TRIGGER(name, word, writer, source, tag, vi, en, admission)                         \
    {"TRIGGER", word, {vi, en}},
#include "tables/triggers.def"
#undef LETTER_TRIGGER
    {"DELIVERY", "counter", {"Tại quầy", "At the counter"}},
    {"DELIVERY", "post", {"Bưu chính", "By post"}},
    {"DELIVERY", "email", {"Thư điện tử", "By e-mail"}},
    {"DELIVERY", "hook", {"Tin nhắn", "By message"}},
};

const char *label_of(const char *list, const char *word, enum language language)
{
    for (size_t i = 0; i < ARRAY_LEN(labels); i++)
        if (strcmp(labels[i].list, list) == 0 && strcmp(labels[i].word, word) == 0)
            return labels[i].text[language];
    return word;
}
