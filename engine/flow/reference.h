/* Reference data: what decisions are made on besides the dossier itself. One immutable snapshot per
 * epoch, shared by reference; an edit bumps the epoch, and a decision made on an older one is
 * decided again. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "domain/calendar.h"
#include "domain/cause.h"
#include "domain/declaration.h"
#include "domain/dossier.h"
#include "domain/procedure.h"
#include "domain/rights.h"
#include "domain/ruleset.h"

struct db_result;

/* How those who hold a role log in. */
struct role_policy {
    bool needs_second_factor;
    int idle_minutes, absolute_hours, token_days_max;
};

struct office_ref {
    int64_t id, parent_id, calendar_id, successor_id;
    const char *key, *name, *short_name, *kind; /* committee | one_stop | division | external */
    const char *identifier, *place_name, *superior_body, *issuing_body, *signature_lines;
    const struct calendar *calendar; /* own or inherited; NULL: none up the line */
    int32_t valid_from, valid_to; /* valid_to DATE_NONE: it lives; else its last day, behind us */
    bool is_synthetic;
};

struct officer_ref {
    int64_t id;
    const char *login, *name, *title;
    bool is_active;
    int n_roles;
    struct principal_role roles[PRINCIPAL_ROLES_MAX];
};

/* Somebody stands in for somebody: what was not withdrawn and did not end before the snapshot. */
struct delegation_ref {
    int64_t id, from_officer, to_officer, office;
    enum role role;
    bool is_authorised;
    int32_t from_on, to_on;
};

struct field_ref {
    int64_t id;
    const char *key, *name;
};

/* A ruleset's value that differs from the default of rulesets.def, as it is stored. */
struct ruleset_value_ref {
    int64_t ruleset_id;
    const char *name, *value;
};

/* The forms of a circular, for papers issued from a day on. */
struct form_set_ref {
    int64_t id;
    const char *key, *name; /* key of its templates: "TT01/2018" */
    int32_t valid_from, valid_to;
};

/* A template that an office, or (office 0) everybody, prints a form with in place of the built-in
 * one. */
struct form_template_ref {
    const char *form; /* "TT01/2018:04" */
    int64_t office_id, officer_id, saved_at;
    const char *id, *text; /* its SHA-256 in hexadecimal */
};

struct reference {
    int n_refs;
    struct arena *arena;
    struct reference *base; /* a variant shares everything but offices and calendars with it */
    int64_t epoch;
    bool is_demonstration;
    int32_t zone_s;
    int n_ended; /* offices */
    int n_offices, n_officers, n_fields, n_cases, n_rulesets, n_intervals, n_calendars;
    int n_ruleset_values, n_form_sets, n_form_templates, n_delegations;
    int n_file_offices, n_declarations;
    struct office_ref *offices; /* sorted by id, as all below */
    struct officer_ref *officers;
    struct delegation_ref *delegations;
    struct declared_days *file_offices, *declarations; /* by office, as is known or was once */
    const char **file_systems; /* the other system of the file office with the same index */
    struct field_ref *fields;
    struct procedure_case *cases;
    int64_t
        *competent_offices; /* of the case with the same index; 0: the office of filing decides */
    struct ruleset *rulesets;
    struct ruleset_value_ref *ruleset_values; /* by ruleset, then name */
    struct form_set_ref *form_sets;           /* by first day */
    struct form_template_ref *form_templates; /* in no order */
    struct objective_interval *intervals;
    struct role_policy role_policies[ROLE_COUNT];
    struct organisation organisation; /* these offices, as the rules ask about them */
    struct calendar_ref {
        int64_t id, base_id; /* base 0: it stands on none */
        const char *key, *name;
        struct calendar *calendar;
    } * calendars;
    struct calendar *no_calendar; /* knows no day: every question is CALENDAR_GAP */
};

struct reference *reference_ref(struct reference *r);
struct reference *reference_unref(struct reference *r); /* takes NULL; returns NULL */

const struct office_ref *reference_office(const struct reference *r,
                                          int64_t id); /* NULL: unknown */
const struct office_ref *reference_office_by_key(const struct reference *r, const char *key);
const struct officer_ref *reference_officer(const struct reference *r, int64_t id);
const struct officer_ref *reference_officer_by_login(const struct reference *r, const char *login);
/* Does the officer hold the role himself? */
bool reference_holds(const struct reference *r, int64_t officer, enum role role, int64_t office);
/* Does it run on a day: between its days, and the one who is away still holds the role? */
bool reference_delegation_runs(const struct reference *r, const struct delegation_ref *d,
                               int32_t on);
/* Does one of two stand in for the other on a day, in whatever role? */
bool reference_is_one_hand(const struct reference *r, int64_t officer, int64_t other, int32_t on);
const struct field_ref *reference_field(const struct reference *r, int64_t id);
const struct field_ref *reference_field_by_key(const struct reference *r, const char *key);
const struct procedure_case *reference_case(const struct reference *r, int64_t case_id);
/* A version of a procedure, by its first case; NULL: unknown. */
const struct procedure_case *reference_procedure(const struct reference *r, int64_t procedure_id);
/* The declared objective intervals that speak of a dossier: ret_n of them, NULL when memory ends.
 */
