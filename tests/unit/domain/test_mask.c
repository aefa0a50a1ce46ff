/* Masking: the values, and the widest of several roles. */
#include "../test.h"
#include "domain/mask.h"

static const char *of(struct arena *a, enum mask_field field, const char *value)
{
    return mask_value(a, MASK_PART, field, value);
}

static void values_are_masked_as_the_header_says(void **state)
{
    struct arena *a = arena_new(1 << 16);

    (void)state;
    assert_string_equal(of(a, MASK_NAME, "Nguyễn Văn An"), "Nguyễn V. A.");
    assert_string_equal(of(a, MASK_NAME, "  Đỗ   Ước "), "Đỗ Ư.");
    assert_string_equal(of(a, MASK_NAME, "Ấn"), "Ấ.");
    assert_string_equal(of(a, MASK_NAME, ""), "");
    assert_string_equal(of(a, MASK_IDENTITY, "001 099-012345"), "***345");
    assert_string_equal(of(a, MASK_IDENTITY, "B12.3"), "***123");
    assert_string_equal(of(a, MASK_IDENTITY, "123"), "***"); /* three are all there is */
    assert_string_equal(of(a, MASK_PHONE, "0912 000 111 "), "***111");
    assert_string_equal(of(a, MASK_ADDRESS, "Số 5, ngõ 2, xã A, tỉnh B"), "xã A, tỉnh B");
    assert_string_equal(of(a, MASK_ADDRESS, "Số 5, xã A"), "xã A");
    assert_null(of(a, MASK_ADDRESS, "Số 5 xã A"));
    assert_string_equal(of(a, MASK_EMAIL, "an.nguyen@vi.du.vn"), "***@vi.du.vn");
    assert_string_equal(of(a, MASK_EMAIL, "an"), "***");
    assert_null(of(a, MASK_TEXT, "ông An nói"));
    for (int f = 0; f < MASK_FIELD_COUNT; f++) {
        assert_null(mask_value(a, MASK_NONE, (enum mask_field)f, "x"));
        assert_null(mask_value(a, MASK_FULL, (enum mask_field)f, NULL));
        assert_string_equal(mask_value(a, MASK_FULL, (enum mask_field)f, "x y"), "x y");
    }
    arena_free(a);
}

static void the_widest_role_counts(void **state)
{
    struct principal p = {.n_roles = 2, .roles = {{ROLE_STATISTICIAN, 1}, {ROLE_ADMINISTRATOR, 2}}};

    (void)state;
    assert_int_equal(mask_of(&p, MASK_LIST, MASK_NAME), MASK_PART);
    assert_int_equal(mask_of(&p, MASK_DETAIL, MASK_TEXT), MASK_NONE);
    p.roles[0].role = ROLE_CLERK;
    assert_int_equal(mask_of(&p, MASK_LIST, MASK_NAME), MASK_FULL);
    assert_int_equal(mask_of(&p, MASK_LIST, MASK_PHONE), MASK_PART);
    assert_true(mask_is_open(&p, MASK_DETAIL));
    p.n_roles = 0;
    assert_int_equal(mask_of(&p, MASK_BOOK, MASK_NAME), MASK_NONE);
    assert_false(mask_is_open(&p, MASK_DETAIL));
    p.is_acting_for = true;
    assert_true(mask_is_open(&p, MASK_LIST));
}

static void every_role_has_its_rows(void **state)
{
    int rows[ROLE_COUNT][MASK_PLACE_COUNT] = {{0}};

    (void)state;
#define MASK(role, place, name, identity, phone, address, email, text)                             \
    rows[ROLE_##role][MASK_##place]++;
#include "tables/masks.def"
#undef MASK
    for (int r = 0; r < ROLE_COUNT; r++)
        for (int k = 0; k < MASK_PLACE_COUNT; k++)
            assert_int_equal(rows[r][k], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_masked_as_the_header_says),
        cmocka_unit_test(the_widest_role_counts),
        cmocka_unit_test(every_role_has_its_rows),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
