/* Limits: one table of units gives spelling, bounds and words. */
#include "domain/limit.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *word;
    int32_t max;
    const char *vi, *en, *en_one;
} units[LIMIT_UNIT_COUNT] = {
    [LIMIT_WORKING_DAYS] = {"wd", 3650, "ngày làm việc", "working days", "working day"},
    [LIMIT_CALENDAR_DAYS] = {"d", 3650, "ngày", "days", "day"},
    [LIMIT_WORKING_HOURS] = {"wh", 30000, "giờ làm việc", "working hours", "working hour"},
    [LIMIT_MONTHS] = {"mo", 120, "tháng", "months", "month"},
    [LIMIT_HALF_DAYS] = {"hd", 7300, "nửa ngày làm việc", "working half-days", "working half-day"},
    [LIMIT_SAME_DAY] = {"sd", 0, "trong ngày", "same day", "same day"},
};

int32_t limit_amount_max(enum limit_unit unit)
{
    return units[unit].max;
}

bool limit_is_valid(struct limit limit)
{
    if ((unsigned)limit.unit >= LIMIT_UNIT_COUNT)
        return false;
    if (limit.unit == LIMIT_SAME_DAY)
        return limit.amount == 0;
    return limit.amount >= 1 && limit.amount <= units[limit.unit].max;
}

const char *limit_unit_word(enum limit_unit unit)
{
    return units[unit].word;
}

bool limit_unit_parse(const char *word, enum limit_unit *ret_unit)
{
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (!strcmp(word, units[i].word)) {
            *ret_unit = (enum limit_unit)i;
            return true;
        }
    return false;
}

bool limit_parse(const char *text, struct limit *ret_limit, struct error *err)
{
    const char *p = text;
    struct limit limit = {0, LIMIT_SAME_DAY};
    int64_t amount = 0;

    /* Seven digits are more than any bound: a longer number is out of range, never wrapped. */
    for (; *p >= '0' && *p <= '9'; p++)
        if (amount < 10000000)
            amount = amount * 10 + (*p - '0');
    if (!limit_unit_parse(p, &limit.unit) || (p == text) != (limit.unit == LIMIT_SAME_DAY) ||
        (*text == '0' && p > text + 1))
        return error_set(err, ERR_LIMIT_SYNTAX, arg_text("limit", text));
    limit.amount = (int32_t)amount;
    if (!limit_is_valid(limit))
        return error_set(err, ERR_LIMIT_RANGE, arg_text("limit", text),
                         arg_number("max", units[limit.unit].max));
    *ret_limit = limit;
    return true;
}

void limit_format(struct limit limit, char buf[LIMIT_TEXT_MAX])
{
    if (limit.unit == LIMIT_SAME_DAY)
        snprintf(buf, LIMIT_TEXT_MAX, "%s", units[limit.unit].word);
    else
        snprintf(buf, LIMIT_TEXT_MAX, "%d%s", limit.amount, units[limit.unit].word);
}

void limit_phrase(struct limit limit, enum language lang, char buf[LIMIT_PHRASE_MAX])
{
    if (limit.unit == LIMIT_SAME_DAY)
        snprintf(buf, LIMIT_PHRASE_MAX, "%s",
                 lang == LANGUAGE_VI ? units[limit.unit].vi : units[limit.unit].en);
    else if (lang == LANGUAGE_VI)
        snprintf(buf, LIMIT_PHRASE_MAX, "%02d %s", limit.amount, units[limit.unit].vi);
    else
        snprintf(buf, LIMIT_PHRASE_MAX, "%d %s", limit.amount,
                 limit.amount == 1 ? units[limit.unit].en_one : units[limit.unit].en);
}
