/* The caches of a dossier, its facts and its persons, against the fold of its events. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "domain/apology.h"
#include "flow/record.h"
#include "flow/verify_impl.h"

/* ---- what the tables are written in ---- */

/* Enumerators are unsigned to one compiler and not to the other. */
static struct verify_value word(const struct vocabulary *vocabulary, unsigned i)
{
    return verify_text(vocabulary_word(vocabulary, (int)i));
}

static struct verify_value only_if(bool is_there, struct verify_value value)
{
    value.is_null = value.is_null || !is_there;
    return value;
}

static struct verify_value day(const struct verify_dossier *v, int64_t at)
{
    return verify_date(at == INSTANT_NONE ? DATE_NONE : instant_date(at, v->v->reference->zone_s));
}

static const struct event *newest(const struct verify_dossier *v)
{
    return &v->history.events[v->history.n - 1];
}

/* A code is given at once, even to history that has not happened yet on a moved clock. */
static const char *code_of(const struct verify_dossier *v)
{
    for (int i = v->history.n - 1; i >= 0; i--)
        if (event_has(&v->history.events[i], EVENT_FIELD_CODE))
            return event_text(&v->history.events[i], EVENT_FIELD_CODE);
    return "";
}

/* "id:version:commitment" */
static int64_t person_id(const char *reference)
{
    return strtoll(reference, NULL, 10);
}

static int32_t person_version(const char *reference)
{
    const char *colon = strchr(reference, ':');

    return colon ? (int32_t)strtol(colon + 1, NULL, 10) : 0;
}

#define COLUMN(name, value)                                                                        \
    static struct verify_value column_##name(const void *subject)                                  \
    {                                                                                              \
        const struct verify_dossier *v = subject;                                                  \
        const struct dossier *f = &v->folded;                                                      \
        const struct warning *w = &v->warning;                                                     \
                                                                                                   \
        (void)f;                                                                                   \
        (void)w;                                                                                   \
        return value;                                                                              \
    }
#include "flow/verify_dossier.def"
#undef COLUMN

static const struct verify_column dossier_columns[] = {
#define COLUMN(name, value) {#name, column_##name},
#include "flow/verify_dossier.def"
#undef COLUMN
};

#define FACT(name, value)                                                                          \
    static struct verify_value fact_##name(const void *subject)                                    \
    {                                                                                              \
        const struct fact *f = subject;                                                            \
                                                                                                   \
        return value;                                                                              \
    }
#include "flow/verify_fact.def"
#undef FACT

static const struct verify_column fact_columns[] = {
#define FACT(name, value) {#name, fact_##name},
#include "flow/verify_fact.def"
#undef FACT
};

/* ---- caches ---- */

static bool is_known(const char *name)
{
    /* id is where the row was found, version and chain are verify_chain()'s, next_alarm_at is
     * check_alarm()'s. */
    static const char *const others[] = {"id", "version", "chain", "next_alarm_at"};

    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (!strcmp(others[i], name))
            return true;
    for (size_t i = 0; i < ARRAY_LEN(dossier_columns); i++)
        if (!strcmp(dossier_columns[i].name, name))
            return true;
    return false;
}

void verify_columns_known(struct verify *v, const struct db_result *r)
{
    for (int i = 0; i < db_columns(r); i++)
        if (!is_known(db_column_name(r, i)))
            verify_differs(v, NULL, "present", "nobody knows how", "column %s of dossier",
                           db_column_name(r, i));
}

static void look(const struct verify_dossier *d, int64_t at, struct dossier *ret_dossier,
                 struct warning *ret_warning, int64_t *ret_next_stored, int64_t *ret_alarm)
{
    struct lateness_context ctx;

    history_fold(&d->history, at, INSTANT_FOREVER, ret_dossier);
    ret_dossier->id = d->id;
    record_lateness_context(d->v->reference, ret_dossier, d->v->reference->zone_s, &ctx);
    warning_compute(&ctx, at, ret_warning);
    *ret_next_stored = history_next_at(&d->history, at);
    *ret_alarm = alarm_next(&ctx, ret_warning, at, *ret_next_stored);
}

void verify_fold(struct verify_dossier *d)
{
    d->now = newest(d)->recorded_at;
    look(d, d->now, &d->folded, &d->warning, &d->next_stored_at, &d->next_alarm_at);
    if (d->folded.is_overflow)
        verify_warns(d->v, d, "more than is kept", "holds, hands or letters left out", "overflow");
}

#define ALARM_LOOKS 400

/* When the engine looked and had nothing to write it set the next alarm and nothing else: so the
 * stored one is that of the newest event, or one that follows from it by looking again and again.
 * One that has come already is no fault either: while missed nights are caught up it is that of the
 * next of them, and the engine is about to look. */
