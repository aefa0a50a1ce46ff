/* bootstrap, logins: run once when an installation is made, by tools/up or an
 * administrator. Passwords are read from and written to files of mode 0600, never taken from or
 * shown on a command line. */
#include "daemon/verb_bootstrap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "daemon/setup.h"
#include "domain/password_rule.h"
#include "flow/password.h"

#define PASSWORD_MAX 256

struct options {
    const char *config, *login, *password_file, *out;
    bool with_demo, reset_second_factor, keep_password;
};

/* Reads "--name VALUE" pairs; false after telling what was wrong. */
static bool read_options(int argc, char **argv, const char *verb, const char *usage,
                         struct options *o, int *ret_exit)
{
    *ret_exit = 2;
    for (int i = 1; i < argc; i++) {
        const char **slot = !strcmp(argv[i], "--config")          ? &o->config
                            : !strcmp(argv[i], "--login")         ? &o->login
                            : !strcmp(argv[i], "--password-file") ? &o->password_file
                            : !strcmp(argv[i], "--out")           ? &o->out
                                                                  : NULL;

        if (!strcmp(argv[i], "--help")) {
            printf("%s", usage);
            *ret_exit = 0;
            return false;
        }
        if (!strcmp(argv[i], "--demo")) {
            o->with_demo = true;
        } else if (!strcmp(argv[i], "--reset-second-factor")) {
            o->reset_second_factor = true;
        } else if (!strcmp(argv[i], "--keep-password")) {
            o->keep_password = true;
        } else if (slot && i + 1 < argc) {
            *slot = argv[++i];
        } else {
            fprintf(stderr, "motcuad %s: %s is not understood; see --help\n", verb, argv[i]);
            return false;
        }
    }
    if (o->keep_password && o->reset_second_factor) {
        fprintf(stderr,
                "motcuad %s: --keep-password and --reset-second-factor exclude each other\n", verb);
        return false;
    }
    return true;
}

static int missing(const char *verb, const char *option)
{
    fprintf(stderr, "motcuad %s: %s is missing; see --help\n", verb, option);
    return 2;
}

/* One query, run to its end: these verbs have nothing else to do. */
struct one {
    struct db_call call;
    bool is_done;
};

static void one_done(struct db_call *call)
{
    container_of(call, struct one, call)->is_done = true;
}

static bool run_one(struct setup *s, enum db_query query, struct db_params *p, struct one *one,
                    struct error *err)
{
    bool sent;

    memset(one, 0, sizeof *one);
    one->call.done = one_done;
    sent = db_query(s->app.db, DB_LANE_JOB, query, p, &one->call, err);
    if (p)
        db_params_deinit(p);
    if (!sent)
        return false;
    while (!one->is_done && uv_run(&s->loop, UV_RUN_ONCE))
        ;
    if (one->call.error.code == ERR_NONE)
        return true;
    *err = one->call.error;
    return false;
}

/* A password that the officer did not make. In an installation it must be changed before anything
 * else; in a demonstration, where it is printed for whoever tries the program, it need not. */
static bool set_password(struct setup *s, int64_t officer, const char *password, bool is_random,
                         bool reset_second_factor, struct error *err)
{
    bool must_change = !s->app.reference->is_demonstration;
    struct password_hash h;
    struct db_params p;
    struct one one;
    bool ok;

    password_make(password, is_random, &h);
    db_params_init(&p);
    db_put_int8(&p, officer);
    password_put(&p, &h);
    db_put_instant(&p, clock_real());
    db_put_bool(&p, must_change);
    db_put_bool(&p, is_random);
    db_put_bool(&p, reset_second_factor);
    ok = run_one(s, DB_CREDENTIAL_SET, &p, &one, err);
    db_call_deinit(&one.call);
    return ok;
}

static bool read_password(const char *path, const char *login, char buf[PASSWORD_MAX],
                          struct error *err)
{
    CLEANUP(arena_freep) struct arena *a = arena_new(1 << 16);
    char *nfc;
    FILE *f = fopen(path, "re");
    size_t len;

    if (!f || !fgets(buf, PASSWORD_MAX, f)) {
        error_set(err, ERR_KEY_FILE, arg_text("path", path),
                  arg_text("reason", strerror(errno ? errno : EINVAL)));
        if (f)
            fclose(f);
        return false;
    }
    fclose(f);
    len = strcspn(buf, "\r\n");
    buf[len] = '\0';
    if (!a)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", path));
    if (!text_nfc(a, "password-file", buf, len, &nfc, err) ||
        !password_rule_check(a, "password-file", nfc, login, err))
        return false;
    if (snprintf(buf, PASSWORD_MAX, "%s", nfc) >= PASSWORD_MAX)
        return error_set(err, ERR_PASSWORD_LONG, arg_text("field", "password-file"),
                         arg_number("limit", PASSWORD_CHARACTERS_MAX));
    return true;
}

