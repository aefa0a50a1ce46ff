/* The lunar calendar: the years of tests/cases/lunar.case, and over three centuries that months and
 * years fit together without a hole. */
#include "base/instant.h"
#include "case_file.h"
#include "domain/lunar.h"

static int n_tests, n_failed;

static void result(bool is_ok, const char *rule, const char *got)
{
    printf("%sok %d - %s\n", is_ok ? "" : "not ", ++n_tests, rule);
    if (!is_ok)
        printf("# got %s\n", got);
    n_failed += !is_ok;
}

static void year_row(struct case_row *row)
{
    int year = (int)strtol(row->columns[0], NULL, 10), leap = -1;
    int32_t new_year = 0, kings = 0;
    char got[128] = "a refusal", name[256], tet[INSTANT_TEXT_MAX], hung[INSTANT_TEXT_MAX];
    struct error err;

    if (row->n == 5 && lunar_new_year(year, &new_year, &err) &&
        lunar_leap_month(year, &leap, &err) &&
        lunar_to_date((struct lunar_date){year, 3, 10, false}, &kings, &err)) {
        date_format(new_year, tet);
        date_format(kings, hung);
        snprintf(got, sizeof got, "%s %d %s", tet, leap, hung);
    }
    snprintf(name, sizeof name, "%d: %s", year, row->n == 5 ? row->columns[4] : "?");
    result(strcmp(got, "a refusal") != 0 && !strcmp(tet, row->columns[1]) &&
               leap == strtol(row->columns[2], NULL, 10) && !strcmp(hung, row->columns[3]),
           name, got);
}

static void walk_file(const char *path)
{
    struct case_row row = {.file = path};
    FILE *f = fopen(path, "r");

    if (!f) {
        printf("Bail out! cannot read %s\n", path);
        exit(1);
    }
    while (fgets(row.text, sizeof row.text, f)) {
        row.line++;
        if (row.text[0] == '#' || row.text[0] == '\n')
            continue;
        case_split(&row, 5);
        year_row(&row);
    }
    fclose(f);
}

/* The day after `a`: the next of its month, or the first of the month that follows. */
static bool follows(struct lunar_date a, struct lunar_date b)
{
    if (b.day == a.day + 1)
        return b.year == a.year && b.month == a.month && b.is_leap == a.is_leap && b.day <= 30;
    if (b.day != 1 || a.day < 29)
        return false;
    if (b.is_leap)
        return !a.is_leap && b.month == a.month && b.year == a.year;
    return b.month == a.month % 12 + 1 && b.year == a.year + (a.month == 12);
}

static void every_month_follows_the_month_before(void)
{
    struct lunar_date last = {0, 0, 0, false}, d;
    struct error err;
    int32_t from = 0, to = 0, back;
    char got[160] = "";

    if (!lunar_new_year(LUNAR_YEAR_MIN, &from, &err) || !lunar_new_year(LUNAR_YEAR_MAX, &to, &err))
        snprintf(got, sizeof got, "a refusal");
    /* Days 2 to 28 of a month are as sure as its first; they are skipped to save time. */
    for (int32_t on = from; on < to && !got[0]; on += last.day == 1 ? 27 : 1) {
        if (!lunar_from_date(on, &d, &err) || !lunar_to_date(d, &back, &err) || back != on ||
            (on > from && last.day == 1 ? d.day != 28 : on > from && !follows(last, d)))
            snprintf(got, sizeof got, "day %d: %d-%d-%d after %d-%d-%d", (int)on, d.year, d.month,
                     d.day, last.year, last.month, last.day);
        last = d;
    }
    result(
        !got[0],
        "every month of three centuries follows the month before, and its days go there and back",
        got);
}

static void a_year_has_at_most_one_leap_month(void)
{
    char got[64] = "";

    for (int year = LUNAR_YEAR_MIN; year < LUNAR_YEAR_MAX && !got[0]; year++) {
        int32_t a = 0, b = 0;
        int leap = -1;
        struct error err;
        struct civil c;

        if (!lunar_new_year(year, &a, &err) || !lunar_new_year(year + 1, &b, &err) ||
            !lunar_leap_month(year, &leap, &err))
            snprintf(got, sizeof got, "%d: a refusal", year);
        c = date_civil(a);
        if ((b - a > 360) != (leap > 0) || b - a < 353 || b - a > 385 || c.year != year ||
            c.month > 2 || (c.month == 1 && c.day < 20))
            snprintf(got, sizeof got, "%d: %d days, leap %d", year, (int)(b - a), leap);
    }
    result(!got[0], "a year has twelve months, or thirteen with its leap month, from late January",
           got);
}

static void what_cannot_be_told_is_refused(void)
{
    struct lunar_date d;
    struct error err;
    int32_t on;
    int month;

    result(!lunar_new_year(1899, &on, &err) && err.code == ERR_LUNAR_RANGE &&
               !lunar_leap_month(2200, &month, &err) && err.code == ERR_LUNAR_RANGE,
           "years outside 1900 to 2199 are refused", "an answer");
    result(!lunar_from_date(date_from_civil(1900, 1, 1), &d, &err) && err.code == ERR_LUNAR_RANGE,
           "a day before the first lunar year is refused", "an answer");
    result(!lunar_to_date((struct lunar_date){2024, 4, 10, true}, &on, &err) &&
               err.code == ERR_LUNAR_NO_DAY,
           "a leap month that the year lacks is refused", "an answer");
    result(!lunar_to_date((struct lunar_date){2024, 1, 30, false}, &on, &err) &&
               err.code == ERR_LUNAR_NO_DAY &&
               lunar_to_date((struct lunar_date){2024, 1, 29, false}, &on, &err),
           "the thirtieth of a short month is refused", "an answer");
    result(lunar_new_year_is_sure(2027) && !lunar_new_year_is_sure(2199),
           "a new moon minutes from midnight is told apart", "the other");
    result(lunar_new_year_elsewhere(2007, 8 * 3600) == date_from_civil(2007, 2, 18),
           "the meridian of Beijing gives the Chinese new year", "another day");
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        walk_file(argv[i]);
    every_month_follows_the_month_before();
    a_year_has_at_most_one_leap_month();
    what_cannot_be_told_is_refused();
    printf("1..%d\n", n_tests);
    return n_failed > 0;
}
