/* The law's table turned into the days of a year. Comparing and telling: holiday_check.c. */
#include "domain/holiday.h"

#include <stdlib.h>

#include "base/instant.h"
#include "domain/holiday_impl.h"
#include "domain/lunar.h"

enum reckoning { RECKONING_SOLAR, RECKONING_LUNAR };

static const struct holiday_row {
    enum reckoning reckoning;
    int month, day, n_days, before, before_min, before_max, from_year;
    const char *law, *instrument, *name[2], *confidence;
} holiday_table[] = {
#define HOLIDAY(name, reckoning, month, day, n, before, least, most, from, law, instrument, vi,    \
                en, tag)                                                                           \
    {RECKONING_##reckoning,                                                                        \
     month,                                                                                        \
     day,                                                                                          \
     n,                                                                                            \
     before,                                                                                       \
     least,                                                                                        \
     most,                                                                                         \
     from,                                                                                         \
     law,                                                                                          \
     instrument,                                                                                   \
     {vi, en},                                                                                     \
     tag},
#include "tables/holidays.def"
#undef HOLIDAY
};

const char *holiday_name(enum holiday h, enum language lang)
{
    return holiday_table[h].name[lang];
}

const char *holiday_instrument(enum holiday h, bool is_substitute)
{
    return is_substitute ? "Bộ luật Lao động 2019 Đ.111.3" : holiday_table[h].instrument;
}

const char *holiday_law(enum holiday h)
{
    return holiday_table[h].law;
}

const char *holiday_confidence(enum holiday h, bool is_substitute)
{
    return is_substitute ? "G-H" : holiday_table[h].confidence;
}

/* State offices rest on Saturday and Sunday. Source: law:substitute-day. */
static bool is_weekly_rest(int32_t on)
{
    return date_weekday(on) >= 6;
}

static bool has_day(const struct holiday_year *y, int32_t on)
{
    for (int i = 0; i < y->n; i++)
        if (y->days[i].on == on)
            return true;
    return false;
}

static void add_day(struct holiday_year *y, struct holiday_day day)
{
    if (y->n < HOLIDAY_DAYS_MAX && !has_day(y, day.on))
        y->days[y->n++] = day;
}

static int compare_days(const void *a, const void *b)
{
    const struct holiday_day *x = a, *y = b;

    return (x->on > y->on) - (x->on < y->on);
}

/* The day a holiday is named for. */
static bool named_day(const struct holiday_row *row, int year, int32_t *ret_on, struct error *err)
{
    if (row->reckoning == RECKONING_LUNAR)
        return lunar_to_date((struct lunar_date){year, row->month, row->day, false}, ret_on, err);
    *ret_on = date_from_civil(year, row->month, row->day);
    return true;
}

int holiday_choices(enum holiday h, int *ret_least)
{
    const struct holiday_row *row = &holiday_table[h];

    *ret_least = row->before_min;
    return row->before_max - row->before_min + 1;
}

void holiday_choices_default(int before[HOLIDAY_COUNT])
{
    for (int h = 0; h < HOLIDAY_COUNT; h++)
        before[h] = holiday_table[h].before;
}

/* Every day by statute first; then, in order of date, each that fell on a day of rest takes the
 * next day that is neither rest nor off already. */
bool holiday_days(int year, const int before[HOLIDAY_COUNT], struct holiday_year *ret_year,
                  struct error *err)
{
    int n_statutory;

    *ret_year = (struct holiday_year){.year = year};
    for (int h = 0; h < HOLIDAY_COUNT; h++) {
        const struct holiday_row *row = &holiday_table[h];
        int32_t on;

        if (!named_day(row, year, &on, err))
            return false;
        for (int i = 0; i < row->n_days && year >= row->from_year; i++)
            add_day(ret_year, (struct holiday_day){.on = on - before[h] + i,
                                                   .holiday = (enum holiday)h,
                                                   .is_chosen = row->before_max && i != before[h]});
    }
    ret_year->is_sure = lunar_new_year_is_sure(year);
    qsort(ret_year->days, (size_t)ret_year->n, sizeof *ret_year->days, compare_days);
    n_statutory = ret_year->n;
    for (int i = 0; i < n_statutory; i++) {
        struct holiday_day day = ret_year->days[i];

        if (!is_weekly_rest(day.on))
            continue;
        while (is_weekly_rest(day.on) || has_day(ret_year, day.on))
            day.on++;
        day.is_substitute = true;
        add_day(ret_year, day);
    }
    qsort(ret_year->days, (size_t)ret_year->n, sizeof *ret_year->days, compare_days);
    return true;
}

bool holiday_propose(int year, struct holiday_year *ret_year, struct error *err)
{
    int before[HOLIDAY_COUNT];

    holiday_choices_default(before);
    return holiday_days(year, before, ret_year, err);
}
