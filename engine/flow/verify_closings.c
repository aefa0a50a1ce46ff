/* Closed periods: each snapshot by its hash, its place in the chain of its office, what its content
 * says of itself, and its forms asked again as of and as known at the same moments: whatever was
 * learned since, they say the same. The ledger of letters, which stands as it is now, is counted
 * once more from the events (verify_closing_letters.c). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/instant.h"
#include "base/json.h"
#include "flow/app.h"
#include "flow/closing_diff.h"
#include "flow/closing_forms.h"
#include "flow/verify_impl.h"

/* A form of a snapshot asked again, by nobody in particular. */
struct replay {
    struct request base;
    struct verify *v;
    const struct verify_snapshot *row;
    const struct closing_form *form;
    struct closing_ask ask;
};

static enum step_result replay_ask(struct request *req)
{
    struct replay *r = container_of(req, struct replay, base);
    const struct office_ref *o = reference_office(req->reference, r->row->office);

    if (!closing_ask(&r->ask, req, r->form, o ? o->key : NULL, r->row->from, r->row->to,
                     r->row->known_at, "json"))
        req->error = r->ask.error;
    return req->error.code == ERR_NONE ? request_wait(req, 1) : request_fail(req);
}

static enum step_result replay_take(struct request *req)
{
    struct replay *r = container_of(req, struct replay, base);

    req->error = r->ask.error;
    if (req->error.code == ERR_NONE)
        req->body = r->ask.body;
    else
        buffer_deinit(&r->ask.body);
    return STEP_DONE;
}

static const struct step replay_steps[] = {{"ask", replay_ask}, {"take", replay_take}};
static const struct use_case use_case_replay = {"verify closing", sizeof(struct replay),
                                                replay_steps, true, 0};

struct replayed {
    struct replay question;
    struct buffer body;
    struct error error;
    bool is_done;
};

static void replay_prepare(struct request *req, void *data)
{
    const struct replayed *d = data;
    struct replay *r = container_of(req, struct replay, base);

    r->v = d->question.v;
    r->row = d->question.row;
    r->form = d->question.form;
}

static void replay_done(struct request *req, void *data)
{
    struct replayed *d = data;

    d->error = req->error;
    d->body = req->body;
    req->body = (struct buffer){0};
    d->is_done = true;
}

/* Figures in working days, or of dossiers that only a limit judges, go by the calendar as it is:
 * after an edit of one they may say otherwise. */
static bool is_by_calendar(const struct verify_snapshot *row, const char *form,
                           const struct closing_difference *x)
{
    static const char *const columns = " median p90 longest age_1_5 age_6_15 age_16_30 "
                                       "age_over_30 age_unknown ";
    const char *at = strstr(columns, x->column);

    if (!row->is_calendar_edited)
        return false;
    if (!strcmp(form, "lateness"))
        return at && at[-1] == ' ' && at[strlen(x->column)] == ' ';
    return !strcmp(form, "index-766") && x->key &&
           (!strcmp(x->key, "2.1") || !strcmp(x->key, "5.4")) && !strcmp(x->column, "numerator");
}

static void differs(void *data, const struct closing_difference *x)
{
    const struct replayed *d = data;
    const struct verify_snapshot *row = d->question.row;
    const char *form = d->question.form->form;
    char was[24], now[24];

    snprintf(was, sizeof was, "%" PRId64, x->was);
    snprintf(now, sizeof now, "%" PRId64, x->now);
    (is_by_calendar(row, form, x) ? verify_warns : verify_differs)(
        d->question.v, NULL, x->has_was ? was : "nothing", x->has_now ? now : "nothing",
        "%s %s %s %s", row->name, form, x->key ? x->key : "-", x->column);
}

static bool compare(struct replayed *d, const cJSON *content)
{
    CLEANUP(json_freep) cJSON *now = NULL;
    const struct closing_form *form = d->question.form;

    if (d->error.code != ERR_NONE) { /* it does not balance any more, say */
        verify_differs(d->question.v, NULL, "a form", error_word(d->error.code), "%s %s",
                       d->question.row->name, form->form);
        return true;
    }
    return json_parse(d->body.data, d->body.len, &now, &d->question.v->error) &&
           (closing_diff(closing_diff_find(content, form->form, form->group_by), now, differs, d) ||
            error_set(&d->question.v->error, ERR_NO_MEMORY, arg_text("what", "closing")));
}

