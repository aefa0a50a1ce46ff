/* Calls that travel together: in one transaction, and quick ones in one statement. */
#include "fixture.h"

#include "base/clock.h"
#include "base/digest.h"
#include "db/db_internal.h"

FIXTURE_OF_THE_FILE(f)

static void answered(struct db_call *call)
{
    ++*(int *)call->data;
}

static void send_in(const void *group, enum db_query query, const struct db_params *params,
                    struct db_call *call, int *n_answered)
{
    struct error err = {0};

    call->done = answered;
    call->data = n_answered;
    call->group = group;
    assert_true(db_query(f.db, DB_LANE_READ, query, params, call, &err));
}

/* Twice: with statements that are being prepared in the midst of it, which end a transaction, and
 * with all of them known. There are more groups than readers, so that they share connections. */
static void a_group_stands_or_falls_together(void **state)
{
    enum { GROUPS = 12 };
    static struct db_call bad[GROUPS][4], good[GROUPS][3], alone[GROUPS];
    struct db_params refused, block;
    char before[24], after[24];

    (void)state;
    db_params_init(&refused);
    db_put_text(&refused, "no such kind");
    db_put_int4(&refused, 1);
    db_params_init(&block);
    db_put_text(&block, "person");
    db_put_int4(&block, 5);
    for (int round = 0; round < 2; round++) {
        int n = 0;

        fixture_sql(&f, "SELECT coalesce(max(last), 0) FROM id_counter WHERE kind = 'person'",
                    before, sizeof before);
        for (int i = 0; i < GROUPS; i++) {
            send_in(bad[i], DB_PING, NULL, &bad[i][0], &n);
            send_in(bad[i], DB_ID_BLOCK, &block, &bad[i][1], &n); /* undone with the rest */
            send_in(bad[i], DB_ID_BLOCK, &refused, &bad[i][2], &n);
            send_in(bad[i], DB_PING, NULL, &bad[i][3], &n);
            send_in(NULL, DB_PING, NULL, &alone[i], &n);
            for (int j = 0; j < 3; j++)
                send_in(good[i], j == 1 ? DB_REFERENCE_FIELDS : DB_PING, NULL, &good[i][j], &n);
        }
        while (n < GROUPS * 8)
            (void)uv_run(&f.loop, UV_RUN_ONCE);
        for (int i = 0; i < GROUPS; i++) {
            for (int j = round ? 0 : 2; j < 4; j++)
                assert_int_equal(bad[i][j].error.code, ERR_DB_REFUSED);
            for (int j = 0; j < 3; j++)
                assert_int_equal(good[i][j].error.code, ERR_NONE);
            assert_int_equal(db_int(&good[i][2].result, 0, 0), 1);
            assert_int_equal(db_int(&alone[i].result, 0, 0), 1);
        }
        fixture_sql(&f, "SELECT coalesce(max(last), 0) FROM id_counter WHERE kind = 'person'",
                    after, sizeof after);
        if (round)
            assert_string_equal(after, before);
    }
    for (int i = 0; i < GROUPS; i++) {
        for (int j = 0; j < 4; j++)
            db_call_deinit(&bad[i][j]);
        for (int j = 0; j < 3; j++)
            db_call_deinit(&good[i][j]);
        db_call_deinit(&alone[i]);
    }
    db_params_deinit(&refused);
    db_params_deinit(&block);
}

/* Those behind the refused one were passed over by the server and are asked again: nobody notices
 * but the group that was refused. */
