/* keygen: makes the keys of an installation, and changes the ring of those that seal personal data.
 * Keys are in files of mode 0600, never on a command line. */
#include "daemon/verb_bootstrap.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ed25519.h"
#include "base/seal_file.h"
#include "daemon/setup.h"

static const char usage[] =
    "usage: motcuad keygen --out FILE\n"
    "       motcuad keygen --audit FILE\n"
    "       motcuad keygen --add FILE\n"
    "       motcuad keygen --use ID --file FILE\n"
    "       motcuad keygen --retire ID --config FILE\n\n"
    "--out makes the key that seals personal values; keep a copy where the database is not:\n"
    "without it they cannot be read again. --audit makes the key that signs the roots of days,\n"
    "and beside it the public part (x.key: x.pub), which an inspector keeps. A file that is\n"
    "there is not replaced.\n\n"
    "To change the key: --add puts another one into the file, which opens and does not seal;\n"
    "reload every daemon. --use makes it the one that seals; reload again, then\n"
    "`motcua keys reseal`. --retire takes the old one out of the file that the configuration\n"
    "names, refused while the database holds anything sealed by it; reload. The file as it was\n"
    "before stays as FILE.before: remove it when the new one is safe. docs/operations.md.\n";

struct keygen {
    const char *out, *audit, *add, *use, *file, *retire, *config;
};

static int wrong(const char *what)
{
    fprintf(stderr, "motcuad keygen: %s; see --help\n", what);
    return 2;
}

static bool read_id(const char *text, int32_t *ret)
{
    char *end;
    long id = strtol(text, &end, 10);

    *ret = (int32_t)id;
    return *text && !*end && id > 0 && id <= INT32_MAX;
}

/* ---- taking one out ---- */

static void asked(struct db_call *call)
{
    *(bool *)call->data = true;
}

static bool ask_database(struct setup *s, int32_t id, struct error *err)
{
    struct db_call call = {0};
    struct db_params p;
    bool is_done = false, ok;

    call.done = asked;
    call.data = &is_done;
    db_params_init(&p);
    db_put_int4(&p, id);
    db_put_instant(&p, clock_real());
    ok = db_query(s->app.db, DB_LANE_JOB, DB_SEAL_KEY_RETIRE, &p, &call, err);
    db_params_deinit(&p);
    while (ok && !is_done && uv_run(&s->loop, UV_RUN_ONCE))
        ;
    if (ok && call.error.code != ERR_NONE) {
        *err = call.error;
        ok = false;
    }
    if (ok &&
        (db_int(&call.result, 0, 0) || db_int(&call.result, 0, 1) || db_int(&call.result, 0, 2)))
        ok = error_set(err, ERR_KEY_IN_USE, arg_number("id", id),
                       arg_number("persons", db_int(&call.result, 0, 0)),
                       arg_number("papers", db_int(&call.result, 0, 1)),
                       arg_number("secrets", db_int(&call.result, 0, 2)));
    db_call_deinit(&call);
    return ok;
}

/* The database first: from then on nobody seals with it. Interrupted in between, it is done again.
 */
static bool retire(const char *config, int32_t id, struct error *err)
{
    struct setup s;
    bool ok = setup_open(&s, config, false, false, err);

    if (ok && seal_ring_id(s.app.seal, 0) == id)
        ok = error_set(err, ERR_KEY_SEALS, arg_number("id", id));
    ok = ok && ask_database(&s, id, err) && seal_file_retire(s.config.seal_key, id, err);
    setup_close(&s);
    return ok;
}

static bool do_ring(const struct keygen *k, int32_t id, struct error *err)
{
    if (k->add && !seal_file_add(k->add, &id, err))
        return false;
    if (k->add)
        printf("%d\n", (int)id);
    return (!k->use || seal_file_use(k->file, id, err)) &&
           (!k->retire || retire(k->config, id, err));
}

int verb_keygen(int argc, char **argv)
{
    struct keygen k = {0};
    const struct {
        const char *name, **value;
    } options[] = {{"--out", &k.out},      {"--audit", &k.audit}, {"--add", &k.add},
                   {"--use", &k.use},      {"--file", &k.file},   {"--retire", &k.retire},
                   {"--config", &k.config}};
    struct error err;
    int32_t id = 0;

    for (int i = 1; i < argc; i++) {
        size_t o = 0;

        if (!strcmp(argv[i], "--help")) {
            printf("%s", usage);
            return 0;
        }
        while (o < ARRAY_LEN(options) && strcmp(options[o].name, argv[i]) != 0)
            o++;
        if (o == ARRAY_LEN(options) || i + 1 == argc)
            return wrong("an option is not understood");
        *options[o].value = argv[++i];
    }
    if (!k.out && !k.audit && !k.add && !k.use && !k.retire)
        return wrong("--out, --audit, --add, --use or --retire is missing");
    if (!!k.add + !!k.use + !!k.retire > 1 || (k.use && !k.file) || (k.retire && !k.config))
        return wrong("--use goes with --file, --retire with --config, and one at a time");
    if ((k.use && !read_id(k.use, &id)) || (k.retire && !read_id(k.retire, &id)))
        return wrong("ID is a positive number");
    return (!k.out || seal_file_create(k.out, &err)) &&
                   (!k.audit || ed25519_create(k.audit, &err)) && do_ring(&k, id, &err)
               ? 0
               : setup_refuse("keygen", &err);
}
