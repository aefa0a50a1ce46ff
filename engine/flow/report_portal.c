/* Ours against the portal's file, dossier by dossier, with the likely reason: every dossier that
 * one side lacks, dates otherwise or judges otherwise. What agrees is only counted. */
#include <string.h>

#include "base/instant.h"
#include "domain/portal_compare.h"
#include "flow/app.h"
#include "flow/index_walk.h"
#include "flow/portal_rows.h"
#include "flow/statistics_group.h"

enum { SLOT_ROWS = INDEX_SLOTS, SLOT_STRANGERS };

struct report_portal {
    struct index_walk walk;
    struct portal_dossier *rows;
    int n_rows;
    bool *is_seen; /* of each row: our scope has the dossier */
    bool is_asked; /* for whose the others are */
    int64_t n_agree, n_differ, n_judged_otherwise, counts[PORTAL_REASON_COUNT];
};

static struct report_portal *portal_of(struct report_run *run)
{
    return run->own;
}

static bool no_memory(struct report_run *run)
{
    return error_set(&run->base.error, ERR_NO_MEMORY, arg_text("what", "portal"));
}

/* ---- rows ---- */

static const char *moment_text(struct report_run *run, int64_t at, bool is_day)
{
    char buf[INSTANT_TEXT_MAX];

    if (at == INSTANT_NONE)
        return NULL;
    if (is_day)
        date_format_vi(instant_date(at, run->base.zone_s), buf);
    else
        instant_format_vi(at, run->base.zone_s, buf);
    return arena_strdup(run->base.arena, buf);
}

static const char *judged_text(const struct report_run *run, bool is_in_time)
{
    static const char *const words[2][2] = {{"quá hạn", "late"}, {"đúng hạn", "in time"}};

    return words[is_in_time][run->base.lang];
}

static void put_moment(struct report_run *run, struct report_line *line, const char *column,
                       struct portal_moment m)
{
    report_put_text(&run->table, line, column, moment_text(run, m.at, m.is_day));
}

static void put_theirs(struct report_run *run, struct report_line *line,
                       const struct portal_dossier *theirs)
{
    put_moment(run, line, "portal_received", theirs->received);
    put_moment(run, line, "portal_due", theirs->due);
    put_moment(run, line, "portal_ended", theirs->ended);
    if (theirs->status)
        report_put(&run->table, line, "portal_status", theirs->status);
    report_put_text(
        &run->table, line, "portal_judged",
        judged_text(run, portal_is_in_time(theirs, run->scope.state_at, run->base.zone_s)));
}

static void put_ours(struct report_run *run, struct report_line *line,
                     const struct index_dossier *d)
{
    const struct dossier *ours = d->subject.d;
    const struct report_table *t = &run->table;
    struct statistics_group g = statistics_group_of(&run->base, "office", d->office);
    bool is_late = ours->ended_at == INSTANT_NONE
                       ? dossier_is_overdue(ours, run->scope.state_at, run->base.zone_s)
                       : dossier_judgement(ours, run->base.zone_s) == JUDGEMENT_LATE;

    report_put_text(t, line, "office", g.label);
    report_put_text(t, line, "received", moment_text(run, ours->received_at, false));
    report_put_text(t, line, "due", moment_text(run, ours->due_at, false));
    report_put_text(t, line, "ended", moment_text(run, ours->ended_at, false));
    report_put_text(t, line, "judged", judged_text(run, !is_late));
    report_put_text(t, line, "index_judged",
                    judged_text(run, d->subject.time->judgement != JUDGEMENT_LATE));
}

static bool put_reasons(struct report_run *run, struct report_line *line,
                        const enum portal_reason *reasons, int n)
{
    struct report_portal *x = portal_of(run);
    const char *text = "";

    for (int i = 0; text && i < n; i++) {
        x->counts[reasons[i]]++;
        text = arena_printf(run->base.arena, "%s%s%s", text, i ? "; " : "",
                            portal_reasons[reasons[i]].label[run->base.lang]);
    }
    if (!text)
        return no_memory(run);
    x->n_differ++;
    report_put_text(&run->table, line, "reason", text);
    return true;
}

