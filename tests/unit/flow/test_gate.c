/* The gate of the routes: what needs no login is open to anybody, and nothing else is. */
#include "../test.h"

#include "flow/gate.h"
#include "wire/routes.h"

static void free_is_what_needs_no_login(void **state)
{
    (void)state;
    for (int i = 0; i < ROUTE_COUNT; i++)
        assert_int_equal(gate_is_free(i), routes[i].who == ROUTE_WHO_PUBLIC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(free_is_what_needs_no_login)};

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
