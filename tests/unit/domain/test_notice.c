/* Notices: which follow from a decision, for whom they are not, and that their words say what there
 * is to say and nothing where a value is missing. */
#include "../test.h"

#include "base/instant.h"
#include "base/macros.h"
#include "domain/notice.h"

#define NOW     INT64_C(1661828400000000) /* Tuesday 2022-08-30 10:00 */
#define DAYS(n) ((n)*INSTANT_DAY)

static struct dossier before, after;
static struct event events[3];
static struct ruleset rules;
static struct deadline deadlines[1];
static struct notice_context ctx;
static struct notice list[NOTICES_MAX];

/* An accepted dossier of the channel, due in five days. */
static void begin(enum channel channel)
{
    ruleset_default(&rules);
    dossier_init(&before, 1);
    before.state = STATE_PROCESSING;
    before.channel = channel;
    before.received_at = NOW - DAYS(1);
    before.due_at = NOW + DAYS(5);
    before.due_on = instant_date(before.due_at, ZONE_VIETNAM_S);
    after = before;
    ctx = (struct notice_context){.before = &before,
                                  .after = &after,
                                  .events = events,
                                  .ruleset = &rules,
                                  .deadlines = deadlines,
                                  .zone_s = ZONE_VIETNAM_S};
}

static struct event *add(enum action action)
{
    struct event *e = &events[ctx.n_events];

    event_init(e, 1, action, 12, NOW, NOW);
    e->seq = 7 + ctx.n_events++;
    return e;
}

/* The decision is told by this notice alone. */
static const struct notice *told(enum notice_kind kind, int32_t occasion)
{
    assert_int_equal(notice_list(&ctx, list), 1);
    assert_int_equal(list[0].kind, kind);
    assert_int_equal(list[0].occasion, occasion);
    return &list[0];
}

static void untold(void)
{
    assert_int_equal(notice_list(&ctx, list), 0);
}

static void end(enum outcome outcome, int64_t at)
{
    after.state = outcome == OUTCOME_GRANTED ? STATE_DONE : STATE_STOPPED;
    after.outcome = outcome;
    after.ended_at = after.judged_at = at;
}

static void who_stands_at_the_counter_is_not_told(void **state)
{
    (void)state;
    for (enum channel c = CHANNEL_DIRECT; c <= CHANNEL_POST; c++) {
        begin(c);
        before.received_at = before.due_at = INSTANT_NONE;
        add(ACTION_ACCEPT);
        if (c == CHANNEL_DIRECT)
            untold();
        else
            assert_int_equal(told(NOTICE_ACCEPTED, 7)->to, after.due_at);
        rules.notices[NOTICE_ACCEPTED] = NOTICE_ALWAYS;
        told(NOTICE_ACCEPTED, 7);
        rules.notices[NOTICE_ACCEPTED] = NOTICE_NEVER;
        untold();
    }
    begin(CHANNEL_DIRECT);
    add(ACTION_REFUSE);
    untold();
    begin(CHANNEL_ONLINE);
    add(ACTION_REFUSE);
    told(NOTICE_CLOSED, 7);
}

static void a_supplement_names_its_end_and_its_words(void **state)
{
    struct event *e;

    (void)state;
    begin(CHANNEL_DIRECT);
    after.n_holds = 1;
    after.holds[0] = (struct dossier_hold){.kind = HOLD_KIND_SUPPLEMENT, .is_at_counter = true};
    e = add(ACTION_REQUEST_SUPPLEMENT);
    untold(); /* handed over at the counter */
    after.holds[0].is_at_counter = false;
    assert_int_equal(told(NOTICE_SUPPLEMENT, 7)->to, INSTANT_NONE);
    deadlines[0] = (struct deadline){.kind = DEADLINE_SILENCE, .due_at = NOW + DAYS(15)};
    ctx.n_deadlines = 1;
    assert_int_equal(told(NOTICE_SUPPLEMENT, 7)->to, NOW + DAYS(15));
    event_put_number(e, EVENT_FIELD_ANSWER_BY, NOW + DAYS(4));
    event_put_text(e, EVENT_FIELD_REMARK, "391:ab12");
    assert_int_equal(told(NOTICE_SUPPLEMENT, 7)->to, NOW + DAYS(4));
    assert_int_equal(list[0].remark, 391);
}

static void only_a_result_before_its_day_is_early(void **state)
{
    (void)state;
    begin(CHANNEL_DIRECT);
    add(ACTION_TAKE_OVER_RESULT);
    end(OUTCOME_GRANTED, NOW);
    assert_int_equal(told(NOTICE_RESULT_EARLY, 7)->to, after.due_at);
    end(OUTCOME_GRANTED, after.due_at - INSTANT_HOUR);
    untold(); /* on its day */
    end(OUTCOME_GRANTED, after.due_at + DAYS(1));
    untold();
}

static void what_ends_without_a_result_is_told(void **state)
{
    static const enum action ends[] = {ACTION_STOP, ACTION_CLOSE};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        begin(CHANNEL_DIRECT);
        add(ends[i]);
        end(OUTCOME_STOPPED, NOW);
        told(NOTICE_CLOSED, 7);
    }
}

