/* Two committers (as two daemons have them) race over few dossiers while backends are killed. What
 * a client was told must be there, nothing may be there twice, chains verify, codes and numbers
 * have no gap.
 *
 *   race_committer [DECISIONS] [SEED]     speaks TAP; DATABASE_URL from tests/pg_temp.sh */
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/instant.h"
#include "db/committer.h"
#include "db/schema.h"

#define DOSSIERS   60
#define IN_FLIGHT  200
#define FIRST_ID   INT64_C(20220000000001)
#define KILL_EVERY 700 /* decisions told */
#define HASHES_MAX 40000

struct attempt {
    struct commit_member member;
    struct dossier dossier;
    struct commit_event event;
    struct commit_letter letter;
    unsigned char content_hash[DIGEST_LEN];
    char bytes[80], key[32];
    int side;
    bool is_flying;
};

/* What somebody was told is there. */
struct told {
    int64_t dossier;
    int32_t version;
    unsigned char hash[DIGEST_LEN];
};

struct race {
    uv_loop_t loop;
    struct db *db[2];
    struct committer *committer[2];
    int32_t versions[DOSSIERS]; /* as last heard */
    struct attempt attempts[IN_FLIGHT];
    struct told told[HASHES_MAX];
    int n_told, n_left, n_flying, n_answers, n_unknown, n_refused, n_killed;
    int64_t next_letter;
    uint64_t random;
    PGconn *admin;
};

static int n_tests;
static bool is_failed;

static void tap(bool ok, const char *rule)
{
    printf("%sok %d - %s\n", ok ? "" : "not ", ++n_tests, rule);
    is_failed = is_failed || !ok;
}

static void die(const struct error *err)
{
    char words[400];

    (void)error_sentence(err, LANGUAGE_EN, 0, words, sizeof words);
    printf("Bail out! %s (%s)\n", words, err->origin);
    exit(1);
}

static uint64_t race_random(struct race *r, uint64_t below)
{
    r->random ^= r->random << 13;
    r->random ^= r->random >> 7;
    r->random ^= r->random << 17;
    return r->random % below;
}

static long race_number(struct race *r, const char *sql)
{
    PGresult *result = PQexec(r->admin, sql);
    long n = PQntuples(result) == 1 ? strtol(PQgetvalue(result, 0, 0), NULL, 10) : -1;

    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        printf("# %s", PQerrorMessage(r->admin));
    PQclear(result);
    return n;
}

/* ---- one attempt after another ---- */

static void attempt_start(struct race *r, struct attempt *a);

static void attempt_done(struct commit_member *m)
{
    struct race *r = m->data;
    struct attempt *a = container_of(m, struct attempt, member);
    const struct commit_outcome *o = &m->outcome;
    int place = (int)(a->dossier.id - FIRST_ID);

    r->n_flying--;
    a->is_flying = false;
    r->n_answers++;
    if (o->result == COMMIT_APPLIED) {
        struct told *t = &r->told[r->n_told++];

        t->dossier = a->dossier.id;
        t->version = o->version;
        memcpy(t->hash, o->hash, DIGEST_LEN);
    } else if (o->result == COMMIT_FAILED) {
        r->n_unknown++;
    } else {
        r->n_refused++;
    }
    if (o->version > r->versions[place])
        r->versions[place] = o->version;
    if (o->result == COMMIT_NO_DOSSIER)
        r->versions[place] = 0;
    if (r->n_answers % KILL_EVERY == 0) {
        r->n_killed++;
        (void)race_number(
            r, "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity "
               "WHERE application_name = 'motcuad' AND query LIKE '%apply_decisions%' "
               "ORDER BY random() LIMIT 1) x");
    }
    attempt_start(r, a);
}