static void check_alarm(struct verify_dossier *d)
{
    struct verify_value stored =
        verify_stored(d->row, d->row_at, db_column(d->row, "next_alarm_at"), VERIFY_INSTANT);
    struct verify_value computed = verify_instant(d->next_alarm_at);
    int64_t at = d->now, next = d->next_alarm_at, stored_next;
    struct dossier *folded = arena_new_of(d->arena, struct dossier);
    struct warning warning;

    /* Passed, and after receipt: a night that is being caught up has yet to come to it. */
    if (!stored.is_null && stored.number <= d->now && stored.number >= d->folded.received_at)
        return;
    for (int i = 0; i < ALARM_LOOKS && folded; i++) {
        struct verify_value value = verify_instant(next);

        if (verify_same(&stored, &value) || (next != INSTANT_NONE && next <= at))
            return; /* an alarm of that very instant: the engine is asked until it has an answer */
        if (next == INSTANT_NONE || (!stored.is_null && stored.number < next))
            break;
        at = next;
        look(d, at, folded, &warning, &stored_next, &next);
    }
    verify_compare(d, &stored, &computed, "column next_alarm_at");
}

void verify_state(struct verify_dossier *d)
{
    struct verify_span row = {d->row, d->row_at, d->row_at + 1};

    verify_columns(d, &row, d->row_at, dossier_columns, (int)ARRAY_LEN(dossier_columns), d,
                   "column");
    check_alarm(d);
}

/* ---- facts ---- */

void verify_facts(struct verify_dossier *d)
{
    const struct verify_span *s = &d->spans[VERIFY_FACTS];
    struct fact *facts = arena_array(d->arena, FACTS_MAX, sizeof *facts);
    int n_stored = s->to - s->from;
    int n = facts ? fact_timeline(&d->history, INSTANT_FOREVER, d->v->reference->zone_s, facts) : 0;
    struct verify_value stored = verify_number(n_stored), computed = verify_number(n);
    char prefix[24];

    d->facts = facts;
    d->n_facts = n < 0 ? 0 : n;
    d->v->report.facts += n_stored;
    verify_compare(d, &stored, &computed, "live facts");
    for (int i = 0; i < n && i < n_stored; i++) {
        snprintf(prefix, sizeof prefix, "fact %d", i + 1);
        verify_columns(d, s, s->from + i, fact_columns, (int)ARRAY_LEN(fact_columns), &facts[i],
                       prefix);
    }
}

/* ---- persons ---- */

static void expect_person(struct verify_dossier *d, const char *part, int ordinal,
                          const char *reference, int *n_expected)
{
    const struct verify_span *s = &d->spans[VERIFY_PERSONS];
    struct verify_value id = verify_id(person_id(reference)),
                        version = verify_number(person_version(reference)), stored;

    if (id.is_null)
        return;
    ++*n_expected;
    for (int i = s->from; i < s->to; i++) {
        if (strcmp(db_text_or_empty(s->r, i, 1), part) != 0 || db_int(s->r, i, 2) != ordinal)
            continue;
        stored = verify_stored(s->r, i, 3, VERIFY_NUMBER);
        verify_compare(d, &stored, &id, "%s %d person", part, ordinal);
        stored = verify_stored(s->r, i, 4, VERIFY_NUMBER);
        verify_compare(d, &stored, &version, "%s %d version", part, ordinal);
        return;
    }
    verify_differs(d->v, d, "nothing", "a person", "%s %d", part, ordinal);
}

/* The members of a group stand in the newest event that names any. */
static const struct event *members_event(const struct verify_dossier *d)
{
    for (int i = d->history.n - 1; i >= 0; i--)
        if (event_has(&d->history.events[i], EVENT_FIELD_MEMBER))
            return &d->history.events[i];
    return NULL;
}

void verify_persons(struct verify_dossier *d)
{
    const struct verify_span *s = &d->spans[VERIFY_PERSONS];
    const struct event *group = members_event(d);
    int n = 0, ordinal = 0;
    struct verify_value stored, computed;

    expect_person(d, "applicant", 0, d->folded.applicant, &n);
    expect_person(d, "submitter", 0, d->folded.submitter, &n);
    expect_person(d, "authorised", 0, d->folded.authorised, &n);
    for (int i = 0; group && i < group->n_values; i++)
        if (group->values[i].field == EVENT_FIELD_MEMBER)
            expect_person(d, "member", ordinal++, group->values[i].text, &n);
    stored = verify_number(s->to - s->from);
    computed = verify_number(n);
    verify_compare(d, &stored, &computed, "persons");
    d->v->report.persons += n;
}
