/* What an end means, and that a server which does not answer costs its time limit and no more. */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../test.h"
#include "base/macros.h"
#include "post/courier.h"

static void an_end_is_judged_by_what_the_server_had(void **state)
{
    static const struct {
        enum courier_kind kind;
        CURLcode code;
        long status;
        bool is_whole;
        enum courier_outcome outcome;
    } rows[] = {
        {COURIER_MAIL, CURLE_OK, 250, true, COURIER_SENT},
        {COURIER_MAIL, CURLE_COULDNT_CONNECT, 0, false, COURIER_TROUBLE},
        {COURIER_MAIL, CURLE_COULDNT_RESOLVE_HOST, 0, false, COURIER_TROUBLE},
        {COURIER_MAIL, CURLE_OPERATION_TIMEDOUT, 250, false, COURIER_TROUBLE}, /* before its body */
        {COURIER_MAIL, CURLE_OPERATION_TIMEDOUT, 354, true, COURIER_UNKNOWN},  /* after it */
        {COURIER_MAIL, CURLE_RECV_ERROR, 354, true, COURIER_UNKNOWN},
        {COURIER_MAIL, CURLE_ABORTED_BY_CALLBACK, 354, true, COURIER_UNKNOWN},
        {COURIER_MAIL, CURLE_SEND_ERROR, 354, false, COURIER_TROUBLE}, /* cut off within it */
        {COURIER_MAIL, CURLE_SEND_ERROR, 451, false, COURIER_TROUBLE},
        {COURIER_MAIL, CURLE_SEND_ERROR, 550, false, COURIER_REFUSED},
        {COURIER_MAIL, CURLE_WEIRD_SERVER_REPLY, 554, true,
         COURIER_REFUSED}, /* read, and refused */
        {COURIER_MAIL, CURLE_WEIRD_SERVER_REPLY, 452, true, COURIER_TROUBLE},
        {COURIER_MAIL, CURLE_WEIRD_SERVER_REPLY, 554, false, COURIER_TROUBLE}, /* its greeting */
        {COURIER_MAIL, CURLE_LOGIN_DENIED, 535, false, COURIER_TROUBLE},
        {COURIER_MAIL, CURLE_USE_SSL_FAILED, 502, false, COURIER_TROUBLE},
        {COURIER_MAIL, CURLE_PEER_FAILED_VERIFICATION, 220, false, COURIER_TROUBLE},
        {COURIER_HOOK, CURLE_OK, 200, true, COURIER_SENT},
        {COURIER_HOOK, CURLE_OK, 202, true, COURIER_SENT},
        {COURIER_HOOK, CURLE_OPERATION_TIMEDOUT, 200, true,
         COURIER_SENT}, /* its page never ended */
        {COURIER_HOOK, CURLE_OK, 302, true, COURIER_TROUBLE},
        {COURIER_HOOK, CURLE_OK, 400, true, COURIER_REFUSED},
        {COURIER_HOOK, CURLE_OK, 422, true, COURIER_REFUSED},
        {COURIER_HOOK, CURLE_OK, 401, true,
         COURIER_TROUBLE}, /* our secret is wrong, not the message */
        {COURIER_HOOK, CURLE_OK, 429, true, COURIER_TROUBLE},
        {COURIER_HOOK, CURLE_OK, 503, true, COURIER_TROUBLE},
        {COURIER_HOOK, CURLE_GOT_NOTHING, 0, true, COURIER_UNKNOWN},
        {COURIER_HOOK, CURLE_OPERATION_TIMEDOUT, 0, true, COURIER_UNKNOWN},
        {COURIER_HOOK, CURLE_OPERATION_TIMEDOUT, 0, false, COURIER_TROUBLE},
        {COURIER_HOOK, CURLE_PEER_FAILED_VERIFICATION, 0, false, COURIER_TROUBLE},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct error err;
        enum courier_outcome got;

        error_clear(&err);
        got =
            courier_judge(rows[i].kind, (int)rows[i].code, rows[i].status, rows[i].is_whole, &err);
        if (got != rows[i].outcome)
            fail_msg("row %zu: outcome %d, expected %d", i, (int)got, (int)rows[i].outcome);
        assert_true((err.code == ERR_NONE) == (got == COURIER_SENT));
    }
}

