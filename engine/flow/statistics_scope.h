/* What a form is asked of: period, moment of the state, moment of knowledge, and the cut (office
 * and those below, field, procedure, channel). Read once, handed to every query over the facts
 * alike. */
#pragma once
#include "flow/declaration.h"
#include "flow/request.h"
#include "wire/message.h"

struct statistics_scope {
    int32_t from, to;
    int64_t state_at, known_at;
    int64_t as_of; /* as it was asked: the end of `to` unless something else was */
    const int64_t *offices;
    int n_offices;
    bool is_all; /* of the offices */
    /* Offices of the scope that report by file and have not declared every day of it: they are not
     * among `offices`, for nobody knows whether their figures are whole. */
    const struct unreported *unreported;
    int n_unreported;
    bool has_field;
    int64_t field_id;          /* 0: dossiers without one */
    const int64_t *procedures; /* versions; NULL: all */
    int n_procedures;
    /* Where the dossier stood, or stood last, at that moment: for forms that take it alone. */
    bool takes_place; /* set by the caller, before it is resolved */
    bool needs_stays; /* stays are asked of */
    bool has_officer;
    int64_t officer;       /* 0: nobody named */
    const int64_t *places; /* statistics_place() of a step, of every version; NULL: all */
    int n_places;
    int channel; /* WORD_NONE: all; 0: all but online */
};

#define FORM_II06A "II.06a"

/* Reads the query. Errors: PERIOD_BACKWARDS {from} {to}, STATISTICS_MOMENT {field} {value}, those
 * of the codec. */
MUST_CHECK
bool statistics_scope_parse(struct request *req, struct wire_statistics_query *ret_in,
                            struct statistics_scope *ret);
/* The same of what was read elsewhere. */
MUST_CHECK
bool statistics_scope_of(struct request *req, const struct wire_statistics_query *in,
                         struct statistics_scope *ret);
/* Once the principal is known; who has not reported is left out. Errors: OFFICE_UNKNOWN,
 * GRANT_MISSING, FIELD_OF_LAW_UNKNOWN {value}, PROCEDURE_UNKNOWN {value}, NO_MEMORY. */
/* The same of a list, which is of no form. */
MUST_CHECK
bool statistics_scope_read(struct request *req, struct wire_statistics_query *ret_in,
                           struct statistics_scope *ret);
/* Once the principal is known; who has not reported is left out. Errors: OFFICE_UNKNOWN,
 * GRANT_MISSING, FIELD_OF_LAW_UNKNOWN {value}, PROCEDURE_UNKNOWN {value}, NO_MEMORY. */
MUST_CHECK
bool statistics_scope_resolve(struct request *req, const struct wire_statistics_query *in,
                              struct statistics_scope *ret);
#define STATISTICS_PLACES 100 /* above the steps of a case */
/* A step of a case, as one number. */
int64_t statistics_place(int64_t case_id, int step);
/* Two more, of queries that join stays: officer, places. */
void statistics_scope_put_place(const struct statistics_scope *s, struct db_params *p);
/* Parameters $1 to $9 of the queries over the facts. */
void statistics_scope_put(const struct request *req, const struct statistics_scope *s,
                          struct db_params *p);

/* Asks for the first day that there are figures of; then refuses a state before it. Errors:
 * STATISTICS_BEFORE {value} {first}. */
MUST_CHECK
bool statistics_first_send(struct request *req, int slot);
MUST_CHECK
bool statistics_first_check(struct request *req, int slot, const struct statistics_scope *s);

/* Is the state asked for before that first day? */
bool statistics_is_before(const struct request *req, int slot, const struct statistics_scope *s);

#define STATISTICS_LEVELS 3
/* Keeps the offices of one level, 1 to STATISTICS_LEVELS: how many committees stand from the asked
 * one (NULL: from the top) down to the office; the last takes whatever is deeper, the first who
 * stands below none. Errors: NO_MEMORY. */
MUST_CHECK
bool statistics_scope_keep_level(struct request *req, const char *root, int level,
                                 struct statistics_scope *s);

#define STATISTICS_NOTES_MAX 16
/* Sentences about offices of the scope that have not reported, or ended within the period: who goes
 * on for them. NULL when memory ends. */
const char **statistics_notes(struct request *req, const struct statistics_scope *s, size_t *ret_n);
