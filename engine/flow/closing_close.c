/* See closing.h: closing. The forms are asked one after the other, with state and knowledge fixed;
 * what comes back is the content. Only then does the database decide, under the lock of the office,
 * whether nothing stands in the way any more. */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "flow/app.h"
#include "flow/blob.h"
#include "flow/closing_impl.h"
#include "flow/edit.h"
#include "flow/paper_sign.h"
#include "flow/view.h"

#define CONTENT_MAX ((size_t)16 << 20)

struct closing_close {
    struct closing_flow flow; /* first */
    struct paper_signing signing;
    struct buffer content;
    int n_forms, n_words;
    unsigned char document[DIGEST_LEN];
    const unsigned char *previous; /* NULL: the office's first */
};

enum {
    CLOSE_PARSE,
    CLOSE_FIND,
    CLOSE_BEGIN,
    CLOSE_FORM,
    CLOSE_PAPER,
    CLOSE_STAMPED,
    CLOSE_SIGNED,
    CLOSE_SAVE,
    CLOSE_SAVED,
    CLOSE_AGAIN,
    CLOSE_STATE,
    CLOSE_REPLY
};

static struct closing_close *close_of(struct request *req)
{
    return container_of(closing_of(req), struct closing_close, flow);
}

static void close_free(struct request *req)
{
    struct closing_close *c = close_of(req);

    buffer_deinit(&c->content);
    buffer_deinit(&c->flow.ask.body);
    paper_sign_deinit(&c->signing);
}

/* ---- the content ---- */

static void put_text(struct buffer *b, const char *name, const char *text)
{
    buffer_printf(b, "\"%s\":", name);
    if (text)
        json_write(b, text, strlen(text));
    else
        buffer_text(b, "null");
    buffer_char(b, ',');
}

static void put_instant(struct closing_close *c, const char *name, int64_t at)
{
    char text[INSTANT_TEXT_MAX];

    instant_format(at, c->flow.base.zone_s, text);
    put_text(&c->content, name, text);
}

static void put_date(struct closing_close *c, const char *name, int32_t on)
{
    char text[INSTANT_TEXT_MAX];

    date_format(on, text);
    put_text(&c->content, name, text);
}

static void put_words(struct closing_close *c, const struct db_result *r)
{
    struct buffer *b = &c->content;

    buffer_text(b, "\"accepted\":[");
    for (int i = 0; i < db_rows(r) && !db_is_null(r, i, 0); i++) {
        buffer_text(b, c->n_words++ ? ",{" : "{");
        put_text(b, "kind", db_text(r, i, 0));
        put_text(b, "key", db_text(r, i, 1));
        put_text(b, "reason", db_text(r, i, 2));
        put_text(b, "by", view_officer_key(&c->flow.base, db_int(r, i, 3)));
        put_instant(c, "at", db_instant(r, i, 4));
        b->len--; /* the last comma */
        buffer_char(b, '}');
    }
    buffer_text(b, "],");
}

static void put_head(struct closing_close *c)
{
    const struct request *req = &c->flow.base;
    const struct db_result *r = &request_result(req, CLOSING_SLOT_COUNTS)->result;
    const struct closing_row *row = &c->flow.row;
    char hex[2 * DIGEST_LEN + 1];
    size_t len;

    c->previous = db_bytes(r, 0, 5, &len);
    if (c->previous)
        hex_encode(c->previous, DIGEST_LEN, hex);
    buffer_printf(&c->content, "{\"snapshot\":1,\"closing\":%lld,\"version\":%d,",
                  (long long)row->id, row->version);
    put_text(&c->content, "previous", c->previous ? hex : NULL);
    put_text(&c->content, "office", row->office->key);
    put_text(&c->content, "office_name", row->office->name);
    put_date(c, "from", row->from);
    put_date(c, "to", row->to);
    put_instant(c, "as_of", c->flow.state_at);
    put_instant(c, "known_at", c->flow.known_at);
    put_text(&c->content, "closed_by", req->principal.login);
    put_instant(c, "closed_at", req->now);
    put_words(c, r);
    buffer_text(&c->content, "\"forms\":[");
}

/* ---- steps ---- */

static bool form_ask(struct closing_close *c, int i, const char *format)
{
    struct closing_flow *f = &c->flow;

    if (closing_ask(&f->ask, &f->base, &closing_forms[i], f->row.office->key, f->row.from,
                    f->row.to, f->known_at, format))
        return true;
    f->base.error = f->ask.error;
    return false;
}

static enum step_result close_begin(struct request *req)
{
    struct closing_close *c = close_of(req);
    struct closing_flow *f = &c->flow;
    struct db_params p;
    bool sent;

    req->on_free = close_free;
    if (!closing_take(f, GRANT_CLOSE_PERIOD))
        return request_fail(req);
    if (!f->row.is_draft) {
        error_set(&req->error, ERR_CLOSING_STANDS, arg_number("value", f->id));
        return request_fail(req);
    }
    if (f->known_at < f->state_at || !f->row.office) {
        error_set(&req->error, ERR_CLOSING_NOT_OVER, arg_date("to", f->row.to));
        return request_fail(req);
    }
    db_params_init(&p);
    db_put_int8(&p, f->row.id);
    db_put_int4(&p, f->row.version);
    sent = request_query(req, CLOSING_SLOT_COUNTS, DB_LANE_JOB, DB_CLOSING_WORDS, &p) &&
           form_ask(c, 0, "json");
    db_params_deinit(&p);
    return sent ? request_wait(req, CLOSE_FORM) : request_fail(req);
}

