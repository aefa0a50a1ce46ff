/* See dossier_read.h. One way of loading, three replies. */
#include "flow/dossier_read.h"

#include <stdlib.h>
#include <string.h>

#include "flow/app.h"
#include "flow/asked.h"
#include "flow/dossier_paper.h"
#include "flow/form_set.h"
#include "flow/letter_data.h"
#include "flow/paper.h"
#include "flow/view.h"
#include "flow/view_person.h"

enum { SLOT_EVENTS, SLOT_PERSONS, SLOT_REMARKS };

struct reading {
    struct request base;
    struct wire_event_query in;
    const char *code;
    struct snapshot snapshot;
};

static const char *code_of(struct request *req)
{
    struct reading *r = container_of(req, struct reading, base);

    return r->code = http_request_param(req->http, "code");
}

static enum step_result dossier_send(struct request *req)
{
    const char *code = code_of(req);

    if (!snapshot_send(req, SLOT_EVENTS, code) || !persons_send(req, SLOT_PERSONS, code))
        return request_fail(req);
    return request_wait(req, 1);
}

static enum step_result events_send(struct request *req)
{
    const char *code = code_of(req);

    if (!chain_send(req, SLOT_EVENTS, code) || !remarks_send(req, SLOT_REMARKS, code))
        return request_fail(req);
    return request_wait(req, 1);
}

static enum step_result papers_send(struct request *req)
{
    if (!snapshot_send(req, SLOT_EVENTS, code_of(req)))
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

/* ---- events ---- */

static const char *const field_words[] = {
#define EVENT_FIELD(name, word, kind) word,
#include "tables/event_fields.def"
#undef EVENT_FIELD
};

static cJSON *name_json(const char *name)
{
    return cJSON_CreateString(name ? name : "-");
}

/* One value for a reader. Persons and remarks are shown by id alone: their commitments mean nothing
 * to anybody. */
static cJSON *value_json(const struct request *req, const struct event_value *v)
{
    char instant[INSTANT_TEXT_MAX];

    switch ((int)v->field) {
    case EVENT_FIELD_DUE_AT:
    case EVENT_FIELD_ANSWER_BY:
    case EVENT_FIELD_PLEDGED_AT:
    case EVENT_FIELD_REAPPOINTED_AT:
    case EVENT_FIELD_LATEST_AT:
        instant_format(v->number, req->zone_s, instant);
        return cJSON_CreateString(instant);
    case EVENT_FIELD_TO_OFFICE:
    case EVENT_FIELD_AT_FAULT_OFFICE:
    case EVENT_FIELD_RESPONSIBLE_OFFICE:
        return name_json(view_office_name(req, v->number));
    case EVENT_FIELD_TO_OFFICER:
        return name_json(view_officer_name(req, v->number));
    case EVENT_FIELD_APPLICANT:
    case EVENT_FIELD_SUBMITTER:
    case EVENT_FIELD_AUTHORISED:
    case EVENT_FIELD_MEMBER:
    case EVENT_FIELD_REMARK:
        return strchr(v->text, ':') ? cJSON_CreateNumber((double)strtoll(v->text, NULL, 10))
                                    : cJSON_CreateString(v->text);
    default:
        return v->text ? cJSON_CreateString(v->text) : cJSON_CreateNumber((double)v->number);
    }
}

/* The values of an event as JSON, by the words of the canonical form; those that may repeat are
 * lists. */
static const char *values_json(struct request *req, const struct event *e)
{
    cJSON *o = cJSON_CreateObject();
    char *text;
    const char *ret;

    for (int i = 0; i < e->n_values; i++) {
        const struct event_value *v = &e->values[i];
        const char *word = field_words[v->field];
        cJSON *list = cJSON_GetObjectItemCaseSensitive(o, word);

        if (!event_field_repeats(v->field)) {
            cJSON_AddItemToObject(o, word, value_json(req, v));
            continue;
        }
        if (!list)
            list = cJSON_AddArrayToObject(o, word);
        cJSON_AddItemToArray(list, value_json(req, v));
    }
    text = cJSON_PrintUnformatted(o);
    ret = text ? arena_strdup(req->arena, text) : NULL;
    cJSON_free(text);
    cJSON_Delete(o);
    return ret;
}

static bool fill_event(struct reading *r, int i, struct wire_event *w)
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
    if (event_has(e, EVENT_FIELD_ON_BEHALF_OF)) {
        int64_t away = event_number(e, EVENT_FIELD_ON_BEHALF_OF, 0);

        w->on_behalf_of = view_officer_key(req, away);
        w->on_behalf_of_name = view_officer_name(req, away);
    }
    w->data = values_json(req, e);
    w->remark = view_person_value(req, MASK_DETAIL, MASK_TEXT, remarks_find(req, SLOT_REMARKS, e));
    w->hash = chain_hash(req, SLOT_EVENTS, &r->snapshot, i);
    for (int j = i + 1; j < r->snapshot.n_events; j++)
        if (event_number(&r->snapshot.events[j], EVENT_FIELD_REPLACES, 0) == e->seq)
            w->replaced_by = r->snapshot.events[j].seq;
    return w->hash != NULL;
}

