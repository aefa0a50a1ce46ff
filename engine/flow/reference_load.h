/* The readers of the reference snapshot's rows, one per query, called by reference_load.c alone in
 * the order below: later ones look into what earlier ones read. Each refuses a row that the core
 * cannot use; the old snapshot then stays in force. */
#pragma once
#include "db/result.h"
#include "domain/vocabulary.h"
#include "flow/reference.h"

/* A text of a result, kept in the snapshot's arena. */
const char *reference_keep(struct reference *r, const struct db_result *res, int row, int column);
/* The number of a word in a vocabulary; REFERENCE_WORD when it has none. */
bool reference_word(const struct vocabulary *v, const char *text, int *ret, struct error *err);

/* reference_load_offices.c: who there is */
bool reference_read_offices(struct reference *r, const struct db_result *q, struct error *err);
bool reference_read_officers(struct reference *r, const struct db_result *q, struct error *err);
bool reference_read_role_policies(struct reference *r, const struct db_result *q,
                                  struct error *err);
bool reference_read_delegations(struct reference *r, const struct db_result *q, struct error *err);
bool reference_read_file_offices(struct reference *r, const struct db_result *q, struct error *err);
bool reference_read_declarations(struct reference *r, const struct db_result *q, struct error *err);
bool reference_read_fields(struct reference *r, const struct db_result *q, struct error *err);

/* reference_load_calendars.c: when they work */
bool reference_read_calendars(struct reference *r, const struct db_result *q,
                              const struct calendar_proposal *p, struct error *err);
bool reference_make_no_calendar(struct reference *r, struct error *err);
/* Gives every office its calendar: its own, or the nearest one up the line. */
void reference_hang_calendars(struct reference *r);

/* reference_load_rules.c: what they work by */
bool reference_read_rulesets(struct reference *r, const struct db_result *q, struct error *err);
bool reference_read_form_sets(struct reference *r, const struct db_result *q, struct error *err);
bool reference_read_form_templates(struct reference *r, const struct db_result *q,
                                   struct error *err);
bool reference_read_cases(struct reference *r, const struct db_result *q, struct error *err);
bool reference_read_components(struct reference *r, const struct db_result *q, struct error *err);
bool reference_read_steps(struct reference *r, const struct db_result *q, struct error *err);
bool reference_read_intervals(struct reference *r, const struct db_result *q, struct error *err);