struct seen {
    int n;
    bool is_closed;
};

static void on_done(struct courier_errand *e)
{
    ((struct seen *)e->data)->n++;
}

static void on_closed(void *data)
{
    ((struct seen *)data)->is_closed = true;
}

/* A port: open and silent (it listens, nobody answers), or closed. */
static int listening(bool is_open, int *ret_port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(fd >= 0 && !bind(fd, (struct sockaddr *)&a, sizeof a) &&
                !getsockname(fd, (struct sockaddr *)&a, &len));
    if (is_open)
        assert_int_equal(listen(fd, 16), 0);
    *ret_port = ntohs(a.sin_port);
    return fd;
}

static struct courier *courier_to(uv_loop_t *loop, int port, int total_ms)
{
    char smtp[64], hook[64];
    struct courier_options o = {.smtp_url = smtp,
                                .mail_from = "motcua@tanky.example",
                                .hook_url = hook,
                                .connect_ms = total_ms,
                                .total_ms = total_ms};
    struct courier *c;
    struct error err;

    snprintf(smtp, sizeof smtp, "smtp://127.0.0.1:%d", port);
    snprintf(hook, sizeof hook, "http://127.0.0.1:%d/hook", port);
    assert_true(courier_new(loop, &o, &c, &err));
    assert_true(courier_has(c, COURIER_MAIL) && courier_has(c, COURIER_HOOK));
    return c;
}

static void send_to(bool is_open, int total_ms, bool is_closed_at_once, enum courier_outcome mail,
                    enum courier_outcome hook)
{
    struct courier_errand e[2];
    struct seen seen = {0};
    struct courier *c;
    struct error err;
    uv_loop_t loop;
    int port, fd = listening(is_open, &port);

    uv_loop_init(&loop);
    c = courier_to(&loop, port, total_ms);
    for (int i = 0; i < 2; i++) {
        e[i] = (struct courier_errand){.done = on_done,
                                       .data = &seen,
                                       .kind = i ? COURIER_HOOK : COURIER_MAIL,
                                       .to = "dao@example.org",
                                       .key = "motcua-7",
                                       .body = "x\r\n",
                                       .len = 3};
        assert_true(courier_send(c, &e[i], &err));
    }
    assert_int_equal(seen.n, 0);
    while (!is_closed_at_once && seen.n < 2 && uv_run(&loop, UV_RUN_ONCE))
        ;
    courier_close(c, on_closed, &seen);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(seen.n, 2);
    assert_true(seen.is_closed);
    assert_int_equal(uv_loop_close(&loop), 0);
    assert_int_equal(e[0].outcome, mail);
    /* Closed at once: a server on this machine may have been handed the bytes, or not yet. */
    if (is_closed_at_once && e[1].outcome == COURIER_UNKNOWN)
        hook = COURIER_UNKNOWN;
    assert_int_equal(e[1].outcome, hook);
    close(fd);
}

static void a_closed_port_is_trouble(void **state)
{
    (void)state;
    send_to(false, 5000, false, COURIER_TROUBLE, COURIER_TROUBLE);
}

static void a_silent_server_costs_its_limit(void **state)
{
    (void)state;
    /* The kernel takes the hook's bytes in: nobody can say that they were not read. */
    send_to(true, 200, false, COURIER_TROUBLE, COURIER_UNKNOWN);
}

static void closing_ends_what_is_under_way(void **state)
{
    (void)state;
    send_to(true, 60000, true, COURIER_TROUBLE, COURIER_TROUBLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_end_is_judged_by_what_the_server_had),
        cmocka_unit_test(a_closed_port_is_trouble),
        cmocka_unit_test(a_silent_server_costs_its_limit),
        cmocka_unit_test(closing_ends_what_is_under_way),
    };

    return cmocka_run_group_tests_name("courier", tests, NULL, NULL);
}