static enum step_result events_reply(struct request *req)
{
    struct reading *r = container_of(req, struct reading, base);
    struct wire_event *items;
    struct wire_event_list out;
    int64_t after = 0, limit;

    if (!codec_decode_pairs(&message_event_query, req->http->query, req->http->n_query, req->arena,
                            &r->in, &req->error) ||
        !asked_after(req, r->in.after, (int64_t *[]){&after}, 1) || !load(r))
        return request_fail(req);
    items = arena_array(req->arena, (size_t)r->snapshot.n_events + 1, sizeof *items);
    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "events"));
        return request_fail(req);
    }
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
        if (!fill_event(r, i, &items[out.n_items++]))
            return request_fail(req);
    }
    if (!wire_event_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

/* ---- papers ---- */

/* The form of a letter: that of lateness by the day it was signed, any other by the project's own.
 */
static const struct document_template *letter_template(struct request *req,
                                                       const struct dossier_letter *l)
{
    int64_t at = l->signed_at != INSTANT_NONE ? l->signed_at : l->drafted_at;

    if (l->trigger != LETTER_TRIGGER_LATENESS)
        return document_template_find(LETTER_OTHER_SET, LETTER_OTHER_FORM);
    return form_set_choose(req->reference, paper_rows[PAPER_APOLOGY].kind,
                           instant_date(at, req->zone_s), &(const char *){NULL});
}

static enum step_result papers_reply(struct request *req)
{
    struct reading *r = container_of(req, struct reading, base);
    struct wire_document *items;
    struct wire_document_list out;
    int n;

    if (!load(r))
        return request_fail(req);
    items = arena_array(req->arena, DOSSIER_PAPERS_MAX + DOSSIER_LETTERS_MAX, sizeof *items);
    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "papers"));
        return request_fail(req);
    }
    n = dossier_paper_list(req, &r->snapshot, items);
    if (n < 0)
        return request_fail(req);
    wire_document_list_init(&out);
    out.items = items;
    out.n_items = (size_t)n;
    for (int i = 0; i < r->snapshot.dossier.n_letters; i++) {
        const struct dossier_letter *l = &r->snapshot.dossier.letters[i];
        const struct document_template *t = letter_template(req, l);
        struct wire_document *w = &items[out.n_items++];

        wire_document_init(w);
        w->id = l->id;
        w->form = t ? arena_printf(req->arena, "%s:%s", t->circular, t->form) : "-";
        w->title = t ? form_set_title(req->arena, t->circular, t->form) : "-";
        w->created_at = l->drafted_at;
        w->path = arena_printf(req->arena, "/api/v1/letters/%lld/document", (long long)l->id);
    }
    if (!wire_document_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step dossier_steps[] = {{"send", dossier_send}, {"reply", dossier_reply}};
static const struct step events_steps[] = {{"send", events_send}, {"reply", events_reply}};
static const struct step papers_steps[] = {{"send", papers_send}, {"reply", papers_reply}};
const struct use_case use_case_dossier = {"dossier", sizeof(struct reading), dossier_steps, false,
                                          0};
const struct use_case use_case_dossier_events = {"events", sizeof(struct reading), events_steps,
                                                 false, 0};
const struct use_case use_case_dossier_papers = {"papers", sizeof(struct reading), papers_steps,
                                                 false, 0};
