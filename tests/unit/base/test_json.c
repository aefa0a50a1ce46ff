/* JSON from strangers: each fault is refused by name and place, each limit one above and passed one
 * below. */
#include "../test.h"
#include "base/json.h"

static void every_fault_is_named_and_placed(void **state)
{
    static const struct {
        const char *text;
        enum error_code code;
        int line, column;
    } rows[] = {
        {"", ERR_JSON_SYNTAX, 1, 1},
        {"{\"a\":1,}", ERR_JSON_SYNTAX, 1, 8},
        {"{\n  \"tên\": x}", ERR_JSON_SYNTAX, 2, 10},
        {"[1 2]", ERR_JSON_SYNTAX, 1, 4},
        {"{\"a\" 1}", ERR_JSON_SYNTAX, 1, 6},
        {"[1] x", ERR_JSON_SYNTAX, 1, 5},
        {"[1", ERR_JSON_SYNTAX, 1, 3},
        {"\"a", ERR_JSON_SYNTAX, 1, 3},
        {"\"a\nb\"", ERR_JSON_SYNTAX, 1, 3},
        {"\"\\x\"", ERR_JSON_SYNTAX, 1, 2},
        {"\"\\u12g4\"", ERR_JSON_SYNTAX, 1, 2},
        {"\"\\ud800\"", ERR_JSON_SYNTAX, 1, 2},
        {"\"\\ud800\\u0041\"", ERR_JSON_SYNTAX, 1, 2},
        {"\"\\udc00\"", ERR_JSON_SYNTAX, 1, 2},
        {"tru", ERR_JSON_SYNTAX, 1, 1},
        {"NaN", ERR_JSON_SYNTAX, 1, 1},
        {"01", ERR_JSON_SYNTAX, 1, 2},
        {"-", ERR_JSON_SYNTAX, 1, 2},
        {"1.", ERR_JSON_SYNTAX, 1, 3},
        {".5", ERR_JSON_SYNTAX, 1, 1},
        {"1e", ERR_JSON_SYNTAX, 1, 3},
        {"+1", ERR_JSON_SYNTAX, 1, 1},
        {"'a'", ERR_JSON_SYNTAX, 1, 1},
        {"\xef\xbb\xbf{}", ERR_JSON_SYNTAX, 1, 1},
        {"[\"a\\u0000\"]", ERR_JSON_NUL, 1, 4},
        {"[\"\xe1\xbb\x87\xff\"]", ERR_JSON_UTF8, 1, 4},
        {"[1e999]", ERR_JSON_NUMBER, 1, 2},
        {"[ 12345678901234567890123456789012345678901]", ERR_JSON_NUMBER, 1, 3},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error err = {0};
        cJSON *json = NULL;

        assert_false(json_parse(rows[i].text, strlen(rows[i].text), &json, &err));
        assert_null(json);
        if (err.code != rows[i].code || error_arg(&err, "line")->number != rows[i].line ||
            error_arg(&err, "column")->number != rows[i].column)
            fail_msg("%s: %s at %d:%d", rows[i].text, error_word(err.code),
                     (int)error_arg(&err, "line")->number, (int)error_arg(&err, "column")->number);
    }
}

static void a_nul_byte_is_not_the_end(void **state)
{
    struct error err = {0};
    cJSON *json = NULL;

    (void)state;
    assert_false(json_parse("{}\0", 3, &json, &err));
    assert_int_equal(err.code, ERR_JSON_SYNTAX);
    assert_false(json_parse("\"a\0b\"", 5, &json, &err));
    assert_int_equal(err.code, ERR_JSON_NUL);
}

static bool parse_repeated(const char *head, size_t n, const char *part, const char *tail,
                           struct error *err)
{
    CLEANUP(json_freep) cJSON *json = NULL;
    struct buffer b = {0};
    bool is_read;

    buffer_text(&b, head);
    for (size_t i = 0; i < n; i++)
        buffer_text(&b, part);
    buffer_text(&b, tail);
    is_read = json_parse(b.data, b.len, &json, err);
    buffer_deinit(&b);
    return is_read;
}

static void limits_hold_to_the_last(void **state)
{
    struct error err = {0};
    cJSON *json = NULL;
    char deep[2 * JSON_DEPTH_MAX + 3] = "";

    (void)state;
    memset(deep, '[', JSON_DEPTH_MAX);
    memset(deep + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    assert_true(json_parse(deep, 2 * JSON_DEPTH_MAX, &json, &err));
    json_freep(&json);
    memset(deep, '[', JSON_DEPTH_MAX + 1);
    memset(deep + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
    assert_false(json_parse(deep, 2 * JSON_DEPTH_MAX + 2, &json, &err));
    assert_int_equal(err.code, ERR_JSON_DEPTH);
    assert_true(parse_repeated("[0", JSON_ITEMS_MAX - 2, ",0", "]", &err));
    assert_false(parse_repeated("[0", JSON_ITEMS_MAX - 1, ",0", "]", &err));
    assert_int_equal(err.code, ERR_JSON_TOO_MANY);
    assert_true(parse_repeated("", JSON_NUMBER_MAX, "1", "", &err));
    assert_false(parse_repeated("", JSON_NUMBER_MAX + 1, "1", "", &err));
    assert_int_equal(err.code, ERR_JSON_NUMBER);
}

static void a_key_may_not_come_twice(void **state)
{
    static const char *const bad[] = {"{\"a\":1,\"a\":2}", "{\"a\":1,\"b\":2,\"\\u0061\":3}",
                                      "[0,{\"x\":[{\"a\":1,\"c\":{},\"a\":2}]}]"};
    static const char good[] = "{\"a\":{\"a\":1},\"A\":[{\"a\":1},{\"a\":2}]}";
    struct error err = {0};
    cJSON *json = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(json_parse(bad[i], strlen(bad[i]), &json, &err));
        assert_int_equal(err.code, ERR_JSON_DUPLICATE_KEY);
        assert_string_equal(error_arg(&err, "field")->text, "a");
    }
    assert_true(json_parse(good, strlen(good), &json, &err));
    json_freep(&json);
}

static void values_arrive_as_sent(void **state)
{
    static const char text[] =
        " { \"tên\" : \"\\u1ec7\\ud83d\\ude00\\n\" , \"n\" : [ -0.5e1 , true , null ] } \r\n";
    struct error err = {0};
    cJSON *json = NULL;

    (void)state;
    assert_true(json_parse(text, sizeof text - 1, &json, &err));
    assert_string_equal(cJSON_GetObjectItemCaseSensitive(json, "tên")->valuestring, "ệ😀\n");
    assert_true(cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(json, "n"), 0)->valuedouble ==
                -5.0);
    json_freep(&json);
}

static void what_is_written_reads_back(void **state)
{
    static const char text[] = "\"tên\" \\ / \b\f\n\r\t\x01\x1f\x7fệ😀";
    struct buffer b = {0};
    struct error err = {0};
    cJSON *json = NULL;

    (void)state;
    json_write(&b, text, sizeof text - 1);
    assert_true(json_parse(b.data, b.len, &json, &err));
    assert_string_equal(json->valuestring, text);
    json_freep(&json);
    buffer_deinit(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_is_named_and_placed),
        cmocka_unit_test(a_nul_byte_is_not_the_end),
        cmocka_unit_test(limits_hold_to_the_last),
        cmocka_unit_test(a_key_may_not_come_twice),
        cmocka_unit_test(values_arrive_as_sent),
        cmocka_unit_test(what_is_written_reads_back),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
