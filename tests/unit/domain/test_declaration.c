/* Days that an office reporting by file still owes, against a count day by day over random rows. */
#include <stdlib.h>

#include "../test.h"
#include "base/instant.h"
#include "domain/declaration.h"

enum { OFFICES = 3, DAYS = 40, ROWS = 6, ROUNDS = 20000 };

static struct declared_days any_row(unsigned *dice)
{
    int32_t from = (int32_t)(rand_r(dice) % DAYS);
    struct declared_days d = {.office = 1 + rand_r(dice) % OFFICES,
                              .from_on = from,
                              .to_on = from + (int32_t)(rand_r(dice) % 15),
                              .known_from = rand_r(dice) % 10,
                              .known_to = INSTANT_NONE};

    if (rand_r(dice) % 5 == 0)
        d.to_on = DATE_NONE;
    if (rand_r(dice) % 4 == 0)
        d.known_to = d.known_from + rand_r(dice) % 5;
    return d;
}

static bool says(const struct declared_days *rows, int n, int64_t office, int32_t on, int64_t at)
{
    for (int i = 0; i < n; i++)
        if (rows[i].office == office && rows[i].known_from <= at &&
            (rows[i].known_to == INSTANT_NONE || at < rows[i].known_to) && rows[i].from_on <= on &&
            (rows[i].to_on == DATE_NONE || on <= rows[i].to_on))
            return true;
    return false;
}

static void what_is_owed_is_what_a_walk_over_the_days_finds(void **state)
{
    unsigned dice = 7;
    int n_owed = 0;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct declared_days by_file[ROWS], declared[ROWS];
        int32_t from = (int32_t)(rand_r(&dice) % DAYS), to = from + (int32_t)(rand_r(&dice) % 31);
        int64_t office = 1 + rand_r(&dice) % OFFICES, at = rand_r(&dice) % 12;
        int32_t first = DATE_NONE, last = DATE_NONE, got_first = DATE_NONE, got_last = DATE_NONE;

        for (int i = 0; i < ROWS; i++) {
            by_file[i] = any_row(&dice);
            declared[i] = any_row(&dice);
        }
        for (int32_t on = from; on <= to; on++)
            if (says(by_file, 2, office, on, at) && !says(declared, ROWS, office, on, at)) {
                first = first == DATE_NONE ? on : first;
                last = on;
            }
        n_owed += first != DATE_NONE;
        assert_int_equal(declaration_gap(by_file, 2, declared, ROWS, office, from, to, at,
                                         &got_first, &got_last),
                         first != DATE_NONE);
        assert_int_equal(got_first, first);
        assert_int_equal(got_last, last);
    }
    assert_true(n_owed > ROUNDS / 20 && n_owed < ROUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_owed_is_what_a_walk_over_the_days_finds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
