/* The strict reader: tests/cases/http_request.case in every cut, each limit one below and one
 * above, pipelined requests, and what a complete request looks like. */
#include "../test.h"
#include "wire/http_reader.h"

static const char *cases_path;

/* Reads a request: first `cut` bytes, then pieces of `piece`. Returns "ok", "more" or the refusal's
 * word. Each piece is a copy of exact size, so that a sanitizer sees a read past it. */
static const char *read_cut(struct http_reader *r, const char *bytes, size_t len, size_t cut,
                            size_t piece, size_t *ret_used)
{
    size_t at = 0;

    for (;;) {
        size_t end = at < cut ? cut : len - at < piece ? len : at + piece, used;
        struct error err = {0};
        char *copy = malloc(end - at + !(end - at));
        enum http_read got;

        assert_non_null(copy);
        memcpy(copy, bytes + at, end - at);
        got = http_reader_feed(r, copy, end - at, &used, &err);
        free(copy);
        at += used;
        *ret_used = at;
        if (got == HTTP_READ_DONE)
            return "ok";
        if (got == HTTP_READ_REFUSED)
            return error_word(err.code);
        if (got == HTTP_READ_MORE && at == len)
            return "more";
    }
}

static const char *verdict_of(const struct http_limits *limits, const char *bytes, size_t len,
                              size_t cut, size_t piece)
{
    struct http_reader r;
    size_t used;
    const char *word;

    http_reader_init(&r, limits);
    word = read_cut(&r, bytes, len, cut, piece, &used);
    http_reader_deinit(&r);
    return word;
}

static const char *verdict(const struct http_limits *limits, const char *text)
{
    return verdict_of(limits, text, strlen(text), 0, strlen(text));
}

/* Turns \r \n \t \xNN into bytes, in place. */
static size_t unescape(char *s)
{
    char *to = s;

    for (const char *p = s; *p; p++) {
        if (*p != '\\' || !strchr("rntx", p[1])) {
            *to++ = *p;
            continue;
        }
        p++;
        if (*p == 'x') {
            char hex[3] = {p[1], p[2], 0};

            *to++ = (char)strtol(hex, NULL, 16);
            p += 2;
        } else {
            *to++ = *p == 'r' ? '\r' : *p == 'n' ? '\n' : '\t';
        }
    }
    return (size_t)(to - s);
}

static void every_case_in_every_cut(void **state)
{
    const struct http_limits limits = HTTP_LIMITS_DEFAULT;
    FILE *f = fopen(cases_path, "r");
    char line[1024];
    int n = 0;

    (void)state;
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        char *rule = strstr(line, " | "), *bytes = rule ? strstr(rule + 3, " | ") : NULL;
        size_t len;

        if (line[0] == '#' || !bytes)
            continue;
        *rule = *bytes = '\0';
        rule += 3;
        bytes += 3;
        bytes[strcspn(bytes, "\n")] = '\0';
        len = unescape(bytes);
        for (size_t cut = 0; cut <= len; cut++) {
            const char *whole = verdict_of(&limits, bytes, len, cut, len);
            const char *single = verdict_of(&limits, bytes, len, cut, 1);

            if (strcmp(whole, line) != 0 || strcmp(single, line) != 0)
                fail_msg("%s: expected %s, got %s and %s (cut at %zu)", rule, line, whole, single,
                         cut);
        }
        n++;
    }
    fclose(f);
    assert_in_range(n, 100, 1000);
}

static void a_request_is_handed_out_whole(void **state)
{
    static const char text[] = "PUT /a%20b?x=1&y HTTP/1.1\r\nHOST: h\r\nX-One: 1 \r\nx-one: 2\r\n"
                               "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"
                               "2\r\nab\r\n3\r\ncde\r\n0\r\n\r\nGET";
    const struct http_limits limits = HTTP_LIMITS_DEFAULT;
    struct http_reader r;
    size_t used, n;

    (void)state;
    http_reader_init(&r, &limits);
    assert_false(http_reader_is_started(&r));
    assert_string_equal(read_cut(&r, text, sizeof text - 1, 20, 7, &used), "ok");
    assert_int_equal(used, sizeof text - 4);
    assert_true(http_reader_has_head(&r));
    assert_int_equal(r.method, HTTP_PUT);
    assert_int_equal(r.minor, 1);
    assert_string_equal(r.path, "/a%20b");
    assert_string_equal(r.query, "x=1&y");
    assert_string_equal(r.host, "h");
    assert_string_equal(http_reader_header(&r, "x-one", &n), "1");
    assert_int_equal(n, 2);
    assert_null(http_reader_header(&r, "x-two", &n));
    assert_int_equal(n, 0);
    assert_true(r.wants_continue);
    assert_true(r.is_keep_alive);
    assert_true(r.is_chunked);
    assert_string_equal(r.body.data, "abcde");
    http_reader_deinit(&r);
}