/* A letter drafted and numbered at once: only its number is of interest. */
static void attempt_letter(struct race *r, struct attempt *a)
{
    char *trigger = a->key + 20;

    a->letter = (struct commit_letter){.operation = COMMIT_LETTER_INSERT,
                                       .id = ++r->next_letter,
                                       .state = LETTER_NUMBERED,
                                       .author_office = 1,
                                       .form = "TT01/2018:04",
                                       .data = "{}",
                                       .content_hash = a->content_hash,
                                       .register_office = 1,
                                       .register_year = 2022,
                                       .register_symbol = race_random(r, 2) ? "PXL-A" : "PXL-B",
                                       .wants_number = true,
                                       .signed_at = INSTANT_NONE,
                                       .numbered_at = clock_real(),
                                       .issued_at = INSTANT_NONE,
                                       .latest_at = INSTANT_NONE,
                                       .reappointed_at = INSTANT_NONE};
    snprintf(trigger, 12, "t%u", (unsigned)r->next_letter % 100000000u);
    a->letter.trigger = trigger;
    a->event.numbered_letter = a->letter.id;
    a->member.letters = &a->letter;
    a->member.n_letters = 1;
}

static void attempt_start(struct race *r, struct attempt *a)
{
    int place = (int)race_random(r, DOSSIERS);
    int64_t now = clock_real();
    struct error err = {0};

    if (r->n_left == 0)
        return;
    r->n_left--;
    dossier_init(&a->dossier, FIRST_ID + place);
    a->dossier.state = STATE_RECEIVED;
    a->dossier.last_at = now;
    a->event = (struct commit_event){
        .at = now, .recorded_at = now, .action = ACTION_FORWARD, .bytes = a->bytes};
    a->event.len = (size_t)snprintf(a->bytes, sizeof a->bytes, "attempt %d\n", r->n_left);
    commit_member_init(&a->member);
    a->member.after = &a->dossier;
    a->member.events = &a->event;
    a->member.n_events = 1;
    /* Mostly the version last heard, which others are after as well. */
    a->member.expected_version = r->versions[place];
    if (a->member.expected_version == 0) {
        a->member.code_identifier = "H38.12";
        a->member.code_day = "220830";
    } else if (race_random(r, 3) == 0) {
        attempt_letter(r, a);
    }
    snprintf(a->key, 20, "key-%d", (int)race_random(r, 3000));
    a->member.principal = 1;
    a->member.key = race_random(r, 4) ? NULL : a->key;
    a->member.status = 200;
    a->member.done = attempt_done;
    a->member.data = r;
    if (committer_submit(r->committer[a->side], &a->member, &err)) {
        r->n_flying++;
        a->is_flying = true;
        return;
    }
    /* Its writers are down: the other daemon takes it later. */
    r->n_left++;
}

static void race_run(struct race *r)
{
    for (int i = 0; i < IN_FLIGHT; i++) {
        r->attempts[i].side = i % 2;
        attempt_start(r, &r->attempts[i]);
    }
    while (r->n_left > 0 || r->n_flying > 0) {
        (void)uv_run(&r->loop, UV_RUN_ONCE);
        /* Those that found no live writer stand still. */
        for (int i = 0; i < IN_FLIGHT && r->n_left > 0; i++) {
            if (!r->attempts[i].is_flying)
                attempt_start(r, &r->attempts[i]);
        }
    }
}

/* ---- what must hold ---- */

static bool told_is_there(struct race *r, const struct told *t)
{
    char sql[240], hex[2 * DIGEST_LEN + 1];

    hex_encode(t->hash, DIGEST_LEN, hex);
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM event WHERE dossier_id = %" PRId64
             " AND seq = %d AND hash = '\\x%s'",
             t->dossier, (int)t->version, hex);
    return race_number(r, sql) == 1;
}

