/* Buckets: how many at once, how fast they fill again, and that forgetting gives nothing away. */
#include "../test.h"
#include "http/rate.h"

#define SECOND INT64_C(1000000)
#define START  (INT64_C(1) << 40)

static struct rates *made(enum rate_class kind, struct rate limit)
{
    struct rate limits[RATE_COUNT] = {{0, 0, 0}};
    struct rates *r;

    limits[kind] = limit;
    r = rates_new(limits);
    assert_non_null(r);
    return r;
}

static bool take(struct rates *r, uint64_t who, int64_t now_us, int *ret_wait_s)
{
    struct error err = {0};

    if (rates_take(r, RATE_PUBLIC, &who, sizeof who, now_us, &err))
        return true;
    assert_int_equal(err.code, ERR_RATE_LIMITED);
    if (ret_wait_s)
        *ret_wait_s = (int)error_arg(&err, "seconds")->number;
    return false;
}

static void a_bucket_gives_so_many_at_once_and_fills_again(void **state)
{
    struct rates *r =
        made(RATE_PUBLIC, (struct rate){6, 60, 3}); /* one in ten seconds, three at once */
    int wait_s = 0;

    (void)state;
    for (int i = 0; i < 3; i++)
        assert_true(take(r, 1, START, NULL));
    assert_false(take(r, 1, START, &wait_s));
    assert_int_equal(wait_s, 10);
    assert_false(take(r, 1, START + 10 * SECOND - 1, &wait_s));
    assert_int_equal(wait_s, 1);
    assert_true(take(r, 1, START + 10 * SECOND, NULL));
    assert_false(take(r, 1, START + 10 * SECOND, NULL));
    assert_true(take(r, 2, START, NULL)); /* another one's is another one's */
    for (int i = 0; i < 3; i++)           /* long after it is full, and not fuller */
        assert_true(take(r, 1, START + 1000 * SECOND, NULL));
    assert_false(take(r, 1, START + 1000 * SECOND, NULL));
    rates_free(r);
}

static void what_is_put_back_was_not_taken(void **state)
{
    struct rates *r = made(RATE_PUBLIC, (struct rate){1, 3600, 2});
    uint64_t who = 7;

    (void)state;
    for (int i = 0; i < 100; i++) {
        assert_true(take(r, who, START, NULL));
        rates_return(r, RATE_PUBLIC, &who, sizeof who);
    }
    assert_true(take(r, who, START, NULL));
    assert_true(take(r, who, START, NULL));
    assert_false(take(r, who, START, NULL));
    rates_free(r);
}

static void what_is_off_limits_nothing(void **state)
{
    struct rates *r = made(RATE_LOGIN, (struct rate){1, 1, 1});

    (void)state;
    for (int i = 0; i < 1000; i++) {
        assert_true(take(r, 1, START, NULL));
        assert_true(take(NULL, 1, START, NULL));
    }
    rates_free(r);
}

/* Whoever has emptied his bucket cannot get a new one by having ten thousand others come once. */
static void nobody_is_forgotten_who_has_emptied_his_bucket(void **state)
{
    struct rates *r = made(RATE_PUBLIC, (struct rate){60, 60, 20});

    (void)state;
    for (uint64_t who = 0; who < 50; who++)
        for (int i = 0; i < 20; i++)
            assert_true(take(r, who, START, NULL));
    for (uint64_t who = 1000; who < 200000; who++)
        assert_true(take(r, who, START, NULL));
    for (uint64_t who = 0; who < 50; who++)
        assert_false(take(r, who, START, NULL));
    rates_free(r);
}

static void a_rate_is_read(void **state)
{
    static const struct {
        const char *text;
        struct rate rate;
        bool is_good;
    } cases[] = {
        {"60/60/120", {60, 60, 120}, true},
        {"off", {0, 0, 0}, true},
        {"1/86400/1", {1, 86400, 1}, true},
        {"1000000/1/1000000", {1000000, 1, 1000000}, true},
        {"1000001/1/1", {0, 0, 0}, false},
        {"1/86401/1", {0, 0, 0}, false},
        {"1/1/1000001", {0, 0, 0}, false},
        {"0/1/1", {0, 0, 0}, false},
        {"1/0/1", {0, 0, 0}, false},
        {"1/1/0", {0, 0, 0}, false},
        {"", {0, 0, 0}, false},
        {"60/60", {0, 0, 0}, false},
        {"60/60/60/60", {0, 0, 0}, false},
        {"-1/1/1", {0, 0, 0}, false},
        {" 1/1/1", {0, 0, 0}, false},
        {"1/ 1/1", {0, 0, 0}, false},
        {"1/1/1 ", {0, 0, 0}, false},
        {"no", {0, 0, 0}, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct rate got = {9, 9, 9};

        if (rate_parse(cases[i].text, &got) != cases[i].is_good)
            fail_msg("%s", cases[i].text);
        if (cases[i].is_good)
            assert_memory_equal(&got, &cases[i].rate, sizeof got);
    }
}

static void every_row_has_its_words_and_numbers(void **state)
{
    (void)state;
    for (int i = 0; i < RATE_COUNT; i++) {
        assert_true(rate_rows[i].rate.times > 0 && rate_rows[i].rate.seconds > 0 &&
                    rate_rows[i].rate.at_once > 0);
        assert_true(*rate_rows[i].word && *rate_rows[i].label[0] && *rate_rows[i].label[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bucket_gives_so_many_at_once_and_fills_again),
        cmocka_unit_test(what_is_put_back_was_not_taken),
        cmocka_unit_test(what_is_off_limits_nothing),
        cmocka_unit_test(nobody_is_forgotten_who_has_emptied_his_bucket),
        cmocka_unit_test(a_rate_is_read),
        cmocka_unit_test(every_row_has_its_words_and_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
