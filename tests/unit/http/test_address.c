/* Addresses, networks, and whom a chain of proxies names. */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "../test.h"
#include "http/address.h"

static struct address parsed(const char *text)
{
    struct address a = {{0}};

    if (!address_parse(text, strlen(text), &a))
        fail_msg("%s", text);
    return a;
}

static void an_address_is_read_and_written(void **state)
{
    static const char *const good[] = {"127.0.0.1", "203.0.113.9", "::1", "2001:db8::7"};
    static const char *const bad[] = {"",          "1.2.3", "1.2.3.4.5", "1.2.3.256",
                                      "localhost", "::g",   "1.2.3.4 ",  "1.2.3.4:80"};
    struct address a;
    char text[46];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        a = parsed(good[i]);
        address_format(&a, text, sizeof text);
        assert_string_equal(text, good[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (address_parse(bad[i], strlen(bad[i]), &a))
            fail_msg("%s", bad[i]);
    a = parsed("::ffff:203.0.113.9"); /* the same as without the prefix */
    address_format(&a, text, sizeof text);
    assert_string_equal(text, "203.0.113.9");
}

static void a_socket_says_who_it_is(void **state)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    struct address a, b = parsed("203.0.113.9"), c = parsed("2001:db8::7");

    (void)state;
    assert_int_equal(inet_pton(AF_INET, "203.0.113.9", &v4.sin_addr), 1);
    assert_int_equal(inet_pton(AF_INET6, "2001:db8::7", &v6.sin6_addr), 1);
    a = address_of((struct sockaddr *)&v4);
    assert_memory_equal(&a, &b, sizeof a);
    a = address_of((struct sockaddr *)&v6);
    assert_memory_equal(&a, &c, sizeof a);
}

static void this_machine_is_known(void **state)
{
    static const struct {
        const char *text;
        bool is_loopback;
    } cases[] = {{"127.0.0.1", true},        {"127.9.9.9", true},  {"::1", true},
                 {"::ffff:127.0.0.1", true}, {"128.0.0.1", false}, {"::2", false},
                 {"0.0.0.0", false}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct address a = parsed(cases[i].text);

        assert_int_equal(address_is_loopback(&a), cases[i].is_loopback);
    }
}

static void a_64_counts_as_one(void **state)
{
    struct address a = parsed("2001:db8:0:1::7"), b = parsed("2001:db8:0:1:ffff::"),
                   c = parsed("2001:db8:0:2::7"), d = parsed("203.0.113.9"),
                   e = parsed("203.0.113.10");

    (void)state;
    assert_true(address_group(&a) == address_group(&b));
    assert_true(address_group(&a) != address_group(&c));
    assert_true(address_group(&d) != address_group(&e));
    assert_true(address_group(&d) != address_group(&a));
}

static void networks_are_listed(void **state)
{
    static const char *const bad[] = {
        ",",          "127.0.0.1,", "127.0.0.1 ::1", "1.2.3.4/9223372036854775807",
        "1.2.3.4/33", "1.2.3.4/",   "1.2.3.4/-1",    "::/129",
        "1.2.3.4/8x", "x"};
    struct address_list list;
    char many[20 * (ADDRESS_LIST_MAX + 1)] = "";
    struct address in[] = {parsed("127.0.0.1"), parsed("203.0.113.255"), parsed("2001:db8:1::9"),
                           parsed("198.51.100.127")},
                   out[] = {parsed("127.0.0.2"), parsed("203.0.114.0"), parsed("2001:db8:2::9"),
                            parsed("198.51.100.128")};

    (void)state;
    assert_true(
        address_list_parse("127.0.0.1, 203.0.113.0/24,2001:db8:1::/48 ,198.51.100.0/25", &list));
    assert_int_equal(list.n, 4);
    for (size_t i = 0; i < ARRAY_LEN(in); i++) {
        assert_true(address_list_has(&list, &in[i]));
        assert_false(address_list_has(&list, &out[i]));
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (address_list_parse(bad[i], &list))
            fail_msg("%s", bad[i]);
    assert_true(address_list_parse("", &list));
    assert_int_equal(list.n, 0);
    assert_false(address_list_has(&list, &in[0]));
    for (int i = 0; i < ADDRESS_LIST_MAX; i++) /* the limit, and one above */
        snprintf(many + strlen(many), sizeof many - strlen(many), "%s203.0.113.%d", i ? "," : "",
                 i);
    assert_true(address_list_parse(many, &list));
    strcat(many, ",203.0.113.99");
    assert_false(address_list_parse(many, &list));
}

static void the_last_hop_is_believed_and_no_other(void **state)
{
    static const struct {
        const char *list, *client; /* NULL: none */
    } cases[] = {
        {"198.51.100.7", "198.51.100.7"},
        {"127.0.0.1, 198.51.100.7", "198.51.100.7"},            /* what the client wrote itself */
        {"9.9.9.9,198.51.100.7 , 203.0.113.2", "198.51.100.7"}, /* through another proxy of ours */
        {"203.0.113.2", "203.0.113.2"},
        {"x, 198.51.100.7", "198.51.100.7"},
        {"x, 203.0.113.2", "203.0.113.2"},
        {"198.51.100.7, x", NULL},
        {"198.51.100.7,", NULL},
        {"", NULL},
        {"unknown", NULL},
    };
    struct address_list trusted;

    (void)state;
    assert_true(address_list_parse("203.0.113.0/24", &trusted));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct address client = parsed("203.0.113.1"),
                       wanted = parsed(cases[i].client ? cases[i].client : "203.0.113.1");

        if (address_forwarded(&trusted, cases[i].list, &client) != !!cases[i].client ||
            memcmp(&client, &wanted, sizeof client) != 0)
            fail_msg("%s", cases[i].list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_read_and_written),
        cmocka_unit_test(a_socket_says_who_it_is),
        cmocka_unit_test(this_machine_is_known),
        cmocka_unit_test(a_64_counts_as_one),
        cmocka_unit_test(networks_are_listed),
        cmocka_unit_test(the_last_hop_is_believed_and_no_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
