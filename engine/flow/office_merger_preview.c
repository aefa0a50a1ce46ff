/* The preview of a merger: one item for each office that would end, read from the caches as they
 * stand. Nothing is locked: what it counts may have moved on by the day. */
#include <stdlib.h>
#include <string.h>

#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/job.h"
#include "flow/office_merger.h"
#include "flow/view.h"

enum { PREVIEW_BEGIN, PREVIEW_SEND, PREVIEW_ITEMS, PREVIEW_END };
enum { SLOT_REFERENCE, SLOT_FIGURES, SLOT_COUNT };

struct preview {
    struct job job; /* first */
    struct merger_plan plan;
    int64_t dossiers, letters;
};

static struct preview *preview_of(struct request *req)
{
    return container_of(container_of(req, struct job, base), struct preview, job);
}

static enum step_result preview_begin(struct request *req)
{
    struct preview *v = preview_of(req);

    return merger_plan_read(req, &v->plan) && job_reference_send(&v->job, SLOT_REFERENCE)
               ? request_wait(req, PREVIEW_SEND)
               : request_fail(req);
}

static enum step_result preview_send(struct request *req)
{
    struct preview *v = preview_of(req);
    struct db_params p;
    bool sent;

    if (!job_reference_is_fresh(&v->job, SLOT_REFERENCE))
        return req->error.code != ERR_NONE ? request_fail(req) : request_wait(req, PREVIEW_BEGIN);
    db_params_init(&p);
    db_put_int8_array(&p, v->plan.from, v->plan.n);
    sent = request_query(req, SLOT_COUNT, DB_LANE_JOB, DB_OFFICE_MERGER_COUNT, &p);
    db_put_date(&p, v->plan.effective_on);
    sent = sent && request_query(req, SLOT_FIGURES, DB_LANE_JOB, DB_OFFICE_MERGER_FIGURES, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, PREVIEW_ITEMS) : request_fail(req);
}

/* Who works there, "role: login"; they go on at the successor. */
static int roles_at(struct request *req, int64_t office, const char ***ret)
{
    const struct reference *r = req->reference;
    const char **list = arena_array(req->arena, 200, sizeof *list);
    int n = 0;

    for (int i = 0; list && i < r->n_officers; i++)
        for (int k = 0; k < r->officers[i].n_roles && n < 200; k++)
            if (r->officers[i].roles[k].office == office)
                list[n++] = arena_printf(req->arena, "%s: %s",
                                         vocabulary_word(&roles, (int)r->officers[i].roles[k].role),
                                         r->officers[i].login);
    *ret = list;
    return n;
}

static bool add_item(struct preview *v, const struct db_result *r, int row)
{
    struct request *req = &v->job.base;
    const struct succession *s = &v->plan.rows[row];
    struct wire_office_merger_item out;
    struct buffer b = {0};
    const char **held;
    const char *text;

    wire_office_merger_item_init(&out);
    out.from = view_office_key(req, s->from);
    out.from_name = view_office_name(req, s->from);
    out.to = view_office_key(req, s->to);
    out.to_name = view_office_name(req, s->to);
    out.open = db_int(r, row, 1);
    out.overdue = db_int(r, row, 2);
    out.held = db_int(r, row, 3);
    out.pending = db_int(r, row, 4);
    out.to_return = db_int(r, row, 5);
    out.letters_drafted = db_int(r, row, 6);
    out.letters_signed = db_int(r, row, 7);
    out.letters_numbered = db_int(r, row, 8);
    out.registers = db_text_or_empty(r, row, 9);
    out.n_roles = (size_t)roles_at(req, s->from, &held);
    out.roles = held;
    out.is_other_calendar =
        reference_calendar(req->reference, s->from) != reference_calendar(req->reference, s->to);
    v->letters += out.letters_drafted + out.letters_signed;
    if (!wire_office_merger_item_encode(&out, req->zone_s, &b, &req->error)) {
        buffer_deinit(&b);
        return false;
    }
    text = b.is_failed ? NULL : arena_strndup(req->arena, b.data, b.len);
    buffer_deinit(&b);
    return job_item_add(&v->job, text);
}

static enum step_result preview_items(struct request *req)
{
    struct preview *v = preview_of(req);
    const struct db_result *r = &request_result(req, SLOT_FIGURES)->result;

    v->dossiers = db_int(&request_result(req, SLOT_COUNT)->result, 0, 0);
    for (int i = 0; i < db_rows(r) && i < v->plan.n; i++)
        if (!add_item(v, r, i))
            return request_fail(req);
    v->job.done = v->job.total = v->plan.n;
    return job_checkpoint(&v->job) ? request_wait(req, PREVIEW_END) : request_fail(req);
}

static enum step_result preview_end(struct request *req)
{
    struct preview *v = preview_of(req);

    if (!job_goes_on(&v->job))
        return STEP_DONE;
    return merger_result(req, &v->plan, v->dossiers, v->letters, INTEGER_NONE, INTEGER_NONE)
               ? STEP_DONE
               : request_fail(req);
}

static const struct step preview_steps[] = {
    [PREVIEW_BEGIN] = {"begin", preview_begin},
    [PREVIEW_SEND] = {"send", preview_send},
    [PREVIEW_ITEMS] = {"items", preview_items},
    [PREVIEW_END] = {"end", preview_end},
};
const struct use_case use_case_office_merger_preview = {
    "office merger preview", sizeof(struct preview), preview_steps, false, 0};
