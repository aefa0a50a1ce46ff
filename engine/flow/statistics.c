/* See statistics.h. Form II.06a: read off running totals where it is asked as known now, else one
 * scan of the facts; the sums checked in the core, written as JSON, CSV,
 * spreadsheet or PDF. A report that does not balance is an error, never printed. */
#include "flow/statistics.h"

#include <stdlib.h>
#include <string.h>

#include "domain/report.h"
#include "flow/app.h"
#include "flow/offices.h"
#include "flow/statistics_breaking.h"
#include "flow/statistics_counts.h"
#include "flow/statistics_file.h"
#include "flow/statistics_group.h"
#include "flow/statistics_letters.h"
#include "flow/statistics_scope.h"
#include "wire/message.h"

struct statistics {
    struct request base;
    struct wire_statistics_query in;
    struct statistics_scope scope;
    const char *group_by;
    struct statistics_counts counts;
    struct error sum; /* that does not hold */
    struct renderer_job job;
    struct paper paper;
};

enum {
    STATISTICS_PARSE,
    STATISTICS_SEND,
    STATISTICS_COUNT,
    STATISTICS_REPLY,
    STATISTICS_BREAKING,
    STATISTICS_SHEET,
    STATISTICS_PAPER
};
enum { SLOT_FORM, SLOT_LETTERS, SLOT_FIRST };

static enum step_result statistics_parse(struct request *req)
{
    struct statistics *s = container_of(req, struct statistics, base);

    if (!statistics_scope_parse(req, &s->in, &s->scope))
        return request_fail(req);
    s->group_by =
        words_group_by.words[s->in.group_by == WORD_NONE ? words_find(&words_group_by, "field")
                                                         : s->in.group_by];
    s->scope.takes_place = true;
    return request_wait(req, STATISTICS_SEND);
}

static enum step_result statistics_send(struct request *req)
{
    struct statistics *s = container_of(req, struct statistics, base);

    s->counts = (struct statistics_counts){&s->scope, s->group_by, SLOT_FORM, false, false};
    if (!statistics_scope_resolve(req, &s->in, &s->scope) ||
        !statistics_counts_send(req, &s->counts) ||
        !statistics_letters_send(req, SLOT_LETTERS, s->scope.from, s->scope.to, s->scope.offices,
                                 s->scope.n_offices) ||
        !statistics_first_send(req, SLOT_FIRST))
        return request_fail(req);
    return request_wait(req, STATISTICS_COUNT);
}

static enum step_result statistics_count(struct request *req)
{
    struct statistics *s = container_of(req, struct statistics, base);
    bool is_again;

    if (!statistics_first_check(req, SLOT_FIRST, &s->scope) ||
        !statistics_counts_settle(req, &s->counts, &is_again))
        return request_fail(req);
    return is_again ? request_wait(req, STATISTICS_REPLY) : request_next(req, STATISTICS_REPLY);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

/* Reads the rows; versions of one procedure are one. Returns how many. */
static int read_rows(const struct statistics *s, struct report_row *rows,
                     struct statistics_group *groups, struct report_row *total)
{
    const struct request *req = &s->base;
    int n = 0;

    for (int i = 0; i < statistics_counts_rows(req, &s->counts); i++) {
        struct report_row row;
        struct statistics_group g =
            statistics_group_of(req, s->group_by, statistics_counts_row(req, &s->counts, i, &row));
        int at = n;

        report_add(total, &row);
        for (int k = 0;
             (!strcmp(s->group_by, "procedure") || !strcmp(s->group_by, "step")) && k < n; k++)
            if (same_text(groups[k].key, g.key))
                at = k;
        if (at < n) {
            report_add(&rows[at], &row);
            continue;
        }
        rows[n] = row;
        rows[n].label = g.label;
        groups[n++] = g;
    }
    return n;
}

static void fill_row(const struct report_row *row, struct statistics_group g,
                     struct wire_statistics_row *w)
{
    wire_statistics_row_init(w);
    w->key = g.key;
    w->label = g.label;
    w->total_received = row->total_received;
    w->online = row->online;
    w->direct = row->direct;
    w->carried_over = row->carried_over;
    w->total_done = row->total_done;
    w->early = row->early;
    w->on_time = row->on_time;
    w->late = row->late;
    w->total_open = row->total_open;
    w->open_in_time = row->open_in_time;
    w->open_overdue = row->open_overdue;
    w->stopped_late = row->stopped_late;
    w->stopped_other = row->stopped_other;
}

/* Offices that did not report: rows without figures. */
static int fill_unreported(const struct statistics *s, struct wire_statistics_row *w)
{
    const struct statistics_scope *c = &s->scope;

    if (strcmp(s->group_by, "office") != 0)
        return 0;
    for (int i = 0; i < c->n_unreported; i++) {
        struct statistics_group g =
            statistics_group_of(&s->base, s->group_by, c->unreported[i].office);

        wire_statistics_row_init(&w[i]);
        w[i].key = g.key;
        w[i].label = g.label;
        w[i].is_unreported = true;
    }
    return c->n_unreported;
}

static enum step_result statistics_reply(struct request *req)
{
    struct statistics *s = container_of(req, struct statistics, base);
    size_t most =
        (size_t)statistics_counts_rows(req, &s->counts) + (size_t)s->scope.n_unreported + 2;
    struct report_row *rows = arena_array(req->arena, most, sizeof *rows), total = {0};
    struct statistics_group *groups = arena_array(req->arena, most, sizeof *groups);
    struct wire_statistics_row *wire = arena_array(req->arena, most, sizeof *wire);
    struct wire_letter_statistics_row letters;
    struct wire_statistics out;
    const char *format;
    int n;

