/* See audit_read.h. */
#include "flow/audit_read.h"

#include <string.h>

#include "base/instant.h"
#include "domain/audit_root.h"
#include "flow/app.h"
#include "wire/message.h"

enum { ROOTS_PARSE, ROOTS_SEND, ROOTS_REPLY };
enum { SLOT_LIST };

struct audit_roots {
    struct request base;
    struct wire_audit_root_query in;
    int64_t limit;
    int32_t after; /* DATE_NONE: from the first */
};

static enum step_result roots_parse(struct request *req)
{
    struct audit_roots *l = container_of(req, struct audit_roots, base);

    if (!codec_decode_pairs(&message_audit_root_query, req->http->query, req->http->n_query,
                            req->arena, &l->in, &req->error))
        return request_fail(req);
    l->after = l->in.from == DATE_NONE ? DATE_NONE : l->in.from - 1;
    if (l->in.after && !date_parse(l->in.after, &l->after)) {
        error_set(&req->error, ERR_LIST_AFTER, arg_text("value", l->in.after));
        return request_fail(req);
    }
    l->limit = l->in.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : l->in.limit;
    return request_wait(req, ROOTS_SEND);
}

static enum step_result roots_send(struct request *req)
{
    struct audit_roots *l = container_of(req, struct audit_roots, base);
    struct db_params p;
    bool sent;

    if (!request_require(req, GRANT_READ_AUDIT, 0))
        return request_fail(req);
    db_params_init(&p);
    db_put_date(&p, l->after);
    db_put_date(&p, l->in.to);
    db_put_int4(&p, (int32_t)l->limit + 1);
    sent = request_query(req, SLOT_LIST, DB_LANE_READ, DB_AUDIT_ROOTS, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, ROOTS_REPLY) : request_fail(req);
}

static const char *hex(struct request *req, const void *bytes, size_t len)
{
    char *text = arena_alloc(req->arena, 2 * len + 1);

    if (text)
        hex_encode(bytes, len, text);
    return text ? text : "";
}

static bool root_row(struct request *req, const struct db_result *r, int i,
                     struct wire_audit_root *ret)
{
    struct audit_root root;
    const char *record = db_text_or_empty(r, i, 2);
    const void *bytes;
    size_t len;

    if (!audit_root_read(record, strlen(record), &root))
        return error_set(&req->error, ERR_AUDIT_ROOT_FORM, arg_date("day", db_date(r, i, 0)));
    wire_audit_root_init(ret);
    ret->day = root.day;
    ret->events = root.counts[AUDIT_EVENT];
    ret->changes = root.counts[AUDIT_CHANGE];
    ret->security = root.counts[AUDIT_SECURITY];
    ret->merkle = hex(req, root.merkle, sizeof root.merkle);
    ret->record = record;
    bytes = db_bytes(r, i, 3, &len);
    ret->hash = hex(req, bytes, len);
    if (!db_is_null(r, i, 4)) {
        bytes = db_bytes(r, i, 4, &len);
        ret->signature = hex(req, bytes, len);
        ret->key = db_text(r, i, 5);
    }
    ret->made_at = db_instant(r, i, 6);
    return true;
}

static enum step_result roots_reply(struct request *req)
{
    struct audit_roots *l = container_of(req, struct audit_roots, base);
    const struct db_result *r = &request_result(req, SLOT_LIST)->result;
    int n = db_rows(r);
    struct wire_audit_root *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_audit_root_list out;
    char day[INSTANT_TEXT_MAX];

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "roots"));
        return request_fail(req);
    }
    wire_audit_root_list_init(&out);
    if (n > l->limit) {
        n = (int)l->limit;
        date_format(db_date(r, n - 1, 0), day);
        out.next = arena_strdup(req->arena, day);
    }
    for (int i = 0; i < n; i++)
        if (!root_row(req, r, i, &items[i]))
            return request_fail(req);
    out.items = items;
    out.n_items = (size_t)n;
    if (!wire_audit_root_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step roots_steps[] = {
    [ROOTS_PARSE] = {"parse", roots_parse},
    [ROOTS_SEND] = {"send", roots_send},
    [ROOTS_REPLY] = {"reply", roots_reply},
};
const struct use_case use_case_audit_roots = {"audit roots", sizeof(struct audit_roots),
                                              roots_steps, false, 0};
