/* The committer against a real database: what a decision leaves, and who is refused alone. */
#include "fixture.h"

#include <libpq-fe.h>

#include "base/clock.h"
#include "base/instant.h"

#define YEAR INT64_C(20220000000000)

FIXTURE_OF_THE_FILE(f)

static void rows_match_the_types(void **state)
{
    static const struct {
        const char *type;
        int n;
    } types[] = {{"apply_member", 72},   {"apply_event", 7},       {"apply_fact", 30},
                 {"apply_counter", 6},   {"apply_letter", 28},     {"apply_addressee", 8},
                 {"apply_person", 14},   {"apply_part", 5},        {"apply_remark", 3},
                 {"apply_outbox", 5},    {"apply_deadline", 9},    {"follow_dossier", 7},
                 {"apply_revision", 10}, {"apply_attachment", 12}, {"apply_stay", 14}};
    char sql[200];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM pg_attribute WHERE attrelid = '%s'::regclass AND attnum > 0",
                 types[i].type);
        assert_int_equal(fixture_number(&f, sql), types[i].n);
        assert_int_not_equal(db_type_oid(f.db, (enum db_type)i), 0);
    }
}

static void a_new_dossier_gets_a_code_and_a_chain(void **state)
{
    struct decision_case d[3];
    unsigned char zero[DIGEST_LEN] = {0}, hash[DIGEST_LEN];
    char bytes[200];

    (void)state;
    for (int i = 0; i < 3; i++)
        decision_init(&d[i], YEAR + 1 + i, 0, "first");
    decision_run(&f, d, 3);
    for (int i = 0; i < 3; i++) {
        char code[40];

        assert_int_equal(d[i].member.outcome.result, COMMIT_APPLIED);
        assert_int_equal(d[i].member.outcome.version, 1);
        snprintf(code, sizeof code, "H38.12-220830-%04d", i + 1);
        assert_string_equal(d[i].member.outcome.code, code);
        /* What the database appended and chained is what the rule says. */
        snprintf(bytes, sizeof bytes, "%sseq 1\ncode %s\n", d[i].bytes, code);
        digest_chain(zero, sizeof zero, bytes, strlen(bytes), hash);
        assert_memory_equal(hash, d[i].member.outcome.hash, DIGEST_LEN);
    }
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM feed"), 1); /* one batch */
}

static void a_stale_version_is_refused_alone(void **state)
{
    struct decision_case d[3];

    (void)state;
    decision_init(&d[0], YEAR + 1, 1, "second");
    decision_init(&d[1], YEAR + 2, 0, "again");
    decision_init(&d[2], YEAR + 99, 4, "nobody");
    decision_run(&f, d, 3);
    assert_int_equal(d[0].member.outcome.result, COMMIT_APPLIED);
    assert_int_equal(d[0].member.outcome.version, 2);
    assert_int_equal(d[1].member.outcome.result, COMMIT_STALE_VERSION);
    assert_int_equal(d[1].member.outcome.version, 1);
    assert_int_equal(d[1].member.outcome.error.code, ERR_STALE_VERSION);
    assert_int_equal(d[2].member.outcome.result, COMMIT_NO_DOSSIER);
}

static void a_dossier_travels_once_per_batch(void **state)
{
    struct decision_case d[3];
    struct committer_stats before, after;

    (void)state;
    /* Each is decided on the version the one before will leave. */
    for (int i = 0; i < 3; i++)
        decision_init(&d[i], YEAR + 1, 2 + i, "in turn");
    committer_stats(f.committer, &before);
    decision_run(&f, d, 3);
    committer_stats(f.committer, &after);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(d[i].member.outcome.result, COMMIT_APPLIED);
        assert_int_equal(d[i].member.outcome.version, 3 + i);
    }
    assert_int_equal(after.batches - before.batches, 3);
}

static void a_repeated_key_gets_the_first_answer(void **state)
{
    struct decision_case d[3];

    (void)state;
    for (int i = 0; i < 3; i++) {
        decision_init(&d[i], YEAR + 2, 1, "keyed");
        d[i].member.principal = 7;
        d[i].member.key = "k-1";
        d[i].member.status = 200;
    }
    d[2].member.body_hash[0] = 1; /* another body */
    decision_run(&f, d, 3);
    assert_int_equal(d[0].member.outcome.result, COMMIT_APPLIED);
    assert_int_equal(d[1].member.outcome.result, COMMIT_DUPLICATE_KEY);
    assert_true(d[1].member.outcome.is_same_body);
    assert_int_equal(d[1].member.outcome.first_dossier, YEAR + 2);
    assert_int_equal(d[1].member.outcome.first_seq, 2);
    assert_int_equal(d[1].member.outcome.first_status, 200);
    assert_int_equal(d[2].member.outcome.result, COMMIT_DUPLICATE_KEY);
    assert_int_equal(d[2].member.outcome.error.code, ERR_KEY_REUSED);
}

static void an_edit_of_reference_data_makes_it_stale(void **state)
{
    struct decision_case d[2];
    char buf[8];

    (void)state;
    fixture_sql(&f, "SELECT epoch_bump()", buf, sizeof buf);
    decision_init(&d[0], YEAR + 3, 1, "old rules");
    decision_init(&d[1], YEAR + 2, 2, "new rules");
    d[0].member.epoch = strtol(buf, NULL, 10) - 1;
    d[1].member.epoch = d[0].member.epoch + 1;
    decision_run(&f, d, 2);
    assert_int_equal(d[0].member.outcome.result, COMMIT_STALE_EPOCH);
    assert_int_equal(d[1].member.outcome.result, COMMIT_APPLIED);
}