static void a_promise_that_moves_is_told_whatever_moved_it(void **state)
{
    static const enum action movers[] = {ACTION_RESUME, ACTION_CORRECT, ACTION_RECOMPUTE_DUE};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(movers); i++) {
        begin(CHANNEL_DIRECT);
        add(movers[i]);
        untold();
        after.due_at += DAYS(2);
        told(NOTICE_DUE_MOVED, 7);
        assert_int_equal(list[0].from, before.due_at);
        assert_int_equal(list[0].to, after.due_at);
    }
    begin(CHANNEL_DIRECT); /* a new slip is handed over with the papers */
    add(ACTION_RECEIVE_SUPPLEMENT);
    after.due_at += DAYS(2);
    untold();
    after.channel = CHANNEL_ONLINE;
    told(NOTICE_DUE_MOVED, 7);
    begin(
        CHANNEL_DIRECT); /* a merger writes several events: the one that moved it is the occasion */
    add(ACTION_SUCCEED_OFFICE);
    event_put_number(add(ACTION_RECOMPUTE_DUE), EVENT_FIELD_CHANGE, 44);
    after.due_at += DAYS(2);
    assert_int_equal(told(NOTICE_DUE_MOVED, 8)->change, 44);
    end(OUTCOME_GRANTED, NOW); /* what has ended has no promise any more */
    untold();
}

static void a_letter_with_a_new_date_is_told(void **state)
{
    (void)state;
    begin(CHANNEL_DIRECT);
    after.n_letters = 1;
    after.letters[0] = (struct dossier_letter){.id = 5, .reappointed_at = NOW + DAYS(9)};
    event_put_number(add(ACTION_ISSUE_LETTER), EVENT_FIELD_LETTER, 5);
    assert_int_equal(told(NOTICE_REAPPOINTED, 7)->to, NOW + DAYS(9));
    assert_int_equal(list[0].from, after.due_at);
    before.due_reappointed = NOW + DAYS(9); /* a notice named it before there was a letter */
    untold();
    before.due_reappointed = INSTANT_NONE;
    after.letters[0].reappointed_at = INSTANT_NONE;
    untold();
}

static void a_new_date_without_a_letter_is_told_by_the_notice(void **state)
{
    struct event *e;

    (void)state;
    begin(CHANNEL_DIRECT);
    e = add(ACTION_WAIVE_LETTER);
    untold(); /* the ruleset asks for neither */
    event_put_number(e, EVENT_FIELD_REAPPOINTED_AT, NOW + DAYS(9));
    assert_int_equal(told(NOTICE_REAPPOINTED, 7)->to, NOW + DAYS(9));
    before.due_reappointed = NOW + DAYS(9);
    untold();
    before.due_reappointed = INSTANT_NONE;
}

static void some_dossiers_are_nobody_s_business(void **state)
{
    (void)state;
    begin(CHANNEL_ONLINE);
    add(ACTION_STOP);
    after.is_imported = true;
    untold();
    after.is_adopted = true;
    told(NOTICE_CLOSED, 7);
    after.is_mistake = true;
    untold();
    begin(CHANNEL_ONLINE); /* settled at once: accepted and returned in one decision */
    before.received_at = INSTANT_NONE;
    add(ACTION_ACCEPT);
    add(ACTION_TAKE_OVER_RESULT);
    end(OUTCOME_GRANTED, NOW);
    after.state = STATE_RETURNED;
    untold();
    ctx.n_events = 0;
    untold();
}

static void words_leave_out_what_is_missing(void **state)
{
    struct notice_values v = {
        .code = "07.0001", .procedure = "Khai sinh", .office = "Bộ phận một cửa"};
    struct buffer b = {0};

    (void)state;
    notice_write_text(NOTICE_SUPPLEMENT, LANGUAGE_VI, &v, &b);
    assert_string_equal(b.data, "Hồ sơ 07.0001 (Khai sinh) cần bổ sung.");
    buffer_clear(&b);
    v.to = "05/9/2022";
    v.what = "- Bản sao\n- [Đơn] {code}";
    notice_write_text(NOTICE_SUPPLEMENT, LANGUAGE_VI, &v, &b);
    assert_string_equal(b.data, "Hồ sơ 07.0001 (Khai sinh) cần bổ sung, chậm nhất 05/9/2022. "
                                "Nội dung: - Bản sao - [Đơn] {code}");
    buffer_clear(&b);
    notice_write_text(NOTICE_TEXT_CONTACT, LANGUAGE_VI, &v, &b);
    assert_null(strstr(b.data, "07.0001"));
    assert_null(strstr(b.data, "Khai sinh"));
    buffer_deinit(&b);
}

/* With everything given no sign of a template is left, and no text names what it may not. */
static void every_text_is_whole(void **state)
{
    struct notice_values v = {.code = "07.0001",
                              .procedure = "P",
                              .office = "O",
                              .state = "S",
                              .what = "W",
                              .from = "F",
                              .to = "T"};

    (void)state;
    for (int i = 0; i < NOTICE_TEXT_COUNT; i++)
        for (enum language lang = LANGUAGE_VI; lang <= LANGUAGE_EN; lang++) {
            CLEANUP(buffer_deinit) struct buffer b = {0};

            notice_write_subject(i, lang, &v, &b);
            assert_true(b.len > 0 && b.len < 120);
            buffer_char(&b, '\n');
            notice_write_text(i, lang, &v, &b);
            if (strpbrk(b.data, "[]{}"))
                fail_msg("%s", b.data);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_stands_at_the_counter_is_not_told),
        cmocka_unit_test(a_supplement_names_its_end_and_its_words),
        cmocka_unit_test(only_a_result_before_its_day_is_early),
        cmocka_unit_test(what_ends_without_a_result_is_told),
        cmocka_unit_test(a_promise_that_moves_is_told_whatever_moved_it),
        cmocka_unit_test(a_letter_with_a_new_date_is_told),
        cmocka_unit_test(a_new_date_without_a_letter_is_told_by_the_notice),
        cmocka_unit_test(some_dossiers_are_nobody_s_business),
        cmocka_unit_test(words_leave_out_what_is_missing),
        cmocka_unit_test(every_text_is_whole),
    };

    return cmocka_run_group_tests_name("notice", tests, NULL, NULL);
}
