/* Template files: what is read, and that every fault is refused with its line. */
#include "../test.h"
#include "document/document.h"
#include "document/request.h"
#include "document/runs.h"
#include "document/template.h"

#define BEGIN "form: T/2018:09\nname: N\npaper: A5\n"

static bool parse(struct arena *a, const char *text, struct template **ret, struct error *err)
{
    return template_parse(a, "T:0", text, strlen(text), ret, err);
}

static bool an_example_draws(struct arena *a, const struct document_template *t)
{
    const char *example = document_example(t->kind);
    struct document_request q;
    struct buffer pdf = {0};
    struct error err;
    char sentence[300];
    bool is_good = example && request_decode(a, example, strlen(example), &q, &err);

    if (is_good) {
        q.circular = t->circular;
        q.form = t->form;
        is_good = document_render(&q, &pdf, &err);
    }
    if (!is_good && example) {
        error_sentence(&err, LANGUAGE_EN, 0, sentence, sizeof sentence);
        print_message("%s:%s %s\n", t->circular, t->form, sentence);
    }
    buffer_deinit(&pdf);
    return is_good;
}

static void built_in_templates_are_sound(void **state)
{
    const struct document_template *t;
    size_t i;

    (void)state;
    for (i = 0; (t = document_template_at(i)); i++) {
        struct arena *a = arena_new(8 << 20);
        struct document_template_facts facts;
        struct error err = {0};
        char id[TEMPLATE_ID_LEN + 1];

        assert_true(document_template_check(a, t->text, &facts, &err));
        assert_string_equal(facts.kind ? facts.kind : "", t->kind ? t->kind : "");
        document_template_id(t->text, id);
        assert_int_equal(strlen(id), TEMPLATE_ID_LEN);
        if (strncmp(t->circular, "TT", 2) == 0) /* an office may edit it: it can be tried */
            assert_true(an_example_draws(a, t));
        arena_free(a);
        assert_ptr_equal(document_template_find(t->circular, t->form), t);
    }
    assert_true(i >= 5);
    assert_null(document_template_find("TT01/2018", "99"));
    assert_null(document_template_find("TT03/2025", "99"));
}

static void lines_are_read_with_names_conditions_and_marks(void **state)
{
    struct arena *a = arena_new(1 << 20);
    struct template *t;
    struct error err;
    const struct block *b;

    (void)state;
    assert_true(parse(
        a,
        BEGIN
        "# a comment\n\ntitle: T\r\npara? [a=b, !c, d != e]: one\n   two **bold {k}** \\{x\\}\n"
        "let x [y]: z\nto: Kính gửi: | {n?a|b} | \n",
        &t, &err));
    assert_string_equal(t->form, "T/2018:09");
    assert_true(t->width_mm == 148 && t->height_mm == 210);
    b = t->blocks;
    assert_int_equal(b->kind, BLOCK_TITLE);
    assert_string_equal(b->parts[0]->text, "T");
    b = b->next;
    assert_int_equal(b->line, 7);
    assert_true(b->is_unverified);
    assert_int_equal(b->n_tests, 3);
    assert_string_equal(b->tests[0].value, "b");
    assert_true(b->tests[1].is_negated && !b->tests[1].value);
    assert_string_equal(b->tests[2].key, "d");
    assert_string_equal(b->parts[0]->text, "one two ");
    assert_int_equal(b->parts[0]->next->style, RUN_BOLD);
    assert_string_equal(b->parts[0]->next->next->key, "k");
    assert_string_equal(b->parts[0]->next->next->next->text, " {x}");
    b = b->next;
    assert_string_equal(b->name, "x");
    b = b->next;
    assert_int_equal(b->n_parts, 3);
    assert_string_equal(b->parts[1]->fallback, "a|b");
    assert_null(b->parts[2]);
    arena_free(a);
}