const struct objective_interval *reference_intervals_of(const struct reference *r,
                                                        struct arena *arena,
                                                        const struct dossier *d, int *ret_n);
/* The case of a procedure in force on a date; `case_key` NULL or "": its first. NULL: none in
 * force. */
const struct procedure_case *reference_case_by_key(const struct reference *r,
                                                   const char *procedure_key, const char *case_key,
                                                   int32_t on);
/* The office competent for a case filed at `filed`: the procedure's own, else the committee of the
 * place. */
int64_t reference_competent(const struct reference *r, const struct procedure_case *c,
                            int64_t filed);
const struct calendar *reference_calendar(const struct reference *r,
                                          int64_t office); /* NULL: none */
/* The same for decisions about dossiers: an office without a calendar has one that knows no day.
 * What depends on a day is then unknown, and never an error of its own. */
const struct calendar *reference_calendar_or_none(const struct reference *r, int64_t office);
const struct ruleset *reference_ruleset(const struct reference *r, int64_t id);
const struct ruleset *reference_ruleset_on(const struct reference *r, int32_t on);

const struct ruleset *reference_ruleset_by_key(const struct reference *r, const char *key);
/* A parameter's value in a ruleset as it is written: its own, or the default. */
const char *reference_ruleset_value(const struct reference *r, const struct ruleset *rules,
                                    const struct ruleset_parameter *parameter);
/* The form set for a paper issued on a date; before the first one, the first. NULL: none at all. */
const struct form_set_ref *reference_form_set_on(const struct reference *r, int32_t on);

/* The template of a form at an office: its own, that of the nearest office above it, everybody's.
 * NULL: the built-in one. */
const struct form_template_ref *reference_form_template(const struct reference *r, const char *form,
                                                        int64_t office);

/* Is `office` the same as `root` or below it? (office_within_fn: organisation is a struct
 * reference) */
bool reference_within(const void *reference, int64_t office, int64_t root);
/* What reference.organisation answers with. An office that ended stands where its heir does. */
bool reference_is_below(const void *reference, int64_t office, int64_t root);
bool reference_is_elsewhere(const void *reference, int64_t office, int64_t of);
/* The nearest committee at or above an office: whose leaders decide. 0: none. */
int64_t reference_committee(const struct reference *r, int64_t office);
/* The one-stop unit that serves an office: below its committee. 0: none. */
int64_t reference_one_stop(const struct reference *r, int64_t office);

/* ---- offices that ended (law:office-succession) ---- */

/* Who goes on for an office: itself while it lives, or when nobody took its place. */
int64_t reference_heir(const struct reference *r, int64_t office);
/* Takes it work on a day? Errors: OFFICE_ENDED {field} {value} {on} {successor}, OFFICE_NOT_YET. */
MUST_CHECK
bool reference_office_lives(const struct reference *r, const struct office_ref *o,
                            const char *field, int32_t on, struct error *err);
/* A dossier under way as it will be once its own succession is written: so that its officers go on
 * from the first minute, while the job still moves the others. */
void reference_pass_over(const struct reference *r, struct dossier *d);
/* The dossier as rights look at it: what an office that ended might, its successor may. The dossier
 * itself where no office of it ended, else a copy in the arena; NULL without memory. */
const struct dossier *reference_for_rights(const struct reference *r, struct arena *arena,
                                           const struct dossier *d);

/* ---- what an edit of a calendar would do ---- */

/* The own rows of a calendar as they would stand, n_rows times the eight columns of the text form
 * (calendar_text.h), never NULL. */
struct calendar_proposal {
    const char *key;
    int n_rows;
    const char *const *fields;
};
/* The snapshot with one calendar, and all that stand on it, built from other rows; everything else
 * is shared with `base`. Nothing in force is touched.
 *   calendars  answer to DB_REFERENCE_CALENDARS
 * Errors: CALENDAR_UNKNOWN {value}, those of the rows (calendar.h; `line` is the number of the
 * row), NO_MEMORY. */
MUST_CHECK
bool reference_propose_calendar(struct reference *base, const struct db_result *calendars,
                                const struct calendar_proposal *p, struct reference **ret_variant,
                                struct error *err);
/* The snapshot with another calendar for an office, and for all below it that have none of their
 * own. Errors: CALENDAR_UNKNOWN {value}, ITEM_UNKNOWN {value}, NO_MEMORY. */
MUST_CHECK
bool reference_propose_office(struct reference *base, const char *office, const char *calendar,
                              struct reference **ret_variant, struct error *err);
/* The first and the last day that one of the calendars of both snapshots works otherwise, by its
 * sessions; a year that only one of them knows counts whole. False: none does. */
bool reference_days_changed(const struct reference *a, const struct reference *b,
                            int32_t *ret_first_on, int32_t *ret_last_on);
/* Does a calendar stand on another, or is it that one? */
bool reference_calendar_stands_on(const struct reference *r, int64_t calendar, int64_t base);

struct app;
/* Loads the newest snapshot in the background; `done` (may be NULL) is called when app->reference
 * is the newest, or could not be read. Several callers share one load. */
void reference_reload(struct app *app, void (*done)(void *data), void *data);
/* The same, running the loop, at start. */
MUST_CHECK
bool reference_load_first(struct app *app, struct error *err);
