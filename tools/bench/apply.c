/* The committer under load, for tools/bench/apply.sh: loads dossiers, then keeps N decisions in
 * flight for some seconds each. Prints "apply N RATE BATCH", decisions per second and mean batch. A
 * decision is a hand-over: one event, the caches, an idempotency row, every third time a fact
 * closed and one begun, and two counters; the same work as bench_transition() in apply.sql. Every
 * second one also takes a deadline away and brings another, as half the events of a real dossier
 * do; BENCH_DEADLINES=N makes it every N-th, 0 none. Every second one likewise leaves a stay and
 * enters another (BENCH_STAYS). */
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/instant.h"
#include "db/committer.h"
#include "domain/deadline.h"

#define IN_FLIGHT_MAX 512
#define FIRST_ID      INT64_C(20220000000001)

struct hand_over {
    struct commit_member member;
    struct dossier dossier;
    struct commit_event event;
    struct commit_fact facts[2];
    struct commit_stay stays[2];
    struct counter_delta counters[2];
    struct deadline deadline;
    char bytes[400], key[40];
    int64_t place;
};

struct bench {
    int deadline_every, stay_every;
    uv_loop_t loop;
    struct db *db;
    struct committer *committer;
    int64_t n_dossiers;
    int32_t *versions;
    int64_t *fact_from; /* valid_from of each dossier's open fact */
    int64_t *entered;   /* of each dossier's running stay */
    bool *is_busy;
    struct hand_over *decisions;
    int in_flight;
    bool is_loading;
    int64_t next, n_done, until;
    uint64_t random;
};

static void die(const struct error *err)
{
    char words[400];

    (void)error_sentence(err, LANGUAGE_EN, 0, words, sizeof words);
    fprintf(stderr, "bench: %s (%s)\n", words, err->origin);
    exit(1);
}

static uint64_t bench_random(struct bench *b)
{
    b->random ^= b->random << 13;
    b->random ^= b->random >> 7;
    b->random ^= b->random << 17;
    return b->random;
}

static void fact_fill(struct fact *f, int64_t at)
{
    *f = (struct fact){.valid_from = at,
                       .valid_to = INSTANT_FOREVER,
                       .filed_office = 1,
                       .office = 2,
                       .field_id = 3,
                       .procedure_id = 4,
                       .channel = CHANNEL_DIRECT,
                       .received_at = at,
                       .received_on = 19000,
                       .due_at = at + 5 * INSTANT_DAY,
                       .due_on = 19005,
                       .ended_at = INSTANT_NONE};
}

static void decision_fill(struct bench *b, struct hand_over *d, int64_t place)
{
    int64_t now = clock_real();
    struct dossier *s = &d->dossier;
    int32_t version = b->versions[place];

    dossier_init(s, FIRST_ID + place);
    s->state = version % 2 ? STATE_PROCESSING : STATE_RECEIVED;
    s->procedure_id = 4;
    s->field_id = 3;
    s->ruleset_id = 1;
    s->channel = CHANNEL_DIRECT;
    s->filed_office = s->supervising_office = 1;
    s->competent_office = 2;
    s->holder_office = 2 + version % 7;
    s->holder_officer = 10 + version % 50;
    s->received_at = now;
    s->due_at = s->due_original = now + (place % 200) * INSTANT_HOUR;
    s->due_on = s->due_original_on = 19005;
    s->last_at = now;
    commit_member_init(&d->member);
    d->member.after = s;
    d->member.expected_version = version;
    d->member.epoch = 1;
    d->member.next_alarm_at = s->due_at;
    d->event = (struct commit_event){
        .at = now, .recorded_at = now, .actor = 10, .action = ACTION_FORWARD, .bytes = d->bytes};
    d->event.len = (size_t)snprintf(d->bytes, sizeof d->bytes,
                                    "motcua-event 1\ndossier %" PRId64 "\nat %" PRId64
                                    "\nrecorded_at %" PRId64 "\nactor 10\naction forward\n%0160d\n",
                                    s->id, now, now, 7);
    d->member.events = &d->event;
    d->member.n_events = 1;
    snprintf(d->key, sizeof d->key, "k%" PRId64 "-%d", place, (int)version);
    d->member.key = d->key;
    d->member.principal = 10;
    d->member.status = 200;
    if (version == 0) {
        d->member.code_identifier = "H38.12";
        snprintf(d->bytes + 380, 20, "%06" PRId64, place / 9000);
        d->member.code_day = d->bytes + 380;
        d->member.search = "nguyen van an";
    }
    if (b->deadline_every && version % b->deadline_every == 0) {
        d->deadline = (struct deadline){.kind = DEADLINE_SUPPLEMENT_NOTICE,
                                        .from = now,
                                        .due_at = s->due_at,
                                        .due_on = s->due_on,
                                        .office = s->holder_office,
                                        .officer = s->holder_officer};
        d->member.takes_deadlines_away = version > 0;
        d->member.deadlines = &d->deadline;
        d->member.n_deadlines = 1;
    }
    if (b->stay_every && version % b->stay_every == 0) {
        int n = 0;

        if (version)
            d->stays[n++] = (struct commit_stay){COMMIT_FACT_CLOSE_VALID, now, {0}};
        d->stays[0].stay.entered_at = b->entered[place];
        d->stays[0].stay.left_at = now;
        d->stays[n++] = (struct commit_stay){COMMIT_FACT_INSERT,
                                             now,
                                             {.entered_at = now,
                                              .left_at = INSTANT_FOREVER,
                                              .step = 1 + version % 4,
                                              .office = s->holder_office,
                                              .officer = s->holder_officer,
                                              .budget_minutes = 480,
                                              .used_minutes = -1}};
        b->entered[place] = now;
        d->member.stays = d->stays;
        d->member.n_stays = n;
    }
    if (version % 3 == 0) {
        int n = 0;

        if (version) {
            fact_fill(&d->facts[n].fact, b->fact_from[place]);
            d->facts[n].fact.valid_to = now;
            d->facts[n].operation = COMMIT_FACT_CLOSE_VALID;
            d->facts[n++].known_at = now;
        }
        b->fact_from[place] = now;
        fact_fill(&d->facts[n].fact, now);
        d->facts[n].operation = COMMIT_FACT_INSERT;
        d->facts[n++].known_at = now;
        d->member.facts = d->facts;
        d->member.n_facts = n;
        for (int i = 0; i < 2; i++)
            d->counters[i] = (struct counter_delta){19000 + (int32_t)(place % 5), 2 + place % 20,
                                                    3 + place % 6, COUNTER_RECEIVED_OTHER, 1};
        d->counters[1].column = COUNTER_OVERDUE;
        d->member.counters = d->counters;
        d->member.n_counters = 2;
    }
}

