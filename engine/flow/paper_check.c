#include "flow/paper_check.h"

#include <string.h>

#include "flow/app.h"
#include "flow/form_set.h"
#include "flow/letter_file.h"
#include "flow/view.h"

#define HASH_DIGITS (2 * DIGEST_LEN)

enum { CHECK_ASK, CHECK_SIGNATURES, CHECK_REPLY };
enum { SLOT_PAPER, SLOT_SIGNATURES };

struct paper_check {
    struct request base;
    struct wire_paper_check_request in;
    struct wire_paper_check out;
    bool is_letter;
};

/* ---- asking ---- */

/* A browser that followed the code is given the page, which asks again for itself. */
static bool wants_page(const struct http_request *r)
{
    const char *accept = http_request_header(r, "accept");

    return accept && strstr(accept, "text/html") != NULL;
}

static enum step_result token_ask(struct request *req)
{
    const char *token = http_request_param(req->http, "token");
    struct db_params p;
    bool sent;

    if (wants_page(req->http)) {
        request_field(req, "Location",
                      arena_printf(req->arena, "%s/#/kiem-tra/%s", req->app->public_url, token));
        req->status = 303;
        return STEP_DONE;
    }
    db_params_init(&p);
    db_put_text(&p, token);
    sent = request_query(req, SLOT_PAPER, DB_LANE_READ, DB_PAPER_BY_TOKEN, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, CHECK_SIGNATURES) : request_fail(req);
}

static enum step_result hashes_ask(struct request *req)
{
    struct paper_check *c = container_of(req, struct paper_check, base);
    unsigned char hash[DIGEST_LEN];
    struct db_params p;
    bool sent;

    if (!request_json(req) ||
        !wire_paper_check_request_decode(req->json, req->arena, &c->in, &req->error))
        return request_fail(req);
    for (size_t i = 0; i < c->in.n_hashes; i++)
        if (strlen(c->in.hashes[i]) != HASH_DIGITS ||
            !hex_decode(c->in.hashes[i], DIGEST_LEN, hash)) {
            error_set(&req->error, ERR_FIELD_VALUE, arg_text("field", "hashes"),
                      arg_text("value", c->in.hashes[i]));
            return request_fail(req);
        }
    db_params_init(&p);
    db_put_text_array(&p, c->in.hashes, (int)c->in.n_hashes);
    sent = request_query(req, SLOT_PAPER, DB_LANE_READ, DB_PAPER_CHECK, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, CHECK_SIGNATURES) : request_fail(req);
}

/* ---- answering ---- */

static int state_word(const char *word)
{
    return words_find(&words_paper_state, word);
}

/* "TT01/2018:04" -> the title of its template. */
static const char *title_of(struct request *req, const char *form)
{
    char *circular = arena_strdup(req->arena, form);
    char *mark = circular ? strrchr(circular, ':') : NULL;

    if (!mark)
        return NULL;
    *mark = '\0';
    return form_set_title(req->arena, circular, mark + 1);
}

static void fill(struct paper_check *c, const struct db_result *r)
{
    struct request *req = &c->base;
    struct wire_paper_check *w = &c->out;
    int64_t issued_at = db_instant(r, 0, db_column(r, "issued_at"));
    int64_t place = db_int(r, 0, 0);
    const void *newest;
    size_t len;
    char hex[HASH_DIGITS + 1] = "";

    w->state = state_word(db_bool(r, 0, db_column(r, "is_cancelled"))    ? "cancelled"
                          : db_bool(r, 0, db_column(r, "is_superseded")) ? "superseded"
                                                                         : "genuine");
    w->title = title_of(req, db_text_or_empty(r, 0, db_column(r, "form")));
    w->office_name = view_office_name(req, db_int(r, 0, db_column(r, "office_id")));
    w->issued_on = instant_date(issued_at, req->zone_s);
    if (!db_is_null(r, 0, db_column(r, "number")))
        w->number =
            arena_printf(req->arena, "%02lld/%s", (long long)db_int(r, 0, db_column(r, "number")),
                         db_text_or_empty(r, 0, db_column(r, "register_symbol")));
    newest = db_bytes(r, 0, db_column(r, "newest"), &len);
    if (newest && len == DIGEST_LEN)
        hex_encode(newest, DIGEST_LEN, hex);
    w->sha256 = hex[0] ? arena_strdup(req->arena, hex) : NULL;
    w->hash = c->in.n_hashes && place >= 1 && place <= (int64_t)c->in.n_hashes
                  ? c->in.hashes[place - 1]
                  : NULL;
    /* The first hash is that of the whole file. */
    w->is_newest = place == 1 && (!w->hash || (w->sha256 && !strcasecmp(w->hash, w->sha256)));
}

static enum step_result check_signatures(struct request *req)
{
    struct paper_check *c = container_of(req, struct paper_check, base);
    const struct db_result *r = &request_result(req, SLOT_PAPER)->result;

    wire_paper_check_init(&c->out);
    c->out.state = state_word("unknown");
    if (db_rows(r) == 0)
        return request_next(req, CHECK_REPLY);
    fill(c, r);
    if (db_is_null(r, 0, db_column(r, "letter_id")))
        return request_next(req, CHECK_REPLY);
    c->is_letter = true;
    return letter_file_revisions_send(req, SLOT_SIGNATURES, db_int(r, 0, db_column(r, "letter_id")))
               ? request_wait(req, CHECK_REPLY)
               : request_fail(req);
}

static enum step_result check_reply(struct request *req)
{
    struct paper_check *c = container_of(req, struct paper_check, base);

    if ((c->is_letter && !letter_file_revisions_read(req, SLOT_SIGNATURES, &c->out.signatures,
                                                     &c->out.n_signatures)) ||
        !wire_paper_check_encode(&c->out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step token_steps[] = {
    [CHECK_ASK] = {"ask", token_ask},
    [CHECK_SIGNATURES] = {"signatures", check_signatures},
    [CHECK_REPLY] = {"reply", check_reply},
};
const struct use_case use_case_public_document = {"public paper", sizeof(struct paper_check),
                                                  token_steps, true, 0};

static const struct step hashes_steps[] = {
    [CHECK_ASK] = {"ask", hashes_ask},
    [CHECK_SIGNATURES] = {"signatures", check_signatures},
    [CHECK_REPLY] = {"reply", check_reply},
};
const struct use_case use_case_public_check = {"public check", sizeof(struct paper_check),
                                               hashes_steps, true, 0};
