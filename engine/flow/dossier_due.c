/* See dossier_due.h. The dossier, then the decisions behind the edits that moved its date, then the
 * answer; a filing that is not accepted yet is answered as if it were accepted now. */
#include "flow/dossier_due.h"

#include <stdlib.h>
#include <string.h>

#include "domain/explain.h"
#include "domain/law.h"
#include "flow/app.h"
#include "flow/due.h"
#include "flow/paper.h"
#include "flow/view.h"

enum { SLOT_EVENTS, SLOT_CHANGES };
#define CHANGES_MAX 64

struct due_reading {
    struct request base;
    const char *code;
    struct snapshot snapshot;
    struct wire_due_explained out;
    struct paper paper;
};

/* ---- loading ---- */

static enum step_result due_send(struct request *req)
{
    struct due_reading *r = container_of(req, struct due_reading, base);

    r->code = http_request_param(req->http, "code");
    return snapshot_send(req, SLOT_EVENTS, r->code) ? request_wait(req, 1) : request_fail(req);
}

static enum step_result due_changes(struct request *req)
{
    struct due_reading *r = container_of(req, struct due_reading, base);
    int64_t ids[CHANGES_MAX];
    struct db_params p;
    bool is_sent;
    int n = 0;

    if (!snapshot_read_visible(req, SLOT_EVENTS, r->code, &r->snapshot))
        return request_fail(req);
    for (int i = 0; i < r->snapshot.n_events && n < CHANGES_MAX; i++) {
        ids[n] = event_number(&r->snapshot.events[i], EVENT_FIELD_CHANGE, 0);
        n += ids[n] != 0;
    }
    db_params_init(&p);
    db_put_int8_array(&p, ids, n);
    is_sent = request_query(req, SLOT_CHANGES, DB_LANE_READ, DB_REFERENCE_CHANGE_FIND, &p);
    db_params_deinit(&p);
    return is_sent ? request_wait(req, 2) : request_fail(req);
}

/* ---- names ---- */

static const char *name_office(const void *data, int64_t id)
{
    return view_office_name(data, id);
}

static const char *name_decision(const void *data, int64_t change)
{
    const struct request *req = data;
    const struct db_result *rows = &request_result(req, SLOT_CHANGES)->result;

    for (int i = 0; i < db_rows(rows); i++)
        if (db_int(rows, i, 0) == change)
            return db_text(rows, i, 1);
    return NULL;
}

/* ---- the message ---- */

static bool put_notes(struct due_reading *r, const struct dossier_explain *x)
{
    struct request *req = &r->base;
    struct explain_names names = {req, name_office, name_decision};
    struct wire_due_note *notes = arena_array(req->arena, (size_t)x->n_notes + 1, sizeof *notes);
    const char *decree = x->ruleset ? x->ruleset->decree : NULL;

    if (!notes)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "due"));
    for (int i = 0; i < x->n_notes; i++) {
        const struct explain_note *note = &x->notes[i];
        char sentence[EXPLAIN_SENTENCE_MAX], citation[LAW_TEXT_MAX];
        const char *source = explain_note_source(x, note, &names);

        wire_due_note_init(&notes[i]);
        notes[i].at = note->at;
        notes[i].kind = explain_note_word(note->kind);
        explain_note_sentence(x, note, &names, req->lang, sentence);
        notes[i].sentence = arena_strdup(req->arena, sentence);
        notes[i].from_at = note->from_at;
        notes[i].to_at = note->to_at;
        law_citation(source, decree, req->lang, citation);
        notes[i].source = *source ? arena_strdup(req->arena, source) : NULL;
        notes[i].citation = *citation ? arena_strdup(req->arena, citation) : NULL;
    }
    r->out.notes = notes;
    r->out.n_notes = (size_t)x->n_notes;
    return true;
}

static void put_due(struct due_reading *r, const struct explain *e)
{
    char summary[EXPLAIN_SENTENCE_MAX];

    r->out.counted_at = e->due.at;
    r->out.is_provisional = e->due.is_provisional;
    r->out.is_synthetic = e->due.is_synthetic;
    explain_summary(e, r->base.lang, summary);
    r->out.summary = arena_strdup(r->base.arena, summary);
}

