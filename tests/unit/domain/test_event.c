/* Events: the bytes that are chained are exact, read back as themselves, and nothing else reads. */
#include "../test.h"

#include <stdio.h>
#include <string.h>

#include "domain/event.h"

/* The example of docs/canonical-form.md. */
static const char composed[] = "motcua-event 1\n"
                               "dossier 20220000000001\n"
                               "at 1661828400000000\n"
                               "recorded_at 1661828400000000\n"
                               "actor 12\n"
                               "action number_letter\n"
                               "letter 7\n"
                               "register 3:2022:PXL-UBND\n";
static const char appended[] = "seq 9\n"
                               "number 41\n";

static struct arena *memory;

static int setup(void **state)
{
    (void)state;
    memory = arena_new(1 << 20);
    return memory ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    memory = arena_free(memory);
    return 0;
}

static void the_documented_example_is_written_byte_by_byte(void **state)
{
    CLEANUP(buffer_deinit) struct buffer buf = {0};
    struct event e;

    (void)state;
    event_init(&e, INT64_C(20220000000001), ACTION_NUMBER_LETTER, 12, INT64_C(1661828400000000),
               INT64_C(1661828400000000));
    event_put_text(&e, EVENT_FIELD_REGISTER, "3:2022:PXL-UBND"); /* put in any order */
    event_put_number(&e, EVENT_FIELD_LETTER, 7);
    event_encode(&e, &buf);
    assert_string_equal(buf.data, composed);
}

static void what_the_database_appended_is_read(void **state)
{
    char bytes[512];
    struct event e;
    struct error err;

    (void)state;
    snprintf(bytes, sizeof bytes, "%s%s", composed, appended);
    assert_true(event_decode(memory, bytes, strlen(bytes), &e, &err));
    assert_int_equal(e.seq, 9);
    assert_int_equal(e.dossier_id, INT64_C(20220000000001));
    assert_int_equal(e.actor, 12);
    assert_int_equal(e.action, ACTION_NUMBER_LETTER);
    assert_int_equal(event_number(&e, EVENT_FIELD_NUMBER, -1), 41);
    assert_int_equal(event_number(&e, EVENT_FIELD_LETTER, -1), 7);
    assert_string_equal(event_text(&e, EVENT_FIELD_REGISTER), "3:2022:PXL-UBND");
    assert_null(event_text(&e, EVENT_FIELD_CODE));
    assert_false(event_has(&e, EVENT_FIELD_STEP));
    assert_int_equal(event_number(&e, EVENT_FIELD_STEP, -5), -5);
}

static void an_assigned_code_is_read_as_the_field(void **state)
{
    char bytes[512];
    struct event e;
    struct error err;

    (void)state;
    snprintf(bytes, sizeof bytes, "%sseq 1\ncode 000.00.21.H41-220830-0001\n", composed);
    assert_true(event_decode(memory, bytes, strlen(bytes), &e, &err));
    assert_string_equal(event_text(&e, EVENT_FIELD_CODE), "000.00.21.H41-220830-0001");
    assert_int_equal(e.values[0].field, EVENT_FIELD_CODE);
}

static void every_field_and_every_escape_reads_back(void **state)
{
    static const char *const texts[] = {"",        "\n",      "\\",    "a\\nb\n\\", "Lê Thị Ðào",
                                        "x y  z ", "12:3:ab", "\\\\n", "\r\t"};
    static const int64_t numbers[] = {0, 1, -1, 9, 10, INT64_MAX, INT64_MIN};
    CLEANUP(buffer_deinit) struct buffer buf = {0};
    struct event e, back;
    struct error err;

    (void)state;
    event_init(&e, 1, ACTION_ACCEPT, 2, INT64_MIN, INT64_MAX);
    for (int f = EVENT_FIELD_COUNT - 1; f >= 0; f--) {
        int kind_is_text = 0;

#define ID      0
#define NUMBER  0
#define INSTANT 0
#define DATE    0
#define TEXT    1
#define PERSON  1
#define EVENT_FIELD(name, word, kind)                                                              \
    if (f == EVENT_FIELD_##name)                                                                   \
        kind_is_text = kind;
#include "tables/event_fields.def"
#undef EVENT_FIELD
        if (kind_is_text)
            event_put_text(&e, (enum event_field)f, texts[(size_t)f % ARRAY_LEN(texts)]);
        else
            event_put_number(&e, (enum event_field)f, numbers[(size_t)f % ARRAY_LEN(numbers)]);
    }
    event_put_text(&e, EVENT_FIELD_MEMBER, "second member");
    event_encode(&e, &buf);
    assert_true(event_decode(memory, buf.data, buf.len, &back, &err));
    assert_int_equal(back.n_values, EVENT_FIELD_COUNT + 1);
    for (int i = 0; i < e.n_values; i++) {
        assert_int_equal(back.values[i].field, e.values[i].field);
        assert_int_equal(back.values[i].number, e.values[i].number);
        if (e.values[i].text)
            assert_string_equal(back.values[i].text, e.values[i].text);
    }
}

static void what_was_not_written_so_is_malformed(void **state)
{
#define HEAD   "motcua-event 1\ndossier 1\nat 5\nrecorded_at 5\nactor 0\n"
#define ACCEPT HEAD "action accept\n"
    static const struct {
        const char *bytes;
        int line;
    } rows[] = {
        {"", 1},
        {"motcua-event 2\ndossier 1\n", 1},
        {"motcua-event 1\nat 5\n", 2},
        {HEAD, 6},
        {HEAD "action none_such\n", 6},
        {ACCEPT "step 01\n", 7},
        {ACCEPT "step +1\n", 7},
        {ACCEPT "step -0\n", 7},
        {ACCEPT "step \n", 7},
        {ACCEPT "step -\n", 7},
        {ACCEPT "step 1x\n", 7},
        {ACCEPT "step 9223372036854775808\n", 7},
        {ACCEPT "step -9223372036854775809\n", 7},
        {ACCEPT "step 1", 7},
        {ACCEPT "step\n", 7},
        {ACCEPT "unknown 1\n", 7},
        {ACCEPT "step 1\nstep 2\n", 8},
        {ACCEPT "step 1\ncase 2\n", 8},
        {ACCEPT "remark a\\tb\n", 7},
        {ACCEPT "remark a\\\n", 7},
        {ACCEPT "seq 0\n", 7},
        {ACCEPT "seq 2147483648\n", 7},
        {ACCEPT "seq 1\nstep 1\n", 8},
        {ACCEPT "code a\nseq 1\ncode b\n", 9},
        {ACCEPT "seq 1\nnumber 1\nnumber 2\n", 9},
        {ACCEPT "seq 1\nnumber 1\ncode b\n", 9},
        {ACCEPT "\n", 7},
    };
    struct event e;
    struct error err;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_false(event_decode(memory, rows[i].bytes, strlen(rows[i].bytes), &e, &err));
        assert_int_equal(err.code, ERR_EVENT_MALFORMED);
        assert_int_equal(error_arg(&err, "line")->number, rows[i].line);
    }
    assert_false(event_decode(memory, ACCEPT "remark a\0b\n", sizeof ACCEPT + 10, &e, &err));
}

