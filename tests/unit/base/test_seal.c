/* Sealing: what is sealed opens with its key alone, and no changed bit passes. */
#include "../test.h"
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/seal.h"

struct fixture {
    char folder[64], path[128];
    struct arena *arena;
    struct seal_key *key;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct error err = {0};

    strcpy(f->folder, "/tmp/motcua-seal-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/key", f->folder);
    f->arena = arena_new(1 << 20);
    assert_true(seal_key_create(f->path, &err));
    assert_true(seal_key_load(f->path, &f->key, &err));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    unlink(f->path);
    rmdir(f->folder);
    seal_key_free(f->key);
    arena_free(f->arena);
    free(f);
    return 0;
}

static void values_open_again(void **state)
{
    static const char *const values[] = {"", "040087001234", "Nguyễn Thị Đào, xóm 3, Tân Kỳ"};
    struct fixture *f = *state;
    struct error err = {0};

    for (size_t i = 0; i < 3; i++) {
        unsigned char *bytes, *again;
        size_t len;
        char *text;

        assert_true(seal_text(f->key, f->arena, values[i], &bytes, &len, &err));
        assert_int_equal(len, strlen(values[i]) + 32);
        assert_true(seal_open(f->key, f->arena, bytes, len, &text, &err));
        assert_string_equal(text, values[i]);
        assert_true(seal_text(f->key, f->arena, values[i], &again, &len, &err));
        assert_memory_not_equal(bytes, again, len); /* a nonce each */
    }
}

static void no_changed_bit_passes(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    unsigned char *bytes;
    size_t len;
    char *text = NULL;

    assert_true(seal_text(f->key, f->arena, "040087001234", &bytes, &len, &err));
    for (size_t i = 0; i < len * 8; i++) {
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
        assert_false(seal_open(f->key, f->arena, bytes, len, &text, &err));
        assert_int_equal(err.code, i < 32 ? ERR_SEAL_KEY_OTHER : ERR_SEAL_BROKEN);
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
    }
    for (size_t cut = 0; cut < len; cut++)
        assert_false(seal_open(f->key, f->arena, bytes, cut, &text, &err));
    assert_null(text);
}

static void equal_numbers_have_equal_indexes(void **state)
{
    struct fixture *f = *state;
    unsigned char a[32], b[32];

    seal_blind_index(f->key, "040.087-001 234", a);
    seal_blind_index(f->key, "040087001234", b);
    assert_memory_equal(a, b, 32);
    seal_blind_index(f->key, "b1234567", a);
    seal_blind_index(f->key, "B1234567", b);
    assert_memory_equal(a, b, 32);
    seal_blind_index(f->key, "B1234568", b);
    assert_memory_not_equal(a, b, 32);
}

static void commitments_keep_values_apart(void **state)
{
    struct fixture *f = *state;
    unsigned char a[32], b[32];

    seal_commitment(f->key, (const char *const[]){"ab", "c"}, 2, a);
    seal_commitment(f->key, (const char *const[]){"a", "bc"}, 2, b);
    assert_memory_not_equal(a, b, 32);
    seal_commitment(f->key, (const char *const[]){"ab", NULL}, 2, a);
    seal_commitment(f->key, (const char *const[]){"ab", ""}, 2, b);
    assert_memory_not_equal(a, b, 32);
    seal_commitment(f->key, (const char *const[]){"ab", ""}, 2, a);
    assert_memory_equal(a, b, 32);
}

static void the_key_file_is_guarded(void **state)
{
    struct fixture *f = *state;
    struct seal_key *key = NULL;
    struct error err = {0};
    struct stat st;
    FILE *file;

    assert_int_equal(stat(f->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_true(seal_key_id(f->key) > 0);
    assert_false(seal_key_create(f->path, &err)); /* never replaced */
    assert_int_equal(err.code, ERR_KEY_FILE);
    assert_int_equal(chmod(f->path, 0640), 0);
    assert_false(seal_key_load(f->path, &key, &err));
    assert_int_equal(err.code, ERR_KEY_FILE_OPEN_TO_OTHERS);
    assert_int_equal(chmod(f->path, 0600), 0);
    file = fopen(f->path, "w");
    assert_non_null(file);
    fputs("motcua-key 1 17 abcd\n", file);
    fclose(file);
    assert_false(seal_key_load(f->path, &key, &err));
    assert_int_equal(err.code, ERR_KEY_FILE_FORMAT);
    assert_false(seal_key_load(f->folder, &key, &err));
    assert_int_equal(err.code, ERR_KEY_FILE_OPEN_TO_OTHERS);
    assert_false(seal_key_load("/nonexistent/key", &key, &err));
    assert_int_equal(err.code, ERR_KEY_FILE);
    assert_null(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_open_again, setup, teardown),
        cmocka_unit_test_setup_teardown(no_changed_bit_passes, setup, teardown),
        cmocka_unit_test_setup_teardown(equal_numbers_have_equal_indexes, setup, teardown),
        cmocka_unit_test_setup_teardown(commitments_keep_values_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(the_key_file_is_guarded, setup, teardown),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
