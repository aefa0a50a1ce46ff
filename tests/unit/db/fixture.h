/* What the tests of db share: a migrated database of their own, a loop, calls that wait. */
#pragma once
#include "../test.h"
#include "db/committer.h"
#include "db/db.h"
#include "db/schema.h"

struct fixture {
    const char *url; /* DATABASE_URL of tests/pg_temp.sh */
    uv_loop_t loop;
    struct db *db;
    struct committer *committer;
};

/* Migrates and connects; the test ends when that fails. */
void fixture_start(struct fixture *f);
void fixture_stop(struct fixture *f);

/* The fixture that the tests of a file share, by name, and how their group starts and stops. */
#define FIXTURE_OF_THE_FILE(name)                                                                  \
    static struct fixture name;                                                                    \
    static int start(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        fixture_start(&name);                                                                      \
        return 0;                                                                                  \
    }                                                                                              \
    static int stop(void **state)                                                                  \
    {                                                                                              \
        (void)state;                                                                               \
        fixture_stop(&name);                                                                       \
        return 0;                                                                                  \
    }

/* Sends a statement and runs the loop until it is answered. */
void fixture_query(struct fixture *f, enum db_query query, const struct db_params *params,
                   struct db_call *call);
/* First column of the first row of any SQL, as text, on a connection of its own as superuser. */
void fixture_sql(struct fixture *f, const char *sql, char *buf, size_t size);
long fixture_number(struct fixture *f, const char *sql);

/* A decision with one event, kept together. */
struct decision_case {
    struct commit_member member;
    struct dossier dossier;
    struct commit_event event;
    char bytes[96];
    bool is_done;
    int order; /* n-th to be told */
};
/* `version` 0: a new dossier with a code to be assigned. */
void decision_init(struct decision_case *d, int64_t dossier_id, int32_t version, const char *text);
void decision_submit(struct fixture *f, struct decision_case *d);
/* Submits and runs the loop until all are told. */
void decision_run(struct fixture *f, struct decision_case *d, int n);
