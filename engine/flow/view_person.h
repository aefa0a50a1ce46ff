/* Persons as whoever asks may see them (proto/tables/masks.def): every value of a person that goes
 * into a reply passes here. Inside the daemon, where nobody reads, values stay whole. */
#pragma once
#include "domain/mask.h"
#include "flow/snapshot.h"

/* One value; NULL where it is not shown. */
const char *view_person_value(struct request *req, enum mask_place place, enum mask_field field,
                              const char *value);
/* A name where the reply must have one: "-" when it is not shown. */
const char *view_person_name(struct request *req, enum mask_place place, const char *name);
/* All of them, masked in copies. Sets NO_MEMORY. */
bool view_persons(struct request *req, const struct snapshot_persons *persons,
                  struct snapshot_persons *ret);
/* For bytes that cannot be masked: papers, attachments. Sets PERSON_MASKED {what} (403). */
bool view_person_require_open(struct request *req, const char *what);
