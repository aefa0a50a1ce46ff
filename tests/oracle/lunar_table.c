/* Prints the lunar date of every day of a span as CSV, for the oracles to compare:
 *
 *   lunar_table 1901 2199
 *   on,year,month,day,is_leap
 *   2024-02-10,2024,1,1,0 */
#include <stdio.h>
#include <stdlib.h>

#include "base/instant.h"
#include "domain/lunar.h"

int main(int argc, char **argv)
{
    int from = argc > 2 ? (int)strtol(argv[1], NULL, 10) : LUNAR_YEAR_MIN + 1;
    int to = argc > 2 ? (int)strtol(argv[2], NULL, 10) : LUNAR_YEAR_MAX;

    puts("on,year,month,day,is_leap");
    for (int32_t on = date_from_civil(from, 1, 1); on <= date_from_civil(to, 12, 31); on++) {
        struct lunar_date d;
        struct error err;
        char text[INSTANT_TEXT_MAX];

        date_format(on, text);
        if (!lunar_from_date(on, &d, &err))
            return EXIT_FAILURE;
        printf("%s,%d,%d,%d,%d\n", text, d.year, d.month, d.day, d.is_leap);
    }
    return EXIT_SUCCESS;
}
