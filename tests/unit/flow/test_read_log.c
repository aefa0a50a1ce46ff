/* The log of reads while the database is away: rows wait, up to the limits, and are not forgotten
 * in silence. */
#include "../test.h"
#include "flow/read_log.h"

struct fixture {
    uv_loop_t loop;
    struct app app;
    bool is_closed, is_db_closed;
};

static void closed(void *data)
{
    *(bool *)data = true;
}

static int start(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct db_options options = {.url = "host=/nowhere dbname=none", .retry_min_ms = 1000};
    struct error err = {0};

    uv_loop_init(&f->loop);
    f->app.loop = &f->loop;
    assert_true(db_new(&f->loop, &options, &f->app.db, &err));
    assert_true(read_log_start(&f->app, &f->app.reads, &err));
    *state = f;
    return 0;
}

static int stop(void **state)
{
    struct fixture *f = *state;

    read_log_close(f->app.reads, 0, closed, &f->is_closed);
    while (!f->is_closed)
        uv_run(&f->loop, UV_RUN_ONCE);
    db_close(f->app.db, closed, &f->is_db_closed);
    while (!f->is_db_closed)
        uv_run(&f->loop, UV_RUN_ONCE);
    uv_run(&f->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&f->loop), 0);
    free(f);
    return 0;
}

static void so_many_rows_wait_and_no_more(void **state)
{
    struct fixture *f = *state;
    int64_t dossier = 20220000000001;
    struct read_row row = {.at = 1,
                           .officer_id = 7,
                           .what = "dossier",
                           .dossiers = &dossier,
                           .n_dossiers = 1,
                           .trace = "t"};
    struct buffer figures = {0};
    struct error err = {0};

    for (int i = 0; i < READ_LOG_ROWS_MAX; i++)
        assert_true(read_log_add(f->app.reads, &row, &err));
    assert_false(read_log_add(f->app.reads, &row, &err));
    assert_int_equal(err.code, ERR_READ_LOG_FULL);
    read_log_figures(f->app.reads, &figures);
    assert_non_null(strstr(figures.data, "\nmotcua_read_log_waiting 8192\n"));
    assert_non_null(strstr(figures.data, "\nmotcua_read_log_refused_total 1\n"));
    buffer_deinit(&figures);
}

static void so_many_dossiers_wait_and_no_more(void **state)
{
    struct fixture *f = *state;
    int64_t *dossiers = calloc(READ_LOG_IDS_MAX, sizeof *dossiers);
    struct read_row row = {
        .at = 1, .what = "register", .dossiers = dossiers, .n_dossiers = READ_LOG_IDS_MAX};
    struct error err = {0};

    assert_true(read_log_add(f->app.reads, &row, &err));
    row.n_dossiers = 1;
    assert_false(read_log_add(f->app.reads, &row, &err));
    assert_int_equal(err.code, ERR_READ_LOG_FULL);
    row.n_dossiers = 0; /* a person's export: none in particular */
    row.person_id = 5;
    assert_true(read_log_add(f->app.reads, &row, &err));
    free(dossiers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(so_many_rows_wait_and_no_more, start, stop),
        cmocka_unit_test_setup_teardown(so_many_dossiers_wait_and_no_more, start, stop),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
