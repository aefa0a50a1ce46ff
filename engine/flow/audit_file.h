/* The folder that keeps roots outside the database: roots.jsonl, one line a day, and the leaves of
 * each day. Every function blocks on the disk: for the thread pool. Several daemons may share the
 * folder. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "domain/audit_line.h"

#define AUDIT_ROOTS_FILE "roots.jsonl"

/* The day of the last line; DATE_NONE: there is no file, or nothing in it. A last line that was cut
 * short is not counted. Errors: AUDIT_FILE {path} {reason}, AUDIT_LINE {path} {line}. */
MUST_CHECK
bool audit_file_last(const char *folder, int32_t *ret_day, struct error *err);
/* Appends a line unless the file has its day already; a line cut short is taken off first. Errors:
 * the same. */
MUST_CHECK
bool audit_file_append(const char *folder, int32_t day, const char *line, size_t len,
                       struct error *err);

/* The leaves of a day: written beside, and named once they are whole. */
struct audit_leaves_file {
    int fd;
    char path[1024], part[1100];
};
MUST_CHECK
bool audit_leaves_begin(const char *folder, int32_t day, struct audit_leaves_file *ret,
                        struct error *err);
MUST_CHECK
bool audit_leaves_add(struct audit_leaves_file *f, const void *entries, size_t len,
                      struct error *err);
MUST_CHECK
bool audit_leaves_end(struct audit_leaves_file *f, struct error *err);
void audit_leaves_drop(struct audit_leaves_file *f); /* takes one that was ended */
