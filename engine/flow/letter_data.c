/* See letter_data.h. */
#include "flow/letter_data.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/random.h"
#include "base/text.h"
#include "document/document.h"
#include "document/request.h"
#include "flow/app.h"
#include "flow/form_set.h"
#include "flow/form_template.h"
#include "flow/paper.h"

#define TOKEN_BYTES 16 /* 128 bits: the public address of a document cannot be guessed */
#define VALUES_MAX  40

/* A small list of values under construction. */
struct values {
    struct arena *arena;
    struct document_value list[VALUES_MAX];
    size_t n;
};

static void put(struct values *v, const char *key, const char *text)
{
    assert(v->n < VALUES_MAX);
    if (text && *text)
        v->list[v->n++] = (struct document_value){key, text};
}

/* Another text under a key that may stand already; "" leaves it out. */
static void replace(struct values *v, const char *key, const char *text)
{
    for (size_t i = 0; i < v->n; i++)
        if (!strcmp(v->list[i].key, key)) {
            v->list[i].text = text;
            return;
        }
    put(v, key, text);
}

/* The same where there is none. */
static void put_unless(struct values *v, const char *key, const char *text)
{
    for (size_t i = 0; i < v->n; i++)
        if (!strcmp(v->list[i].key, key))
            return;
    put(v, key, text);
}

static const char *instant_words(struct arena *a, int64_t at, int32_t zone_s)
{
    char text[DOCUMENT_DATE_TEXT_MAX];

    if (at == INSTANT_NONE)
        return NULL;
    document_instant_text(at, zone_s, text);
    return arena_strdup(a, text);
}

/* The reason in plain words: the cause of the catalogue and where it lay. */
static const char *reason_words(const struct reference *r, struct arena *a, const struct dossier *d)
{
    const struct office_ref *at_fault = reference_office(r, d->at_fault_office);
    enum cause cause = d->cause < CAUSE_KEY_COUNT ? d->cause : CAUSE_KEY_UNKNOWN;
    const char *label = vocabulary_label(&causes, (int)cause, LANGUAGE_VI);

    if (d->verdict == CAUSE_UNDETERMINED || d->verdict == CAUSE_NONE)
        return "hồ sơ chưa được giải quyết xong trong thời hạn; nguyên nhân cụ thể đang được xác "
               "minh.";
    return at_fault ? arena_printf(a, "%s (%s).", label, at_fault->name)
                    : arena_printf(a, "%s.", label);
}

/* How much longer: working days from the date promised to the new one; days of the calendar where
 * a year between them is not published. */
static const char *extension_words(const struct reference *r, struct arena *a,
                                   const struct dossier *d, const struct dossier_letter *l,
                                   int32_t zone_s)
{
    const struct calendar *cal = reference_calendar_or_none(r, d->competent_office);
    int32_t from, to, days;
    struct error err;

    if (d->due_original == INSTANT_NONE || l->reappointed_at == INSTANT_NONE)
        return NULL;
    from = instant_date(d->due_original, zone_s);
    to = instant_date(l->reappointed_at, zone_s);
    if (to <= from)
        return "trong ngày";
    if (calendar_working_days_between(cal, from, to, &days, &err))
        return arena_printf(a, "%02d ngày làm việc", days);
    return arena_printf(a, "%02d ngày", to - from);
}

static bool encode(struct arena *arena, const struct document_request *request,
                   const char **ret_text, struct error *err)
{
    struct buffer json = {0};
    bool ok = request_encode(request, &json, err);

    if (ok)
        *ret_text = arena_strndup(arena, json.data, json.len);
    buffer_deinit(&json);
    return ok && (*ret_text || error_set(err, ERR_NO_MEMORY, arg_text("what", "letter")));
}

/* The form of a letter, and the template its author prints it with: for lateness that of the
 * circular of the day. */
static bool choose_form(const struct reference *r, struct arena *arena, bool is_lateness,
                        int64_t author, int32_t issued_on, struct document_request *request,
                        const char **ret_template_id, struct error *err)
{
    const struct document_template *t =
        is_lateness
            ? form_set_choose(r, paper_rows[PAPER_APOLOGY].kind, issued_on, &(const char *){NULL})
            : document_template_find(LETTER_OTHER_SET, LETTER_OTHER_FORM);
    struct form_use use;

    if (!t)
        return error_set(err, ERR_DOCUMENT_FORM_UNKNOWN,
                         arg_text("form", paper_rows[PAPER_APOLOGY].kind));
    form_use(r, t, author, &use);
    request->circular = t->circular;
    request->form = t->form;
    request->has_places = true;
    *ret_template_id = arena_strdup(arena, use.id);
    return *ret_template_id || error_set(err, ERR_NO_MEMORY, arg_text("what", "letter"));
}

