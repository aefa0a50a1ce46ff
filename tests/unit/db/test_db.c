/* Connections against a real database: values there and back, refusals, loss and return. */
#include "fixture.h"

#include "base/instant.h"
#include "db/db_internal.h"
#include "db/sqlstate.h"

FIXTURE_OF_THE_FILE(f)

static void values_come_back_as_they_went(void **state)
{
    const int64_t numbers[] = {1, -2, INT64_MAX};
    const char *const texts[] = {"Tân Kỳ", NULL, ""};
    const int64_t instants[] = {INSTANT_NONE, 1661828400250001, INSTANT_FOREVER};
    struct db_call call = {0};
    struct db_params p;
    size_t len;

    (void)state;
    db_params_init(&p);
    db_put_int8(&p, -5);
    db_put_int4(&p, 7);
    db_put_bool(&p, true);
    db_put_text(&p, "đ");
    db_put_bytes(&p, "a\0b", 3);
    db_put_instant(&p, 1661828400250001);
    db_put_instant(&p, INSTANT_FOREVER);
    db_put_instant(&p, INSTANT_NONE);
    db_put_date(&p, date_from_civil(2022, 8, 30));
    db_put_int8_array(&p, numbers, 3);
    db_put_text_array(&p, texts, 3);
    db_put_text(&p, "");
    db_put_instant_array(&p, instants, 3);
    fixture_query(&f, DB_ECHO, &p, &call);
    db_params_deinit(&p);
    assert_int_equal(call.error.code, ERR_NONE);
    assert_int_equal(db_rows(&call.result), 1);
    assert_int_equal(db_int(&call.result, 0, 0), -5);
    assert_int_equal(db_int(&call.result, 0, 1), 7);
    assert_true(db_bool(&call.result, 0, 2));
    assert_string_equal(db_text(&call.result, 0, 3), "đ");
    assert_memory_equal(db_bytes(&call.result, 0, 4, &len), "a\0b", 3);
    assert_int_equal(len, 3);
    assert_int_equal(db_instant(&call.result, 0, 5), 1661828400250001);
    assert_true(db_instant(&call.result, 0, 6) == INSTANT_FOREVER);
    assert_true(db_instant(&call.result, 0, 7) == INSTANT_NONE);
    assert_int_equal(db_date(&call.result, 0, 8), date_from_civil(2022, 8, 30));
    assert_int_equal(db_array_len(&call.result, 0, 9), 3);
    assert_true(db_array_int(&call.result, 0, 9, 2) == INT64_MAX);
    assert_int_equal(db_array_int(&call.result, 0, 9, 1), -2);
    assert_memory_equal(db_array_text(&call.result, 0, 10, 0, &len), "Tân Kỳ", 9);
    assert_null(db_array_text(&call.result, 0, 10, 1, &len));
    assert_non_null(db_array_text(&call.result, 0, 10, 2, &len));
    assert_int_equal(len, 0);
    assert_string_equal(db_text(&call.result, 0, 11), ""); /* not NULL */
    for (int i = 0; i < 3; i++)
        assert_true(db_instant(&call.result, 0, 12 + i) == instants[i]);
    db_call_deinit(&call);
}

static void every_statement_can_be_prepared(void **state)
{
    char sql[120];

    (void)state;
    /* With NULLs for all: what it answers does not matter here, that it is understood does. */
    for (int i = 0; i < DB_QUERY_COUNT; i++) {
        struct db_call call = {0};
        struct db_params p;

        if (i == DB_VERIFY_BEGIN) /* its transaction would stay open on one of the connections */
            continue;
        db_params_init(&p);
        for (int j = 0; j < queries[i].n_params; j++)
            db_put_null(&p);
        fixture_query(&f, (enum db_query)i, &p, &call);
        db_params_deinit(&p);
        /* Syntax and names are class 42. */
        if (strncmp(sqlstate_of(&call.result), "42", 2) == 0 ||
            strncmp(sqlstate_of(&call.result), "26", 2) == 0)
            fail_msg("sql/queries/%s.sql: %s", queries[i].name, sqlstate_of(&call.result));
        db_call_deinit(&call);
    }
    fixture_sql(&f, "SELECT 1", sql, sizeof sql);
}

static void a_refusal_leaves_its_neighbours_alone(void **state)
{
    struct db_call bad = {0}, good = {0};
    struct db_params p;

    (void)state;
    db_params_init(&p);
    db_put_text(&p, "no such kind");
    db_put_int4(&p, 1);
    fixture_query(&f, DB_ID_BLOCK, &p, &bad);
    assert_int_equal(bad.error.code, ERR_DB_REFUSED);
    assert_string_equal(sqlstate_of(&bad.result), "VD010");
    fixture_query(&f, DB_PING, NULL, &good);
    assert_int_equal(db_int(&good.result, 0, 0), 1);
    db_params_deinit(&p);
    db_call_deinit(&bad);
    db_call_deinit(&good);
}

