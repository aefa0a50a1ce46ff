/* Arenas: zeroed, aligned, limited, and one free for all. */
#include "../test.h"
#include "base/arena.h"

static void memory_is_zeroed_and_aligned(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new(1 << 20);

    (void)state;
    for (size_t size = 1; size < 5000; size += 37) {
        unsigned char *p = arena_alloc(a, size);

        assert_non_null(p);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xAA, size);
    }
}

static void the_limit_holds(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new(1024);

    (void)state;
    assert_null(arena_alloc(a, 1025));
    assert_non_null(arena_alloc(a, 1008));
    assert_non_null(arena_alloc(a, 16));
    assert_null(arena_alloc(a, 1));
    assert_int_equal(arena_used(a), 1024);
}

static void sizes_that_overflow_are_refused(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new(SIZE_MAX);

    (void)state;
    assert_null(arena_alloc(a, SIZE_MAX));
    assert_null(arena_array(a, SIZE_MAX / 2, 3));
}

static void texts_are_copied(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new(1 << 16);

    (void)state;
    assert_null(arena_strdup(a, NULL));
    assert_string_equal(arena_strdup(a, "một cửa"), "một cửa");
    assert_string_equal(arena_strndup(a, "abcdef", 3), "abc");
    assert_string_equal(arena_printf(a, "%d-%s", 7, "x"), "7-x");
    assert_null(arena_free(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(the_limit_holds),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(texts_are_copied),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
