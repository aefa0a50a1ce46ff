/* Private to the explanation: the rows under way. */
#pragma once
#include "domain/explain.h"

struct explain_list {
    struct explain *e;
    size_t size; /* of e->rows */
};

/* The next row, what the calendar says of its day filled in; NULL without memory. */
struct explain_row *explain_add(struct explain_list *list, int32_t on);
/* Is the limit a budget of working time, so that hours and not days are listed? */
bool explain_is_hours(const struct explain *e);

/* Words that rows and notes share: "Thứ Năm 01/9/2022", "17:00". */
void explain_day_text(int32_t on, enum language lang, char buf[64]);
void explain_hour_text(int64_t at, int32_t zone_s, char buf[16]);