/* As the templates call them. */
static const char *const template_wordings[] = {
    [LETTER_WORDING_BEFORE_DUE] = "before",
    [LETTER_WORDING_AFTER_DUE] = "after",
    [LETTER_WORDING_ENDED] = "ended",
};

bool letter_compose(struct app *app, const struct reference *r, struct arena *arena,
                    const struct dossier *d, const struct dossier_letter *l, int64_t at,
                    struct commit_letter *ret, struct error *err)
{
    const struct office_ref *author = reference_office(r, l->author_office);
    const struct office_ref *one_stop = reference_office(r, d->supervising_office);
    const struct procedure_case *c = reference_case(r, d->case_id);
    bool is_lateness = l->trigger == LETTER_TRIGGER_LATENESS;
    struct document_request request = {.made_at = at};
    struct values v = {.arena = arena};
    char token[2 * TOKEN_BYTES + 1];
    const char *template_id;

    if (!choose_form(r, arena, is_lateness, l->author_office, instant_date(at, app->zone_s),
                     &request, &template_id, err))
        return false;
    random_token(token, TOKEN_BYTES);
    put(&v, "template_id", template_id);
    put(&v, "superior_name", author ? author->superior_body : NULL);
    put(&v, "office_name", author ? author->issuing_body : NULL);
    put(&v, "symbol", LETTER_SYMBOL);
    put(&v, "place", author ? author->place_name : NULL);
    put(&v, "applicant", d->applicant);
    put(&v, "procedure_name", c ? c->procedure_name : "theo hồ sơ đã tiếp nhận");
    put(&v, "dossier_code", d->code);
    put(&v, "one_stop_name", one_stop ? one_stop->name : author ? author->name : NULL);
    put(&v, "received", instant_words(arena, d->received_at, app->zone_s));
    if (d->received_at == INSTANT_NONE)
        put(&v, "submitted", instant_words(arena, d->submitted_at, app->zone_s));
    if (d->ended_at != INSTANT_NONE)
        put(&v, "ended", instant_words(arena, d->ended_at, app->zone_s));
    put(&v, "due", instant_words(arena, d->due_original, app->zone_s));
    put(&v, "reappointed", instant_words(arena, l->reappointed_at, app->zone_s));
    put(&v, "extension", extension_words(r, arena, d, l, app->zone_s));
    put(&v, "state", vocabulary_label(&states, (int)d->state, LANGUAGE_VI));
    put(&v, "reason", is_lateness ? reason_words(r, arena, d) : NULL);
    put(&v, "admission", letter_trigger_admission(l->trigger));
    put(&v, "wording", template_wordings[l->wording]);
    request.values = v.list;
    request.n_values = v.n;
    request.qr_text = arena_printf(arena, "%s/public/documents/%s", app->public_url, token);
    *ret = (struct commit_letter){
        .operation = COMMIT_LETTER_INSERT,
        .id = l->id,
        .trigger = vocabulary_word(&letter_triggers, (int)l->trigger),
        .state = LETTER_DRAFTED,
        .author_office = l->author_office,
        .at_fault_office = l->at_fault_office,
        .form = arena_printf(arena, "%s:%s", request.circular, request.form),
        .template_version = template_id,
        .signed_at = INSTANT_NONE,
        .numbered_at = INSTANT_NONE,
        .issued_at = INSTANT_NONE,
        .latest_at = l->latest_at,
        .public_token = arena_strdup(arena, token),
        .is_after_due = l->wording != LETTER_WORDING_BEFORE_DUE,
        .reappointed_at = l->reappointed_at,
    };
    return encode(arena, &request, &ret->data, err);
}

static int64_t person_part(const char *person, int32_t *ret_version)
{
    char *end;
    int64_t id = strtoll(person, &end, 10);

    *ret_version = *end == ':' ? (int32_t)strtol(end + 1, NULL, 10) : 0;
    return id;
}

bool letter_addressee_rows(struct arena *arena, const struct event *draft, struct commit_member *m,
                           struct error *err)
{
    struct commit_addressee *rows = arena_array(arena, LETTER_ADDRESSEES_MAX, sizeof *rows);
    int n = 0;