/* The form that came, and the next one. */
static enum step_result close_form(struct request *req)
{
    struct closing_close *c = close_of(req);
    struct closing_flow *f = &c->flow;

    if (f->ask.error.code != ERR_NONE) {
        req->error = f->ask.error;
        return request_fail(req);
    }
    if (c->n_forms == 0)
        put_head(c);
    if (c->n_forms++)
        buffer_char(&c->content, ',');
    buffer_add(&c->content, f->ask.body.data, f->ask.body.len);
    if (c->content.is_failed || c->content.len > CONTENT_MAX) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "closing"));
        return request_fail(req);
    }
    if (c->n_forms < n_closing_forms)
        return form_ask(c, c->n_forms, "json") ? request_wait(req, CLOSE_FORM) : request_fail(req);
    buffer_text(&c->content, "]}");
    return form_ask(c, 0, "pdf") ? request_wait(req, CLOSE_PAPER) : request_fail(req);
}

static enum step_result keep_paper(struct closing_close *c)
{
    struct request *req = &c->flow.base;

    return blob_put_send(req, CLOSING_SLOT_EDIT, c->signing.pdf.data, c->signing.pdf.len,
                         "application/pdf", c->document)
               ? request_wait(req, CLOSE_SAVE)
               : request_fail(req);
}

static enum step_result close_paper(struct request *req)
{
    struct closing_close *c = close_of(req);
    const struct office_ref *office = c->flow.row.office;

    if (c->flow.ask.error.code != ERR_NONE) {
        req->error = c->flow.ask.error;
        return request_fail(req);
    }
    c->signing.pdf = c->flow.ask.body;
    c->flow.ask.body = (struct buffer){0};
    c->signing.key = signing_of(req->app->signing, RESERVED_OFFICE, office->key);
    if (!c->signing.key)
        return keep_paper(c);
    return paper_sign_stamp(&c->signing, req, office) ? request_wait(req, CLOSE_STAMPED)
                                                      : request_fail(req);
}

static enum step_result close_stamped(struct request *req)
{
    return paper_sign_write(&close_of(req)->signing) ? request_wait(req, CLOSE_SIGNED)
                                                     : request_fail(req);
}

static enum step_result close_signed(struct request *req)
{
    struct closing_close *c = close_of(req);

    return paper_sign_done(&c->signing) ? keep_paper(c) : request_fail(req);
}

static enum step_result close_save(struct request *req)
{
    struct closing_close *c = close_of(req);
    struct closing_flow *f = &c->flow;
    const struct certificate_facts *signer =
        c->signing.key ? certificate_facts(c->signing.key->certificate) : NULL;
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_int8(&p, f->row.id);
    db_put_int4(&p, f->row.version);
    db_put_int4(&p, c->n_words);
    db_put_instant(&p, f->known_at);
    db_put_instant(&p, f->state_at);
    db_put_text_len(&p, c->content.data, c->content.len);
    db_put_bytes(&p, c->previous, DIGEST_LEN);
    db_put_bytes(&p, c->document, DIGEST_LEN);
    db_put_text(&p, signer ? signer->subject : NULL);
    db_put_text(&p, signer ? signer->serial : NULL);
    db_put_instant(&p, signer ? c->signing.signed_at : INSTANT_NONE);
    db_put_int8(&p, req->principal.officer_id);
    db_put_date(&p, instant_date(req->now, req->zone_s));
    db_put_instant(&p, req->now);
    db_put_int8_array(&p, f->offices, f->n_offices);
    db_put_int8_array(&p, f->unreported, f->n_unreported);
    sent = request_query(req, CLOSING_SLOT_EDIT, DB_LANE_JOB, DB_CLOSING_CLOSE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, CLOSE_SAVED) : request_fail(req);
}

static enum step_result close_saved(struct request *req)
{
    const struct closing_flow *f = closing_of(req);
    const struct db_result *r = &request_result(req, CLOSING_SLOT_EDIT)->result;
    const char *word = db_text_or_empty(r, 0, 0);

    if (!strcmp(word, "waits"))
        error_set(&req->error, ERR_CLOSING_WAITS, arg_number("n", db_int(r, 0, 1)));
    else if (!strcmp(word, "stands"))
        error_set(&req->error, ERR_CLOSING_STANDS, arg_number("value", f->id));
    else if (!strcmp(word, "overlaps"))
        error_set(&req->error, ERR_CLOSING_OVERLAPS, arg_text("office", f->row.office->name),
                  arg_date("from", f->row.from), arg_date("to", f->row.to));
    else if (strcmp(word, "saved") != 0)
        error_set(&req->error, ERR_CLOSING_RACE, arg_number("value", f->id));
    return req->error.code == ERR_NONE ? edit_reload(req, CLOSE_AGAIN) : request_fail(req);
}

static const struct step close_steps[] = {
    [CLOSE_PARSE] = {"parse", closing_parse_id},  [CLOSE_FIND] = {"find", closing_find},
    [CLOSE_BEGIN] = {"begin", close_begin},       [CLOSE_FORM] = {"form", close_form},
    [CLOSE_PAPER] = {"paper", close_paper},       [CLOSE_STAMPED] = {"stamped", close_stamped},
    [CLOSE_SIGNED] = {"signed", close_signed},    [CLOSE_SAVE] = {"save", close_save},
    [CLOSE_SAVED] = {"saved", close_saved},       [CLOSE_AGAIN] = {"again", closing_again},
    [CLOSE_STATE] = {"state", closing_ask_state}, [CLOSE_REPLY] = {"reply", closing_reply},
};
const struct use_case use_case_closing_close = {"closing close", sizeof(struct closing_close),
                                                close_steps, false, 0};
