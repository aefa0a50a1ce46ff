/* What applicants are to be told, for those who answer for the dossier's counter: the list. */
#include <stdlib.h>

#include "base/instant.h"
#include "flow/app.h"
#include "flow/offices.h"
#include "flow/outbox.h"
#include "flow/view.h"
#include "wire/message.h"

enum { NOTICES_SEND = 1, NOTICES_REPLY };

struct notices {
    struct request base;
    struct wire_notice_query in;
    int64_t limit;
};

static enum step_result notices_parse(struct request *req)
{
    struct notices *l = container_of(req, struct notices, base);

    if (!codec_decode_pairs(&message_notice_query, req->http->query, req->http->n_query, req->arena,
                            &l->in, &req->error))
        return request_fail(req);
    l->limit = l->in.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : l->in.limit;
    return request_wait(req, NOTICES_SEND);
}

static enum step_result notices_send(struct request *req)
{
    struct notices *l = container_of(req, struct notices, base);
    int64_t before = INT64_MAX;
    struct db_params p;
    bool sent, is_all;
    char *end;
    int n;
    const int64_t *offices = offices_readable(req, GRANT_READ_DOSSIER, l->in.office, &n, &is_all);

    if (!offices)
        return request_fail(req);
    if (l->in.after) {
        before = strtoll(l->in.after, &end, 10);
        if (*end || before < 1) {
            error_set(&req->error, ERR_LIST_AFTER, arg_text("value", l->in.after));
            return request_fail(req);
        }
    }
    db_params_init(&p);
    db_put_text(&p, l->in.state == WORD_NONE ? NULL : words_notice_state.words[l->in.state]);
    if (is_all)
        db_put_null(&p);
    else
        db_put_int8_array(&p, offices, n);
    db_put_text(&p, l->in.dossier);
    db_put_int8(&p, before);
    db_put_int4(&p, (int32_t)l->limit + 1);
    sent = request_query(req, 0, DB_LANE_READ, DB_NOTICE_LIST, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, NOTICES_REPLY) : request_fail(req);
}

/* Instants stand in the payload as text. */
static int64_t instant_of(const struct db_result *r, int row, int column)
{
    int64_t at;

    return instant_parse(db_text_or_empty(r, row, column), 0, &at) ? at : INSTANT_NONE;
}

static void read_row(const struct db_result *r, int i, struct wire_notice *w)
{
    wire_notice_init(w);
    w->id = db_int(r, i, 0);
    w->kind = db_text_or_empty(r, i, 1);
    w->state = words_find(&words_notice_state, db_text_or_empty(r, i, 2));
    w->dossier = db_text_or_empty(r, i, 3);
    w->name = db_text(r, i, 4);
    w->from = instant_of(r, i, 5);
    w->to = instant_of(r, i, 6);
    if (!db_is_null(r, i, 7))
        w->change = db_int(r, i, 7);
    w->recorded_at = db_instant(r, i, 8);
    w->changed_at = db_instant(r, i, 9);
}

static enum step_result notices_reply(struct request *req)
{
    struct notices *l = container_of(req, struct notices, base);
    const struct db_result *r = &request_result(req, 0)->result;
    int n = db_rows(r);
    struct wire_notice *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_notice_list out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "notices"));
        return request_fail(req);
    }
    wire_notice_list_init(&out);
    if (n > l->limit) {
        n = (int)l->limit;
        out.next = arena_printf(req->arena, "%lld", (long long)db_int(r, n - 1, 0));
    }
    for (int i = 0; i < n; i++)
        read_row(r, i, &items[i]);
    out.items = items;
    out.n_items = (size_t)n;
    if (!wire_notice_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step notices_steps[] = {{"parse", notices_parse},
                                            [NOTICES_SEND] = {"send", notices_send},
                                            [NOTICES_REPLY] = {"reply", notices_reply}};
const struct use_case use_case_notices = {"notices", sizeof(struct notices), notices_steps, false,
                                          0};