    if (!rows)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "letter"));
    for (int i = 0; i < draft->n_values && n < LETTER_ADDRESSEES_MAX; i++) {
        struct commit_addressee *a = &rows[n];

        if (draft->values[i].field != EVENT_FIELD_ADDRESSEE)
            continue;
        *a = (struct commit_addressee){
            .letter_id = event_number(draft, EVENT_FIELD_LETTER, 0),
            .ordinal = ++n,
            .delivery = "counter",
            .state = vocabulary_word(&addressee_states, ADDRESSEE_WAITING),
        };
        a->person_id = person_part(draft->values[i].text, &a->person_version);
    }
    m->addressees = rows;
    m->n_addressees = n;
    return true;
}

/* Does an event of a letter speak of this addressee? */
static bool event_concerns(const struct event *e, int64_t letter_id, int ordinal)
{
    int64_t no = event_number(e, EVENT_FIELD_ADDRESSEE_NO, 0);

    return event_number(e, EVENT_FIELD_LETTER, 0) == letter_id && (no == 0 || no == ordinal);
}

const char *letter_addressee_way(const struct history *h, int64_t letter_id, int ordinal)
{
    const char *way = "counter";

    for (int i = 0; i < h->n; i++) {
        const struct event *e = &h->events[i];

        if ((e->action == ACTION_DELIVER_LETTER || e->action == ACTION_SEND_LETTER) &&
            event_concerns(e, letter_id, ordinal) && event_text(e, EVENT_FIELD_DELIVERY))
            way = event_text(e, EVENT_FIELD_DELIVERY);
    }
    return way;
}

enum addressee_state letter_addressee_state(const struct history *h, int64_t letter_id, int ordinal)
{
    enum addressee_state state = ADDRESSEE_WAITING;

    for (int i = 0; i < h->n; i++) {
        const struct event *e = &h->events[i];
        const char *told = event_text(e, EVENT_FIELD_DELIVERY_STATE);
        int sent = told ? vocabulary_find(&addressee_states, told) : -1;

        if (!event_concerns(e, letter_id, ordinal))
            continue;
        if (e->action == ACTION_DELIVER_LETTER)
            state = ADDRESSEE_DELIVERED;
        else if (e->action == ACTION_ACKNOWLEDGE_LETTER)
            state = ADDRESSEE_ACKNOWLEDGED;
        else if (e->action == ACTION_SEND_LETTER && sent >= 0)
            state = (enum addressee_state)sent;
    }
    return state;
}

bool letter_addressee_changes(struct arena *arena, const struct history *h, int64_t letter_id,
                              int ordinal, const char *delivery, enum addressee_state state,
                              const char *proof, struct commit_member *m, struct error *err)
{
    struct commit_member all = {0};
    struct commit_addressee *rows;

    for (int i = 0; i < h->n; i++)
        if (h->events[i].action == ACTION_DRAFT_LETTER &&
            event_number(&h->events[i], EVENT_FIELD_LETTER, 0) == letter_id &&
            !letter_addressee_rows(arena, &h->events[i], &all, err))
            return false;
    rows = arena_array(arena, (size_t)all.n_addressees + 1, sizeof *rows);
    if (!rows)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "letter"));
    for (int i = 0; i < all.n_addressees; i++) {
        if (ordinal && all.addressees[i].ordinal != ordinal)
            continue;
        rows[m->n_addressees] = all.addressees[i];
        rows[m->n_addressees].delivery =
            delivery ? delivery : letter_addressee_way(h, letter_id, all.addressees[i].ordinal);
        rows[m->n_addressees].state = vocabulary_word(&addressee_states, (int)state);
        rows[m->n_addressees].proof = proof;
        m->n_addressees++;
    }
    m->addressees = rows;
    return true;
}

/* A copy of the request with room for more values. */
static bool reopen(struct arena *arena, const char *data, struct document_request *request,
                   struct values *v, struct error *err)
{
    if (!request_decode(arena, data, strlen(data), request, err))
        return false;
    v->arena = arena;
    for (size_t i = 0; i < request->n_values && v->n < VALUES_MAX - 12; i++)
        v->list[v->n++] = request->values[i];
    request->values = v->list;
    return true;
}

bool letter_revise_data(const struct reference *r, struct arena *arena, const char *data,
                        const char *reason, const struct dossier *d, const struct dossier_letter *l,
                        int32_t zone_s, const char **ret_data, struct error *err)
{
    struct document_request request;
    struct values v = {0};

    if (!reopen(arena, data, &request, &v, err))
        return false;
    if (reason)
        replace(&v, "reason", reason);
    if (l->reappointed_at != INSTANT_NONE) {
        const char *extension = extension_words(r, arena, d, l, zone_s);

        replace(&v, "reappointed", instant_words(arena, l->reappointed_at, zone_s));
        if (extension)
            replace(&v, "extension", extension);
    }
    request.n_values = v.n;
    return encode(arena, &request, ret_data, err);
}

