/* See verb_demo.h. */
#include "daemon/verb_demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/instant.h"
#include "base/log.h"
#include "daemon/demo_report.h"
#include "daemon/demo_run.h"

#define DOSSIERS_MAX 200000

struct options {
    const char *config;
    long long seed, dossiers;
    int64_t from, until;
};

static void demo_usage(FILE *out)
{
    fprintf(
        out,
        "usage: motcuad demo --config FILE [--seed N] [--dossiers N] [--until INSTANT]\n\n"
        "Fills the demonstration district with dossiers by running the engine's own actions on a\n"
        "moved clock, from May 2022 on; the clock then goes on from there. Refuses a database\n"
        "that is not a demonstration; one that already has dossiers is left as it is.\n\n"
        "  --config FILE    settings, as for serve\n"
        "  --seed N         another district of the same kind; default 1\n"
        "  --dossiers N     how many, at most %d; default 2000\n"
        "  --until INSTANT  when the story ends; default 2022-08-26T09:00:00+07:00\n",
        DOSSIERS_MAX);
}

static bool read_number(const char *text, long long max, long long *ret)
{
    char *end;

    *ret = strtoll(text, &end, 10);
    return end != text && !*end && *ret >= 0 && *ret <= max;
}

/* 0 read, 1 help was asked for, 2 wrong. */
static int read_options(int argc, char **argv, struct options *o)
{
    if (!instant_parse("2022-05-16T07:00:00+07:00", ZONE_VIETNAM_S, &o->from) ||
        !instant_parse("2022-08-26T09:00:00+07:00", ZONE_VIETNAM_S, &o->until))
        return 2;
    for (int i = 1; i < argc; i += 2) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        bool ok = true;

        if (!strcmp(argv[i], "--help"))
            return 1;
        if (!strcmp(argv[i], "--config"))
            o->config = value;
        else if (!strcmp(argv[i], "--seed"))
            ok = read_number(value, INT64_MAX, &o->seed);
        else if (!strcmp(argv[i], "--dossiers"))
            ok = read_number(value, DOSSIERS_MAX, &o->dossiers);
        else if (!strcmp(argv[i], "--until"))
            ok = instant_parse(value, ZONE_VIETNAM_S, &o->until) && o->until > o->from;
        else
            ok = false;
        if (!ok) {
            fprintf(stderr, "motcuad demo: %s %s is not understood; see --help\n", argv[i], value);
            return 2;
        }
    }
    if (o->config && *o->config)
        return 0;
    fprintf(stderr, "motcuad demo: --config FILE is missing; see --help\n");
    return 2;
}

/* A database in which nothing is, is seeded; one of somebody's own is not touched. */
static bool open_demonstration(struct setup *s, const char *config, struct error *err)
{
    char database[CONFIG_TEXT_MAX];

    if (!setup_open(s, config, true, false, err))
        return false;
    if (s->app.reference->is_demonstration)
        return true;
    if (s->app.reference->n_offices > 0)
        return error_set(err, ERR_CLOCK_NOT_DEMO, arg_text("what", "demo"));
    memcpy(database, s->config.database, sizeof database);
    setup_close(s);
    return setup_seed(database, true, err) && setup_open(s, config, true, false, err);
}

static bool is_empty(struct setup *s, bool *ret_empty, struct error *err)
{
    struct db_call call;
    bool ok = demo_query(&s->app, DB_DEMO_IS_EMPTY, NULL, &call, err);

    *ret_empty = ok && db_bool(&call.result, 0, 0);
    db_call_deinit(&call);
    return ok;
}

static bool run(struct setup *s, const struct options *o, struct error *err)
{
    struct demo d = {.app = &s->app, .random = {(uint64_t)o->seed + 77}};
    struct reference *r = reference_ref(s->app.reference);
    int64_t started = clock_monotonic();
    bool ok =
        demo_plan_make(&d.plan, r, (uint64_t)o->seed, (int)o->dossiers, o->from, o->until, err) &&
        demo_run(&d, err) && demo_report(&d, err);

    if (ok)
        printf("%d dossiers, %d actions in %.1f s\n", d.n_filed, d.n_actions,
               (double)(clock_monotonic() - started) / (double)INSTANT_SECOND);
    demo_plan_deinit(&d.plan);
    reference_unref(r);
    return ok;
}

int verb_demo(int argc, char **argv)
{
    struct options o = {.seed = 1, .dossiers = 2000};
    struct setup s = {0};
    struct error err;
    bool empty, ok;
    int code = read_options(argc, argv, &o);

    if (code) {
        if (code == 1)
            demo_usage(stdout);
        return code == 1 ? 0 : 2;
    }
    /* A load that is cut short is begun anew: nothing is lost that flushing would keep. */
    setenv("PGOPTIONS", "-c synchronous_commit=off", 0);
    ok = open_demonstration(&s, o.config, &err) && is_empty(&s, &empty, &err);
    if (ok && !empty) {
        printf("the demonstration has dossiers already; nothing was changed\n");
    } else if (ok) {
        log_set_level(LOG_WARN);
        ok = run(&s, &o, &err);
    }
    if (!ok)
        (void)setup_refuse("demo", &err);
    setup_close(&s);
    return ok ? 0 : 1;
}
