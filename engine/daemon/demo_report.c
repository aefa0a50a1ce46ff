/* See demo_report.h. */
#include "daemon/demo_report.h"

#include <stdio.h>
#include <string.h>

#include "base/instant.h"

static bool print_parts(struct demo *d, struct error *err)
{
    static const struct {
        const char *part, *title;
    } titles[] = {{"state", "dossiers by state"},
                  {"late", "late, by cause"},
                  {"letter", "letters by state"},
                  {"timing", "letters issued, by time"}};
    struct db_call call;
    bool ok = demo_query(d->app, DB_DEMO_REPORT, NULL, &call, err);

    for (size_t t = 0; ok && t < ARRAY_LEN(titles); t++) {
        printf("\n%s\n", titles[t].title);
        for (int i = 0; i < db_rows(&call.result); i++)
            if (!strcmp(db_text_or_empty(&call.result, i, 0), titles[t].part))
                printf("  %-24s %6lld\n", db_text_or_empty(&call.result, i, 1),
                       (long long)db_int(&call.result, i, 2));
    }
    db_call_deinit(&call);
    return ok;
}

/* Form II.06a of the whole time: what was received is what was done and what is open. */
static bool balance(struct demo *d, struct error *err)
{
    int32_t to_on = instant_date(d->plan.until, d->app->zone_s);
    int64_t received = 0, done = 0, open = 0;
    struct db_params p;
    struct db_call call;
    bool ok;

    db_params_init(&p);
    db_put_date(&p, instant_date(d->plan.from, d->app->zone_s));
    db_put_date(&p, to_on);
    db_put_instant(&p, d->plan.until);
    db_put_date(&p, to_on);
    db_put_instant(&p, INSTANT_FOREVER - 1);
    for (int cut = 0; cut < 4; cut++) /* of offices, field, procedures, channel: none */
        db_put_null(&p);
    db_put_text(&p, "none");
    ok = demo_query(d->app, DB_STATISTICS_II06A, &p, &call, err);
    for (int i = 0; ok && i < db_rows(&call.result); i++)
        for (int column = 1; column <= 8; column++)
            *(column <= 3   ? &received
              : column <= 6 ? &done
                            : &open) += db_int(&call.result, i, column);
    db_call_deinit(&call);
    if (!ok)
        return false;
    printf("\nform II.06a: received %lld = done %lld + open %lld\n", (long long)received,
           (long long)done, (long long)open);
    return received == done + open ||
           error_set(err, ERR_INTERNAL, arg_text("what", "form II.06a does not balance"));
}

bool demo_report(struct demo *d, struct error *err)
{
    if (!print_parts(d, err) || !balance(d, err))
        return false;
    printf("nights swept %d, alarms %d, escalated %llu, failed %llu\n", d->n_nights, d->n_alarms,
           (unsigned long long)d->app->metrics.escalated,
           (unsigned long long)d->app->metrics.not_judged);
    return true;
}
