/* Taking a dossier in: accept at the counter, submit online, or settle same-day work in one step.
 */
#pragma once
#include "flow/record.h"
#include "flow/snapshot.h"

#define INTAKE_PERSONS_MAX 103 /* applicant, submitter, authorised and 100 of a group */

struct intake_person {
    const struct wire_person *in;
    const char *part;
    int ordinal;
    int slot;          /* of the look-up by identity number; -1: none */
    const char *value; /* "id:version:commitment" */
};

struct intake {
    struct request base;
    struct wire_dossier_submit in;
    int64_t office; /* in which the actor acts */
    const struct procedure_case *procedure_case;
    struct intake_person people[INTAKE_PERSONS_MAX];
    int n_people;
    struct commit_person persons[INTAKE_PERSONS_MAX]; /* new ones and new versions */
    int n_persons;
    struct commit_part parts[INTAKE_PERSONS_MAX];
    struct decision decision;
    struct record record;
    struct commit_remark remark;
    int n_remarks, n_tries, first_status;
    struct snapshot snapshot; /* of the first answer */
};

extern const struct use_case use_case_intake;

/* The office of filing: named by its key, or (NULL) the first one-stop unit in which the actor may
 * do this. Errors: OFFICE_UNKNOWN {field} {value}, those of reference_office_lives(),
 * RIGHT_MISSING. */
MUST_CHECK
bool intake_office(struct request *req, const char *key, const char *field, enum action action,
                   int64_t *ret_office);
/* The day as codes carry it in the ruleset's layout; NULL when memory ends. Source:
 * law:dossier-code. */
const char *intake_code_day(struct arena *arena, const struct ruleset *rules, int32_t on);
