/* See outbox_view.h. */
#include "flow/outbox_view.h"

#include <string.h>

#include "base/instant.h"
#include "domain/notice.h"
#include "flow/app.h"
#include "flow/outbox_impl.h"
#include "flow/refusal.h"
#include "flow/view.h"
#include "flow/view_person.h"

static const struct {
    const char *from, *what, *to;
} rules[] = {
#define OUTBOX_RULE(from, what, to) {(from), (what), (to)},
#include "tables/outbox.def"
#undef OUTBOX_RULE
};

const char *outbox_rule(const char *state, const char *what)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (!strcmp(rules[i].from, state) && !strcmp(rules[i].what, what))
            return rules[i].to;
    return NULL;
}

int outbox_rule_states(const char *what, const char *ret[OUTBOX_STATES_MAX])
{
    int n = 0;

    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (!strcmp(rules[i].what, what) && n < OUTBOX_STATES_MAX)
            ret[n++] = rules[i].from;
    return n;
}

/* Instants stand in the payload as text. */
static int64_t instant_of(const struct db_result *r, int row, int column)
{
    int64_t at;

    return instant_parse(db_text_or_empty(r, row, column), 0, &at) ? at : INSTANT_NONE;
}

static bool read_text(struct request *req, const struct outbox_message *m,
                      struct wire_outbox_message *ret)
{
    CLEANUP(buffer_deinit) struct buffer b = {0};
    struct notice_values v;

    outbox_values(req->reference, req->arena, m, req->lang, req->zone_s, &v);
    notice_write_text(m->kind, req->lang, &v, &b);
    ret->text = b.is_failed ? NULL : arena_strndup(req->arena, b.data, b.len);
    return ret->text || error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "message"));
}

static bool read_actions(struct request *req, const char *state, struct wire_outbox_message *ret)
{
    static const char *const acts[] = {"delivered", "failed", "resend"};
    const char **list = arena_array(req->arena, ARRAY_LEN(acts), sizeof *list);

    if (!list)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "message"));
    for (size_t i = 0; i < ARRAY_LEN(acts); i++)
        if (outbox_rule(state, acts[i]))
            list[ret->n_actions++] = acts[i];
    ret->actions = list;
    return true;
}

bool outbox_view(struct request *req, const struct db_result *r, int row,
                 struct wire_outbox_message *ret)
{
    const char *kind = db_text_or_empty(r, row, 1), *state = db_text_or_empty(r, row, 2);
    int notice = vocabulary_find(&notice_kinds, kind);
    struct outbox_message m = {
        .kind = notice < 0 ? NOTICE_TEXT_LETTER : notice,
        .code = db_text_or_empty(r, row, 4),
        .from = instant_of(r, row, 7),
        .to = notice < 0 ? db_instant(r, row, 22) : instant_of(r, row, 8),
        .what = view_person_value(req, MASK_LIST, MASK_TEXT, db_text(r, row, 10)),
        .state = (enum dossier_state)vocabulary_find(&states, db_text_or_empty(r, row, 18)),
        .due_is_instant = db_bool(r, row, 19),
        .office = db_int(r, row, 20),
        .case_id = db_int(r, row, 21),
    };

    wire_outbox_message_init(ret);
    ret->id = db_int(r, row, 0);
    ret->kind = words_find(&words_outbox_kind, kind);
    ret->label = notice < 0 ? vocabulary_label(&actions, ACTION_SEND_LETTER, req->lang)
                            : vocabulary_label(&notice_kinds, notice, req->lang);
    ret->state = words_find(&words_outbox_state, state);
    if (!db_is_null(r, row, 3))
        ret->channel = words_find(&words_outbox_channel, db_text(r, row, 3));
    ret->dossier = m.code;
    if (!db_is_null(r, row, 5))
        ret->letter = db_int(r, row, 5);
    ret->name = view_person_value(req, MASK_LIST, MASK_NAME, db_text(r, row, 6));
    ret->from = m.from;
    ret->to = m.to;
    if (!db_is_null(r, row, 9))
        ret->change = db_int(r, row, 9);
    ret->attempts = db_int(r, row, 11);
    if (ret->attempts > 0 && !strcmp(state, "waiting"))
        ret->next_at = db_instant(r, row, 12);
    if (!db_is_null(r, row, 13))
        ret->problem = refusal_read(req, db_text(r, row, 13));
    ret->reason = db_text(r, row, 14);
    ret->changed_by = db_is_null(r, row, 15) ? NULL : view_officer_key(req, db_int(r, row, 15));
    ret->recorded_at = db_instant(r, row, 16);
    ret->changed_at = db_instant(r, row, 17);
    return request_show(req, db_int(r, row, 23)) && read_text(req, &m, ret) &&
           read_actions(req, state, ret);
}
