/* Requests and problems as JSON: there and back, and every wrong member refused by name. */
#include "../test.h"
#include "base/instant.h"
#include "document/request.h"

static void a_request_survives_the_pipe(void **state)
{
    const struct document_value values[] = {{"applicant_name", "Nguyễn \"Thị\" Đào\n\\"},
                                            {"phone", NULL}};
    const char *const cells[] = {"Đơn", "bản chính", ""};
    const struct document_row rows[] = {{cells, 3}, {cells, 1}};
    const struct document_list lists[] = {{"components", rows, 2}};
    const struct document_request q = {"TT01/2018",
                                       "04",
                                       "form: x",
                                       values,
                                       2,
                                       lists,
                                       1,
                                       "https://x",
                                       1659600000000000,
                                       true,
                                       true,
                                       "components",
                                       "Bản in lại lần 2"};
    struct document_request back;
    struct arena *a = arena_new(1 << 20);
    struct buffer json = {0};
    struct error err;

    (void)state;
    assert_true(request_encode(&q, &json, &err));
    assert_true(request_decode(a, json.data, json.len, &back, &err));
    assert_string_equal(back.circular, "TT01/2018");
    assert_string_equal(back.form, "04");
    assert_string_equal(back.template_text, "form: x");
    assert_string_equal(back.qr_text, "https://x");
    assert_string_equal(back.each, "components");
    assert_string_equal(back.mark, "Bản in lại lần 2");
    assert_true(back.is_draft && back.has_places && back.made_at == q.made_at);
    assert_int_equal(back.n_values, 1);
    assert_string_equal(back.values[0].text, values[0].text);
    assert_int_equal(back.lists[0].n_rows, 2);
    assert_int_equal(back.lists[0].rows[0].n_cells, 3);
    assert_string_equal(back.lists[0].rows[0].cells[1], "bản chính");
    buffer_deinit(&json);
    arena_free(a);
}

static void wrong_members_are_refused_by_name(void **state)
{
    static const struct {
        const char *json;
        enum error_code code;
        const char *field;
    } cases[] = {
        {"[]", ERR_DOCUMENT_REQUEST, "{}"},
        {"{}", ERR_DOCUMENT_REQUEST, "form"},
        {"{\"form\":\"a:1\"}", ERR_DOCUMENT_REQUEST, "made_at"},
        {"{\"form\":\"a\"}", ERR_DOCUMENT_REQUEST, "form"},
        {"{\"form\":1}", ERR_DOCUMENT_REQUEST, "form"},
        {"{\"form\":\"a:1\",\"made_at\":\"2022\"}", ERR_DOCUMENT_REQUEST, "made_at"},
        {"{\"values\":[]}", ERR_DOCUMENT_REQUEST, "values"},
        {"{\"values\":{\"k\":1}}", ERR_DOCUMENT_REQUEST, "k"},
        {"{\"lists\":{\"l\":{}}}", ERR_DOCUMENT_REQUEST, "l"},
        {"{\"lists\":{\"l\":[[1]]}}", ERR_DOCUMENT_REQUEST, "l"},
        {"{\"lists\":{\"l\":[[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,"
         "26,27,28,29,30,31,32,33]]}}",
         ERR_DOCUMENT_LIMIT, "l"},
        {"{\"draft\":\"yes\"}", ERR_DOCUMENT_REQUEST, "draft"},
        {"{\"drat\":true}", ERR_DOCUMENT_REQUEST, "drat"},
        {"{\"values\":{\"k\":\"a\\u202eb\"}}", ERR_TEXT_INVALID, "k"},
        {"{\"values\":{\"k\":\"a\\u0007b\"}}", ERR_TEXT_INVALID, "k"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena *a = arena_new(1 << 20);
        struct document_request q;
        struct error err = {0};

        if (request_decode(a, cases[i].json, strlen(cases[i].json), &q, &err) ||
            err.code != cases[i].code ||
            strcmp(error_arg(&err, "field")->text, cases[i].field) != 0)
            fail_msg("case %zu: %s", i, error_word(err.code));
        arena_free(a);
    }
}

static void a_problem_keeps_code_and_arguments(void **state)
{
    struct error err, back;
    struct buffer json = {0};
    char sentence[200];

    (void)state;
    error_set(&err, ERR_TEMPLATE_BRACE, arg_text("form", "a:1"), arg_number("line", 7),
              arg_text("text", "{x"));
    problem_encode(&err, &json);
    problem_decode(json.data, json.len, &back);
    assert_int_equal(back.code, ERR_TEMPLATE_BRACE);
    error_sentence(&back, LANGUAGE_EN, 0, sentence, sizeof sentence);
    assert_string_equal(sentence,
                        "Template a:1, line 7: a mark is not closed or a name is wrong at {x.");
    problem_decode("{", 1, &back);
    assert_int_equal(back.code, ERR_INTERNAL);
    problem_decode("{\"code\":\"nonsense\"}", 19, &back);
    assert_int_equal(back.code, ERR_INTERNAL);
    buffer_deinit(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_survives_the_pipe),
        cmocka_unit_test(wrong_members_are_refused_by_name),
        cmocka_unit_test(a_problem_keeps_code_and_arguments),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
