/* Messages: strict reading with a named place, writing that reads back, and for every field of
 * every message its limit: one below passes, one above is refused. */
#include "../test.h"
#include <inttypes.h>

#include "wire/message.h"

struct fixture {
    struct arena *arena;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    f->arena = arena_new((size_t)1 << 30);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    arena_free(f->arena);
    free(f);
    return 0;
}

static bool read_as(struct fixture *f, const struct codec_message *m, const char *text)
{
    void *object = arena_alloc(f->arena, m->size);

    error_clear(&f->err);
    return codec_decode_text(m, text, strlen(text), f->arena, object, &f->err);
}

static const char *said(const struct fixture *f, const char *name)
{
    const struct error_arg *arg = error_arg(&f->err, name);

    return arg ? arg->text : "(none)";
}

static void a_refusal_names_place_and_value(void **state)
{
    static const struct {
        const struct codec_message *message;
        const char *text;
        enum error_code code;
        const char *field, *value;
    } rows[] = {
        {&message_login_request, "[]", ERR_BODY_NOT_OBJECT, "(none)", "[...]"},
        {&message_login_request, "{\"login\":\"a\"}", ERR_FIELD_MISSING, "password", "(none)"},
        {&message_login_request, "{\"login\":7,\"password\":\"x\"}", ERR_FIELD_NOT_TEXT, "login",
         "7"},
        {&message_login_request, "{\"login\":null,\"password\":\"x\"}", ERR_FIELD_NOT_TEXT, "login",
         "null"},
        {&message_login_request, "{\"login\":\" \",\"password\":\"x\"}", ERR_FIELD_EMPTY, "login",
         "(none)"},
        {&message_login_request, "{\"login\":\"a\",\"password\":12}", ERR_FIELD_NOT_TEXT,
         "password", "***"},
        {&message_login_request, "{\"login\":\"a\",\"pass\":12}", ERR_FIELD_UNKNOWN, "pass",
         "(none)"},
        {&message_login_request, "{\"login\":\"a\",\"Password\":\"x\"}", ERR_FIELD_UNKNOWN,
         "Password", "(none)"},
        {&message_login_request, "{\"login\":\"a\\nb\",\"password\":\"x\"}", ERR_FIELD_ONE_LINE,
         "login", "a\nb"},
        {&message_dossier_submit, "{\"procedure\":\"p\",\"applicant\":[]}", ERR_FIELD_NOT_OBJECT,
         "applicant", "[...]"},
        {&message_dossier_submit,
         "{\"procedure\":\"p\",\"applicant\":{\"name\":\"A\"},\"received_at\":\"30/8/2022\"}",
         ERR_FIELD_NOT_INSTANT, "received_at", "30/8/2022"},
        {&message_office, "{\"key\":\"a\",\"name\":\"A\",\"valid_from\":\"30/8/2022\"}",
         ERR_FIELD_NOT_DATE, "valid_from", "30/8/2022"},
        {&message_dossier_submit,
         "{\"procedure\":\"p\",\"applicant\":{\"name\":\"A\"},\"components\":[{\"name\":\"x\"},"
         "{\"name\":\"y\",\"copies\":0}]}",
         ERR_FIELD_RANGE, "components[1].copies", "0"},
        {&message_dossier_submit,
         "{\"procedure\":\"p\",\"applicant\":{\"name\":\"A\"},\"components\":[{\"name\":\"x\"},3]}",
         ERR_FIELD_NOT_OBJECT, "components[1]", "3"},
        {&message_dossier_submit,
         "{\"procedure\":\"p\",\"applicant\":{\"name\":\"A\"},\"components\":[{\"nam\":\"x\"}]}",
         ERR_FIELD_UNKNOWN, "components[0].nam", "(none)"},
        {&message_dossier_submit,
         "{\"procedure\":\"p\",\"applicant\":{\"name\":\"A\"},\"components\":{}}",
         ERR_FIELD_NOT_LIST, "components", "{...}"},
        {&message_dossier_submit,
         "{\"procedure\":\"p\",\"applicant\":{\"name\":\"A\"},\"channel\":\"fax\"}",
         ERR_FIELD_NOT_WORD, "channel", "fax"},
        {&message_dossier_submit,
         "{\"procedure\":\"p\",\"applicant\":{\"name\":\"A\"},\"settle\":1}", ERR_FIELD_NOT_BOOLEAN,
         "settle", "1"},
        {&message_dossier_submit,
         "{\"procedure\":\"p\",\"applicant\":{\"name\":\"A\"},\"received_at\":\"2022-08-30T10:"
         "00\"}",
         ERR_FIELD_NO_OFFSET, "received_at", "2022-08-30T10:00"},
        {&message_dossier_submit,
         "{\"procedure\":\"p\",\"applicant\":{\"name\":\"A\"},\"received_at\":1661828400}",
         ERR_FIELD_NOT_INSTANT, "received_at", "1661828400"},
        {&message_action_request, "{\"items\":[\"a\",true]}", ERR_FIELD_NOT_TEXT, "items[1]",
         "true"},
        {&message_action_request, "{\"step\":1.5}", ERR_FIELD_NOT_INTEGER, "step", "1.5"},
        {&message_action_request, "{\"step\":9007199254740993}", ERR_FIELD_NOT_INTEGER, "step",
         "9007199254740992"},
        {&message_due_request,
         "{\"items\":[{\"from\":\"2022-08-30T10:00:00Z\",\"limit\":\"3 wd\"}]}",
         ERR_FIELD_NOT_LIMIT, "items[0].limit", "3 wd"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_false(read_as(f, rows[i].message, rows[i].text));
        if (f->err.code != rows[i].code || strcmp(said(f, "field"), rows[i].field) ||
            strcmp(said(f, "value"), rows[i].value))
            fail_msg("%s: %s, field %s, value %s", rows[i].text, error_word(f->err.code),
                     said(f, "field"), said(f, "value"));
    }
}

static void a_word_is_refused_with_the_words_allowed(void **state)
{
    struct fixture *f = *state;
    char text[400];

    assert_false(read_as(f, &message_action_request, "{\"hold_effect\":\"stop\"}"));
    error_sentence(&f->err, LANGUAGE_VI, ZONE_VIETNAM_S, text, sizeof text);
    assert_string_equal(
        text, "Trường hold_effect phải là một trong restart, resume, runs_on, không phải stop.");
    assert_false(read_as(f, &message_dossier, "{\"state\":\"x\"}")); /* a long list is cut */
    assert_non_null(strstr(said(f, "words"), ", ..."));
}

static void values_arrive_in_the_struct(void **state)
{
    static const char text[] =
        "{\"procedure\":\"1.001193\",\"channel\":\"post\",\"applicant\":{\"name\":"
        "\"Nguye\\u0302\\u0303n "
        "A\",\"phone\":\"\",\"email\":null},\"group\":[],\"components\":[{"
        "\"name\":\"Tờ khai\",\"copies\":2},{\"name\":\"Giấy chứng sinh\"}],\"received_at\":"
        "\"2022-08-30T10:00:00+07:00\",\"remark\":\"hai\\ndòng\"}";
    struct fixture *f = *state;
    struct wire_dossier_submit in;

    assert_true(
        codec_decode_text(&message_dossier_submit, text, strlen(text), f->arena, &in, &f->err));
    assert_string_equal(in.procedure, "1.001193");
    assert_null(in.procedure_case);
    assert_int_equal(in.channel, 3);
    assert_string_equal(in.applicant->name, "Nguyễn A");
    assert_null(in.applicant->phone);
    assert_null(in.applicant->email);
    assert_int_equal(in.applicant->kind, WORD_NONE);
    assert_null(in.submitter);
    assert_int_equal(in.n_group, 0);
    assert_int_equal(in.n_components, 2);
    assert_int_equal(in.components[0].copies, 2);
    assert_true(in.components[1].copies == INTEGER_NONE);
    assert_true(in.received_at == INT64_C(1661828400) * INSTANT_SECOND);
    assert_true(in.agreed_due_at == INSTANT_NONE);
    assert_string_equal(in.remark, "hai\ndòng");
    assert_false(in.settle);
}

static void a_reply_is_written_as_the_table_says(void **state)
{
    struct fixture *f = *state;
    struct buffer b = {0};
    struct wire_hold hold;
    struct wire_clock clock;

    wire_hold_init(&hold);
    hold.kind = 1;
    hold.effect = 0;
    hold.from = INT64_C(1661828400) * INSTANT_SECOND + 250000;
    assert_true(wire_hold_encode(&hold, ZONE_VIETNAM_S, &b, &f->err));
    assert_string_equal(
        b.data, "{\"kind\":\"financial\",\"effect\":\"restart\",\"from\":\"2022-08-30T10:00:00."
                "250000+07:00\",\"to\":null,\"answer_by\":null,\"due_before\":null,\"due_after\":"
                "null,\"is_late_request\":false,\"began_after_due\":false}");
    buffer_clear(&b);
    wire_clock_init(&clock);
    clock.now = clock.real_now = 0;
    clock.offset_s = -INTEGER_MAX;
    assert_true(wire_clock_encode(&clock, 0, &b, &f->err));
    assert_string_equal(b.data, "{\"now\":\"1970-01-01T00:00:00+00:00\",\"real_now\":"
                                "\"1970-01-01T00:00:00+00:00\",\"is_demonstration\":false,"
                                "\"offset_s\":-9007199254740991}");
    buffer_deinit(&b);
}

static void a_reply_that_lacks_a_field_is_our_mistake(void **state)
{
    struct fixture *f = *state;
    struct buffer b = {0};
    struct wire_hold hold;

    wire_hold_init(&hold);
    assert_false(wire_hold_encode(&hold, ZONE_VIETNAM_S, &b, &f->err));
    assert_int_equal(f->err.code, ERR_INTERNAL);
    assert_string_equal(said(f, "what"), "hold.kind");
    hold.kind = 99;
    assert_false(wire_hold_encode(&hold, ZONE_VIETNAM_S, &b, &f->err));
    buffer_deinit(&b);
}

static void queries_are_read_by_the_same_rows(void **state)
{
    struct fixture *f = *state;
    struct wire_dossier_query q;
    const struct uri_pair good[] = {{"limit", "200"},
                                    {"state", "done"},
                                    {"count", "true"},
                                    {"due_to", "2022-08-31"},
                                    {"office", ""}};
    const struct {
        struct uri_pair pair;
        enum error_code code;
    } bad[] = {
        {{"limit", "201"}, ERR_FIELD_RANGE},           {{"limit", "0"}, ERR_FIELD_RANGE},
        {{"limit", "1e2"}, ERR_FIELD_NOT_INTEGER},     {{"limit", "-"}, ERR_FIELD_NOT_INTEGER},
        {{"limit", " 1"}, ERR_FIELD_NOT_INTEGER},      {{"count", "yes"}, ERR_FIELD_NOT_BOOLEAN},
        {{"state", "gone"}, ERR_FIELD_NOT_WORD},       {{"colour", "red"}, ERR_FIELD_UNKNOWN},
        {{"due_to", "2022-8-31"}, ERR_FIELD_NOT_DATE},
    };

    assert_true(codec_decode_pairs(&message_dossier_query, good, 5, f->arena, &q, &f->err));
    assert_int_equal(q.limit, 200);
    assert_string_equal(words_state.words[q.state], "done");
    assert_true(q.count);
    assert_int_equal(q.due_to, date_from_civil(2022, 8, 31));
    assert_null(q.office);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(
            codec_decode_pairs(&message_dossier_query, &bad[i].pair, 1, f->arena, &q, &f->err));
        assert_int_equal(f->err.code, bad[i].code);
    }
    assert_false(codec_decode_pairs(&message_statistics_query, NULL, 0, f->arena, &q, &f->err));
    assert_int_equal(f->err.code, ERR_FIELD_MISSING);
}