static struct report_line *line_of(struct report_run *run, const char *code)
{
    const char *kept = arena_strdup(run->base.arena, code);

    if (!kept)
        no_memory(run);
    return kept ? report_table_add(&run->table, kept, kept, &run->base.error) : NULL;
}

/* ---- our side ---- */

static bool portal_visit(struct report_run *run, const struct index_dossier *d)
{
    struct report_portal *x = portal_of(run);
    const struct dossier *ours = d->subject.d;
    int at = portal_rows_find(x->rows, x->n_rows, ours->code);
    enum portal_reason reasons[PORTAL_REASON_COUNT] = {PORTAL_ONLY_HERE};
    struct report_line *line;
    int n = 1;

    if (at >= 0) {
        const struct portal_pair pair = {ours, d->subject.time, &x->rows[at], run->scope.state_at,
                                         run->base.zone_s};

        x->is_seen[at] = true;
        n = portal_compare(&pair, reasons);
        x->n_judged_otherwise +=
            portal_is_in_time(&x->rows[at], run->scope.state_at, run->base.zone_s) !=
            (d->subject.time->judgement != JUDGEMENT_LATE);
        if (n == 0) {
            x->n_agree++;
            return true;
        }
    }
    line = line_of(run, ours->code);
    if (!line)
        return false;
    put_ours(run, line, d);
    if (at >= 0)
        put_theirs(run, line, &x->rows[at]);
    return put_reasons(run, line, reasons, n);
}

static bool portal_send(struct report_run *run)
{
    struct report_portal *x = arena_new_of(run->base.arena, struct report_portal);

    if (!x)
        return no_memory(run);
    *x = (struct report_portal){.walk = {.visit = portal_visit}};
    run->own = x;
    run->table.has_total = false;
    return index_walk_send(run, &x->walk, 0) && portal_rows_send(run, SLOT_ROWS, PORTAL_DOSSIERS);
}

static bool read_rows(struct report_run *run)
{
    struct report_portal *x = portal_of(run);

    if (x->rows)
        return true;
    x->rows = portal_rows_dossiers(run, SLOT_ROWS, &x->n_rows);
    x->is_seen = arena_array(run->base.arena, (size_t)x->n_rows + 1, sizeof *x->is_seen);
    if (!x->rows || !x->is_seen)
        return no_memory(run);
    return x->n_rows > 0 ||
           error_set(&run->base.error, ERR_PORTAL_NO_FILE, arg_date("from", run->scope.from),
                     arg_date("to", run->scope.to));
}

/* ---- what only the portal has ---- */

static bool strangers_send(struct report_run *run)
{
    struct report_portal *x = portal_of(run);
    const char **codes = arena_array(run->base.arena, (size_t)x->n_rows + 1, sizeof *codes);
    struct db_params p;
    bool sent;
    int n = 0;

    if (!codes)
        return no_memory(run);
    for (int i = 0; i < x->n_rows; i++)
        if (!x->is_seen[i])
            codes[n++] = x->rows[i].code;
    x->is_asked = true;
    db_params_init(&p);
    db_put_text_array(&p, codes, n);
    sent = request_query(&run->base, SLOT_STRANGERS, DB_LANE_READ, DB_PORTAL_STRANGERS, &p);
    db_params_deinit(&p);
    return sent;
}

static enum portal_reason stranger_reason(struct report_run *run, const char *code)
{
    const struct db_result *r = &request_result(&run->base, SLOT_STRANGERS)->result;
    const struct statistics_scope *s = &run->scope;

    for (int i = 0; i < db_rows(r); i++) {
        int64_t office = db_int(r, i, 2);
        bool is_here = s->is_all;

        if (strcmp(db_text_or_empty(r, i, 0), code) != 0)
            continue;
        for (int k = 0; !is_here && k < s->n_offices; k++)
            is_here = s->offices[k] == office;
        return db_bool(r, i, 4)      ? PORTAL_MISTAKE
               : db_is_null(r, i, 3) ? PORTAL_NOT_ACCEPTED
               : is_here             ? PORTAL_OTHER_PERIOD
                                     : PORTAL_OTHER_OFFICE;
    }
    return PORTAL_UNKNOWN_CODE;
}

