/* Reading the tables of tests/cases: columns separated by two blanks or more, directives in words,
 * comments with #. Each row is one TAP line that carries its rule as the name. */
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CASE_COLUMNS_MAX 8

struct case_row {
    const char *file;
    int line;
    int n;
    char *columns[CASE_COLUMNS_MAX];
    char text[512];
};

/* Cuts a line into columns; the last column keeps what is left. */
static inline void case_split(struct case_row *row, int n_max)
{
    char *p = row->text;

    row->text[strcspn(row->text, "\r\n")] = '\0';
    for (row->n = 0; *p && row->n < n_max;) {
        char *end = strstr(p, "  ");

        row->columns[row->n++] = p;
        if (!end || row->n == n_max)
            break;
        *end = '\0';
        p = end + 1 + strspn(end + 1, " ");
    }
}

/* The whole of a file below the source root; exits when it cannot be read. */
static inline char *case_slurp(const char *root, const char *path, size_t *ret_len)
{
    char full[1024];
    FILE *f;
    char *bytes = malloc(1 << 20);

    snprintf(full, sizeof full, "%s/%s", root, path);
    f = fopen(full, "rb");
    if (!f || !bytes) {
        printf("Bail out! cannot read %s\n", full);
        exit(1);
    }
    *ret_len = fread(bytes, 1, (1 << 20) - 1, f);
    bytes[*ret_len] = '\0';
    fclose(f);
    return bytes;
}