    if (!rows || !groups || !wire) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "statistics"));
        return request_fail(req);
    }
    n = read_rows(s, rows, groups, &total);
    if (!report_check(rows, n, &total, &req->error))
        return statistics_breaking_send(req, SLOT_FORM, &s->scope, &s->sum)
                   ? request_wait(req, STATISTICS_BREAKING)
                   : request_fail(req);
    if (!statistics_letters_total(req, SLOT_LETTERS, &letters))
        return request_fail(req);
    wire_statistics_init(&out);
    out.form = FORM_II06A;
    out.from = s->scope.from;
    out.to = s->scope.to;
    out.as_of = s->scope.state_at;
    out.known_at = s->scope.known_at;
    out.office = s->in.office;
    out.office_name =
        s->in.office ? reference_office_by_key(req->reference, s->in.office)->name : NULL;
    out.group_by = words_find(&words_group_by, s->group_by);
    for (int i = 0; i < n; i++)
        fill_row(&rows[i], groups[i], &wire[i]);
    n += fill_unreported(s, &wire[n]);
    fill_row(&total,
             (struct statistics_group){NULL, req->lang == LANGUAGE_VI ? "Tổng số" : "Total"},
             &wire[n]);
    if (s->scope.n_offices == 0) { /* nobody reported: no total either */
        const char *label = wire[n].label;

        wire_statistics_row_init(&wire[n]);
        wire[n].label = label;
        wire[n].is_unreported = true;
    }
    out.rows = wire;
    out.n_rows = (size_t)n;
    out.total = &wire[n];
    out.letters = &letters;
    out.is_balanced = true;
    out.notes = statistics_notes(req, &s->scope, &out.n_notes);
    if (!out.notes) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "statistics"));
        return request_fail(req);
    }
    format = s->in.format == WORD_NONE ? "json" : words_form_format.words[s->in.format];
    if (!strcmp(format, "csv"))
        return statistics_reply_csv(req, &out, !s->in.without_bom);
    if (!strcmp(format, "xlsx"))
        return statistics_draw_xlsx(req, &out, &s->job, STATISTICS_SHEET);
    if (!strcmp(format, "pdf"))
        return statistics_draw_pdf(req, &out, &s->paper, STATISTICS_PAPER);
    if (!wire_statistics_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static enum step_result statistics_breaking(struct request *req)
{
    statistics_breaking_tell(req, SLOT_FORM, &container_of(req, struct statistics, base)->sum);
    return request_fail(req);
}

static enum step_result statistics_sheet(struct request *req)
{
    return statistics_reply_xlsx(req, &container_of(req, struct statistics, base)->job);
}

static enum step_result statistics_paper(struct request *req)
{
    return paper_reply(req, &container_of(req, struct statistics, base)->paper, FORM_II06A);
}

static const struct step statistics_steps[] = {
    [STATISTICS_PARSE] = {"parse", statistics_parse},
    [STATISTICS_SEND] = {"send", statistics_send},
    [STATISTICS_COUNT] = {"count", statistics_count},
    [STATISTICS_REPLY] = {"reply", statistics_reply},
    [STATISTICS_BREAKING] = {"breaking", statistics_breaking},
    [STATISTICS_SHEET] = {"sheet", statistics_sheet},
    [STATISTICS_PAPER] = {"paper", statistics_paper},
};
const struct use_case use_case_statistics = {"statistics", sizeof(struct statistics),
                                             statistics_steps, false, 0};
