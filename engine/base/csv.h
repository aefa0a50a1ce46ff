/* CSV by the line (RFC 4180 without line breaks inside a field): cutting a record, writing a field.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* Cuts one record, without its line end, into fields in place. Quotation marks are taken off.
 *   fields    receives the first `n_max` of them
 * Returns how many fields there are, also beyond n_max; -1 when a quotation mark is not closed, or
 * text follows one or stands before one. */
int csv_split(char *record, char *fields[], int n_max);

/* Appends a field, in quotation marks where it needs them. */
void csv_write(struct buffer *out, const char *text);

/* Appends a row of a form: its number (0: none, the total), its label, its figures; INT64_MIN:
 * none, an empty field. */
void csv_write_figures(struct buffer *out, size_t number, const char *label, const int64_t *figures,
                       size_t n);
