/* What a row of a form stands for: the office, field, procedure or channel that its query gave. */
#pragma once
#include "flow/request.h"

struct statistics_group {
    const char *key, *label; /* key NULL: of no office, field, ... */
};

/* `group_by` is a word of the list group_by; id 0: none. */
struct statistics_group statistics_group_of(const struct request *req, const char *group_by,
                                            int64_t id);
