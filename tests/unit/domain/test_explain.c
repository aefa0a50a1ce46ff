/* The explanation of a dossier: over random lives its days end in the date in force, and the days
 * it counts are as many as the limit has. */
#include "../test.h"
#include "domain/clock.h"
#include "domain/explain.h"
#include "domain/law.h"
#include "lifecycle_world.h"
#include "random_life.h"

#define LIVES 4000

static struct limit random_limit(struct dice *r, struct ruleset *rules)
{
    rules->due.day_model = DUE_DAYS_WHOLE;
    switch (dice_roll(r, 7)) {
    case 0:
        return (struct limit){1 + (int32_t)dice_roll(r, 20), LIMIT_CALENDAR_DAYS};
    case 1:
        return (struct limit){1 + (int32_t)dice_roll(r, 2), LIMIT_MONTHS};
    case 2:
        return (struct limit){1 + (int32_t)dice_roll(r, 30), LIMIT_WORKING_HOURS};
    case 3:
        return (struct limit){0, LIMIT_SAME_DAY};
    case 4:
        return (struct limit){1 + (int32_t)dice_roll(r, 8), LIMIT_HALF_DAYS};
    case 5:
        rules->due.day_model = DUE_DAYS_HOURS;
        break;
    default:
        break;
    }
    return (struct limit){1 + (int32_t)dice_roll(r, 12), LIMIT_WORKING_DAYS};
}

static void random_hold(struct dice *r, struct world *w)
{
    static const enum hold_effect effects[] = {HOLD_EFFECT_RESTART, HOLD_EFFECT_RESUME,
                                               HOLD_EFFECT_RESUME, HOLD_EFFECT_RUNS_ON};
    bool is_supplement = dice_roll(r, 2) == 0;
    struct action_input in = world_input(is_supplement ? ACTION_REQUEST_SUPPLEMENT : ACTION_HOLD,
                                         OFFICER, COMPETENT_OFFICE);

    in.legal_ground = dice_roll(r, 3) ? "law:supplement-request" : NULL;
    in.hold_effect = in.legal_ground ? effects[dice_roll(r, 4)] : HOLD_EFFECT_COUNT;
    w->now += dice_roll(r, 5 * 1440) * INSTANT_MINUTE;
    if (!world_act(w, &in))
        return;
    w->now += dice_roll(r, 6 * 1440) * INSTANT_MINUTE;
    if (dice_roll(r, 8) == 0)
        return; /* it still runs */
    if (!world_do(w, is_supplement ? ACTION_RECEIVE_SUPPLEMENT : ACTION_RESUME,
                  is_supplement ? CLERK : OFFICER,
                  is_supplement ? COUNTER_OFFICE : COMPETENT_OFFICE))
        fail_msg("a hold does not end: %s", error_word(w->err.code));
}

/* Counted days, or used working time, since the last beginning of the limit. */
static void check_rows(const struct dossier_explain *x, const struct world *w)
{
    const struct explain *e = &x->list;
    int32_t counted = 0, last = 0;
    int64_t used = 0;

    for (size_t i = 0; i < e->n_rows; i++) {
        const struct explain_row *row = &e->rows[i];

        if (i)
            assert_true(row->on >= e->rows[i - 1].to_on);
        assert_true(row->is_due == (i + 1 == e->n_rows));
        if (row->mark == EXPLAIN_RESTARTED)
            counted = last = 0, used = 0;
        if (row->mark == EXPLAIN_COUNTED && row->number) {
            counted++;
            assert_true(row->number > last);
            last = row->number;
        }
        if (row->mark == EXPLAIN_RESUMED && row->left >= 0 && e->limit.unit != LIMIT_MONTHS)
            assert_int_equal(row->number + row->left, e->limit.amount);
        used += row->used_us;
    }
    if (e->limit.unit == LIMIT_WORKING_HOURS)
        assert_int_equal(used, e->limit.amount * INSTANT_HOUR);
    else if (e->limit.unit == LIMIT_WORKING_DAYS && e->rule.day_model == DUE_DAYS_HOURS)
        assert_int_equal(used, e->limit.amount * 8 * INSTANT_HOUR);
    else if (e->limit.unit == LIMIT_WORKING_DAYS)
        assert_int_equal(counted, e->limit.amount);
    assert_true(e->due.at == w->dossier.due_at);
}