static void quick_groups_travel_together_and_do_not_fall_together(void **state)
{
    enum { GROUPS = 40 };
    static struct db_call calls[GROUPS][3];
    static const enum db_query asked[] = {DB_DOSSIER_EVENTS, DB_DOSSIER_PERSONS, DB_REMARKS_OF};
    char nothing[24], code[200];
    struct db_stats before, after;

    (void)state;
    assert_true(queries[DB_REMARKS_OF].is_quick);
    assert_false(queries[DB_ID_BLOCK].is_quick);
    for (int round = 0; round < 4; round++) {
        int n = 0;

        if (round == 2)
            fixture_sql(&f, "REVOKE SELECT ON remark FROM motcua_app", nothing, sizeof nothing);
        db_stats(f.db, DB_LANE_READ, &before);
        for (int i = 0; i < GROUPS; i++) {
            for (int j = 0; j < 3; j++) {
                struct db_params p;
                bool is_bad = round >= 2 && i % 7 == 3;

                db_params_init(&p);
                /* Some too long to be kept, and so to share. */
                (void)snprintf(code, sizeof code, "none-%0*d", i % 5 == 4 ? 120 : 2, i);
                db_put_text(&p, code);
                send_in(calls[i], asked[is_bad ? (j + i) % 3 : j % 2], &p, &calls[i][j], &n);
                db_params_deinit(&p);
            }
        }
        while (n < GROUPS * 3)
            (void)uv_run(&f.loop, UV_RUN_ONCE);
        db_stats(f.db, DB_LANE_READ, &after);
        if (round == 1)
            assert_in_range(after.transactions - before.transactions, 8, GROUPS / 2);
        for (int i = 0; i < GROUPS; i++) {
            int n_refused = 0;

            for (int j = 0; j < 3; j++)
                n_refused += calls[i][j].error.code == ERR_DB_DENIED;
            assert_int_equal(n_refused > 0, round >= 2 && i % 7 == 3);
            for (int j = 0; j < 3 && !n_refused; j++) {
                assert_int_equal(calls[i][j].error.code, ERR_NONE);
                assert_int_equal(db_rows(&calls[i][j].result), 0);
            }
        }
        db_stats(f.db, DB_LANE_READ, &after);
        assert_int_equal(after.outstanding, 0);
        assert_int_equal(after.failures - before.failures > 0, round >= 2);
    }
    fixture_sql(&f, "GRANT SELECT ON remark TO motcua_app", nothing, sizeof nothing);
    for (int i = 0; i < GROUPS; i++)
        for (int j = 0; j < 3; j++)
            db_call_deinit(&calls[i][j]);
}

/* Many questions of one kind leave as one statement: each gets its own rows in their order, and
 * none of its neighbours'. Dossier i has i % 4 remarks; every ninth code is nobody's. In the last
 * round the server is gone before they leave, but for the first that fill a group: those have left,
 * and it went before it had answered them or after. */
static void each_question_gets_its_own_rows(void **state)
{
    enum { GROUPS = 30, CALLS = 3 };
    static struct db_call calls[GROUPS][CALLS];
    char buf[24];

    (void)state;
    fixture_sql(&f,
                "INSERT INTO dossier_code SELECT 'g' || i, i FROM generate_series(1, 100) i "
                "WHERE i % 9 > 0; "
                "INSERT INTO remark (id, dossier_id, text, recorded_at) SELECT i * 10 + k, i, "
                "i || '-' || k, now() FROM generate_series(1, 100) i, generate_series(1, i % 4) k "
                "ORDER BY k DESC, i",
                buf, sizeof buf);
    for (int round = 0; round < 4; round++) {
        struct db_stats before, after;
        int n = 0;

        db_stats(f.db, DB_LANE_READ, &before);
        for (int i = 0; i < GROUPS; i++)
            for (int j = 0; j < CALLS; j++) {
                struct db_params p;

                db_params_init(&p);
                (void)snprintf(buf, sizeof buf, "g%d", (i * 37 + j * 11 + round) % 100 + 1);
                db_put_text(&p, buf);
                send_in(calls[i], DB_REMARKS_OF, &p, &calls[i][j], &n);
                db_params_deinit(&p);
            }
        if (round == 3)
            fixture_sql(&f,
                        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity "
                        "WHERE application_name = 'motcuad'",
                        buf, sizeof buf);
        while (n < GROUPS * CALLS)
            (void)uv_run(&f.loop, UV_RUN_ONCE);
        db_stats(f.db, DB_LANE_READ, &after);
        assert_int_equal(after.outstanding, 0);
        if (round == 1 || round == 2) /* all are prepared */
            assert_in_range(after.transactions - before.transactions, 2, 4);
        for (int i = 0; i < GROUPS; i++)
            for (int j = 0; j < CALLS; j++) {
                const struct db_result *r = &calls[i][j].result;
                int place = (i * 37 + j * 11 + round) % 100 + 1, n_rows = place % 9 ? place % 4 : 0;

                if (round == 3 && (i >= CONNECTION_TOGETHER_MAX || calls[i][j].error.code)) {
                    assert_int_equal(calls[i][j].error.code, ERR_DB_OUTCOME_UNKNOWN);
                    continue;
                }
                assert_int_equal(calls[i][j].error.code, ERR_NONE);
                assert_int_equal(db_rows(r), n_rows);
                for (int k = 0; k < n_rows; k++) {
                    (void)snprintf(buf, sizeof buf, "%d-%d", place, k + 1);
                    assert_string_equal(db_text(r, k, 1), buf);
                    assert_int_equal(db_int(r, k, 0), place * 10 + k + 1);
                }
                assert_null(db_text(r, n_rows, 1)); /* not another's */
                assert_true(db_is_null(r, -1, 0));
            }
    }
    for (int i = 0; i < GROUPS; i++)
        for (int j = 0; j < CALLS; j++)
            db_call_deinit(&calls[i][j]);
    while (!db_is_up(f.db))
        (void)uv_run(&f.loop, UV_RUN_ONCE);
    fixture_sql(&f, "DELETE FROM remark; DELETE FROM dossier_code", buf, sizeof buf);
}

