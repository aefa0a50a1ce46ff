/* Signatures: made by a key file, checked by the public part beside it, and by nothing else. */
#include "../test.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/ed25519.h"

struct files {
    char folder[64], key[96], pub[96];
};

static int setup(void **state)
{
    static struct files f;

    strcpy(f.folder, "/tmp/motcua-ed25519-XXXXXX");
    if (!mkdtemp(f.folder))
        return -1;
    snprintf(f.key, sizeof f.key, "%s/audit.key", f.folder);
    snprintf(f.pub, sizeof f.pub, "%s/audit.pub", f.folder);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct files *f = *state;

    unlink(f->key);
    unlink(f->pub);
    return rmdir(f->folder);
}

static void what_the_key_signs_the_public_part_checks(void **state)
{
    CLEANUP(ed25519_freep) struct ed25519 *key = NULL;
    CLEANUP(ed25519_freep) struct ed25519 *pub = NULL;
    unsigned char signature[ED25519_SIGNATURE_LEN];
    struct files *f = *state;
    struct error err;
    struct stat st;

    assert_true(ed25519_create(f->key, &err));
    assert_int_equal(stat(f->key, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_true(ed25519_load(f->key, &key, &err));
    assert_true(ed25519_load_public(f->pub, &pub, &err));
    assert_string_equal(ed25519_id(key), ed25519_id(pub));
    assert_int_equal(strlen(ed25519_id(key)), ED25519_ID_LEN);
    assert_true(ed25519_sign(key, "day", 3, signature, &err));
    assert_true(ed25519_verify(pub, "day", 3, signature));
    assert_false(ed25519_verify(pub, "dax", 3, signature));
    signature[5] ^= 1;
    assert_false(ed25519_verify(pub, "day", 3, signature));
}

static void a_key_is_not_replaced_and_not_shared(void **state)
{
    CLEANUP(ed25519_freep) struct ed25519 *key = NULL;
    struct files *f = *state;
    struct error err;

    assert_true(ed25519_create(f->key, &err));
    assert_false(ed25519_create(f->key, &err));
    assert_int_equal(err.code, ERR_KEY_FILE);
    assert_int_equal(chmod(f->key, 0640), 0);
    assert_false(ed25519_load(f->key, &key, &err));
    assert_int_equal(err.code, ERR_KEY_FILE_OPEN_TO_OTHERS);
    assert_int_equal(chmod(f->key, 0600), 0);
    assert_int_equal(rename(f->pub, f->key), 0); /* a public part signs nothing */
    assert_int_equal(chmod(f->key, 0600), 0);
    assert_false(ed25519_load(f->key, &key, &err));
    assert_int_equal(err.code, ERR_KEY_FILE_FORMAT);
    assert_false(ed25519_load_public(f->pub, &key, &err));
    assert_int_equal(err.code, ERR_KEY_FILE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_the_key_signs_the_public_part_checks, setup, teardown),
        cmocka_unit_test_setup_teardown(a_key_is_not_replaced_and_not_shared, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
