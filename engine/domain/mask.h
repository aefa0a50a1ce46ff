/* What a reader sees of a person: proto/tables/masks.def, and how a value is masked. Pure. */
#pragma once
#include "base/arena.h"
#include "domain/rights.h"

enum mask { MASK_NONE, MASK_PART, MASK_FULL }; /* the widest last */
enum mask_place { MASK_LIST, MASK_DETAIL, MASK_BOOK, MASK_PLACE_COUNT };
enum mask_field {
    MASK_NAME,
    MASK_IDENTITY,
    MASK_PHONE,
    MASK_ADDRESS,
    MASK_EMAIL,
    MASK_TEXT,
    MASK_FIELD_COUNT
};

/* The widest of the principal's roles; who acts for others in a demonstration sees everything. */
enum mask mask_of(const struct principal *p, enum mask_place place, enum mask_field field);
/* Everything in full? */
bool mask_is_open(const struct principal *p, enum mask_place place);

/* The value as it may be shown: itself, masked (from the arena), or NULL for nothing. A value NULL
 * stays NULL; memory that ends shows nothing. Masked:
 *   name               "Nguyễn Văn An" -> "Nguyễn V. A."; a single word -> "A."
 *   identity, phone    "***" and the last three letters or digits, of more than three
 *   address            the last two parts between commas; of two the last one, of one nothing
 *   e-mail             "***@" and the domain
 *   text               nothing */
const char *mask_value(struct arena *a, enum mask how, enum mask_field field, const char *value);