static void rows_end_in_the_date_in_force(void **state)
{
    struct calendar *calendar = world_calendar_closed(9, 11);

    (void)state;
    for (uint64_t seed = 1; seed <= LIVES; seed++) {
        struct dice r = {seed};
        struct world w;
        struct decide_context ctx;
        struct history history;
        struct dossier_explain x;
        char sentence[EXPLAIN_SENTENCE_MAX];
        static const struct explain_names names;

        world_init(&w, calendar_ref(calendar));
        w.procedure_case.limit = random_limit(&r, &w.ruleset);
        w.now += dice_roll(&r, 20 * 1440) * INSTANT_MINUTE;
        world_processing(&w);
        for (int64_t n = dice_roll(&r, 5); n > 0 && !dossier_running_hold(&w.dossier); n--)
            random_hold(&r, &w);
        ctx = world_context(&w);
        history = (struct history){w.events, w.n_events};
        if (!dossier_explain(&ctx, &history, &x, &w.err))
            fail_msg("seed %lu: %s", (unsigned long)seed, error_word(w.err.code));
        if (!x.is_matching)
            print_error("seed %lu\n", (unsigned long)seed);
        assert_true(x.is_matching);
        check_rows(&x, &w);
        assert_true(x.n_notes > 0 && x.notes[0].kind == EXPLAIN_NOTE_RECEIVED);
        for (int i = 0; i < x.n_notes; i++) {
            for (int lang = 0; lang < 2; lang++) {
                explain_note_sentence(&x, &x.notes[i], &names, (enum language)lang, sentence);
                assert_true(strlen(sentence) > 10 && strlen(sentence) + 1 < EXPLAIN_SENTENCE_MAX);
            }
        }
        dossier_explain_deinit(&x);
        world_deinit(&w);
    }
    calendar_unref(calendar);
}

/* The sentences a clerk reads out: three of five days used, the rest after the return. */
static void a_resumption_says_what_was_used(void **state)
{
    struct world w;
    struct decide_context ctx;
    struct history history;
    struct dossier_explain x;
    struct action_input in = world_input(ACTION_HOLD, OFFICER, COMPETENT_OFFICE);
    static const struct explain_names names;
    char sentence[EXPLAIN_SENTENCE_MAX];

    (void)state;
    world_init(&w, world_calendar());
    world_processing(&w);
    w.now = HOUR(3 * 24 + 2);
    in.legal_ground = "x";
    in.hold_effect = HOLD_EFFECT_RESUME;
    assert_true(world_act(&w, &in));
    w.now = HOUR(8 * 24 + 2);
    assert_true(world_do(&w, ACTION_RESUME, OFFICER, COMPETENT_OFFICE));
    ctx = world_context(&w);
    history = (struct history){w.events, w.n_events};
    assert_true(dossier_explain(&ctx, &history, &x, &w.err));
    assert_true(x.is_matching);
    assert_int_equal(x.n_notes, 3);
    assert_int_equal(x.notes[2].kind, EXPLAIN_NOTE_RESUMED);
    explain_note_sentence(&x, &x.notes[2], &names, LANGUAGE_VI, sentence);
    assert_non_null(strstr(sentence, "đã dùng 3 ngày làm việc, còn 2 ngày làm việc"));
    explain_note_sentence(&x, &x.notes[1], &names, LANGUAGE_EN, sentence);
    assert_non_null(strstr(sentence, "the clock stops"));
    dossier_explain_deinit(&x);
    world_deinit(&w);
}

/* A calendar that gives another date than the promise: said, never hidden. */
static void an_earlier_date_is_told(void **state)
{
    struct world w;
    struct decide_context ctx;
    struct history history;
    struct dossier_explain x;

    (void)state;
    world_init(&w, world_calendar());
    world_processing(&w);
    w.dossier.due_at += 7 * INSTANT_DAY;
    ctx = world_context(&w);
    history = (struct history){w.events, w.n_events};
    assert_true(dossier_explain(&ctx, &history, &x, &w.err));
    assert_false(x.is_matching);
    assert_int_equal(x.notes[x.n_notes - 1].kind, EXPLAIN_NOTE_EARLIER);
    dossier_explain_deinit(&x);
    world_deinit(&w);
}

static void a_key_has_its_citation(void **state)
{
    char text[LAW_TEXT_MAX];

    (void)state;
    law_citation("law:supplement-request", "118/2025/NĐ-CP, 309/2026/NĐ-CP", LANGUAGE_VI, text);
    assert_string_equal(text, "Điều 19 khoản 5 NĐ 118/2025");
    law_citation("law:supplement-request", "61/2018/NĐ-CP", LANGUAGE_EN, text);
    assert_string_equal(text, "Article 19 clause 4, Decree 61/2018");
    law_citation("law:supplement-request", NULL, LANGUAGE_VI, text);
    assert_string_equal(text, "Điều 19 khoản 4 NĐ 61/2018; Điều 19 khoản 5 NĐ 118/2025");
    law_citation("law:first-day-not-counted", "61/2018/NĐ-CP", LANGUAGE_VI, text);
    assert_string_equal(text, "Điều 147 khoản 2-3 Bộ luật Dân sự 2015");
    law_citation("lex:none", NULL, LANGUAGE_VI, text);
    assert_string_equal(text, "");
    law_citation("12/QĐ-UBND", NULL, LANGUAGE_VI, text);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_end_in_the_date_in_force),
        cmocka_unit_test(a_resumption_says_what_was_used),
        cmocka_unit_test(an_earlier_date_is_told),
        cmocka_unit_test(a_key_has_its_citation),
    };

    return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
