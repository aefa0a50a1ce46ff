/* What the files of the import share; nothing of it concerns anybody else. */
#pragma once
#include "flow/app.h"
#include "flow/import.h"
#include "flow/import_history.h"
#include "flow/import_office.h"
#include "flow/record.h"

#define IMPORT_TRIES      3
#define IMPORT_FAULTS_MAX 1000 /* told; all are counted */

enum {
    IMPORT_PARSE,
    IMPORT_CHECK,
    IMPORT_PREPARED,
    IMPORT_FIND,
    IMPORT_FOUND,
    IMPORT_LOAD,
    IMPORT_DECIDE,
    IMPORT_COUNT,
    IMPORT_AGAIN,
    IMPORT_ALARM,
    IMPORT_REPLY
};
enum { SLOT_MAIN, SLOT_IDS, SLOT_EVENTS };

struct import_member {
    const struct wire_import_dossier *in;
    const char *code, *search;
    int64_t row;
    unsigned char hash[DIGEST_LEN];
    int64_t id; /* of an earlier import, or taken for it; 0: none yet */
    bool is_known, is_settled, is_submitted;
    int year, n_tries;
    struct record *record; /* of this round */
};

struct import_faults {
    struct wire_import_fault *list;
    size_t n;
    int64_t count;
};

struct import {
    struct request base;
    struct wire_import_request in;
    struct import_calendar calendar;
    struct import_frame frame;
    int n_reloads;
    struct import_member *members;
    int n_members;
    struct import_member **round; /* the members of the round under way */
    int n_round;
    int n_years;
    int64_t *years, *n_ids; /* dossier ids asked for */
    int64_t added, unchanged, adopted, events;
    struct import_faults refused, warnings;
};

bool import_no_memory(struct import *i);
/* From the reference data in hand: the offices are known by key. */
void import_fill_frame(struct import *i);
void import_reload(struct import *i); /* the request waits */
void import_take_reference(struct request *req);

/* ---- import_report.c: what is told about rows ---- */
void import_say(struct import *i, struct import_faults *f, const struct import_member *m,
                const struct error *why);
void import_refuse(struct import *i, struct import_member *m, const struct error *why);
/* Kept as they were told, and said: once of each kind and dossier. */
void import_warn_contradictions(struct import *i, const struct import_member *m);

/* ---- import_round.c ---- */
enum step_result import_find(struct request *req);
enum step_result import_found(struct request *req);
enum step_result import_load(struct request *req);
enum step_result import_decide(struct request *req);
enum step_result import_count(struct request *req);
enum step_result import_again(struct request *req);
