/* A second reader of requests, behind a wall: its names are ours. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#define ORACLE_MAX 4096 /* bytes of a request, at most */

struct oracle_reading {
    bool is_complete;
    const char *method, *reason; /* static; why it refused */
    int minor;
    char target[ORACLE_MAX], body[ORACLE_MAX];
    size_t target_len, body_len;
    size_t end; /* bytes read */
};

void oracle_read(const char *bytes, size_t len, struct oracle_reading *ret);
