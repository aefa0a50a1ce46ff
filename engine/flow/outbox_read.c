/* What applicants are told, for those who answer for the dossier's counter: the list. */

#include "flow/app.h"
#include "flow/asked.h"
#include "flow/offices.h"
#include "flow/outbox.h"
#include "flow/outbox_view.h"
#include "flow/view.h"

enum { LIST_SEND = 1, LIST_REPLY };

struct outbox_list {
    struct request base;
    struct wire_outbox_query in;
    int64_t limit, before;
};

static enum step_result list_parse(struct request *req)
{
    struct outbox_list *l = container_of(req, struct outbox_list, base);

    if (!codec_decode_pairs(&message_outbox_query, req->http->query, req->http->n_query, req->arena,
                            &l->in, &req->error))
        return request_fail(req);
    l->limit = l->in.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : l->in.limit;
    l->before = INT64_MAX;
    return asked_after(req, l->in.after, (int64_t *[]){&l->before}, 1)
               ? request_wait(req, LIST_SEND)
               : request_fail(req);
}

static const char *word_of(const struct codec_words *list, int word)
{
    return word == WORD_NONE ? NULL : list->words[word];
}

/* The statement whose index finds these few among many. */
static enum db_query choose(const struct outbox_list *l)
{
    const char *state = word_of(&words_outbox_state, l->in.state);

    return l->in.dossier                                         ? DB_OUTBOX_DOSSIER
           : state && words_find(&words_outbox_open, state) >= 0 ? DB_OUTBOX_OPEN
                                                                 : DB_OUTBOX_LIST;
}

static enum step_result list_send(struct request *req)
{
    struct outbox_list *l = container_of(req, struct outbox_list, base);
    struct db_params p;
    bool sent, is_all;
    int n;
    const int64_t *offices = offices_readable(req, GRANT_READ_DOSSIER, l->in.office, &n, &is_all);

    if (!offices)
        return request_fail(req);
    db_params_init(&p);
    db_put_int8(&p, l->before);
    db_put_int4(&p, (int32_t)l->limit + 1);
    offices_put(&p, offices, n, is_all);
    db_put_text(&p, word_of(&words_outbox_state, l->in.state));
    db_put_text(&p, word_of(&words_outbox_kind, l->in.kind));
    db_put_text(&p, word_of(&words_outbox_channel, l->in.channel));
    db_put_bool(&p, req->use_case == &use_case_notices);
    if (l->in.dossier)
        db_put_text(&p, l->in.dossier);
    sent = request_query(req, 0, DB_LANE_READ, choose(l), &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, LIST_REPLY) : request_fail(req);
}

static enum step_result list_reply(struct request *req)
{
    struct outbox_list *l = container_of(req, struct outbox_list, base);
    const struct db_result *r = &request_result(req, 0)->result;
    int n = db_rows(r);
    struct wire_outbox_message *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_outbox_list out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "messages"));
        return request_fail(req);
    }
    wire_outbox_list_init(&out);
    if (n > l->limit) {
        n = (int)l->limit;
        out.next = arena_printf(req->arena, "%lld", (long long)db_int(r, n - 1, 0));
    }
    for (int i = 0; i < n; i++)
        if (!outbox_view(req, r, i, &items[i]))
            return request_fail(req);
    out.items = items;
    out.n_items = (size_t)n;
    if (!wire_outbox_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step list_steps[] = {
    {"parse", list_parse}, [LIST_SEND] = {"send", list_send}, [LIST_REPLY] = {"reply", list_reply}};
const struct use_case use_case_outbox = {"outbox", sizeof(struct outbox_list), list_steps, false,
                                         0};
const struct use_case use_case_notices = {"notices", sizeof(struct outbox_list), list_steps, false,
                                          0};
