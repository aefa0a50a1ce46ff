/* Texts on their way to paper: cleaned, never read as wording, glued where they may not part. */
#include "../test.h"
#include "document/fill.h"

static void hostile_text_is_made_harmless(void **state)
{
    static const struct {
        const char *text, *want;
        unsigned style;
    } cases[] = {
        {"Nguyễn Thị Đào", "Nguyễn Thị Đào", 0},
        {"Nguye\xCC\x82\xCC\x83n", "Nguyễn", 0}, /* NFC */
        {"nguyễn đào ẫộữ", "NGUYỄN ĐÀO ẪỘỮ", RUN_UPPER},
        {"<b>x</b> {key} **y** &amp;", "<b>x</b> {key} **y** &amp;", 0},
        {"a\x01\tb\x7F", "a b", 0},
        {"a\xE2\x80\xAE"
         "b\xEF\xBB\xBF"
         "c",
         "abc", 0},                      /* right-to-left override, BOM */
        {"a\xFFz", "a\xEF\xBF\xBDz", 0}, /* broken UTF-8 */
        {"a  \n\n b", "a\nb", 0},
        {"a\nb", "a b", RUN_ONE_LINE},
        {"e\xCC\x80\xCC\x81\xCC\x82\xCC\x83\xCC\x84\xCC\x85", "è\xCC\x81\xCC\x82\xCC\x83",
         0}, /* stacked marks */
        {"kết quả. ./.", "kết quả./.", 0},
        {"Trân trọng \n./.", "Trân trọng./.", 0},
        {"", NULL, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct runs r;

        runs_init(&r);
        runs_add(&r, cases[i].text, strlen(cases[i].text), cases[i].style);
        runs_finish(&r);
        if (strcmp(r.text.data ? r.text.data : "", cases[i].want ? cases[i].want : ""))
            fail_msg("case %zu: %s", i, r.text.data);
        runs_deinit(&r);
    }
}

static void conditions_and_lets_choose_the_wording(void **state)
{
    static const char text[] =
        "form: a:1\nname: n\npaper: A4\nlet p [kind=man]: Ông\nlet p [kind=org]: Quý {what}\n"
        "let p: Ông (Bà)\ntitle: {p}\n";
    static const struct {
        const char *kind, *want;
    } cases[] = {{"man", "Ông"}, {"org", "Quý vị"}, {"", "Ông (Bà)"}, {"x", "Ông (Bà)"}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena *a = arena_new(1 << 20);
        const struct document_value values[] = {{"kind", cases[i].kind}, {"what", "vị"}};
        const struct document_request q = {.values = values, .n_values = 2};
        struct fill f = {.arena = a, .request = &q};
        struct template *t;
        struct error err;

        assert_true(template_parse(a, "a:1", text, sizeof text - 1, &t, &err));
        f.template = t;
        for (const struct block *b = t->blocks; b->kind == BLOCK_LET; b = b->next)
            assert_true(!fill_holds(&f, b) || fill_let(&f, b, &err));
        assert_string_equal(fill_value(&f, "p"), cases[i].want);
        arena_free(a);
    }
}

static void a_draft_has_no_number(void **state)
{
    const struct document_value values[] = {{"number", "05"}};
    struct document_request q = {.values = values, .n_values = 1};
    const struct fill f = {.request = &q};

    (void)state;
    assert_string_equal(fill_value(&f, "number"), "05");
    q.is_draft = true;
    assert_null(fill_value(&f, "number"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_text_is_made_harmless),
        cmocka_unit_test(conditions_and_lets_choose_the_wording),
        cmocka_unit_test(a_draft_has_no_number),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