static void decision_next(struct bench *b, struct hand_over *d);

static void decision_done(struct commit_member *m)
{
    struct bench *b = m->data;
    struct hand_over *d = container_of(m, struct hand_over, member);

    if (m->outcome.result != COMMIT_APPLIED)
        die(&m->outcome.error);
    b->versions[d->place] = m->outcome.version;
    b->is_busy[d->place] = false;
    b->n_done++;
    b->in_flight--;
    decision_next(b, d);
}

static void decision_next(struct bench *b, struct hand_over *d)
{
    struct error err = {0};
    int64_t place;

    if (b->is_loading ? b->next == b->n_dossiers : clock_monotonic() >= b->until)
        return;
    if (b->is_loading) {
        place = b->next++;
    } else {
        do
            place = (int64_t)(bench_random(b) % (uint64_t)b->n_dossiers);
        while (b->is_busy[place]);
    }
    d->place = place;
    b->is_busy[place] = true;
    decision_fill(b, d, place);
    d->member.done = decision_done;
    d->member.data = b;
    if (!committer_submit(b->committer, &d->member, &err))
        die(&err);
    b->in_flight++;
}

static void bench_run(struct bench *b, int n, int seconds)
{
    struct committer_stats before, after;
    int64_t began = clock_monotonic();
    double took;

    b->n_done = 0;
    b->until = began + seconds * INSTANT_SECOND;
    committer_stats(b->committer, &before);
    for (int i = 0; i < n; i++)
        decision_next(b, &b->decisions[i]);
    while (b->in_flight > 0)
        (void)uv_run(&b->loop, UV_RUN_ONCE);
    committer_stats(b->committer, &after);
    took = (double)(clock_monotonic() - began) / 1e6;
    printf("%s %d %.0f %.1f\n", b->is_loading ? "load" : "apply", n, (double)b->n_done / took,
           (double)(after.members - before.members) / (double)(after.batches - before.batches));
    fflush(stdout);
}

static void bench_analyze(const char *url)
{
    PGconn *pg = PQconnectdb(url);

    PQclear(PQexec(pg, "VACUUM ANALYZE"));
    PQfinish(pg);
}

int main(int argc, char **argv)
{
    static const int counts[] = {1, 8, 32, 64, 128, 256, 512};
    struct db_options options = {0};
    struct error err = {0};
    const char *every = getenv("BENCH_DEADLINES"), *stays = getenv("BENCH_STAYS");
    struct bench b = {.random = 88172645463325252u,
                      .deadline_every = every ? (int)strtol(every, NULL, 10) : 2,
                      .stay_every = stays ? (int)strtol(stays, NULL, 10) : 2};
    int seconds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 4;

    options.url = getenv("DATABASE_URL");
    if (argc < 2 || !options.url) {
        fprintf(stderr, "usage: DATABASE_URL=... bench_apply DOSSIERS [SECONDS [IN_FLIGHT...]]\n");
        return 2;
    }
    b.n_dossiers = strtoll(argv[1], NULL, 10);
    b.versions = calloc((size_t)b.n_dossiers, sizeof *b.versions);
    b.fact_from = calloc((size_t)b.n_dossiers, sizeof *b.fact_from);
    b.entered = calloc((size_t)b.n_dossiers, sizeof *b.entered);
    b.is_busy = calloc((size_t)b.n_dossiers, sizeof *b.is_busy);
    b.decisions = calloc(IN_FLIGHT_MAX, sizeof *b.decisions);
    (void)uv_loop_init(&b.loop);
    if (!b.versions || !b.fact_from || !b.entered || !b.is_busy || !b.decisions ||
        !db_new(&b.loop, &options, &b.db, &err) || !db_wait_ready(b.db, 10000, &err) ||
        !committer_new(b.db, &b.committer, &err))
        die(&err);
    b.is_loading = true;
    bench_run(&b, 256, 0);
    b.is_loading = false;
    bench_analyze(options.url); /* a plan made on an empty table is slower by far */
    for (int i = 3; i < argc; i++)
        bench_run(&b,
                  (int)strtol(argv[i], NULL, 10) < IN_FLIGHT_MAX ? (int)strtol(argv[i], NULL, 10)
                                                                 : IN_FLIGHT_MAX,
                  seconds);
    for (size_t i = 0; i < ARRAY_LEN(counts) && seconds > 0 && argc <= 3; i++)
        bench_run(&b, counts[i], seconds);
    b.committer = committer_free(b.committer);
    db_close(b.db, NULL, NULL);
    (void)uv_run(&b.loop, UV_RUN_DEFAULT);
    return 0;
}
