/* CSV by the line (RFC 4180 without line breaks inside a field): cutting a record, writing a field.
 */
#pragma once
#include <stddef.h>

#include "base/buffer.h"

/* Cuts one record, without its line end, into fields in place. Quotation marks are taken off.
 *   fields    receives the first `n_max` of them
 * Returns how many fields there are, also beyond n_max; -1 when a quotation mark is not closed, or
 * text follows one or stands before one. */
int csv_split(char *record, char *fields[], int n_max);

/* Appends a field, in quotation marks where it needs them. */
void csv_write(struct buffer *out, const char *text);