static bool bootstrap(struct setup *s, const struct options *o, struct error *err)
{
    char password[PASSWORD_MAX];
    struct password_hash stored;
    struct db_params p;
    struct one one;
    bool ok;

    if (!read_password(o->password_file, o->login, password, err))
        return false;
    db_params_init(&p);
    db_put_text(&p, o->login);
    db_put_text(&p, "goc");
    db_put_text(&p, "Ủy ban nhân dân");
    ok = run_one(s, DB_BOOTSTRAP_ADMIN, &p, &one, err);
    if (ok && o->keep_password && password_read(&one.call.result, 1, &stored))
        puts(password_matches(password, &stored) ? "same" : "kept");
    else
        ok = ok && set_password(s, db_int(&one.call.result, 0, 0), password, false,
                                o->reset_second_factor, err);
    db_call_deinit(&one.call);
    explicit_bzero(password, sizeof password);
    return ok;
}

int verb_bootstrap(int argc, char **argv)
{
    static struct setup s;
    struct options o = {0};
    struct config config;
    struct error err;
    int code;
    bool ok;

    if (!read_options(
            argc, argv, "bootstrap",
            "usage: motcuad bootstrap --config FILE --login NAME --password-file FILE [--demo]\n"
            "                         [--reset-second-factor | --keep-password]\n\n"
            "Fills a new database with what the country has (calendar, rulesets), with --demo also "
            "the\n"
            "demonstration district, and makes the first administrator. Harmless to repeat: it "
            "sets the password\n"
            "again, which has to be changed at the first login unless this is a demonstration, and "
            "with\n"
            "--reset-second-factor forgets an authenticator that was lost. With --keep-password it "
            "leaves a password\n"
            "that is there, and says kept, or same if it is this one.\n",
            &o, &code))
        return code;
    if (!o.config || !o.login || !o.password_file)
        return missing("bootstrap", "--config, --login or --password-file");
    setup_quiet();
    ok = config_read(o.config, &config, &err) && setup_seed(config.database, o.with_demo, &err) &&
         setup_open(&s, o.config, false, false, &err) && bootstrap(&s, &o, &err);
    if (!ok)
        (void)setup_refuse("bootstrap", &err);
    setup_close(&s);
    return ok ? 0 : 1;
}

static bool make_login(struct setup *s, FILE *out, const struct db_result *r, int i,
                       struct error *err)
{
    char password[17];

    random_token(password, 8);
    if (!set_password(s, db_int(r, i, 0), password, true, false, err))
        return false;
    fprintf(out, "login %s %s %s %s\n", db_text(r, i, 1), db_text(r, i, 1), password,
            db_text_or_empty(r, i, 2));
    return true;
}

int verb_logins(int argc, char **argv)
{
    static struct setup s;
    struct options o = {0};
    struct error err;
    struct one one = {0};
    FILE *out = NULL;
    int code, fd;
    bool ok;

    if (!read_options(argc, argv, "logins",
                      "usage: motcuad logins --config FILE --out FILE\n\n"
                      "Gives every officer of a demonstration who has no password one, and adds a "
                      "line for each to FILE\n"
                      "(mode 0600): login NAME LOGIN PASSWORD TITLE. Refuses a database that is no "
                      "demonstration.\n",
                      &o, &code))
        return code;
    if (!o.config || !o.out)
        return missing("logins", "--config or --out");
    setup_quiet();
    ok = setup_open(&s, o.config, false, false, &err);
    if (ok && !s.app.reference->is_demonstration)
        ok = error_set(&err, ERR_CLOCK_NOT_DEMO, arg_text("what", "logins"));
    if (ok) {
        fd = open(o.out, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        out = fd >= 0 ? fdopen(fd, "a") : NULL;
        if (!out)
            ok = error_set(&err, ERR_KEY_FILE, arg_text("path", o.out),
                           arg_text("reason", strerror(errno)));
    }
    ok = ok && run_one(&s, DB_OFFICERS_WITHOUT_LOGIN, NULL, &one, &err);
    for (int i = 0; ok && i < db_rows(&one.call.result); i++)
        ok = make_login(&s, out, &one.call.result, i, &err);
    db_call_deinit(&one.call);
    if (out && fclose(out) != 0 && ok)
        ok = error_set(&err, ERR_KEY_FILE, arg_text("path", o.out),
                       arg_text("reason", strerror(errno)));
    if (!ok)
        (void)setup_refuse("logins", &err);
    setup_close(&s);
    return ok ? 0 : 1;
}