/* Of a question with one row at most the planner may join all of them as it likes: here the whole
 * table to the questions, which would come out in the order of the table. Every fifth token is
 * nobody's, two requests in a row have the same one, every third has run out. */
static void each_token_gets_its_own_session(void **state)
{
    enum { GROUPS = 60 };
    static struct db_call calls[GROUPS];
    char buf[24];

    (void)state;
    assert_non_null(strstr(queries[DB_SESSION_FIND].text, "ORDER BY q.n"));
    fixture_sql(
        &f,
        "INSERT INTO officer (id, login, name) OVERRIDING SYSTEM VALUE VALUES (77, 'o77', '-'); "
        "INSERT INTO session (token_hash, officer_id, csrf, kind, created_at, last_used_at, "
        "expires_at, id) SELECT sha256(('s' || i)::bytea), 77, '', 'cookie', now(), now(), "
        "CASE WHEN i % 3 > 0 THEN now() + interval '1 hour' ELSE now() - interval '1 hour' END, "
        "'id' || i FROM generate_series(1, 500) i WHERE i % 5 > 0; ANALYZE session",
        buf, sizeof buf);
    for (int round = 0; round < 3; round++) {
        int n = 0;

        for (int i = 0; i < GROUPS; i++) {
            unsigned char hash[DIGEST_LEN];
            struct db_params p;

            (void)snprintf(buf, sizeof buf, "s%d", (i / 2 * 293 + round) % 500 + 1);
            digest_sha256(buf, strlen(buf), hash);
            db_params_init(&p);
            db_put_bytes(&p, hash, sizeof hash);
            db_put_instant(&p, clock_real());
            send_in(&calls[i], DB_SESSION_FIND, &p, &calls[i], &n);
            db_params_deinit(&p);
        }
        while (n < GROUPS)
            (void)uv_run(&f.loop, UV_RUN_ONCE);
        for (int i = 0; i < GROUPS; i++) {
            const struct db_result *r = &calls[i].result;
            int place = (i / 2 * 293 + round) % 500 + 1;
            bool is_there = place % 5 > 0 && place % 3 > 0;

            assert_int_equal(calls[i].error.code, ERR_NONE);
            assert_int_equal(db_rows(r), is_there);
            (void)snprintf(buf, sizeof buf, "id%d", place);
            if (is_there)
                assert_string_equal(db_text(r, 0, db_column(r, "id")), buf);
        }
    }
    for (int i = 0; i < GROUPS; i++)
        db_call_deinit(&calls[i]);
    fixture_sql(&f, "DELETE FROM session; DELETE FROM officer WHERE id = 77", buf, sizeof buf);
}

/* Twice, as the first. How a statement is planned is seen from within its transaction, and from the
 * one after it. */
static void a_statement_about_many_is_planned_by_its_values(void **state)
{
    struct db_call within[3] = {0}, after = {0};
    struct db_params p;

    (void)state;
    assert_true(queries[DB_INDEX_POPULATION].is_planned_by_values);
    assert_false(queries[DB_PING].is_planned_by_values);
    db_params_init(&p);
    for (int j = 0; j < queries[DB_INDEX_POPULATION].n_params; j++)
        db_put_null(&p);
    for (int round = 0; round < 2; round++) {
        int n = 0;

        send_in(&n, DB_PING, NULL, &within[0], &n);
        send_in(&n, DB_INDEX_POPULATION, &p, &within[1], &n);
        send_in(&n, DB_PLAN_BY_VALUES, NULL, &within[2], &n); /* how was it planned? */
        while (n < 3)
            (void)uv_run(&f.loop, UV_RUN_ONCE);
        for (int j = 0; j < 3; j++)
            assert_int_equal(within[j].error.code, ERR_NONE);
        if (round) /* a statement just prepared ended that transaction */
            assert_string_equal(db_text(&within[2].result, 0, 0), "force_custom_plan");
        for (int i = 0; i < 12; i++) { /* on each connection */
            fixture_query(&f, DB_PLAN_BY_VALUES, NULL, &after);
            assert_string_equal(db_text(&after.result, 0, 0), "force_generic_plan");
        }
    }
    for (int j = 0; j < 3; j++)
        db_call_deinit(&within[j]);
    db_call_deinit(&after);
    db_params_deinit(&p);
}

/* The loop reads before it is about to sleep, and reading flushes: the server may tell of a refusal
 * while the group has no sync yet and is still joined. */
