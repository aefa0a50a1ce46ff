/* Forms as data: what each is called, its columns, how it is counted. A form is a row of
 * proto/tables/report_forms.def and a struct report_form; its route, files, paper and page are
 * everybody's (statistics_report.c). II.06a and the ledger of letters have replies of their own. */
#pragma once
#include "flow/paper.h"
#include "flow/renderer.h"
#include "flow/report_table.h"
#include "flow/request.h"
#include "flow/statistics_scope.h"
#include "wire/message.h"

#define REPORT_NOTES_MAX 32 /* of a report, all together */

/* A report under way. */
struct report_run {
    struct request base; /* first */
    struct wire_statistics_query in;
    struct statistics_scope scope;
    const struct report_form *form;
    const char *group_by; /* a word of form->groups; NULL: its lines are its own */
    struct error sum;     /* that does not hold */
    struct report_table table;
    const char *subtitle[2]; /* behind the title, by language; NULL: none */
    const char *notes[REPORT_NOTES_MAX];
    size_t n_notes;
    void *own; /* the form's, in the request's arena */
    struct renderer_job job;
    struct paper paper;
};

enum report_progress {
    REPORT_FAILED, /* req->error is set */
    REPORT_AGAIN,  /* something was sent: read() once more when it is there */
    REPORT_READ    /* every line is in the table */
};

struct report_form {
    const char *key;      /* of the path */
    const char *title[2]; /* by language; papers are Vietnamese */
    const char *circular; /* the line above the title on paper; NULL: a table of our own */
    const char *head[2];  /* of the labels; NULL: what the lines are grouped by */
    const struct report_column *columns;
    size_t n_columns;
    const char *const *balances; /* report_table.h; NULL: none */
    const char *groups; /* "office field": words of group_by, the first when none is asked for */
    bool takes_place;   /* can be cut by step and officer (statistics_scope.h) */
    const char *(*about)[2]; /* sentences below every such report, by language; {NULL} ends */
    const char *unit[2];     /* what is counted; NULL: dossiers */
    /* Sends what it needs, in slots 0 to REPORT_SLOTS - 1. False: req->error is set. */
    bool (*send)(struct report_run *run);
    enum report_progress (*read)(struct report_run *run);
};
#define REPORT_SLOTS 6 /* the others are the report's own */

/* NULL: there is none. */
const struct report_form *report_form_find(const char *key);
/* The form of the path is one of these or II.06a: for what all of them share. Errors: FORM_UNKNOWN
 * {value}. */
MUST_CHECK
bool report_form_is_known(struct request *req, const char *key);

/* The title, with what it is subtitled in this run. */
const char *report_title(struct report_run *run, enum language lang);

/* The line of an office, field, procedure or channel by its id, as run->group_by says; made where
 * there is none yet. Versions of one procedure are one. NULL: the error is set. */
struct report_line *report_group_line(struct report_run *run, int64_t id);

/* What asks for the dossiers of one such line alone, "office=tp&office_only=true"; `key` NULL: of
 * those without one. NULL: they cannot be asked for. */
const char *report_group_cut(struct report_run *run, const char *key);

/* Which figures of an answer a column adds up. */
struct report_source {
    const char *column;
    int from[3], n;
};
/* Adds the answer in slot 0 to the table: its columns are the id of a group, whether the row is the
 * total of all, and figures from there on. */
enum report_progress report_read_groups(struct report_run *run, const struct report_source *sources,
                                        size_t n);

/* Says something below the table; texts are borrowed. What is more than REPORT_NOTES_MAX is left
 * out. */
void report_note(struct report_run *run, const char *text);
