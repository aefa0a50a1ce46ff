/* See dossier_read.h. One loading step, four replies. */
#include "flow/dossier_read.h"

#include <stdlib.h>
#include <string.h>

#include "flow/app.h"
#include "flow/form_set.h"
#include "flow/view.h"

enum { SLOT_EVENTS, SLOT_PERSONS, SLOT_REMARKS };

struct reading {
    struct request base;
    struct wire_event_query in;
    const char *code;
    struct snapshot snapshot;
};

static bool send_remarks(struct request *req, const char *code)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_text(&p, code);
    sent = request_query(req, SLOT_REMARKS, DB_LANE_READ, DB_REMARKS_OF, &p);
    db_params_deinit(&p);
    return sent;
}

static enum step_result read_send(struct request *req)
{
    struct reading *r = container_of(req, struct reading, base);

    r->code = http_request_param(req->http, "code");
    if (!snapshot_send(req, SLOT_EVENTS, r->code) || !persons_send(req, SLOT_PERSONS, r->code) ||
        !send_remarks(req, r->code))
        return request_fail(req);
    return request_wait(req, 1);
}

static bool load(struct reading *r)
{
    return snapshot_read_visible(&r->base, SLOT_EVENTS, r->code, &r->snapshot);
}

static bool view(struct reading *r, struct wire_dossier *v)
{
    struct snapshot_persons persons;

    return load(r) && persons_read(&r->base, SLOT_PERSONS, &persons) &&
           view_dossier(&r->base, &r->snapshot.dossier, &persons, NULL, 0, v);
}

static enum step_result dossier_reply(struct request *req)
{
    struct reading *r = container_of(req, struct reading, base);
    struct wire_dossier v;

    return view(r, &v) ? view_reply(req, &v, 200) : request_fail(req);
}

static enum step_result cause_reply(struct request *req)
{
    struct reading *r = container_of(req, struct reading, base);
    struct wire_dossier v;

