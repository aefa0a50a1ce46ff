/* Reading the PDFs that cairo writes and this layer appends to: classic tables of objects, one
 * revision after another. Nothing of a stranger's file is read with this (signature.h looks at
 * those as bytes). All reads are bounded by the file; a span of length 0 means "there is none". */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

struct pdf_span {
    const char *at;
    size_t len;
};

struct pdf_file {
    struct pdf_span bytes;
    size_t *offsets; /* of each object's newest revision; 0: free */
    int n_objects;
    size_t xref_at; /* of the newest table */
    int root, info; /* numbers of objects; info 0: none */
};

/* Errors: DOCUMENT_FOREIGN {reason} for what was not written here, NO_MEMORY. */
MUST_CHECK
bool pdf_open(struct arena *a, const void *bytes, size_t len, struct pdf_file *ret_file,
              struct error *err);

/* The value of an object: its dictionary where it is a stream. */
struct pdf_span pdf_object(const struct pdf_file *f, int number);
/* The bytes of a stream, as stored. */
struct pdf_span pdf_stream(const struct pdf_file *f, int number);

struct pdf_span pdf_get(struct pdf_span dictionary, const char *key);
/* The value of a key, followed where it is a reference. */
struct pdf_span pdf_follow(const struct pdf_file *f, struct pdf_span dictionary, const char *key);
int pdf_ref(struct pdf_span value); /* "12 0 R": 12; anything else: 0 */
bool pdf_is(struct pdf_span value, const char *word);
/* Takes the next value of what stands between the brackets of an array. */
bool pdf_next(struct pdf_span *rest, struct pdf_span *ret_value);
struct pdf_span pdf_inside(struct pdf_span array); /* without its brackets */

/* The pages of the file in order, as numbers of objects; at most `n`. Returns how many there are.
 */
int pdf_pages(const struct pdf_file *f, int *ret_pages, int n);
