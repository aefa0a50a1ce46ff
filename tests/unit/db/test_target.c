/* Several hosts in one address: which is tried, which is left, and when a server is given up. */
#include "fixture.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "db/target.h"

FIXTURE_OF_THE_FILE(f)

static void hosts_and_ports_go_together(void **state)
{
    static const struct {
        const char *url;
        int n, patience_ms;
        const char *last; /* NULL: refused */
    } cases[] = {
        {"postgresql:///motcua", 1, 10000, "-"},
        {"postgresql:///motcua?host=/run/x", 1, 10000, "/run/x"},
        {"postgresql://192.0.2.1:5433/motcua", 1, 10000, "192.0.2.1:5433"},
        {"postgresql://192.0.2.1,192.0.2.2/motcua", 2, 3000, "192.0.2.2:5432"},
        {"postgresql://192.0.2.1:1,192.0.2.2:2,192.0.2.3:3/motcua", 3, 3000, "192.0.2.3:3"},
        {"postgresql://a,b/motcua?connect_timeout=1", 2, 1000, "b:5432"},
        {"postgresql://a:7,b/motcua?connect_timeout=0", 2, 3000, "b:5432"},
        {"host=a,b port=7", 2, 3000, "b:7"},
        {"host=a,b hostaddr=192.0.2.1,192.0.2.2", 2, 3000, "192.0.2.2"},
        {"host=a,,c", 0, 0, NULL},
        {"host=a,b hostaddr=192.0.2.1,", 0, 0, NULL},
        {"postgresql://a,/motcua", 0, 0, NULL},
        {"host=1,2,3,4,5,6,7,8", 8, 3000, "8"},
        {"host=1,2,3,4,5,6,7,8,9", 0, 0, NULL},
        {"host=a,b port=1,2,3", 0, 0, NULL},
        {"host=a port=1,2", 0, 0, NULL},
        {"host=a,b hostaddr=192.0.2.1,192.0.2.2,192.0.2.3", 0, 0, NULL},
        {"postgresql://x?nonsense=1", 0, 0, NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct target *t = NULL;
        struct error err = {0};

        assert_int_equal(target_new(cases[i].url, true, &t, &err), cases[i].last != NULL);
        if (!cases[i].last) {
            assert_int_equal(err.code, ERR_DB_URL);
            continue;
        }
        assert_int_equal(target_count(t), cases[i].n);
        assert_int_equal(target_patience_ms(t), cases[i].patience_ms);
        assert_string_equal(target_name(t, cases[i].n - 1), cases[i].last);
        assert_null(target_free(t));
    }
    assert_null(target_free(NULL));
}

/* A set on `url`, up; its connections count those to the test's own server. */
static struct db *up(const char *url, bool is_reader, int silence_ms, int silence_quick_ms)
{
    struct db_options options = {.url = url,
                                 .name = "several",
                                 .n = {1, 1, 1},
                                 .retry_min_ms = 10,
                                 .retry_max_ms = 100,
                                 .silence_ms = silence_ms,
                                 .silence_quick_ms = silence_quick_ms,
                                 .is_reader = is_reader};
    struct error err = {0};
    struct db *db = NULL;

    assert_true(db_new(&f.loop, &options, &db, &err));
    if (!db_wait_ready(db, 20000, &err))
        fail_msg("%s", url);
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM pg_stat_activity WHERE "
                                        "application_name = 'several'"),
                     3);
    return db;
}

static void closed(void *data)
{
    *(bool *)data = true;
}

static void down(struct db *db)
{
    bool is_closed = false;

    db_close(db, closed, &is_closed);
    while (!is_closed)
        (void)uv_run(&f.loop, UV_RUN_ONCE);
}

static const char *url_of(char buf[400], const char *hosts_before, const char *more)
{
    assert_non_null(getenv("PG_TEMP_DIR"));
    assert_true(snprintf(buf, 400, "dbname=postgres user=postgres host=%s%s %s", hosts_before,
                         getenv("PG_TEMP_DIR"), more) < 400);
    return buf;
}

static void a_host_that_refuses_is_passed_over(void **state)
{
    char buf[400];

    (void)state;
    down(up(url_of(buf, "/nonexistent,127.0.0.1,", "port=5432,1,5432"), false, 0, 0));
    /* as most write it: a URL whose hosts have no ports, which libpq takes apart as ports without a
     * number */
    (void)snprintf(buf, sizeof buf, "postgresql://postgres@%%2Fnonexistent,");
    for (const char *at = getenv("PG_TEMP_DIR"); *at && strlen(buf) < sizeof buf - 16; at++)
        (void)snprintf(buf + strlen(buf), sizeof buf - strlen(buf), "%%%02X", (unsigned char)*at);
    strcat(buf, "/postgres");
    down(up(buf, false, 0, 0));
}

/* Listens and never answers, as a machine that is gone would not. */
static void a_host_that_says_nothing_is_left_after_a_while(void **state)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    char buf[400], more[64];

    (void)state;
    assert_true(fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, 8) == 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    (void)snprintf(more, sizeof more, "port=%d,5432 connect_timeout=1", ntohs(at.sin_port));
    down(up(url_of(buf, "127.0.0.1,", more), false, 0, 0));
    (void)close(fd);
}