static void sizes_hold_one_below_and_one_above(void **state)
{
    static char bytes[EVENT_BYTES_MAX + 2];
    size_t head = (size_t)snprintf(bytes, sizeof bytes, "%sremark ", ACCEPT);
    CLEANUP(buffer_deinit) struct buffer buf = {0};
    struct event e;
    struct error err;

    (void)state;
    memset(bytes + head, 'a', sizeof bytes - head);
    bytes[EVENT_BYTES_MAX - 1] = '\n';
    assert_true(event_decode(memory, bytes, EVENT_BYTES_MAX, &e, &err));
    bytes[EVENT_BYTES_MAX - 1] = 'a';
    bytes[EVENT_BYTES_MAX] = '\n';
    assert_false(event_decode(memory, bytes, EVENT_BYTES_MAX + 1, &e, &err));

    buffer_text(&buf, ACCEPT);
    for (int i = 0; i < EVENT_VALUES_MAX; i++)
        buffer_text(&buf, "member 1:1:a\n");
    assert_true(event_decode(memory, buf.data, buf.len, &e, &err));
    assert_int_equal(e.n_values, EVENT_VALUES_MAX);
    buffer_text(&buf, "member 1:1:a\n");
    assert_false(event_decode(memory, buf.data, buf.len, &e, &err));
}

static void every_vocabulary_reads_back_and_has_both_languages(void **state)
{
    static const struct vocabulary *const all[] = {
        &roles,         &states,         &actions,      &channels,        &hold_kinds,
        &hold_effects,  &outcomes,       &judgements,   &warnings,        &cause_verdicts,
        &letter_states, &letter_timings, &step_offices, &objective_kinds, &causes,
        &scopes,        &grants};

    (void)state;
    for (size_t v = 0; v < ARRAY_LEN(all); v++) {
        for (int i = all[v] == &channels ? 1 : 0; i < all[v]->n; i++) {
            assert_int_equal(vocabulary_find(all[v], vocabulary_word(all[v], i)), i);
            assert_true(strlen(vocabulary_label(all[v], i, LANGUAGE_VI)) > 0);
            assert_true(strlen(vocabulary_label(all[v], i, LANGUAGE_EN)) > 0);
        }
        assert_int_equal(vocabulary_find(all[v], ""), -1);
        assert_int_equal(vocabulary_find(all[v], "none_such"), -1);
        assert_int_equal(vocabulary_find(all[v], NULL), -1);
    }
    assert_int_equal(vocabulary_find(&channels, "online"), 2); /* the national code */
    assert_int_equal(state_national(STATE_DONE), 9);
    assert_int_equal(state_phase(STATE_ON_HOLD), PHASE_WAIT);
    assert_int_equal(action_kind(ACTION_ESCALATE), ACTION_KIND_ENGINE);
    assert_int_equal(cause_verdict_of(CAUSE_KEY_UNKNOWN), CAUSE_UNDETERMINED);
    assert_int_equal(actions.n, ACTION_COUNT);
    assert_true(ACTION_COUNT <= 64); /* dossier_allowed() answers in 64 bits */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_documented_example_is_written_byte_by_byte),
        cmocka_unit_test(what_the_database_appended_is_read),
        cmocka_unit_test(an_assigned_code_is_read_as_the_field),
        cmocka_unit_test(every_field_and_every_escape_reads_back),
        cmocka_unit_test(what_was_not_written_so_is_malformed),
        cmocka_unit_test(sizes_hold_one_below_and_one_above),
        cmocka_unit_test(every_vocabulary_reads_back_and_has_both_languages),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, setup, teardown);
}
