/* A root with its signature as it leaves the database: one line of roots.jsonl. */
#pragma once
#include "domain/audit_root.h"

#define AUDIT_LINE_MAX 4096

struct audit_line {
    char record[AUDIT_RECORD_MAX + 1];
    unsigned char hash[DIGEST_LEN];
    unsigned char signature[64];
    char key_id[17]; /* "": not signed */
    int64_t made_at;
};

/* One line of roots.jsonl, its line feed included. */
void audit_line_write(const struct audit_line *line, const struct audit_root *root,
                      struct buffer *buf);
/* Reads a line, its line feed left out; false when it is none. */
bool audit_line_read(const char *text, size_t len, struct audit_line *ret_line,
                     struct audit_root *ret_root);
