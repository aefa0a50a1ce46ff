/* The words of a calendar: those of files and the wire, and those people read. */
#include "domain/calendar.h"

static const struct {
    const char *word, *vi, *en;
} kinds[CALENDAR_KIND_COUNT] = {
    [CALENDAR_WORKDAY] = {"workday", "ngày làm việc", "working day"},
    [CALENDAR_WEEKEND] = {"weekend", "ngày nghỉ hằng tuần", "weekly day off"},
    [CALENDAR_HOLIDAY] = {"holiday", "ngày nghỉ lễ, tết", "public holiday"},
    [CALENDAR_SUBSTITUTE] = {"substitute", "ngày nghỉ bù", "substitute day off"},
    [CALENDAR_SWAPPED] = {"swapped", "ngày nghỉ hoán đổi", "swapped day off"},
    [CALENDAR_CLOSURE] = {"closure", "ngày ngừng làm việc đột xuất", "emergency closure"},
    [CALENDAR_HALF_DAY] = {"half_day", "ngày làm việc nửa buổi", "half day"},
    [CALENDAR_INTAKE] = {"intake", "ngày nghỉ, chỉ tiếp nhận hồ sơ",
                         "day off, open for intake alone"},
    [CALENDAR_MAKE_UP] = {"make_up", "ngày làm bù", "make-up working day"},
};

const char *calendar_kind_word(enum calendar_kind kind)
{
    return kinds[kind].word;
}

const char *calendar_kind_phrase(enum calendar_kind kind, enum language lang)
{
    return lang == LANGUAGE_VI ? kinds[kind].vi : kinds[kind].en;
}

const char *calendar_year_state_word(enum calendar_year_state state)
{
    static const char *const words[] = {"missing", "published", "provisional", "synthetic"};

    return words[state];
}

const char *calendar_weekday_word(int weekday)
{
    static const char *const words[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

    return words[weekday - 1];
}