/* "CHỦ TỊCH" for the head; a deputy signs for the head: "KT. CHỦ TỊCH|PHÓ CHỦ TỊCH". */
static const char *signature_lines(struct arena *a, const struct office_ref *office,
                                   const struct officer_ref *who,
                                   const struct principal_role *stands_in)
{
    const char *head = paper_head_title(office);
    const char *title = stands_in && who ? text_upper(a, who->title) : NULL;

    if (title)
        return arena_printf(a, "%s %s|%s", stands_in->is_authorised ? "TUQ." : "KT.", head, title);

    if (who && strncmp(who->title, "Phó", strlen("Phó")) == 0)
        return arena_printf(a, "KT. %s|PHÓ %s", head, head);
    return head;
}

bool letter_sign_data(const struct reference *r, struct arena *arena, const char *data,
                      const struct officer_ref *signer, const struct principal_role *stands_in,
                      int64_t author_office, int32_t signed_on, const char **ret_data,
                      const char **ret_form, const char **ret_template_id,
                      unsigned char ret_hash[32], struct error *err)
{
    struct document_request request;
    struct values v = {0};
    const struct office_ref *acts_in = NULL;
    const char *template_id;

    /* The signer's own office gives the lines: a leader signs as head of the committee. */
    for (int i = 0; signer && i < signer->n_roles; i++)
        if (signer->roles[i].role == ROLE_LEADER ||
            (signer->roles[i].role == ROLE_HEAD && signer->roles[i].office == author_office))
            acts_in = reference_office(r, signer->roles[i].office);
    if (stands_in && !stands_in->on_behalf_of)
        stands_in = NULL;
    if (stands_in)
        acts_in = reference_office(r, stands_in->office);
    if (!reopen(arena, data, &request, &v, err))
        return false;
    /* Drafted under one circular or template, signed under the next: it is issued after the next.
     */
    if (!choose_form(r, arena, strcmp(request.circular, LETTER_OTHER_SET) != 0, author_office,
                     signed_on, &request, &template_id, err))
        return false;
    replace(&v, "template_id", template_id);
    /* Whoever signs for a body above writes in its name: head, apology and register are that
     * body's. */
    if (acts_in && acts_in->id != author_office) {
        replace(&v, "superior_name", acts_in->superior_body);
        replace(&v, "office_name", acts_in->issuing_body);
        replace(&v, "issuing_office", arena_printf(arena, "%lld", (long long)acts_in->id));
    }
    replace(&v, "signer_title",
            signature_lines(arena, acts_in ? acts_in : reference_office(r, author_office), signer,
                            stands_in));
    replace(&v, "signer_name", signer ? signer->name : NULL);
    request.n_values = v.n;
    *ret_form = arena_printf(arena, "%s:%s", request.circular, request.form);
    *ret_template_id = template_id;
    if (!encode(arena, &request, ret_data, err))
        return false;
    digest_sha256(*ret_data, strlen(*ret_data), ret_hash);
    return true;
}

bool letter_request(struct arena *arena, const struct letter_paper *paper, int32_t zone_s,
                    struct buffer *ret_json, struct error *err)
{
    struct document_request request;
    struct values v = {0};
    char dated[DOCUMENT_DATE_TEXT_MAX];
    int64_t day;

    if (!reopen(arena, paper->data, &request, &v, err))
        return false;
    day = paper->numbered_at != INSTANT_NONE ? paper->numbered_at : request.made_at;
    document_date_text(instant_date(day, zone_s), dated);
    put(&v, "applicant_kind", paper->applicant_kind);
    put(&v, "applicant_name", paper->applicant_name);
    put(&v, "owner_name", paper->owner_name);
    put(&v, "address", paper->address);
    put(&v, "phone", paper->phone);
    put(&v, "dated", dated);
    if (paper->number)
        put(&v, "number", arena_printf(arena, "%02lld", (long long)paper->number));
    if (paper->is_draft) /* signed, and not numbered yet: as the signature will stand */
        put_unless(&v, "signer_title", "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ");
    request.n_values = v.n;
    request.made_at = day;
    request.is_draft = paper->is_draft;
    request.template_text = paper->template_text;
    return request_encode(&request, ret_json, err);
}
