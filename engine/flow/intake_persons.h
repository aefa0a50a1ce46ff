/* Persons of a new dossier; see intake_persons.c. */
#pragma once
#include "flow/intake.h"

/* Looks up who was here before, from slot 1 on. */
bool intake_persons_send(struct intake *t);
/* Fills persons and parts, and each one's value for the event. */
bool intake_persons_enter(struct intake *t);
/* "id:version:commitment" of the applicant, submitter or authorised person; NULL when there is
 * none. */
const char *intake_person_value(const struct intake *t, const char *part);
