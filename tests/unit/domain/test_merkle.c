/* Merkle trees against the recursive definition of RFC 6962, its known values, and the records of
 * roots byte by byte. */
#include "../test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "domain/audit_root.h"
#include "domain/merkle.h"

/* The definition, as the RFC writes it: split at the largest power of two below n. */
static void slow(unsigned char (*leaves)[32], int n, unsigned char ret[32])
{
    unsigned char bytes[65] = {1};
    int k = 1;

    if (n == 1) {
        memcpy(ret, leaves[0], 32);
        return;
    }
    while (k * 2 < n)
        k *= 2;
    slow(leaves, k, bytes + 1);
    slow(leaves + k, n - k, bytes + 33);
    digest_sha256(bytes, sizeof bytes, ret);
}

static void every_size_has_the_root_of_the_definition(void **state)
{
    enum { MOST = 300 };
    static unsigned char leaves[MOST][32];
    unsigned char expected[32], got[32];
    struct merkle m;

    (void)state;
    merkle_init(&m);
    for (int i = 0; i < MOST; i++) {
        digest_sha256(&i, sizeof i, leaves[i]);
        merkle_add(&m, leaves[i]);
        slow(leaves, i + 1, expected);
        merkle_root(&m, got);
        assert_memory_equal(got, expected, 32);
        assert_int_equal(m.n, i + 1);
    }
}

/* The test vectors of Certificate Transparency: eight inputs, as published with the reference
 * implementation. */
static void the_known_trees_have_their_roots(void **state)
{
    static const struct {
        const char *hex;
        size_t len;
    } inputs[] = {{"", 0},
                  {"00", 1},
                  {"10", 1},
                  {"2021", 2},
                  {"3031", 2},
                  {"40414243", 4},
                  {"5051525354555657", 8},
                  {"606162636465666768696a6b6c6d6e6f", 16}};
    static const char *const roots[] = {
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    };
    struct merkle m;

    (void)state;
    merkle_init(&m);
    for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
        unsigned char root[32], leaf[32], bytes[17] = {0};
        char hex[65];

        merkle_root(&m, root);
        hex_encode(root, 32, hex);
        assert_string_equal(hex, roots[i]);
        if (i == ARRAY_LEN(inputs))
            break;
        assert_true(hex_decode(inputs[i].hex, inputs[i].len, bytes + 1));
        digest_sha256(bytes, inputs[i].len + 1, leaf);
        merkle_add(&m, leaf);
    }
}

static struct audit_root example(void)
{
    struct audit_root root = {.day = date_from_civil(2022, 8, 1),
                              .from = INT64_C(1659286800000000),
                              .until = INT64_C(1659373200000000),
                              .counts = {12, 3},
                              .last_ids = {0, 7}};

    memset(root.merkle, 0xab, sizeof root.merkle);
    return root;
}

#define AB8 "abababab"
#define AB  AB8 AB8 AB8 AB8 AB8 AB8 AB8 AB8
#define O8  "00000000"
#define O   O8 O8 O8 O8 O8 O8 O8 O8
static const char record[] = "motcua-root 1\n"
                             "day 2022-08-01\n"
                             "from 1659286800000000\n"
                             "until 1659373200000000\n"
                             "events 12\n"
                             "changes 3 7\n"
                             "merkle " AB "\n"
                             "previous " O "\n";

static void the_documented_record_is_written_and_read(void **state)
{
    CLEANUP(buffer_deinit) struct buffer b = {0};
    struct audit_root root = example(), back;

    (void)state;
    audit_root_write(&root, &b);
    assert_true(b.len >= sizeof record - 1);
    assert_memory_equal(b.data, record, strlen("motcua-root 1\nday 2022-08-01\n"));
    assert_true(audit_root_read(b.data, b.len, &back));
    assert_memory_equal(&back, &root, sizeof root);
    assert_true(audit_root_read(record, strlen(record), &back)); /* kinds it does not name: none */
    assert_memory_equal(&back, &root, sizeof root);
}

static void nothing_else_is_a_record(void **state)
{
    struct audit_root back;
    char bytes[sizeof record + 4];

    (void)state;
    for (size_t len = 0; len < strlen(record); len++)
        assert_false(audit_root_read(record, len, &back));
    memcpy(bytes, record, sizeof record);
    strcat(bytes, "\n");
    assert_false(audit_root_read(bytes, strlen(bytes), &back));
    memcpy(bytes, record, sizeof record);
    memcpy(strstr(bytes, "abab"), "ABab", 4); /* hex has one form */
    assert_false(audit_root_read(bytes, strlen(bytes), &back));
    memcpy(bytes, record, sizeof record);
    memcpy(strstr(bytes, "events 12"), "events 02", 9);
    assert_false(audit_root_read(bytes, strlen(bytes), &back));
    memcpy(bytes, record, sizeof record);
    memcpy(strstr(bytes, "08-01"), "13-01", 5);
    assert_false(audit_root_read(bytes, strlen(bytes), &back));
}

static void an_entry_of_leaves_reads_back(void **state)
{
    unsigned char hash[32], back[32], bytes[AUDIT_ENTRY_LEN], leaf[32], by_hand[46];
    enum audit_leaf kind;
    int64_t id;
    int32_t seq;

    (void)state;
    memset(hash, 7, sizeof hash);
    audit_entry_write(AUDIT_EVENT, INT64_C(20220000000001), 9, hash, bytes);
    assert_true(audit_entry_read(bytes, &kind, &id, &seq, back));
    assert_int_equal(kind, AUDIT_EVENT);
    assert_int_equal(id, INT64_C(20220000000001));
    assert_int_equal(seq, 9);
    assert_memory_equal(back, hash, 32);
    by_hand[0] = 0; /* a leaf is sha256(0x00 || entry) */
    memcpy(by_hand + 1, bytes, sizeof bytes);
    digest_sha256(by_hand, sizeof by_hand, back);
    audit_entry_hash(bytes, leaf);
    assert_memory_equal(leaf, back, 32);
    bytes[0] = 'x';
    assert_false(audit_entry_read(bytes, &kind, &id, &seq, back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size_has_the_root_of_the_definition),
        cmocka_unit_test(the_known_trees_have_their_roots),
        cmocka_unit_test(the_documented_record_is_written_and_read),
        cmocka_unit_test(nothing_else_is_a_record),
        cmocka_unit_test(an_entry_of_leaves_reads_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