/* ---- every field of every message ---- */

enum size { LEAST, MOST, TOO_MUCH };

static void make_object(struct buffer *b, const struct codec_message *m,
                        const struct codec_field *special, enum size size, int depth);

static void make_value(struct buffer *b, const struct codec_field *f, enum size size, int depth)
{
    int64_t n = size == LEAST ? 1 : size == MOST ? f->max : f->max + 1;
    int64_t count = size == LEAST ? 0 : (int64_t)f->n_max + (size == TOO_MUCH);

    switch (f->kind) {
    case CODEC_TEXT:
        buffer_char(b, '"');
        for (int64_t i = 0; i < n; i++)
            buffer_text(b, "ệ");
        buffer_char(b, '"');
        return;
    case CODEC_INTEGER:
        buffer_printf(b, "%" PRId64, size == LEAST ? f->min : n);
        return;
    case CODEC_BOOLEAN:
        buffer_text(b, "true");
        return;
    case CODEC_INSTANT:
        buffer_text(b, "\"2022-08-30T10:00:00+07:00\"");
        return;
    case CODEC_DATE:
        buffer_text(b, "\"2022-08-30\"");
        return;
    case CODEC_LIMIT:
        buffer_text(b, "\"3wd\"");
        return;
    case CODEC_WORD:
        buffer_printf(b, "\"%s\"", f->words->words[f->words->n - 1]);
        return;
    case CODEC_RAW:
        buffer_text(b, "{\"any\":[1,\"x\"]}");
        return;
    case CODEC_OBJECT:
        make_object(b, f->message, NULL, LEAST, depth + 1);
        return;
    case CODEC_TEXTS:
    case CODEC_OBJECTS:
        break;
    }
    buffer_char(b, '[');
    for (int64_t i = 0; i < count; i++) {
        buffer_text(b, i ? "," : "");
        if (f->kind == CODEC_TEXTS)
            buffer_text(b, "\"x\"");
        else
            make_object(b, f->message, NULL, LEAST, depth + 1);
    }
    buffer_char(b, ']');
}