static void faults_are_refused_with_their_line(void **state)
{
    static const struct {
        const char *text;
        enum error_code code;
        int line;
    } cases[] = {
        {"", ERR_TEMPLATE_MISSING, 0},
        {"form: a:1\nname: n\npaper: A5\n", ERR_TEMPLATE_MISSING, 3},
        {BEGIN "paper: A6\n", ERR_TEMPLATE_VALUE, 4},
        {BEGIN "size: 11\n", ERR_TEMPLATE_VALUE, 4},
        {BEGIN "size: 13pt\n", ERR_TEMPLATE_VALUE, 4},
        {BEGIN "margins: 10 10 10\n", ERR_TEMPLATE_VALUE, 4},
        {BEGIN "margins: 10 10 nan 10\n", ERR_TEMPLATE_VALUE, 4},
        {BEGIN "copies: a||b\n", ERR_TEMPLATE_VALUE, 4},
        {BEGIN "title: T\npara: a\n  b\n\n# c\nparagraph: x\n", ERR_TEMPLATE_WORD, 9},
        {BEGIN "title T\n", ERR_TEMPLATE_VALUE, 4},
        {BEGIN "title [a: T\n", ERR_TEMPLATE_VALUE, 4},
        {BEGIN "title [A=1]: T\n", ERR_TEMPLATE_VALUE, 4},
        {BEGIN "title [a,b,c,d,e]: T\n", ERR_TEMPLATE_VALUE, 4},
        {BEGIN "title: {\n", ERR_TEMPLATE_BRACE, 4},
        {BEGIN "title: }\n", ERR_TEMPLATE_BRACE, 4},
        {BEGIN "title: {}\n", ERR_TEMPLATE_BRACE, 4},
        {BEGIN "title: {Ab}\n", ERR_TEMPLATE_BRACE, 4},
        {BEGIN "title: {a b}\n", ERR_TEMPLATE_BRACE, 4},
        {BEGIN "title: **x\n", ERR_TEMPLATE_BRACE, 4},
        {BEGIN "title: a | b\n", ERR_TEMPLATE_VALUE, 4},
        {BEGIN "head: a\n", ERR_TEMPLATE_VALUE, 4},
        {BEGIN "let: a\n", ERR_TEMPLATE_VALUE, 4},
        {BEGIN "para x: a\n", ERR_TEMPLATE_VALUE, 4},
        {BEGIN "title: T\ntable x: 10 A | 20c B\npara: y\n", ERR_TEMPLATE_VALUE, 5},
        {BEGIN "title: T\ntable x: A\ncells: {1}\n", ERR_TEMPLATE_VALUE, 5},
        {BEGIN "title: T\ntable x: 10 A | 20c B\ncells: {1}\n", ERR_TEMPLATE_VALUE, 5},
        {BEGIN "receivers: a\n", ERR_TEMPLATE_VALUE, 4},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena *a = arena_new(1 << 20);
        struct template *t;
        struct error err = {0};

        if (parse(a, cases[i].text, &t, &err) || err.code != cases[i].code ||
            error_arg(&err, "line")->number != cases[i].line)
            fail_msg("case %zu: %s", i, error_word(err.code));
        arena_free(a);
    }
}

static void size_and_bytes_are_limited(void **state)
{
    struct arena *a = arena_new(1 << 20);
    char *big = calloc(1, TEMPLATE_BYTES_MAX + 2);
    struct template *t;
    struct error err;

    (void)state;
    memset(big, '\n', TEMPLATE_BYTES_MAX + 1);
    assert_false(template_parse(a, "T:0", big, TEMPLATE_BYTES_MAX + 1, &t, &err));
    assert_int_equal(err.code, ERR_DOCUMENT_LIMIT);
    assert_false(template_parse(a, "T:0", big, TEMPLATE_BYTES_MAX, &t, &err));
    assert_int_equal(err.code, ERR_TEMPLATE_MISSING);
    assert_false(template_parse(a, "T:0", "form: a\0b", 9, &t, &err));
    assert_int_equal(err.code, ERR_TEMPLATE_VALUE);
    free(big);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(built_in_templates_are_sound),
        cmocka_unit_test(lines_are_read_with_names_conditions_and_marks),
        cmocka_unit_test(faults_are_refused_with_their_line),
        cmocka_unit_test(size_and_bytes_are_limited),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