static bool put_holds(struct due_reading *r)
{
    const struct dossier *d = &r->snapshot.dossier;
    struct wire_hold *holds = arena_array(r->base.arena, (size_t)d->n_holds + 1, sizeof *holds);

    if (!holds)
        return error_set(&r->base.error, ERR_NO_MEMORY, arg_text("what", "due"));
    for (int i = 0; i < d->n_holds; i++)
        view_hold(&d->holds[i], &holds[i]);
    r->out.holds = holds;
    r->out.n_holds = (size_t)d->n_holds;
    return true;
}

/* Not accepted yet: what the slip would promise at this moment. */
static bool predict(struct due_reading *r)
{
    struct request *req = &r->base;
    const struct dossier *d = &r->snapshot.dossier;
    const struct procedure_case *c = reference_case(req->reference, d->case_id);
    const struct ruleset *rules =
        reference_ruleset_on(req->reference, instant_date(req->now, req->zone_s));
    const struct calendar *cal = reference_calendar(req->reference, d->competent_office);
    struct explain e = {0};
    bool ok;

    if (!c || !rules || !cal || d->ended_at != INSTANT_NONE)
        return true;
    if (!due_explain(cal, &rules->due, c->limit, req->now, &e, &req->error))
        return false;
    r->out.is_predicted = true;
    r->out.from = req->now;
    r->out.limit = due_limit_text(req, c->limit);
    r->out.due_at = e.due.at;
    r->out.is_instant = e.due.is_instant;
    r->out.is_matching = true;
    r->out.ruleset = rules->key;
    r->out.decree = rules->decree;
    put_due(r, &e);
    ok = due_days(req, &e, rules->decree, &r->out.days, &r->out.n_days);
    explain_deinit(&e);
    return ok;
}

static bool explain(struct due_reading *r)
{
    struct request *req = &r->base;
    const struct dossier *d = &r->snapshot.dossier;
    struct dossier_explain x;
    struct decide_context ctx;
    bool ok;

    record_decide_context(req->reference, d, req->now, req->zone_s, &ctx);
    if (!dossier_explain(&ctx, &r->snapshot.history, &x, &req->error))
        return false;
    r->out.from = d->received_at;
    r->out.limit = limit_is_valid(d->limit) ? due_limit_text(req, d->limit) : NULL;
    r->out.due_at = d->due_at;
    r->out.is_instant = d->due_is_instant;
    r->out.is_matching = x.is_matching;
    r->out.is_given = d->is_promise_given;
    if (ctx.ruleset) {
        r->out.ruleset = ctx.ruleset->key;
        r->out.decree = ctx.ruleset->decree;
    }
    if (x.list.n_rows)
        put_due(r, &x.list);
    ok = put_notes(r, &x) && due_days(req, &x.list, r->out.decree, &r->out.days, &r->out.n_days);
    dossier_explain_deinit(&x);
    return ok;
}

static bool fill(struct due_reading *r)
{
    const struct dossier *d = &r->snapshot.dossier;
    int64_t portal = d->due_reappointed != INSTANT_NONE ? d->due_reappointed : d->due_at;

    wire_due_explained_init(&r->out);
    r->out.code = d->code;
    r->out.due_original_at = d->due_original;
    r->out.due_reappointed_at = d->due_reappointed;
    if (portal != INSTANT_NONE)
        r->out.due_portal_on = instant_date(portal, r->base.zone_s);
    r->out.document = arena_printf(r->base.arena, "/api/v1/dossiers/%s/due/document", d->code);
    return put_holds(r) && view_clocks(&r->base, d, &r->out.clocks) &&
           (d->received_at == INSTANT_NONE ? predict(r) : explain(r));
}

static enum step_result due_reply(struct request *req)
{
    struct due_reading *r = container_of(req, struct due_reading, base);