static void the_daemon_acts_as_the_application(void **state)
{
    char role[40];

    (void)state;
    fixture_sql(&f, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'motcuad'",
                role, sizeof role);
    assert_string_equal(role, "7");         /* 4 readers, 2 writers, 1 for jobs */
    for (int i = 0; i < DB_TYPE_COUNT; i++) /* each type is told by its own place */
        for (int j = 0; j <= i; j++)
            assert_int_equal(
                db_type_oid(f.db, (enum db_type)i) == db_type_oid(f.db, (enum db_type)j), i == j);
    assert_int_equal(db_type_oid(f.db, DB_TYPE_STAY),
                     fixture_number(&f, "SELECT 'apply_stay'::regtype::oid"));
    assert_int_equal(db_type_oid(f.db, DB_TYPE_FOLLOW),
                     fixture_number(&f, "SELECT 'follow_dossier'::regtype::oid"));
}

static void lost_connections_come_back(void **state)
{
    struct db_stats stats;
    char n[8];

    (void)state;
    fixture_sql(&f,
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE "
                "application_name = 'motcuad'",
                n, sizeof n);
    assert_string_equal(n, "7");
    do
        (void)uv_run(&f.loop, UV_RUN_ONCE);
    while (db_is_up(f.db));
    do
        (void)uv_run(&f.loop, UV_RUN_ONCE);
    while (!db_is_up(f.db));
    values_come_back_as_they_went(state);
    db_stats(f.db, DB_LANE_READ, &stats);
    assert_true(stats.reconnects > 0);
    /* The other readers may still be setting up; each comes back, and no call is forgotten. */
    while (stats.live < stats.connections || stats.outstanding > 0) {
        (void)uv_run(&f.loop, UV_RUN_ONCE);
        db_stats(f.db, DB_LANE_READ, &stats);
    }
}

static void loop_until(bool is_up)
{
    while (db_is_up(f.db) != is_up)
        (void)uv_run(&f.loop, UV_RUN_ONCE);
}

static void a_daemon_too_old_is_turned_away(void **state)
{
    struct db_call call = {.done = (db_done_fn *)abort};
    struct error err = {0};
    char n[16], row[300], sql[400];
    long found, asks;
    bool is_told = false;

    (void)state;
    fixture_sql(&f, "UPDATE setting SET daemon_min = 9999", n, sizeof n);
    fixture_sql(&f,
                "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE "
                "application_name = 'motcuad'",
                n, sizeof n);
    loop_until(false);
    for (struct db_stats stats = {.live = 1}; stats.live;) {
        (void)uv_run(&f.loop, UV_RUN_ONCE);
        db_stats(f.db, DB_LANE_READ, &stats);
    }
    /* It asks again and again, in vain; on a busy machine it takes a while to hear why. */
    for (int tries = 0; tries < 50 && !is_told; tries++) {
        error_clear(&err);
        assert_false(db_wait_ready(f.db, 400, &err));
        assert_int_equal(err.code, ERR_DB_UNAVAILABLE);
        is_told = strstr(err.args[0].text, "asks for schema 9999");
    }
    assert_true(is_told);
    error_clear(&err);
    assert_false(db_query(f.db, DB_LANE_READ, DB_PING, NULL, &call, &err));
    assert_int_equal(err.code, ERR_DB_UNAVAILABLE);
    fixture_sql(&f, "UPDATE setting SET daemon_min = 1", n, sizeof n);
    loop_until(true); /* restored: it works again by itself */

    /* A migration that asks for newer daemons turns away whoever works before it changes anything:
     * this one then fails, being applied already. */
    fixture_sql(&f,
                "DELETE FROM schema_file WHERE name = '0046_promise' RETURNING format('%L, %L, "
                "%L, %L', kind, name, checksum, applied_at)",
                row, sizeof row);
    error_clear(&err);
    assert_true(schema_plan(f.url, &found, &asks, &err));
    assert_int_equal(asks, 46);
    assert_int_equal(found, schema_version() - 1);
    assert_false(schema_migrate(f.url, NULL, NULL, &err));
    assert_int_equal(err.code, ERR_SCHEMA_MIGRATION);
    assert_int_equal(fixture_number(&f, "SELECT daemon_min FROM setting"), 46);
    loop_until(false);
    loop_until(true);
    (void)snprintf(sql, sizeof sql, "INSERT INTO schema_file VALUES (%s)", row);
    fixture_sql(&f, sql, n, sizeof n);
    assert_true(schema_plan(f.url, &found, &asks, &err));
    assert_int_equal(asks, 0);
    fixture_sql(&f, "UPDATE setting SET daemon_min = 1", n, sizeof n);
}

static void nothing_of_it(struct db_call *call)
{
    (void)call;
}