static void race_check(struct race *r)
{
    static const struct {
        const char *rule, *sql; /* counts what is wrong */
    } rules[] = {
        {"each event chains to the one before",
         "SELECT count(*) FROM (SELECT hash, bytes, lag(hash) OVER (PARTITION BY dossier_id ORDER "
         "BY seq) prev "
         "FROM event) x WHERE hash <> sha256(coalesce(prev, decode(repeat('00', 32), 'hex')) || "
         "bytes)"},
        {"versions count the events, without gap",
         "SELECT count(*) FROM dossier d WHERE version <> (SELECT count(*) FROM event e WHERE "
         "e.dossier_id = d.id) "
         "OR version <> (SELECT max(seq) FROM event e WHERE e.dossier_id = d.id)"},
        {"the dossier carries the newest hash",
         "SELECT count(*) FROM dossier d JOIN event e ON e.dossier_id = d.id AND e.seq = d.version "
         "WHERE e.hash <> d.chain"},
        {"numbers of each register have no gap and no second owner",
         "SELECT count(*) FROM register g WHERE last <> (SELECT count(DISTINCT number) FROM "
         "register_entry e "
         "WHERE e.symbol = g.symbol) OR last <> (SELECT max(number) FROM letter l WHERE "
         "l.register_symbol = g.symbol) "
         "OR last <> (SELECT count(*) FROM letter l WHERE l.register_symbol = g.symbol)"},
        {"each number stands in its event",
         "SELECT count(*) FROM letter l WHERE NOT EXISTS (SELECT FROM event e WHERE e.dossier_id = "
         "l.dossier_id AND "
         "convert_from(bytes, 'UTF8') LIKE '%number ' || l.number || chr(10) || '%')"},
        {"codes have no gap",
         "SELECT abs(last - (SELECT count(*) FROM dossier_code)) FROM code_serial"},
        {"each dossier has one code",
         "SELECT count(*) FROM dossier d LEFT JOIN dossier_code c ON c.dossier_id = d.id "
         "WHERE c.code IS DISTINCT FROM d.code"},
        {"each key stands for one event", "SELECT count(*) FROM idempotency_key k WHERE NOT EXISTS "
                                          "(SELECT FROM event e WHERE e.dossier_id = "
                                          "k.dossier_id AND e.seq = k.seq)"},
        {"the feed names each change once",
         "SELECT (SELECT sum(cardinality(dossier_ids)) FROM feed) - (SELECT count(*) FROM event)"},
    };
    int n_missing = 0;

    for (int i = 0; i < r->n_told; i++)
        n_missing += !told_is_there(r, &r->told[i]);
    tap(n_missing == 0, "nothing acknowledged is missing");
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        tap(race_number(r, rules[i].sql) == 0, rules[i].rule);
    /* What nobody was told may stand or not; nothing else may. */
    tap(race_number(r, "SELECT count(*) FROM event") <= r->n_told + r->n_unknown,
        "nothing is there that was neither told nor lost midway");
}

int main(int argc, char **argv)
{
    static struct race r;
    struct db_options options = {0};
    struct error err = {0};
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 20220830;
    int n = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 10000;

    options.url = getenv("DATABASE_URL");
    options.retry_min_ms = 5;
    options.retry_max_ms = 50;
    if (!options.url || n < 1 || n > HASHES_MAX)
        return 2;
    r.random = seed * 2654435761u + 1;
    r.n_left = n;
    r.admin = PQconnectdb(options.url);
    (void)uv_loop_init(&r.loop);
    if (!schema_migrate(options.url, NULL, NULL, &err))
        die(&err);
    (void)race_number(
        &r,
        "INSERT INTO office (id, key, name, kind) VALUES (1, 'h', 'H', 'committee') RETURNING id");
    for (int i = 0; i < 2; i++) {
        if (!db_new(&r.loop, &options, &r.db[i], &err) || !db_wait_ready(r.db[i], 10000, &err) ||
            !committer_new(r.db[i], &r.committer[i], &err))
            die(&err);
    }
    race_run(&r);
    printf("# seed %" PRIu64 ": %d told, %d refused, %d lost midway, %d backends killed\n", seed,
           r.n_told, r.n_refused, r.n_unknown, r.n_killed);
    race_check(&r);
    printf("1..%d\n", n_tests);
    for (int i = 0; i < 2; i++) {
        r.committer[i] = committer_free(r.committer[i]);
        db_close(r.db[i], NULL, NULL);
    }
    (void)uv_run(&r.loop, UV_RUN_DEFAULT);
    PQfinish(r.admin);
    return is_failed;
}
