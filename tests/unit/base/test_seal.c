/* Sealing: what is sealed opens with its key alone, and no changed bit passes. */
#include "../test.h"
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/seal_file.h"

struct fixture {
    char folder[64], path[128];
    struct arena *arena;
    struct seal_ring *key;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct error err = {0};

    strcpy(f->folder, "/tmp/motcua-seal-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/key", f->folder);
    f->arena = arena_new(1 << 20);
    assert_true(seal_file_create(f->path, &err));
    assert_true(seal_ring_load(f->path, &f->key, &err));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char before[160];

    snprintf(before, sizeof before, "%s.before", f->path);
    unlink(f->path);
    unlink(before);
    rmdir(f->folder);
    seal_ring_free(f->key);
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
    struct seal_ring *key = NULL;
    struct error err = {0};
    struct stat st;
    FILE *file;

    assert_int_equal(stat(f->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_true(seal_ring_commitment_id(f->key) > 0);
    assert_false(seal_file_create(f->path, &err)); /* never replaced */
    assert_int_equal(err.code, ERR_KEY_FILE);
    assert_int_equal(chmod(f->path, 0640), 0);
    assert_false(seal_ring_load(f->path, &key, &err));
    assert_int_equal(err.code, ERR_KEY_FILE_OPEN_TO_OTHERS);
    assert_int_equal(chmod(f->path, 0600), 0);
    file = fopen(f->path, "w");
    assert_non_null(file);
    fputs("motcua-key 1 17 abcd\n", file);
    fclose(file);
    assert_false(seal_ring_load(f->path, &key, &err));
    assert_int_equal(err.code, ERR_KEY_FILE_FORMAT);
    assert_false(seal_ring_load(f->folder, &key, &err));
    assert_int_equal(err.code, ERR_KEY_FILE_OPEN_TO_OTHERS);
    assert_false(seal_ring_load("/nonexistent/key", &key, &err));
    assert_int_equal(err.code, ERR_KEY_FILE);
    assert_null(key);
}

static void a_ring_opens_with_all_and_seals_with_the_first(void **state)
{
    struct fixture *f = *state;
    CLEANUP(seal_ring_freep) struct seal_ring *two = NULL, *used = NULL, *one = NULL;
    unsigned char *old, *new, commitment[2][DIGEST_LEN], index[SEAL_KEYS_MAX][32];
    const char *const values[] = {"a", NULL};
    int32_t first = seal_ring_id(f->key, 0), second;
    size_t old_len, new_len;
    struct error err = {0};
    char *text;

    assert_true(seal_text(f->key, f->arena, "040087001234", &old, &old_len, &err));
    seal_commitment(f->key, values, 2, commitment[0]);
    assert_true(seal_file_add(f->path, &second, &err));
    assert_true(seal_ring_load(f->path, &two, &err));
    assert_int_equal(seal_ring_count(two), 2);
    assert_int_equal(seal_ring_id(two, 0), first);
    assert_true(seal_file_use(f->path, second, &err));
    assert_true(seal_ring_load(f->path, &used, &err));
    assert_int_equal(seal_ring_id(used, 0), second);
    assert_true(seal_text(used, f->arena, "040087001234", &new, &new_len, &err));
    assert_int_equal(seal_id(new, new_len), second);
    assert_true(seal_open(two, f->arena, new, new_len, &text, &err)); /* before it is told */
    assert_true(seal_open(used, f->arena, old, old_len, &text, &err));
    assert_int_equal(seal_blind_indexes(used, "040087001234", index), 2);
    assert_memory_not_equal(index[0], index[1], 32);

    assert_false(seal_file_retire(f->path, second, &err));
    assert_int_equal(err.code, ERR_KEY_SEALS);
    assert_true(seal_file_retire(f->path, first, &err));
    assert_true(seal_file_retire(f->path, first, &err)); /* again */
    assert_true(seal_ring_load(f->path, &one, &err));
    assert_int_equal(seal_ring_count(one), 1);
    assert_int_equal(seal_ring_commitment_id(one), first);
    seal_commitment(one, values, 2, commitment[1]);
    assert_memory_equal(commitment[0], commitment[1], DIGEST_LEN); /* for ever */
    assert_false(seal_open(one, f->arena, old, old_len, &text, &err));
    assert_int_equal(err.code, ERR_SEAL_KEY_OTHER);
}

static void so_many_keys_and_no_more(void **state)
{
    struct fixture *f = *state;
    CLEANUP(seal_ring_freep) struct seal_ring *ring = NULL;
    struct error err = {0};
    int32_t id;

    for (int i = 1; i < SEAL_KEYS_MAX; i++)
        assert_true(seal_file_add(f->path, &id, &err));
    assert_true(seal_ring_load(f->path, &ring, &err));
    assert_int_equal(seal_ring_count(ring), SEAL_KEYS_MAX);
    assert_false(seal_file_add(f->path, &id, &err));
    assert_int_equal(err.code, ERR_KEY_RING_FULL);
    assert_false(seal_file_use(f->path, 1, &err));
    assert_int_equal(err.code, ERR_KEY_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_open_again, setup, teardown),
        cmocka_unit_test_setup_teardown(a_ring_opens_with_all_and_seals_with_the_first, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(so_many_keys_and_no_more, setup, teardown),
        cmocka_unit_test_setup_teardown(no_changed_bit_passes, setup, teardown),
        cmocka_unit_test_setup_teardown(equal_numbers_have_equal_indexes, setup, teardown),
        cmocka_unit_test_setup_teardown(commitments_keep_values_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(the_key_file_is_guarded, setup, teardown),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