static void a_bad_member_fails_alone(void **state)
{
    struct decision_case d[4];
    struct commit_fact bad = {.operation = COMMIT_FACT_CLOSE_VALID};

    (void)state;
    for (int i = 0; i < 4; i++)
        decision_init(&d[i], YEAR + 10 + i, 0, "batch");
    bad.known_at = clock_real();
    bad.fact.valid_from = bad.known_at - 5;
    bad.fact.valid_to = bad.known_at;
    d[2].member.facts = &bad; /* closes a row that is not there: VD013 */
    d[2].member.n_facts = 1;
    decision_run(&f, d, 4);
    for (int i = 0; i < 4; i++)
        assert_int_equal(d[i].member.outcome.result, i == 2 ? COMMIT_FAILED : COMMIT_APPLIED);
    assert_int_equal(d[2].member.outcome.error.code, ERR_DB_REFUSED);
    assert_int_equal(
        fixture_number(&f, "SELECT count(*) FROM event WHERE dossier_id = 20220000000012"), 0);
    /* The code of the failed one was not used up. */
    assert_int_equal(fixture_number(&f, "SELECT last FROM code_serial WHERE identifier = 'H38.12'"),
                     6);
}

static void a_clock_far_behind_is_refused(void **state)
{
    struct decision_case d;

    (void)state;
    decision_init(&d, YEAR + 20, 0, "yesterday");
    d.event.recorded_at -= 11 * INSTANT_SECOND;
    decision_run(&f, &d, 1);
    assert_int_equal(d.member.outcome.result, COMMIT_CLOCK_BEHIND);
    assert_int_equal(d.member.outcome.error.code, ERR_CLOCK_BEHIND);
}

static void a_given_code_is_kept_and_never_given_twice(void **state)
{
    struct decision_case d[2];

    (void)state;
    for (int i = 0; i < 2; i++) {
        decision_init(&d[i], YEAR + 30 + i, 0, "import");
        d[i].member.code = "2011/07.0001";
        d[i].member.code_identifier = NULL;
    }
    decision_run(&f, &d[0], 1);
    decision_run(&f, &d[1], 1);
    assert_int_equal(d[0].member.outcome.result, COMMIT_APPLIED);
    assert_string_equal(d[0].member.outcome.code, "2011/07.0001");
    assert_int_equal(d[1].member.outcome.result, COMMIT_CODE_TAKEN);
}

/* One that waits for a lock holds up nobody but itself: the few who come meanwhile leave beside it.
 */
static void a_few_do_not_wait_for_a_batch_that_waits(void **state)
{
    PGconn *other = PQconnectdb(f.url);
    struct decision_case d[3];
    char sql[100];

    (void)state;
    snprintf(sql, sizeof sql, "SELECT 1 FROM dossier WHERE id = %lld FOR UPDATE",
             (long long)(YEAR + 1));
    PQclear(PQexec(other, "BEGIN"));
    PQclear(PQexec(other, sql));
    decision_init(&d[0], YEAR + 1, 5, "held up");
    decision_init(&d[1], YEAR + 301, 0, "beside it");
    decision_init(&d[2], YEAR + 302, 0, "and another");
    decision_submit(&f, &d[0]);
    (void)uv_run(&f.loop, UV_RUN_NOWAIT); /* it leaves */
    decision_submit(&f, &d[1]);
    decision_submit(&f, &d[2]);
    while (!d[1].is_done || !d[2].is_done)
        (void)uv_run(&f.loop, UV_RUN_ONCE);
    assert_false(d[0].is_done);
    assert_int_equal(d[1].member.outcome.result, COMMIT_APPLIED);
    assert_int_equal(d[2].member.outcome.result, COMMIT_APPLIED);
    PQclear(PQexec(other, "ROLLBACK"));
    while (!d[0].is_done)
        (void)uv_run(&f.loop, UV_RUN_ONCE);
    assert_int_equal(d[0].member.outcome.version, 6);
    PQfinish(other);
}

static void codes_end_at_9999(void **state)
{
    struct decision_case d[3];
    char buf[8];

    (void)state;
    fixture_sql(&f, "INSERT INTO code_serial VALUES ('H38.9', '220830', 9998)", buf, sizeof buf);
    for (int i = 0; i < 3; i++) {
        decision_init(&d[i], YEAR + 40 + i, 0, "late in the day");
        d[i].member.code_identifier = "H38.9";
        d[i].member.principal = 7;
        d[i].member.key = i == 2 ? "c" : i == 1 ? "b" : "a";
    }
    decision_run(&f, d, 3);
    assert_string_equal(d[0].member.outcome.code, "H38.9-220830-9999");
    assert_int_equal(d[1].member.outcome.result, COMMIT_CODE_EXHAUSTED);
    assert_int_equal(d[2].member.outcome.result, COMMIT_CODE_EXHAUSTED);
    /* A refused request changed nothing and may be retried with its key. */
    assert_int_equal(
        fixture_number(&f, "SELECT count(*) FROM idempotency_key WHERE key IN ('b', 'c')"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_match_the_types),
        cmocka_unit_test(a_new_dossier_gets_a_code_and_a_chain),
        cmocka_unit_test(a_stale_version_is_refused_alone),
        cmocka_unit_test(a_dossier_travels_once_per_batch),
        cmocka_unit_test(a_repeated_key_gets_the_first_answer),
        cmocka_unit_test(an_edit_of_reference_data_makes_it_stale),
        cmocka_unit_test(a_bad_member_fails_alone),
        cmocka_unit_test(a_clock_far_behind_is_refused),
        cmocka_unit_test(a_given_code_is_kept_and_never_given_twice),
        cmocka_unit_test(a_few_do_not_wait_for_a_batch_that_waits),
        cmocka_unit_test(codes_end_at_9999),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