/* The required fields, and the special one at its size. */
static void make_object(struct buffer *b, const struct codec_message *m,
                        const struct codec_field *special, enum size size, int depth)
{
    bool is_first = true;

    buffer_char(b, '{');
    for (size_t i = 0; i < m->n_fields; i++) {
        const struct codec_field *f = &m->fields[i];

        if (f != special && !(f->flags & CODEC_REQUIRED))
            continue;
        buffer_text(b, is_first ? "" : ",");
        is_first = false;
        buffer_text(b, f->key);
        make_value(b, f, f == special ? size : LEAST, depth);
    }
    buffer_char(b, '}');
}

static void every_field_has_a_limit_that_holds(void **state)
{
    struct fixture *f = *state;
    struct buffer b = {0};

    for (size_t i = 0; i < n_messages; i++) {
        const struct codec_message *m = messages[i];

        for (size_t k = 0; k < m->n_fields; k++) {
            const struct codec_field *field = &m->fields[k];
            bool has_limit = field->kind == CODEC_TEXT || field->kind == CODEC_INTEGER ||
                             field->kind == CODEC_TEXTS || field->kind == CODEC_OBJECTS;

            if (field->max > 300000)
                has_limit = false; /* whole files, and numbers that JSON itself bounds */
            for (enum size size = LEAST; size <= (has_limit ? TOO_MUCH : LEAST); size++) {
                buffer_clear(&b);
                make_object(&b, m, field, size, 0);
                if (read_as(f, m, b.data) == (size == TOO_MUCH))
                    fail_msg("%s.%s at size %d: %s", m->name, field->key, size,
                             error_word(f->err.code));
                if (size == TOO_MUCH)
                    assert_true(f->err.code == ERR_FIELD_TOO_LONG ||
                                f->err.code == ERR_FIELD_RANGE ||
                                f->err.code == ERR_FIELD_TOO_MANY);
            }
        }
        arena_free(f->arena);
        f->arena = arena_new((size_t)1 << 30);
    }
    buffer_deinit(&b);
}