    if (!view(r, &v))
        return request_fail(req);
    if (!v.cause) {
        error_set(&req->error, ERR_ITEM_UNKNOWN, arg_text("value", r->code));
        return request_fail(req);
    }
    if (!wire_cause_finding_encode(v.cause, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

/* ---- events ---- */

static const char *const field_words[] = {
#define EVENT_FIELD(name, word, kind) word,
#include "tables/event_fields.def"
#undef EVENT_FIELD
};

/* The values of an event as JSON, by the words of the canonical form. Persons and remarks are shown
 * by id alone: their commitments mean nothing to a reader. */
static const char *values_json(struct request *req, const struct event *e)
{
    cJSON *o = cJSON_CreateObject();
    char *text;
    const char *ret;

    for (int i = 0; i < e->n_values; i++) {
        const struct event_value *v = &e->values[i];
        const char *word = field_words[v->field], *colon;
        char instant[INSTANT_TEXT_MAX];

        if (v->field == EVENT_FIELD_DUE_AT || v->field == EVENT_FIELD_ANSWER_BY ||
            v->field == EVENT_FIELD_PLEDGED_AT || v->field == EVENT_FIELD_REAPPOINTED_AT ||
            v->field == EVENT_FIELD_LATEST_AT) {
            instant_format(v->number, req->zone_s, instant);
            cJSON_AddStringToObject(o, word, instant);
        } else if (v->field == EVENT_FIELD_TO_OFFICE || v->field == EVENT_FIELD_AT_FAULT_OFFICE) {
            cJSON_AddStringToObject(
                o, word, view_office_name(req, v->number) ? view_office_name(req, v->number) : "-");
        } else if (v->field == EVENT_FIELD_TO_OFFICER) {
            cJSON_AddStringToObject(
                o, word,
                view_officer_name(req, v->number) ? view_officer_name(req, v->number) : "-");
        } else if (v->text) {
            colon = v->field == EVENT_FIELD_APPLICANT || v->field == EVENT_FIELD_SUBMITTER ||
                            v->field == EVENT_FIELD_AUTHORISED || v->field == EVENT_FIELD_MEMBER ||
                            v->field == EVENT_FIELD_REMARK
                        ? strchr(v->text, ':')
                        : NULL;
            if (colon)
                cJSON_AddNumberToObject(o, word, (double)strtoll(v->text, NULL, 10));
            else
                cJSON_AddStringToObject(o, word, v->text);
        } else {
            cJSON_AddNumberToObject(o, word, (double)v->number);
        }
    }
    text = cJSON_PrintUnformatted(o);
    ret = text ? arena_strdup(req->arena, text) : NULL;
    cJSON_free(text);
    cJSON_Delete(o);
    return ret;
}

static const char *remark_of(struct request *req, const struct event *e)
{
    const struct db_result *r = &request_result(req, SLOT_REMARKS)->result;
    const char *value = event_text(e, EVENT_FIELD_REMARK);
    int64_t id = value ? strtoll(value, NULL, 10) : 0;

    for (int i = 0; id && i < db_rows(r); i++)
        if (db_int(r, i, 0) == id)
            return db_text(r, i, 1);
    return NULL;
}

static void fill_event(struct reading *r, int i, struct wire_event *w)
{
    struct request *req = &r->base;
    const struct event *e = &r->snapshot.events[i];

    wire_event_init(w);
    w->seq = e->seq;
    w->action = (int)e->action;
    w->label = vocabulary_label(&actions, (int)e->action, req->lang);
    w->at = e->at;
    w->recorded_at = e->recorded_at;
    w->officer = view_officer_key(req, e->actor);
    w->officer_name = view_officer_name(req, e->actor);
    w->data = values_json(req, e);
    w->remark = remark_of(req, e);
    w->hash = r->snapshot.hashes[i];
    for (int j = i + 1; j < r->snapshot.n_events; j++)
        if (event_number(&r->snapshot.events[j], EVENT_FIELD_REPLACES, 0) == e->seq)
            w->replaced_by = r->snapshot.events[j].seq;
}

static enum step_result events_reply(struct request *req)
{
    struct reading *r = container_of(req, struct reading, base);
    struct wire_event *items;
    struct wire_event_list out;
    int64_t after, limit;

    if (!codec_decode_pairs(&message_event_query, req->http->query, req->http->n_query, req->arena,
                            &r->in, &req->error) ||
        !load(r))
        return request_fail(req);
    items = arena_array(req->arena, (size_t)r->snapshot.n_events + 1, sizeof *items);
    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "events"));
        return request_fail(req);
    }
    after = r->in.after ? strtoll(r->in.after, NULL, 10) : 0;
    limit = r->in.limit == INTEGER_NONE ? LIST_ITEMS_MAX : r->in.limit;
    wire_event_list_init(&out);
    out.items = items;
    for (int i = 0; i < r->snapshot.n_events; i++) {
        const struct event *e = &r->snapshot.events[i];

        if (e->seq <= after || (r->in.known_at != INSTANT_NONE && e->recorded_at > r->in.known_at))
            continue;
        if ((int64_t)out.n_items == limit) {
            out.next = arena_printf(req->arena, "%lld", (long long)items[out.n_items - 1].seq);
            break;
        }
        fill_event(r, i, &items[out.n_items++]);
    }
    if (!wire_event_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

/* ---- papers ---- */

static enum step_result papers_reply(struct request *req)
{
    struct reading *r = container_of(req, struct reading, base);
    struct wire_document *items;
    struct wire_document_list out;

    if (!load(r))
        return request_fail(req);
    items = arena_array(req->arena, DOSSIER_LETTERS_MAX + 1, sizeof *items);
    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "papers"));
        return request_fail(req);
    }
    wire_document_list_init(&out);
    out.items = items;
    for (int i = 0; i < r->snapshot.dossier.n_letters; i++) {
        const struct dossier_letter *l = &r->snapshot.dossier.letters[i];
        struct wire_document *w = &items[out.n_items++];
        const char *circular;

        wire_document_init(w);
        w->id = l->id;
        circular = form_set_choose(
            req->reference, "04",
            instant_date(l->signed_at != INSTANT_NONE ? l->signed_at : l->drafted_at, req->zone_s),
            &(const char *){NULL});
        w->form = arena_printf(req->arena, "%s:04", circular);
        w->title = form_set_title(req->arena, circular, "04");
        w->created_at = l->drafted_at;
        w->path = arena_printf(req->arena, "/api/v1/letters/%lld/document", (long long)l->id);
    }
    if (!wire_document_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step dossier_steps[] = {{"send", read_send}, {"reply", dossier_reply}};
static const struct step events_steps[] = {{"send", read_send}, {"reply", events_reply}};
static const struct step cause_steps[] = {{"send", read_send}, {"reply", cause_reply}};
static const struct step papers_steps[] = {{"send", read_send}, {"reply", papers_reply}};
const struct use_case use_case_dossier = {"dossier", sizeof(struct reading), dossier_steps, false,
                                          0};
const struct use_case use_case_dossier_events = {"events", sizeof(struct reading), events_steps,
                                                 false, 0};
const struct use_case use_case_dossier_cause = {"cause", sizeof(struct reading), cause_steps, false,
                                                0};
const struct use_case use_case_dossier_papers = {"papers", sizeof(struct reading), papers_steps,
                                                 false, 0};