static void a_group_refused_before_its_end_costs_no_connection(void **state)
{
    struct db_call bad[3] = {0};
    struct connection *c = f.db->connections;
    struct db_stats before, after;
    struct db_params refused;
    int n = 0;

    (void)state;
    db_params_init(&refused);
    db_put_text(&refused, "no such kind");
    db_put_int4(&refused, 1);
    db_stats(f.db, DB_LANE_READ, &before);
    send_in(bad, DB_ID_BLOCK, &refused, &bad[0], &n);
    send_in(bad, DB_PING, NULL, &bad[1], &n);
    while (c->open_group != bad)
        c++;
    (void)uv_prepare_stop(&f.db->flusher);
    assert_int_equal(PQflush(c->pg), 0);
    while (c->state == CONNECTION_LIVE && c->n_answered < c->n_slots)
        (void)uv_run(&f.loop, UV_RUN_ONCE);
    assert_int_equal(c->state, CONNECTION_LIVE);
    send_in(bad, DB_PING, NULL, &bad[2], &n);
    while (n < 3)
        (void)uv_run(&f.loop, UV_RUN_ONCE);
    db_stats(f.db, DB_LANE_READ, &after);
    assert_int_equal(after.reconnects, before.reconnects);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(bad[i].error.code, ERR_DB_REFUSED);
        db_call_deinit(&bad[i]);
    }
    db_params_deinit(&refused);
}

/* The reader on which the call went; -1: none of them; 4: more than one. */
static int went_to(enum db_query query, struct db_call *call, int *n_answered)
{
    int before[4], ret = -1;
    struct db_params p;

    for (int i = 0; i < 4; i++)
        before[i] = f.db->connections[i].n_calls;
    db_params_init(&p);
    if (queries[query].n_params)
        db_put_text(&p, "nothing");
    send_in(NULL, query, &p, call, n_answered);
    db_params_deinit(&p);
    for (int i = 0; i < 4; i++)
        if (f.db->connections[i].n_calls > before[i])
            ret = ret < 0 ? i : 4;
    return ret;
}

static void answered_all(const int *n_answered, int n)
{
    while (*n_answered < n)
        (void)uv_run(&f.loop, UV_RUN_ONCE);
}

/* Which of four readers a question goes to, where quick ones keep to the first. */
static void what_is_quick_waits_behind_nothing_slow(void **state)
{
    static struct db_call calls[16];
    bool was_hot[4];
    int n = 0, k = 0;

    (void)state;
    while (db_idle_count(f.db, DB_LANE_READ) < 4)
        (void)uv_run(&f.loop, UV_RUN_ONCE);
    for (int i = 0; i < 4; i++) {
        was_hot[i] = f.db->connections[i].is_hot;
        f.db->connections[i].is_hot = i == 0;
    }
    assert_true(was_hot[0]);
    for (; k < 3; k++)
        assert_int_equal(went_to(DB_REMARKS_OF, &calls[k], &n), 0);
    assert_int_equal(went_to(DB_PING, &calls[k++], &n), 1); /* it leaves the first one free */
    answered_all(&n, k);
    for (int i = 1; i < 4; i++)
        assert_int_equal(went_to(DB_PING, &calls[k++], &n), i);
    assert_int_equal(went_to(DB_REMARKS_OF, &calls[k++], &n), 0);
    assert_int_equal(went_to(DB_PING, &calls[k++], &n), 0);       /* the last without a slow one */
    assert_int_equal(went_to(DB_REMARKS_OF, &calls[k++], &n), 1); /* all have one: the fewest */
    answered_all(&n, k);
    for (int i = 0; i < 4; i++)
        assert_int_equal(f.db->connections[i].n_slow, 0);
    assert_int_equal(went_to(DB_REMARKS_OF, &calls[k++], &n), 0);
    f.db->connections[0].heard_at -= 1000; /* it owes an answer and has said nothing for long */
    assert_int_equal(went_to(DB_REMARKS_OF, &calls[k++], &n), 1);
    answered_all(&n, k);
    assert_int_equal(went_to(DB_REMARKS_OF, &calls[k++], &n), 0); /* it spoke again */
    answered_all(&n, k);
    while (k > 0)
        db_call_deinit(&calls[--k]);
    for (int i = 0; i < 4; i++)
        f.db->connections[i].is_hot = was_hot[i];
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_stands_or_falls_together),
        cmocka_unit_test(quick_groups_travel_together_and_do_not_fall_together),
        cmocka_unit_test(a_group_refused_before_its_end_costs_no_connection),
        cmocka_unit_test(a_statement_about_many_is_planned_by_its_values),
        cmocka_unit_test(each_question_gets_its_own_rows),
        cmocka_unit_test(each_token_gets_its_own_session),
        cmocka_unit_test(what_is_quick_waits_behind_nothing_slow),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
