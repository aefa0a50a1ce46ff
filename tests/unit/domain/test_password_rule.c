/* Passwords: the bounds one below and one above, in characters and not in bytes; what everybody
 * tries first; the login. */
#include "../test.h"

#include <string.h>

#include "domain/password_rule.h"

static enum error_code refused(const char *password, const char *login)
{
    struct arena *a = arena_new(1 << 16);
    struct error err = {0};
    bool is_good = password_rule_check(a, "new", password, login, &err);

    arena_free(a);
    assert_int_equal(is_good, err.code == ERR_NONE);
    for (int i = 0; !is_good && err.args[i].name; i++)
        assert_null(strstr(err.args[i].text, password)); /* never repeated */
    return err.code;
}

static void length_counts_characters(void **state)
{
    char longest[3 * 128 + 1] = "", longer[3 * 129 + 1] = "";

    (void)state;
    assert_int_equal(refused("đêm trăng", "x"), ERR_PASSWORD_SHORT);
    assert_int_equal(refused("đêm trăngs", "x"), ERR_NONE);
    for (int i = 0; i < 129; i++) {
        static const char *const letters[] = {"ế", "ộ", "ẫ", "ừ", "ỡ", "q"};

        if (i < 128)
            strcat(longest, letters[i % 6]);
        strcat(longer, letters[i % 6]);
    }
    assert_int_equal(refused(longest, "x"), ERR_NONE);
    assert_int_equal(refused(longer, "x"), ERR_PASSWORD_LONG);
}

static void what_everybody_tries_first_is_refused(void **state)
{
    static const char *const common[] = {
        "1234567890",   "matkhau123",      "MatKhau@2022", "Mật khẩu 2022",   "password123",
        "Vietnam@2025", "quantri2024!",    "0912345678",   "001 099 012 345", "aaaaaaaaaa",
        "1212121212",   "qwertyuiop12345", "P@ssw0rd2024", "1q2w3e4r5t",      "UBND@20252026"};
    static const char *const good[] = {"mot-cua-2022", "cây đa bến nước", "Khanh8!nghi#tam",
                                       "7f3a9c0be1d2", "matkhaucuatoi dai lam"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(common); i++)
        assert_int_equal(refused(common[i], "x"), ERR_PASSWORD_COMMON);
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_int_equal(refused(good[i], "x"), ERR_NONE);
}

static void the_login_is_no_part_of_it(void **state)
{
    (void)state;
    assert_int_equal(refused("nvhuong-2020-tk", "nvhuong"), ERR_PASSWORD_HAS_LOGIN);
    assert_int_equal(refused("xin chào NVHuong", "nvhuong"), ERR_PASSWORD_HAS_LOGIN);
    assert_int_equal(refused("nvhuon-2020-tky", "nvhuong"), ERR_NONE);
    assert_int_equal(refused("xe ab chay dem", "ab"), ERR_NONE); /* two letters prove nothing */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(length_counts_characters),
        cmocka_unit_test(what_everybody_tries_first_is_refused),
        cmocka_unit_test(the_login_is_no_part_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