static void keep_alive_follows_version_and_connection(void **state)
{
    static const struct {
        const char *text;
        bool is_keep_alive;
    } cases[] = {
        {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true},
        {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false},
        {"GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n", false},
        {"GET / HTTP/1.1\r\nHost: a\r\nConnection: closed\r\n\r\n", true},
        {"GET / HTTP/1.1\r\nHost: a\r\nConnection: x\r\nConnection: close\r\n\r\n", false},
        {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct http_limits limits = HTTP_LIMITS_DEFAULT;
        struct http_reader r;
        size_t used;

        http_reader_init(&r, &limits);
        assert_string_equal(read_cut(&r, cases[i].text, strlen(cases[i].text), 0, 9, &used), "ok");
        assert_int_equal(r.is_keep_alive, cases[i].is_keep_alive);
        http_reader_deinit(&r);
    }
}

static void pipelined_requests_follow_each_other(void **state)
{
    static const char text[] =
        "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
        "GET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n";
    const struct http_limits limits = HTTP_LIMITS_DEFAULT;
    size_t at = 0;

    (void)state;
    for (int i = 1; i <= 3; i++) {
        char path[] = {'/', (char)('0' + i), '\0'};
        struct http_reader r;
        size_t used;

        http_reader_init(&r, &limits);
        assert_string_equal(read_cut(&r, text + at, sizeof text - 1 - at, 0, sizeof text, &used),
                            "ok");
        assert_string_equal(r.path, path);
        http_reader_deinit(&r);
        at += used;
    }
    assert_int_equal(at, sizeof text - 1);
}

/* Each limit is met exactly by the request and passed by one. */
static void limits_hold_to_the_byte(void **state)
{
    static const char request[] =
        "POST /abcd HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12345";
    static const char chunked[] =
        "POST /abcd HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "2\r\n12\r\n3\r\n345\r\n0\r\nX: y\r\n\r\n";
    const struct http_limits exact = {19, 9 + 19 + 2, 2, 5},
                             with_trailer = {19, 9 + 28 + 2 + 6 + 2, 3, 5};
    struct http_limits l = exact;

    (void)state;
    assert_string_equal(verdict(&l, request), "ok");
    l.line_len--;
    assert_string_equal(verdict(&l, request), "http_line_too_long");
    l = exact;
    l.header_len--;
    assert_string_equal(verdict(&l, request), "http_header_too_long");
    l = exact;
    l.n_headers--;
    assert_string_equal(verdict(&l, request), "http_too_many_headers");
    l = exact;
    l.body_len--;
    assert_string_equal(verdict(&l, request), "http_body_too_long");
    l = with_trailer;
    assert_string_equal(verdict(&l, chunked), "ok");
    l.header_len--;
    assert_string_equal(verdict(&l, chunked), "http_header_too_long");
    l = with_trailer;
    l.n_headers--;
    assert_string_equal(verdict(&l, chunked), "http_too_many_headers");
    l = with_trailer;
    l.body_len--;
    assert_string_equal(verdict(&l, chunked), "http_body_too_long");
}

static void extensions_have_a_limit(void **state)
{
    static const char head[] = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0;";
    const struct http_limits limits = HTTP_LIMITS_DEFAULT;

    (void)state;
    for (int over = 0; over <= 1; over++) {
        char text[512];
        int len = snprintf(text, sizeof text, "%s%0*d\r\n\r\n", head, HTTP_CHUNK_EXT_MAX + over, 0);

        assert_in_range(len, 1, sizeof text - 1);
        assert_string_equal(verdict(&limits, text), over ? "http_syntax" : "ok");
    }
}

static void a_route_may_allow_less_or_more(void **state)
{
    static const char head[] = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";
    const struct http_limits limits = {8192, 8192, 10, 4};
    struct error err = {0};
    struct http_reader r;
    size_t used;

    (void)state;
    http_reader_init(&r, &limits);
    assert_int_equal(http_reader_feed(&r, head, sizeof head - 1, &used, &err), HTTP_READ_HEAD);
    assert_false(http_reader_limit_body(&r, 4, &err));
    assert_int_equal(err.code, ERR_HTTP_BODY_TOO_LONG);
    assert_true(http_reader_limit_body(&r, 5, &err));
    assert_int_equal(http_reader_feed(&r, "12345", 5, &used, &err), HTTP_READ_DONE);
    http_reader_deinit(&r);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_in_every_cut),
        cmocka_unit_test(a_request_is_handed_out_whole),
        cmocka_unit_test(keep_alive_follows_version_and_connection),
        cmocka_unit_test(pipelined_requests_follow_each_other),
        cmocka_unit_test(limits_hold_to_the_byte),
        cmocka_unit_test(extensions_have_a_limit),
        cmocka_unit_test(a_route_may_allow_less_or_more),
    };

    if (argc != 2)
        return 2;
    cases_path = argv[1];
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
