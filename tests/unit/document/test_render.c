/* Rendering as a whole: same bytes twice, refusals that leave the buffer alone, limits, words for
 * dates. What the page looks like is measured in tests/document/. */
#include "../test.h"
#include "base/instant.h"
#include "document/document.h"

static const struct document_value values[] = {
    {"office_name", "Ủy ban nhân dân huyện Tân Kỳ"},
    {"place", "Tân Kỳ"},
    {"dated", "ngày 04 tháng 8 năm 2022"},
    {"applicant_name", "Nguyễn Thị Đào"},
    {"procedure_name", "Cấp giấy phép xây dựng"},
    {"dossier_code", "000.27.22.H41-220715-0004"},
    {"one_stop_name", "Bộ phận Tiếp nhận và Trả kết quả"},
    {"received", "ngày 15 tháng 7 năm 2022"},
    {"due", "ngày 05 tháng 8 năm 2022"},
    {"reappointed", "ngày 12 tháng 8 năm 2022"},
    {"reason", "Mưa lũ."},
    {"signer_title", "CHỦ TỊCH"},
};

static struct document_request request(void)
{
    return (struct document_request){.circular = "TT01/2018",
                                     .form = "04",
                                     .values = values,
                                     .n_values = ARRAY_LEN(values),
                                     .qr_text = "https://example.vn/p/abc",
                                     .made_at = INT64_C(1659600000000000)};
}

static void the_same_request_gives_the_same_bytes(void **state)
{
    struct document_request q = request();
    struct buffer first = {0}, again = {0};
    struct error err;

    (void)state;
    assert_true(document_render(&q, &first, &err));
    document_shutdown(); /* another process would begin like this */
    assert_true(document_render(&q, &again, &err));
    assert_int_equal(first.len, again.len);
    assert_memory_equal(first.data, again.data, first.len);
    assert_memory_equal(first.data, "%PDF-1.5", 8);
    buffer_deinit(&first);
    buffer_deinit(&again);
}

static void refusals_leave_the_buffer_alone(void **state)
{
    struct document_request q = request();
    struct buffer pdf = {0};
    struct error err;

    (void)state;
    buffer_text(&pdf, "before");
    q.n_values--; /* no signer_title */
    assert_false(document_render(&q, &pdf, &err));
    assert_int_equal(err.code, ERR_DOCUMENT_VALUE_MISSING);
    assert_string_equal(error_arg(&err, "key")->text, "signer_title");
    q = request();
    q.form = "44";
    assert_false(document_render(&q, &pdf, &err));
    assert_int_equal(err.code, ERR_DOCUMENT_FORM_UNKNOWN);
    q = request();
    q.template_text = "form: x\nnonsense: y\n";
    assert_false(document_render(&q, &pdf, &err));
    assert_int_equal(err.code, ERR_TEMPLATE_WORD);
    assert_string_equal(pdf.data, "before");
    assert_false(document_setup("No Such Family", &err));
    assert_int_equal(err.code, ERR_DOCUMENT_FONT);
    buffer_deinit(&pdf);
}

static void lengths_are_limited(void **state)
{
    static char text[DOCUMENT_TEXT_MAX + 2];
    struct document_value long_value[] = {{"reason", text}};
    struct document_request q = {.circular = "a",
                                 .form = "1",
                                 .values = long_value,
                                 .n_values = 1,
                                 .template_text =
                                     "form: a:1\nname: n\npaper: A5\ntitle: {reason}\n"};
    struct buffer pdf = {0};
    struct error err;

    (void)state;
    memset(text, 'x', DOCUMENT_TEXT_MAX + 1); /* one word, wider than the page */
    assert_false(document_render(&q, &pdf, &err));
    assert_int_equal(err.code, ERR_DOCUMENT_LIMIT);
    text[DOCUMENT_TEXT_MAX] = '\0';
    assert_true(document_render(&q, &pdf, &err));
    memset(text, 'q', DOCUMENT_QR_MAX + 1);
    text[DOCUMENT_QR_MAX + 1] = '\0';
    q.qr_text = text;
    assert_false(document_render(&q, &pdf, &err));
    assert_int_equal(err.code, ERR_DOCUMENT_LIMIT);
    text[DOCUMENT_QR_MAX] = '\0';
    assert_true(document_render(&q, &pdf, &err));
    buffer_deinit(&pdf);
}

static void dates_are_written_as_papers_do(void **state)
{
    char text[DOCUMENT_DATE_TEXT_MAX];

    (void)state;
    document_date_text(date_from_civil(2022, 8, 5), text);
    assert_string_equal(text, "ngày 05 tháng 8 năm 2022");
    document_date_text(date_from_civil(2022, 2, 15), text);
    assert_string_equal(text, "ngày 15 tháng 02 năm 2022");
    document_instant_text(INT64_C(1659693600000000), ZONE_VIETNAM_S, text);
    assert_string_equal(text, "17 giờ 00 phút, ngày 05 tháng 8 năm 2022");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_request_gives_the_same_bytes),
        cmocka_unit_test(refusals_leave_the_buffer_alone),
        cmocka_unit_test(lengths_are_limited),
        cmocka_unit_test(dates_are_written_as_papers_do),
    };
    int failed;

    cmocka_set_message_output(CM_OUTPUT_TAP);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    document_shutdown();
    return failed;
}