/* Sent to before the loop has looked: refused at once or answered with a failure, and the loop goes
 * on. */
static void who_died_is_noticed_while_being_sent_to(void **state)
{
    static const enum db_query fresh[] = {DB_REFERENCE_FIELDS, DB_REFERENCE_FORM_SETS,
                                          DB_REFERENCE_OFFICES, DB_REFERENCE_OFFICERS};
    struct db_call calls[DB_LANE_COUNT][ARRAY_LEN(fresh)] = {0};
    char n[8];

    for (int round = 0; round < 5; round++) {
        bool is_pending = true;

        fixture_sql(&f,
                    "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE "
                    "application_name = 'motcuad'",
                    n, sizeof n);
        for (int lane = 0; lane < DB_LANE_COUNT; lane++)
            for (size_t i = 0; i < ARRAY_LEN(fresh); i++) {
                struct error err = {0};

                calls[lane][i].done = nothing_of_it;
                calls[lane][i].group = round % 2 ? calls[lane] : NULL;
                (void)!db_query(f.db, (enum db_lane)lane, fresh[i], NULL, &calls[lane][i], &err);
            }
        while (is_pending) {
            (void)uv_run(&f.loop, UV_RUN_ONCE);
            is_pending = false;
            for (int lane = 0; lane < DB_LANE_COUNT; lane++)
                for (size_t i = 0; i < ARRAY_LEN(fresh); i++)
                    is_pending = is_pending || calls[lane][i].is_pending;
        }
        while (!db_is_up(f.db))
            (void)uv_run(&f.loop, UV_RUN_ONCE);
        values_come_back_as_they_went(state);
    }
    for (int lane = 0; lane < DB_LANE_COUNT; lane++)
        for (size_t i = 0; i < ARRAY_LEN(fresh); i++)
            db_call_deinit(&calls[lane][i]);
}

static void without_a_server_calls_are_refused(void **state)
{
    struct db_options options = {0};
    struct db *db = NULL;
    struct db_call call = {0};
    struct error err = {0};

    (void)state;
    options.url = "postgresql:///nothing?host=/nonexistent";
    assert_true(db_new(&f.loop, &options, &db, &err));
    call.done = (db_done_fn *)abort;
    assert_false(db_query(db, DB_LANE_READ, DB_PING, NULL, &call, &err));
    assert_int_equal(err.code, ERR_DB_UNAVAILABLE);
    assert_int_equal(error_status(err.code), 503);
    error_clear(&err);
    assert_false(db_wait_ready(db, 400, &err));
    assert_string_equal(err.args[0].text, "No such file or directory"); /* and not where */
    db_close(db, NULL, NULL);
    error_clear(&err);
    options.url = "postgresql://x?nonsense=1";
    assert_false(db_new(&f.loop, &options, &db, &err));
    assert_int_equal(err.code, ERR_DB_URL);
}

static void the_schema_is_checked(void **state)
{
    struct error err = {0};
    char buf[16];

    (void)state;
    assert_true(db_schema_check(f.url, &err));
    fixture_sql(&f, "INSERT INTO schema_file VALUES ('migration', '9999_next', 'x', '2022-01-01Z')",
                buf, sizeof buf);
    assert_true(db_schema_check(f.url, &err)); /* newer, and takes this daemon */
    assert_false(schema_migrate(f.url, NULL, NULL, &err));
    assert_int_equal(err.code, ERR_SCHEMA_NEWER);
    fixture_sql(&f, "UPDATE setting SET daemon_min = 9999", buf, sizeof buf);
    assert_false(db_schema_check(f.url, &err));
    assert_int_equal(err.code, ERR_SCHEMA_NEWER);
    fixture_sql(&f,
                "UPDATE setting SET daemon_min = 1; DELETE FROM schema_file WHERE name IN "
                "('9999_next', '0009_code_layout')",
                buf, sizeof buf);
    assert_false(db_schema_check(f.url, &err));
    assert_int_equal(err.code, ERR_SCHEMA_OLDER);
    fixture_sql(&f, "UPDATE schema_file SET checksum = 'x' WHERE name = '0001_setting'", buf,
                sizeof buf);
    assert_false(schema_migrate(f.url, NULL, NULL, &err));
    assert_int_equal(err.code, ERR_SCHEMA_CHANGED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_back_as_they_went),
        cmocka_unit_test(every_statement_can_be_prepared),
        cmocka_unit_test(a_refusal_leaves_its_neighbours_alone),
        cmocka_unit_test(the_daemon_acts_as_the_application),
        cmocka_unit_test(lost_connections_come_back),
        cmocka_unit_test(who_died_is_noticed_while_being_sent_to),
        cmocka_unit_test(without_a_server_calls_are_refused),
        cmocka_unit_test(a_daemon_too_old_is_turned_away),
        cmocka_unit_test(the_schema_is_checked),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