static uint64_t seed;

static uint32_t dice(uint32_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % n;
}

static void random_object(struct buffer *b, const struct codec_message *m, int depth);

static void random_value(struct buffer *b, const struct codec_field *f, int depth)
{
    static const char *const bits[] = {"a", "ệ", "\\\"", "\\\\", "\\u0041",
                                       "😀", "đ", "/",    "-",    " x"};
    struct buffer text = {0};

    switch (f->kind) {
    case CODEC_TEXT:
        buffer_text(b, "\"t");
        for (uint32_t n = dice(f->max > 40 ? 20 : ((uint32_t)f->max + 1) / 2); n; n--)
            buffer_text(b, bits[dice(10)]);
        if (f->flags & CODEC_LINES)
            buffer_text(b, "\\n.");
        buffer_char(b, '"');
        break;
    case CODEC_INTEGER:
        buffer_printf(
            b, "%" PRId64,
            f->min + (int64_t)dice((uint32_t)(f->max - f->min > 100 ? 100 : f->max - f->min) + 1));
        break;
    case CODEC_BOOLEAN:
        buffer_text(b, dice(2) ? "true" : "false");
        break;
    case CODEC_INSTANT:
        buffer_printf(b, "\"20%02u-0%u-%02uT%02u:%02u:%02u.%06u%s\"", dice(100), dice(9) + 1,
                      dice(28) + 1, dice(24), dice(60), dice(60), dice(2) * dice(1000000),
                      dice(2) ? "Z" : "-11:30");
        break;
    case CODEC_DATE:
        buffer_printf(b, "\"19%02u-0%u-%02u\"", dice(100), dice(9) + 1, dice(28) + 1);
        break;
    case CODEC_LIMIT:
        buffer_printf(b, "\"%uwh\"", dice(99999));
        break;
    case CODEC_WORD:
        do {
            const char *word = f->words->words[dice((uint32_t)f->words->n)];

            if (word)
                buffer_printf(&text, "\"%s\"", word);
        } while (!text.len);
        buffer_text(b, text.data);
        break;
    case CODEC_RAW:
        buffer_text(b, "[{\"k\":1.5},null]");
        break;
    case CODEC_OBJECT:
        random_object(b, f->message, depth + 1);
        break;
    case CODEC_TEXTS:
    case CODEC_OBJECTS:
        buffer_char(b, '[');
        for (uint32_t i = 0, n = dice(3); i < n; i++) {
            buffer_text(b, i ? "," : "");
            if (f->kind == CODEC_TEXTS)
                buffer_printf(b, "\"%u\"", dice(1000));
            else
                random_object(b, f->message, depth + 1);
        }
        buffer_char(b, ']');
        break;
    }
    buffer_deinit(&text);
}

