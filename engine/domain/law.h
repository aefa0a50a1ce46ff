/* The citation behind a key of docs/law.md, for people: "Điều 19 khoản 5 NĐ 118/2025". The rows are
 * made from that file at build, so that nothing is cited twice. */
#pragma once
#include "base/error.h"

struct law_row {
    const char *key;     /* without "law:"; the rows are sorted by it */
    const char *vi, *en; /* one citation for each instrument, parted by "; " */
};
extern const struct law_row law_rows[];
extern const int n_law_rows;

#define LAW_TEXT_MAX 400

/* Fills `buf` with the citation of "law:due-at"; "" for what is no key. `decree` is that of the
 * ruleset at receipt: of two decrees that say the same, only the one in force then is named; NULL
 * or
 * "" names all. */
void law_citation(const char *key, const char *decree, enum language lang, char buf[LAW_TEXT_MAX]);