static void what_is_told_names_no_place(void **state)
{
    static const char *const cases[][2] = {
        {"connection to server on socket \"/run/x/.s.PGSQL.5432\" failed: Connection refused\n\tIs "
         "the",
         "Connection refused"},
        {"connection to server at \"192.0.2.3\", port 5432 failed: FATAL:  the database system is "
         "not yet accepting connections\nDETAIL:  x",
         "the database system is not yet accepting connections"},
        {"connection to server at \"a\" failed: FATAL:  role \"motcua\" does not exist",
         "role does not exist"},
        {"connection to server at \"192.0.2.3\", port 5432 failed: ", ""},
        {"FATAL:  terminating connection\nserver closed the connection", "terminating connection"},
        {"server closed the connection unexpectedly\nconnect failed: x",
         "server closed the connection unexpectedly"},
        {"an odd \" stays", "an odd \" stays"},
        {"", ""},
    };
    char buf[60];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        target_reason(cases[i][0], buf, sizeof buf);
        assert_string_equal(buf, cases[i][1]);
    }
    target_reason("Connection refused", buf, 5);
    assert_string_equal(buf, "Conn");
}

static void who_writes_wants_a_server_that_takes_writes(void **state)
{
    struct db_options options = {.retry_min_ms = 10, .retry_max_ms = 100};
    static const char read_only[] = "options='-c default_transaction_read_only=on'";
    struct error err = {0};
    struct db *db = NULL;
    PGconn *pg = NULL;
    char buf[400];

    (void)state;
    options.url = url_of(buf, "", read_only);
    assert_true(db_new(&f.loop, &options, &db, &err));
    assert_false(db_wait_ready(db, 500, &err));
    assert_int_equal(err.code, ERR_DB_UNAVAILABLE);
    assert_non_null(strstr(err.args[0].text, "read-only"));
    down(db);
    down(up(buf, true, 0, 0)); /* a reader takes it */
    error_clear(&err);
    assert_false(target_connect(buf, true, &pg, &err));
    assert_int_equal(err.code, ERR_DB_UNAVAILABLE);
    assert_true(target_connect(buf, false, &pg, &err));
    PQfinish(pg);
    /* the address has the last word */
    (void)url_of(buf, "", "options='-c default_transaction_read_only=on' target_session_attrs=any");
    down(up(buf, false, 0, 0));
}

static void call_done(struct db_call *call)
{
    *(bool *)call->data = true;
}

/* Stops the backends of the set, or lets them go on. kill -STOP: TCP and sockets go on to say that
 * all is well. */
static void signal_backends(int signal)
{
    char pids[200], *at;

    fixture_sql(&f,
                "SELECT string_agg(pid::text, ' ') FROM pg_stat_activity WHERE application_name = "
                "'several'",
                pids, sizeof pids);
    for (at = pids; *at; at += strspn(at, " "))
        assert_int_equal(kill((pid_t)strtol(at, &at, 10), signal), 0);
}

static void ask(struct db *db, enum db_query query, struct db_call *call)
{
    struct error err = {0};
    struct db_params p;
    bool is_done = false;

    call->done = call_done;
    call->data = &is_done;
    db_params_init(&p);
    for (int i = 0; i < queries[query].n_params; i++)
        db_put_int8(&p, 1);
    assert_true(db_query(db, DB_LANE_READ, query, &p, call, &err));
    db_params_deinit(&p);
    while (!is_done)
        (void)uv_run(&f.loop, UV_RUN_ONCE);
}

static void given_up(int silence_ms, int silence_quick_ms, enum db_query query)
{
    char buf[400];
    struct db *db = up(url_of(buf, "", ""), false, silence_ms, silence_quick_ms);
    struct db_call call = {0};
    struct db_stats stats;

    signal_backends(SIGSTOP);
    ask(db, query, &call);
    assert_int_equal(call.error.code, ERR_DB_OUTCOME_UNKNOWN);
    do { /* the others owe nothing, and stay */
        (void)uv_run(&f.loop, UV_RUN_ONCE);
        db_stats(db, DB_LANE_READ, &stats);
    } while (!stats.live);
    db_stats(db, DB_LANE_WRITE, &stats);
    assert_int_equal(stats.reconnects, 0);
    signal_backends(SIGCONT);
    ask(db, query, &call);
    assert_int_equal(call.error.code, ERR_NONE);
    db_call_deinit(&call);
    down(db);
}

static void a_server_that_owes_an_answer_is_given_up(void **state)
{
    (void)state;
    assert_false(queries[DB_PING].is_quick);
    given_up(300, 600000, DB_PING);
    given_up(600000, 300, DB_DOSSIER_EVENTS_OF); /* what is quick is not waited for as long */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_and_ports_go_together),
        cmocka_unit_test(a_host_that_refuses_is_passed_over),
        cmocka_unit_test(a_host_that_says_nothing_is_left_after_a_while),
        cmocka_unit_test(what_is_told_names_no_place),
        cmocka_unit_test(who_writes_wants_a_server_that_takes_writes),
        cmocka_unit_test(a_server_that_owes_an_answer_is_given_up),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