static void random_object(struct buffer *b, const struct codec_message *m, int depth)
{
    bool is_first = true;

    buffer_char(b, '{');
    for (size_t i = 0; i < m->n_fields; i++) {
        const struct codec_field *f = &m->fields[i];

        if (!(f->flags & CODEC_REQUIRED) && dice(depth > 2 ? 8 : 2))
            continue;
        buffer_text(b, is_first ? "" : ",");
        is_first = false;
        buffer_text(b, f->key);
        random_value(b, f, depth);
    }
    buffer_char(b, '}');
}

static void what_is_written_reads_back(void **state)
{
    struct fixture *f = *state;
    struct buffer source = {0}, first = {0}, second = {0};

    for (uint64_t round = 1; round <= 3000; round++) {
        const struct codec_message *m = messages[round % n_messages];
        void *object = arena_alloc(f->arena, m->size), *again = arena_alloc(f->arena, m->size);

        seed = round;
        buffer_clear(&source);
        buffer_clear(&first);
        buffer_clear(&second);
        random_object(&source, m, 0);
        if (!codec_decode_text(m, source.data, source.len, f->arena, object, &f->err) ||
            !codec_encode(m, object, ZONE_VIETNAM_S, &first, &f->err) ||
            !codec_decode_text(m, first.data, first.len, f->arena, again, &f->err) ||
            !codec_encode(m, again, ZONE_VIETNAM_S, &second, &f->err))
            fail_msg("seed %d: %s %s in %s", (int)round, error_word(f->err.code), said(f, "field"),
                     source.data);
        assert_string_equal(first.data, second.data);
    }
    buffer_deinit(&source);
    buffer_deinit(&first);
    buffer_deinit(&second);
}

static void memory_that_ends_is_a_refusal(void **state)
{
    static const char text[] = "{\"procedure\":\"p\",\"applicant\":{\"name\":\"Nguyễn A\"},"
                               "\"components\":[{\"name\":\"x\"},{\"name\":\"y\"}]}";
    struct fixture *f = *state;
    struct wire_dossier_submit in;
    bool is_read = false;

    for (size_t limit = 16; !is_read; limit += 16) {
        CLEANUP(arena_freep) struct arena *a = arena_new(limit);

        is_read = codec_decode_text(&message_dossier_submit, text, strlen(text), a, &in, &f->err);
        if (!is_read)
            assert_int_equal(f->err.code, ERR_NO_MEMORY);
    }
}

static void every_message_fits_the_reader(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_messages; i++) {
        assert_true(messages[i]->n_fields <= 64);
        assert_true(messages[i]->about[0]);
        for (size_t k = 0; k < messages[i]->n_fields; k++) {
            const char *name;
            size_t len;

            codec_field_name(&messages[i]->fields[k], &name, &len);
            for (size_t c = 0; c < len; c++)
                assert_non_null(strchr("abcdefghijklmnopqrstuvwxyz0123456789_", name[c]));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_refusal_names_place_and_value, setup, teardown),
        cmocka_unit_test_setup_teardown(a_word_is_refused_with_the_words_allowed, setup, teardown),
        cmocka_unit_test_setup_teardown(values_arrive_in_the_struct, setup, teardown),
        cmocka_unit_test_setup_teardown(a_reply_is_written_as_the_table_says, setup, teardown),
        cmocka_unit_test_setup_teardown(a_reply_that_lacks_a_field_is_our_mistake, setup, teardown),
        cmocka_unit_test_setup_teardown(queries_are_read_by_the_same_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(every_field_has_a_limit_that_holds, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_written_reads_back, setup, teardown),
        cmocka_unit_test_setup_teardown(memory_that_ends_is_a_refusal, setup, teardown),
        cmocka_unit_test(every_message_fits_the_reader),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
