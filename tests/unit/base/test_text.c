/* Text: what a stranger types is checked and composed; search compares folded forms. */
#include "../test.h"
#include "base/text.h"

static void invalid_utf8_is_found_at_its_byte(void **state)
{
    static const struct {
        const char *bytes;
        ptrdiff_t fault;
    } rows[] = {
        {"", -1},
        {"Nguy\xe1\xbb\x85n", -1},
        {"\xf4\x8f\xbf\xbf", -1}, /* the last code point */
        {"a\x80", 1},             /* continuation alone */
        {"ab\xc0\xaf", 2},        /* overlong slash */
        {"\xe0\x9f\xbf", 0},      /* overlong */
        {"\xf0\x8f\xbf\xbf", 0},  /* overlong */
        {"\xed\xa0\x80", 0},      /* surrogate */
        {"\xf4\x90\x80\x80", 0},  /* past the end */
        {"\xff", 0},
        {"x\xe1\xbb", 1}, /* cut */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(text_utf8_fault(rows[i].bytes, strlen(rows[i].bytes)), rows[i].fault);
}

static void text_comes_in_composed(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new(1 << 16);
    struct error err = {0};
    char *text;

    (void)state;
    assert_true(text_nfc(a, "name", "Nguye\xcc\x82\xcc\x83n", 10, &text, &err));
    assert_string_equal(text, "Nguyễn");
    assert_true(text_is_nfc(text));
    assert_true(text_nfc(a, "name", "Nguyễn Đức ƯỚC", strlen("Nguyễn Đức ƯỚC"), &text, &err));
    assert_string_equal(text, "Nguyễn Đức ƯỚC");
    assert_false(text_is_nfc("Nguye\xcc\x82\xcc\x83n"));
    assert_true(text_nfc(a, "name", "plain\tline\n", 11, &text, &err));
    assert_string_equal(text, "plain\tline\n");
    assert_true(text_nfc(a, "name", "", 0, &text, &err));
    assert_string_equal(text, "");
}

static void composed_letters_stay_as_they_are(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new(1 << 24);

    (void)state;
    for (uint32_t point = 0xA0; point <= 0x1EFF; point++) {
        const unsigned char u[] = {(unsigned char)(0xE0 | point >> 12),
                                   (unsigned char)(0x80 | (point >> 6 & 0x3F)),
                                   (unsigned char)(0x80 | (point & 0x3F)), 0};
        const unsigned char v[] = {(unsigned char)(0xC0 | point >> 6),
                                   (unsigned char)(0x80 | (point & 0x3F)), 0};
        const char *letter = (const char *)(point < 0x800 ? v : u);
        struct error err = {0};
        char *text;

        assert_true(text_nfc(a, "x", letter, strlen(letter), &text, &err));
        assert_true(text_is_nfc(text)); /* whichever way it was composed */
    }
}

static void what_would_deceive_a_reader_is_refused(void **state)
{
    static const char *const bad[] = {"xệ\x01",         "xệ\x7f",         "xệ\xc2\x85",
                                      "xệ\xe2\x80\xae", "xệ\xe2\x81\xa6", "xệ\xff"};
    CLEANUP(arena_freep) struct arena *a = arena_new(1 << 16);

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct error err = {0};
        char *text = NULL;

        assert_false(text_nfc(a, "name", bad[i], strlen(bad[i]), &text, &err));
        assert_null(text);
        assert_int_equal(err.code, ERR_TEXT_INVALID);
        assert_int_equal(error_arg(&err, "position")->number, 3);
        assert_string_equal(error_arg(&err, "field")->text, "name");
    }
}

static void search_forgives_marks_and_case(void **state)
{
    static const char *const rows[][2] = {
        {"Nguyễn Thị Đào", "nguyen thi dao"},
        {"  ĐƯỜNG\t\tsố  5 ", "duong so 5"},
        {"Nguye\xcc\x82\xcc\x83n", "nguyen"},
        {"ﬁle\xc2\xa0x", "file x"},
        {"", ""},
        {" \n ", ""},
    };
    CLEANUP(arena_freep) struct arena *a = arena_new(1 << 16);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(text_fold(a, rows[i][0]), rows[i][1]);
    assert_null(text_fold(a, "\xff"));
}

static void characters_are_counted_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(text_characters("Nguyễn"), 6);
    assert_int_equal(text_characters(""), 0);
}

static void lines_break_at_blanks(void **state)
{
    struct buffer out = {0};

    (void)state;
    text_wrap(&out, " 1. ", "Thứ Ba 30/8/2022: ngày tiếp nhận", 16);
    buffer_char(&out, '\0');
    assert_string_equal(out.data, " 1. Thứ Ba\n    30/8/2022:\n    ngày tiếp\n    nhận\n");
    buffer_deinit(&out);
}

static void lists_with_commas_are_taken_apart(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new(1 << 16);
    const char *const *items;
    const int64_t *numbers;
    int n;

    (void)state;
    items = text_items(a, "TP-10,TP-11", &n);
    assert_int_equal(n, 2);
    assert_string_equal(items[0], "TP-10");
    assert_string_equal(items[1], "TP-11");
    assert_non_null(text_items(a, "", &n));
    assert_int_equal(n, 0);
    numbers = text_numbers(a, "3,17,-2", &n);
    assert_int_equal(n, 3);
    assert_int_equal(numbers[1], 17);
    assert_int_equal(numbers[2], -2);
    assert_non_null(text_numbers(a, "", &n));
    assert_int_equal(n, 0);
}

static void a_phone_is_written_in_two_ways(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new(1 << 16);

    (void)state;
    assert_string_equal(text_phone_other(a, "0912 333.444"), "+84912 333.444");
    assert_string_equal(text_phone_other(a, " +84 912 333 444"), "0 912 333 444");
    assert_null(text_phone_other(a, "040190007788")); /* an identity number */
    assert_null(text_phone_other(a, "091233344"));
    assert_null(text_phone_other(a, "84912333444"));
    assert_null(text_phone_other(a, "0912 333 44a"));
    assert_null(text_phone_other(a, ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(invalid_utf8_is_found_at_its_byte),
        cmocka_unit_test(text_comes_in_composed),
        cmocka_unit_test(composed_letters_stay_as_they_are),
        cmocka_unit_test(what_would_deceive_a_reader_is_refused),
        cmocka_unit_test(search_forgives_marks_and_case),
        cmocka_unit_test(characters_are_counted_not_bytes),
        cmocka_unit_test(lines_break_at_blanks),
        cmocka_unit_test(a_phone_is_written_in_two_ways),
        cmocka_unit_test(lists_with_commas_are_taken_apart),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
