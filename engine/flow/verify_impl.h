/* What the parts of the checker share; not for others. */
#pragma once
#include <cjson/cJSON.h>

#include "base/arena.h"
#include "db/db.h"
#include "domain/fact.h"
#include "domain/history.h"
#include "domain/lateness.h"
#include "domain/stay.h"
#include "flow/reference.h"
#include "flow/verify.h"

struct verify_sums; /* counters of all dossiers walked so far */

enum verify_rows {
    VERIFY_EVENTS,
    VERIFY_FACTS,
    VERIFY_PERSONS,
    VERIFY_CODES,
    VERIFY_LETTERS,
    VERIFY_DEADLINES,
    VERIFY_OBLIGATIONS,
    VERIFY_EPISODES,
    VERIFY_ADDRESSEES,
    VERIFY_SIGNATURES,
    VERIFY_ATTACHMENTS,
    VERIFY_STAYS,
    VERIFY_ROWS_COUNT
};

struct verify {
    struct app *app;
    const struct verify_options *options;
    const struct reference *reference;
    int64_t edited_at; /* the last edit of what promises rest on; 0: none */
    struct verify_report report;
    struct verify_sums *sums;
    struct error error;
    bool is_fill_pending;   /* stays of older dossiers are still to be written */
    bool is_follow_pending; /* an edit of the rules that deadlines have not followed yet */
    /* of the chunk */
    struct db_call dossiers;
    struct db_call rows[VERIFY_ROWS_COUNT];
    int next[VERIFY_ROWS_COUNT]; /* the first row not yet given to its dossier */
};

/* Rows of one kind that belong to one dossier. */
struct verify_span {
    const struct db_result *r;
    int from, to;
};

/* A dossier as its events tell it. */
struct verify_dossier {
    struct verify *v;
    struct arena *arena; /* of this dossier */
    const struct db_result *row;
    int row_at;
    int64_t id;
    const char *code;
    struct verify_span spans[VERIFY_ROWS_COUNT];
    struct history history;
    struct dossier folded;    /* as of the newest recorded_at, which is what the caches say */
    const struct fact *facts; /* its timeline, once verify_facts() has made it */
    int n_facts;
    struct warning warning;
    int64_t next_alarm_at, next_stored_at;
    int64_t now; /* that instant */
    unsigned char chain[32];
};

/* ---- verify_value.c ---- */

enum verify_kind { VERIFY_TEXT, VERIFY_NUMBER, VERIFY_BOOL, VERIFY_INSTANT, VERIFY_DATE };
struct verify_value {
    enum verify_kind kind;
    bool is_null;
    int64_t number;
    const char *text;
};
struct verify_value verify_text(const char *text); /* NULL: null */
struct verify_value verify_number(int64_t number);
struct verify_value verify_id(int64_t id); /* 0: null */
struct verify_value verify_bool(bool is);
struct verify_value verify_instant(int64_t at); /* INSTANT_NONE: null */
struct verify_value verify_date(int32_t on);    /* DATE_NONE: null */

#define VERIFY_VALUE_MAX 96
void verify_format(const struct verify_value *value, int32_t zone_s, char buf[VERIFY_VALUE_MAX]);
/* The column of a row, read as a value of this kind. */
struct verify_value verify_stored(const struct db_result *r, int row, int column,
                                  enum verify_kind kind);
bool verify_same(const struct verify_value *a, const struct verify_value *b);

/* A cached column and how it follows from a subject. */
struct verify_column {
    const char *name;
    struct verify_value (*compute)(const void *subject);
};
/* Compares the columns of a row; `prefix` goes before the name of one that differs. */
void verify_columns(struct verify_dossier *d, const struct verify_span *span, int row,
                    const struct verify_column *columns, int n, const void *subject,
                    const char *prefix);

/* ---- verify.c ---- */

/* Sends a statement and runs the loop until it is answered. */
MUST_CHECK
bool verify_query(struct verify *v, enum db_query query, const struct db_params *params,
                  struct db_call *call);
/* Reports a difference; `d` NULL: of no single dossier. */
void verify_differs(struct verify *v, const struct verify_dossier *d, const char *stored,
                    const char *computed, const char *what, ...) PRINTF(5, 6);
void verify_warns(struct verify *v, const struct verify_dossier *d, const char *stored,
                  const char *computed, const char *what, ...) PRINTF(5, 6);
void verify_compare(struct verify_dossier *d, const struct verify_value *stored,
                    const struct verify_value *computed, const char *what, ...) PRINTF(4, 5);

/* ---- verify_chain.c, verify_state.c, verify_dates.c, verify_letters.c, verify_deadlines.c,
 * verify_ledger.c, verify_papers.c ---- */

/* Reads the events and holds them against their hashes. False when they cannot be folded: that is
 * reported, and there is nothing more to compute for this dossier. */
bool verify_chain(struct verify_dossier *d);
void verify_fold(struct verify_dossier *d);
void verify_state(struct verify_dossier *d);
void verify_facts(struct verify_dossier *d);
void verify_persons(struct verify_dossier *d);
void verify_dates(struct verify_dossier *d);
void verify_letters(struct verify_dossier *d);
void verify_deadlines(struct verify_dossier *d);
void verify_obligations(struct verify_dossier *d);
void verify_episodes(struct verify_dossier *d);
void verify_addressees(struct verify_dossier *d);
void verify_signatures(struct verify_dossier *d);
void verify_attachments(struct verify_dossier *d);
void verify_stays(struct verify_dossier *d); /* verify_stays.c */
/* Every column of the dossier row is in a table of verify_state.c, or this says which is not. */
void verify_columns_known(struct verify *v, const struct db_result *r);

/* ---- verify_sums.c ---- */

struct verify_sums *verify_sums_new(void);
struct verify_sums *verify_sums_free(struct verify_sums *s); /* takes NULL; returns NULL */
MUST_CHECK
bool verify_sums_add(struct verify *v, const struct verify_dossier *d);
MUST_CHECK
bool verify_sums_check(struct verify *v);
MUST_CHECK
bool verify_registers(struct verify *v);
bool verify_blank_slips(struct verify *v);
MUST_CHECK
bool verify_pointers(struct verify *v);

/* ---- verify_years.c ---- */

bool verify_years(struct verify *v);

/* ---- verify_closings.c, verify_closing_letters.c ---- */

struct verify_snapshot {
    int64_t closing, office, ordinal, known_at, as_of;
    int version;
    int32_t from, to;
    bool is_calendar_edited; /* since it was frozen */
    const char *content;
    char name[64]; /* "closing 3 version 1" */
};

MUST_CHECK
bool verify_closings(struct verify *v);
/* The ledger of letters of a snapshot (NULL: it holds none) against the events, as they were known
 * when it was asked. */
MUST_CHECK
bool verify_closing_letters(struct verify *v, const struct verify_snapshot *s, const cJSON *form);