    if (!fill(r) || !wire_due_explained_encode(&r->out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

/* ---- the paper ---- */

/* "2022-09-06 17:00" at the office. */
static const char *in_english(struct request *req, int64_t at)
{
    char date[INSTANT_TEXT_MAX];
    int minute = (int)(instant_day_offset(at, req->zone_s) / INSTANT_MINUTE);

    date_format(instant_date(at, req->zone_s), date);
    return arena_printf(req->arena, "%s %02d:%02d", date, minute / 60, minute % 60);
}

static void put_instant(struct request *req, struct paper *p, const char *key, int64_t at)
{
    paper_put(p, key,
              at != INSTANT_NONE && req->lang == LANGUAGE_EN ? in_english(req, at)
                                                             : paper_instant_words(req, at));
}

static const char *cited(const struct wire_due_day *day)
{
    return day->citation ? day->citation : "";
}

static bool paper_lists(struct due_reading *r, struct document_list lists[2])
{
    struct request *req = &r->base;
    struct document_row *notes = arena_array(req->arena, r->out.n_notes + 1, sizeof *notes);
    struct document_row *days = arena_array(req->arena, r->out.n_days + 1, sizeof *days);
    bool ok = notes && days;

    for (size_t i = 0; ok && i < r->out.n_notes; i++) {
        const struct wire_due_note *w = &r->out.notes[i];
        const char **cells = paper_cells(req, &notes[i], 1);

        ok = cells;
        if (ok && (w->citation || w->source))
            cells[0] = arena_printf(req->arena, "%s (%s)", w->sentence,
                                    w->citation ? w->citation : w->source);
        else if (ok)
            cells[0] = w->sentence;
    }
    for (size_t i = 0; ok && i < r->out.n_days; i++) {
        const struct wire_due_day *w = &r->out.days[i];
        const char **cells = paper_cells(req, &days[i], 3);

        ok = cells;
        if (!ok)
            break;
        cells[0] = w->number != INTEGER_NONE && w->number > 0 && strcmp(w->mark, "resumed")
                       ? arena_printf(req->arena, "%lld", (long long)w->number)
                       : "";
        cells[1] = w->is_due ? arena_printf(req->arena, "%s.", w->sentence) : w->sentence;
        cells[2] = cited(w);
        if (*cells[2] && i && !strcmp(cells[2], cited(w - 1)))
            cells[2] = req->lang == LANGUAGE_EN ? "idem" : "-nt-"; /* như trên */
    }
    if (!ok)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "due"));
    lists[0] = (struct document_list){"notes", notes, r->out.n_notes};
    lists[1] = (struct document_list){"days", days, r->out.n_days};
    return true;
}

static enum step_result due_draw(struct request *req)
{
    struct due_reading *r = container_of(req, struct due_reading, base);
    const struct dossier *d = &r->snapshot.dossier;
    const struct procedure_case *c = reference_case(req->reference, d->case_id);
    struct document_list lists[2];
    struct paper *p = &r->paper;
    char limit[LIMIT_PHRASE_MAX] = "";

    if (!fill(r) || !paper_lists(r, lists))
        return request_fail(req);
    if (limit_is_valid(d->limit))
        limit_phrase(d->limit, req->lang, limit);
    paper_init(p, req->now);
    paper_use_form(p, "motcua", req->lang == LANGUAGE_EN ? "due-en" : "due");
    paper_put_head(req, p, reference_office(req->reference, d->supervising_office), req->now);
    paper_put(p, "dossier_code", d->code);
    paper_put(p, "procedure_name", c ? c->procedure_name : NULL);
    paper_put(p, "limit", limit);
    paper_put(p, "decree", r->out.decree);
    put_instant(req, p, "received", d->received_at);
    if (r->out.is_predicted)
        put_instant(req, p, "predicted", r->out.due_at);
    put_instant(req, p, "due_original", d->due_original);
    put_instant(req, p, "due", d->due_at);
    put_instant(req, p, "reappointed", d->due_reappointed);
    paper_put(p, "officer_name", view_officer_name(req, req->principal.officer_id));
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        paper_put_list(p, lists[i].key, lists[i].rows, lists[i].n_rows);
    return paper_draw(req, p, 3);
}

static enum step_result due_drawn(struct request *req)
{
    struct due_reading *r = container_of(req, struct due_reading, base);

    return paper_reply(req, &r->paper, "bang-tinh-thoi-han");
}

static const struct step due_steps[] = {
    {"send", due_send}, {"changes", due_changes}, {"reply", due_reply}};
static const struct step paper_steps[] = {
    {"send", due_send}, {"changes", due_changes}, {"draw", due_draw}, {"reply", due_drawn}};
const struct use_case use_case_dossier_due = {"due", sizeof(struct due_reading), due_steps, false,
                                              0};
const struct use_case use_case_dossier_due_paper = {"due paper", sizeof(struct due_reading),
                                                    paper_steps, false, 0};