static bool add_strangers(struct report_run *run)
{
    struct report_portal *x = portal_of(run);

    for (int i = 0; i < x->n_rows; i++) {
        enum portal_reason reason;
        struct report_line *line;

        if (x->is_seen[i])
            continue;
        reason = stranger_reason(run, x->rows[i].code);
        line = line_of(run, x->rows[i].code);
        if (!line)
            return false;
        put_theirs(run, line, &x->rows[i]);
        if (!put_reasons(run, line, &reason, 1))
            return false;
    }
    return true;
}

static void add_notes(struct report_run *run)
{
    struct report_portal *x = portal_of(run);
    struct request *req = &run->base;
    bool is_vi = req->lang == LANGUAGE_VI;

    report_note(run, arena_printf(req->arena,
                                  is_vi ? "Cổng có %d hồ sơ; %lld hồ sơ khớp hoàn toàn, %lld hồ sơ "
                                          "khác, trong đó %lld hồ sơ khác về đúng hạn hay quá hạn."
                                        : "The portal has %d dossiers; %lld agree, %lld differ, "
                                          "%lld of them in time on one side and late on the other.",
                                  x->n_rows, (long long)x->n_agree, (long long)x->n_differ,
                                  (long long)x->n_judged_otherwise));
    for (int i = 0; i < PORTAL_REASON_COUNT; i++)
        if (x->counts[i])
            report_note(run,
                        arena_printf(req->arena, "%s: %lld.", portal_reasons[i].label[req->lang],
                                     (long long)x->counts[i]));
}

static enum report_progress portal_read_report(struct report_run *run)
{
    struct report_portal *x = portal_of(run);
    enum report_progress progress;

    if (!read_rows(run))
        return REPORT_FAILED;
    if (!x->is_asked) {
        progress = index_walk_go(run, &x->walk);
        if (progress != REPORT_READ)
            return progress;
        return strangers_send(run) ? REPORT_AGAIN : REPORT_FAILED;
    }
    if (!add_strangers(run))
        return REPORT_FAILED;
    add_notes(run);
    return REPORT_READ;
}

/* clang-format off */
static const struct report_column portal_columns[] = {
    {"office", {"Đơn vị", "Office"}, REPORT_TEXT, NULL, NULL},
    {"received", {"Ở đây > Tiếp nhận", "Here > Received"}, REPORT_TEXT, NULL, NULL},
    {"due", {"Ở đây > Hẹn trả", "Here > Due"}, REPORT_TEXT, NULL, NULL},
    {"ended", {"Ở đây > Kết thúc", "Here > Ended"}, REPORT_TEXT, NULL, NULL},
    {"judged", {"Ở đây > Theo II.06a", "Here > By II.06a"}, REPORT_TEXT, NULL, NULL},
    {"index_judged", {"Ở đây > Theo 766", "Here > By 766"}, REPORT_TEXT, NULL, NULL},
    {"portal_received", {"Cổng > Tiếp nhận", "Portal > Received"}, REPORT_TEXT, NULL, NULL},
    {"portal_due", {"Cổng > Hẹn trả", "Portal > Due"}, REPORT_TEXT, NULL, NULL},
    {"portal_ended", {"Cổng > Kết thúc", "Portal > Ended"}, REPORT_TEXT, NULL, NULL},
    {"portal_status", {"Cổng > Trạng thái", "Portal > Status"}, REPORT_NUMBER, NULL, NULL},
    {"portal_judged", {"Cổng > Đúng hạn", "Portal > In time"}, REPORT_TEXT, NULL, NULL},
    {"reason", {"Lý do có thể", "Likely reason"}, REPORT_TEXT, NULL, NULL},
};
/* clang-format on */

const struct report_form report_form_portal_differences = {
    .key = "portal-differences",
    .title = {"ĐỐI CHIẾU VỚI SỐ LIỆU CỔNG DỊCH VỤ CÔNG QUỐC GIA",
              "Ours against the national portal's file"},
    .head = {"Mã hồ sơ", "Dossier"},
    .columns = portal_columns,
    .n_columns = ARRAY_LEN(portal_columns),
    .send = portal_send,
    .read = portal_read_report,
};