static bool replay(struct verify *v, const struct verify_snapshot *row, const cJSON *content)
{
    const struct principal everybody = {
        .login = "verify", .n_roles = 1, .roles = {{.role = ROLE_INSPECTOR}}};
    bool ok = true;

    for (int i = 0; ok && i < n_closing_forms; i++) {
        struct replayed d = {.question = {.v = v, .row = row, .form = &closing_forms[i]}};

        if (!closing_forms[i].is_replayed ||
            !closing_diff_find(content, closing_forms[i].form, closing_forms[i].group_by))
            continue;
        ok = request_start(v->app, &use_case_replay, NULL, &everybody, replay_prepare, replay_done,
                           &d) ||
             error_set(&v->error, ERR_NO_MEMORY, arg_text("what", "closing"));
        while (ok && !d.is_done)
            (void)uv_run(v->app->loop, UV_RUN_ONCE);
        ok = ok && compare(&d, content);
        buffer_deinit(&d.body);
    }
    return ok;
}

/* ---- what it says of itself ---- */

static void check_text(struct verify *v, const struct verify_snapshot *row, const cJSON *content,
                       const char *name, const char *stored)
{
    const char *said = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(content, name));

    if (strcmp(said ? said : "", stored) != 0)
        verify_differs(v, NULL, stored, said ? said : "null", "%s %s", row->name, name);
}

static void check_head(struct verify *v, const struct verify_snapshot *row, const cJSON *content,
                       const char *previous)
{
    char text[INSTANT_TEXT_MAX];

    check_text(v, row, content, "previous", previous);
    instant_format(row->as_of, v->reference->zone_s, text);
    check_text(v, row, content, "as_of", text);
    instant_format(row->known_at, v->reference->zone_s, text);
    check_text(v, row, content, "known_at", text);
    date_format(row->from, text);
    check_text(v, row, content, "from", text);
    date_format(row->to, text);
    check_text(v, row, content, "to", text);
}

static bool check_snapshot(struct verify *v, const struct db_result *r, int i, const char *previous,
                           int64_t before, char ret_sha256[2 * DIGEST_LEN + 1])
{
    CLEANUP(json_freep) cJSON *content = NULL;
    struct verify_snapshot row = {
        .closing = db_int(r, i, 0),
        .version = (int)db_int(r, i, 1),
        .office = db_int(r, i, 2),
        .ordinal = db_int(r, i, 3),
        .as_of = db_instant(r, i, 4),
        .known_at = db_instant(r, i, 5),
        .content = db_text_or_empty(r, i, 6),
        .from = db_date(r, i, 9),
        .to = db_date(r, i, 10),
        .is_calendar_edited = db_bool(r, i, 11),
    };
    unsigned char sha256[DIGEST_LEN];
    char a[24], b[24];

    snprintf(row.name, sizeof row.name, "closing %" PRId64 " version %d", row.closing, row.version);
    digest_sha256(row.content, strlen(row.content), sha256);
    hex_encode(sha256, DIGEST_LEN, ret_sha256);
    v->report.closings++;
    if (strcmp(db_text_or_empty(r, i, 7), ret_sha256) != 0)
        verify_differs(v, NULL, db_text_or_empty(r, i, 7), ret_sha256, "%s hash", row.name);
    if (strcmp(db_text_or_empty(r, i, 8), previous) != 0)
        verify_differs(v, NULL, db_text_or_empty(r, i, 8), previous, "%s previous", row.name);
    if (row.ordinal != before + 1) {
        snprintf(a, sizeof a, "%" PRId64, row.ordinal);
        snprintf(b, sizeof b, "%" PRId64, before + 1);
        verify_differs(v, NULL, a, b, "%s ordinal", row.name);
    }
    if (!json_parse(row.content, strlen(row.content), &content, &v->error)) {
        error_clear(&v->error);
        verify_differs(v, NULL, "no JSON", "JSON", "%s content", row.name);
        return true;
    }
    check_head(v, &row, content, previous);
    return replay(v, &row, content) &&
           verify_closing_letters(v, &row, closing_diff_find(content, "letters", NULL));
}

/* One at a time, office by office in the order of the chain: a content may be large. */
bool verify_closings(struct verify *v)
{
    char previous[2 * DIGEST_LEN + 1] = "", sha256[2 * DIGEST_LEN + 1];
    int64_t office = 0, ordinal = 0;
    int n;

    do {
        struct db_call call = {0};
        struct db_params p;
        bool ok;

        db_params_init(&p);
        db_put_int8(&p, office);
        db_put_int8(&p, ordinal);
        ok = verify_query(v, DB_VERIFY_CLOSINGS, &p, &call);
        db_params_deinit(&p);
        n = ok ? db_rows(&call.result) : 0;
        if (n && db_int(&call.result, 0, 2) != office) { /* the first of the next office */
            ordinal = 0;
            previous[0] = '\0';
        }
        ok = ok && (!n || check_snapshot(v, &call.result, 0, previous, ordinal, sha256));
        if (ok && n) {
            office = db_int(&call.result, 0, 2);
            ordinal = db_int(&call.result, 0, 3);
            memcpy(previous, sha256, sizeof previous);
        }
        db_call_deinit(&call);
        if (!ok)
            return false;
    } while (n);
    return true;
}
