/* What must be done by when besides the promise to the applicant: the clerk's and the officer's own
 * deadlines (proto/tables/deadlines.def). They are derived from the dossier, its ruleset and the
 * calendar, like the warning: no event carries them. Pure, and without `now`: a list changes only
 * with an event or an edit of the rules, so that it can be stored and rebuilt. */
#pragma once
#include "domain/lifecycle.h"

enum deadline_kind {
#define DEADLINE(name, word, parameter, from, who, ends, law, confidence, vi, en) DEADLINE_##name,
#include "tables/deadlines.def"
#undef DEADLINE
    DEADLINE_KIND_COUNT
};

enum deadline_who {
    DEADLINE_BY_COUNTER,
    DEADLINE_BY_COUNTER_HOLDER,
    DEADLINE_BY_COUNTER_HEAD,
    DEADLINE_BY_HOLDER,
    DEADLINE_BY_HOLDER_HEAD,
    DEADLINE_BY_CONSULTED
};

enum deadline_end {
    DEADLINE_ENDS_DUTY,   /* missed when nobody acts */
    DEADLINE_ENDS_WINDOW, /* passes, and leaves no breach */
    DEADLINE_ENDS_ITSELF  /* the engine ends it at that instant */
};

/* One row of the table. */
struct deadline_row {
    const char *parameter; /* of the ruleset; "": none */
    const char *from;      /* in words, for documents */
    enum deadline_who who;
    enum deadline_end ends;
    const char *law, *confidence;
};
extern const struct deadline_row deadline_rows[DEADLINE_KIND_COUNT];

/* Every opinion has two, the other kinds one each. */
#define DEADLINES_MAX (2 * DOSSIER_OPINIONS_MAX + 8)

struct deadline {
    enum deadline_kind kind;
    int ordinal; /* of the opinion, 1..; else 0 */
    int64_t from, due_at;
    int32_t due_on;
    bool is_instant; /* passed once due_at has; false: once the day due_on has */
    int64_t office;  /* that must act */
    int64_t officer; /* 0: nobody named */
};

/* The deadlines under way, in order of kind and ordinal. A limit whose end lies in a year the
 * calendar does not know is left out: the promise that rests on the same year was refused already,
 * or the year is taken away afterwards; publishing it brings the row back.
 *
 *   ctx  as for a decision; `now` is not read
 *   ret  room for DEADLINES_MAX
 * Returns how many.
 * Source: law:online-announcement, law:online-filing, law:forwarding, law:supplement-request,
 * law:closing-after-silence, law:applicant-confirmation, law:hold, law:opinion,
 * law:withdrawal-answer. */
int deadline_list(const struct decide_context *ctx, struct deadline *ret);

bool deadline_has_passed(const struct deadline *d, int64_t at, int32_t zone_s);

/* When the applicant's silence becomes agreement: the running hold of that kind ends by itself, at
 * the instant asked for with it, or with the ruleset's day. INSTANT_NONE: no such hold runs, or
 * neither gives it an end. */
int64_t deadline_confirmation_end(const struct decide_context *ctx);

/* Are both lists the same? */
bool deadline_lists_equal(const struct deadline *a, int n_a, const struct deadline *b, int n_b);
