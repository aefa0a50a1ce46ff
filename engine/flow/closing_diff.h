/* Two forms of the same name, figure by figure: what a snapshot says and what is known now, or what
 * is computed again. Labels and names do not count, they may be written otherwise by now. */
#pragma once
#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

struct closing_difference {
    const char *form, *group_by; /* group_by NULL: it has none; texts of the two trees */
    const char *key, *label; /* of the row; key NULL: the total, or what has no office or field */
    const char *column;
    bool has_was, has_now;
    int64_t was, now;
};

/* Calls `found` for each figure that differs, rows in the order of their keys, the total last.
 * False when memory ends. */
bool closing_diff(const cJSON *was, const cJSON *now,
                  void (*found)(void *data, const struct closing_difference *d), void *data);
/* The form of a snapshot's content; NULL: it holds none of that name. */
const cJSON *closing_diff_find(const cJSON *content, const char *form, const char *group_by);
