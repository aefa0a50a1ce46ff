/* A message in words: what is told, as a mail or as JSON for a gateway. To a number that several
 * people share nothing is said but whom to ask. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "domain/notice.h"
#include "flow/app.h"
#include "flow/outbox_impl.h"
#include "flow/view.h"
#include "post/mail.h"

#define WHAT_MAX 600 /* bytes of a supplement's list: it goes into a text message too */

/* ---- reading a row ---- */

static int64_t instant_of(const struct db_result *r, int row, int column)
{
    int64_t at;

    return instant_parse(db_text_or_empty(r, row, column), 0, &at) ? at : INSTANT_NONE;
}

static bool open_sealed(struct request *req, const struct db_result *r, int row, int column,
                        const char **ret)
{
    size_t len;
    const unsigned char *bytes = db_bytes(r, row, column, &len);
    char *text = NULL;

    if (bytes && !seal_open(req->app->seal, req->arena, bytes, len, &text, &req->error))
        return false;
    *ret = text;
    return true;
}

bool outbox_letter_is_moot(const char *letter_state, const char *addressee_state)
{
    int state = vocabulary_find(&letter_states, letter_state);
    int reached = vocabulary_find(&addressee_states, addressee_state);

    return state < LETTER_NUMBERED || state > LETTER_ACKNOWLEDGED ||
           reached == ADDRESSEE_DELIVERED || reached == ADDRESSEE_ACKNOWLEDGED;
}

static void read_letter(const struct db_result *r, int row, struct outbox_message *m)
{
    const void *paper;
    size_t len;

    m->is_letter_moot = outbox_letter_is_moot(db_text(r, row, 16), db_text(r, row, 20));
    paper = db_bytes(r, row, 17, &len);
    m->has_paper = paper && len == sizeof m->paper;
    if (m->has_paper)
        memcpy(m->paper, paper, len);
    m->to = db_instant(r, row, 19);
}

bool outbox_message_read(struct request *req, const struct db_result *r, int row,
                         enum courier_kind way, struct outbox_message *ret)
{
    const char *kind = db_text_or_empty(r, row, 2);

    *ret = (struct outbox_message){
        .id = db_int(r, row, 0),
        .fence = (int32_t)db_int(r, row, 1),
        .way = way,
        .kind = strcmp(kind, OUTBOX_LETTER) == 0 ? NOTICE_TEXT_LETTER
                                                 : vocabulary_find(&notice_kinds, kind),
        .attempts = (int)db_int(r, row, 3),
        .letter_id = db_int(r, row, 4),
        .from = instant_of(r, row, 5),
        .to = instant_of(r, row, 6),
        .what = arena_strdup(req->arena, db_text(r, row, 7)),
        .code = arena_strdup(req->arena, db_text_or_empty(r, row, 8)),
        .state = (enum dossier_state)vocabulary_find(&states, db_text_or_empty(r, row, 9)),
        .due_is_instant = db_bool(r, row, 10),
        .office = db_int(r, row, 11),
        .case_id = db_int(r, row, 12),
        .is_shared = db_bool(r, row, 15),
        .dossier_id = db_int(r, row, 18),
        .secrets_renewed = (int)db_int(r, row, 21),
    };
    if (ret->kind == NOTICE_TEXT_LETTER)
        read_letter(r, row, ret);
    if (ret->kind < 0)
        return error_set(&req->error, ERR_INTERNAL, arg_text("what", "outbox"));
    return open_sealed(req, r, row, 13, &ret->email) && open_sealed(req, r, row, 14, &ret->phone);
}

bool outbox_message_is_moot(const struct outbox_message *m)
{
    if (m->kind == NOTICE_TEXT_LETTER)
        return m->is_letter_moot;
    return notice_is_moot((enum notice_kind)m->kind, m->state);
}

/* ---- words ---- */

/* A date as people write it; with the hour where the promise is one of hours. */
static const char *date_words(struct arena *arena, int64_t at, bool is_instant, enum language lang,
                              int32_t zone_s)
{
    char text[INSTANT_TEXT_MAX];

    if (at == INSTANT_NONE)
        return NULL;
    if (lang == LANGUAGE_VI && is_instant) {
        instant_format_vi(at, zone_s, text);
    } else if (lang == LANGUAGE_VI) {
        date_format_vi(instant_date(at, zone_s), text);
    } else {
        instant_format(at, zone_s, text);
        text[is_instant ? 16 : 10] = '\0'; /* 2022-08-30T10:00 */
        if (is_instant)
            text[10] = ' ';
    }
    return arena_strdup(arena, text);
}

/* At most so many bytes, cut at a character. */
static const char *cut(struct arena *arena, const char *text)
{
    size_t n = text ? strlen(text) : 0;

    if (n <= WHAT_MAX)
        return text;
    for (n = WHAT_MAX; ((unsigned char)text[n] & 0xc0) == 0x80; n--)
        ;
    return arena_printf(arena, "%.*s…", (int)n, text);
}

void outbox_values(const struct reference *r, struct arena *arena, const struct outbox_message *m,
                   enum language lang, int32_t zone_s, struct notice_values *ret)
{
    const struct procedure_case *c = reference_case(r, m->case_id);
    const struct office_ref *o = reference_office(r, m->office);
    bool is_promise =
        m->kind == NOTICE_ACCEPTED || m->kind == NOTICE_RESULT_EARLY || m->kind == NOTICE_DUE_MOVED;

    *ret = (struct notice_values){
        .code = m->code,
        .procedure = c ? c->procedure_name : NULL,
        .office = o ? o->name : "-",
        .state = vocabulary_label(&states, (int)m->state, lang),
        .what = cut(arena, m->what),
        .from = date_words(arena, m->from, m->due_is_instant, lang, zone_s),
        .to = date_words(arena, m->to, is_promise && m->due_is_instant, lang, zone_s),
    };
}

const char *outbox_key(struct request *req, int64_t id)
{
    return arena_printf(req->arena, "motcua-%lld.%ld", (long long)id,
                        (long)seal_ring_commitment_id(req->app->seal));
}

static bool no_address(struct request *req, const struct outbox_message *m)
{
    return error_set(&req->error, ERR_POST_ADDRESS, arg_text("kind", courier_kind_word(m->way)));
}

static bool compose_mail(struct request *req, const struct outbox_message *m, const char *from,
                         const void *file, size_t len, const struct notice_values *v,
                         struct buffer *out)
{
    CLEANUP(buffer_deinit) struct buffer subject = {0}, told = {0}, text = {0};
    struct notice_values around = {.office = v->office};
    const char *key = outbox_key(req, m->id), *at = strchr(from, '@');
    struct mail mail = {.from = from,
                        .from_name = v->office,
                        .to = m->email,
                        .at = clock_real(),
                        .zone_s = req->zone_s,
                        .file_type = "application/pdf",
                        .file = file,
                        .file_len = len};

    if (!m->email || !mail_address_is_good(m->email))
        return no_address(req, m);
    notice_write_subject(m->kind, LANGUAGE_VI, v, &subject);
    notice_write_text(m->kind, LANGUAGE_VI, v, &told);
    around.what = told.data;
    notice_write_text(NOTICE_TEXT_MAIL, LANGUAGE_VI, &around, &text);
    mail.subject = subject.data;
    mail.text = text.data;
    mail.message_id = key ? arena_printf(req->arena, "%s%s", key, at) : NULL;
    mail.file_name =
        file ? arena_printf(req->arena, "phieu-xin-loi-%lld.pdf", (long long)m->letter_id) : NULL;
    if (subject.is_failed || text.is_failed || !mail.message_id || (file && !mail.file_name))
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "mail"));
    mail_compose(&mail, out);
    return !out->is_failed || error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "mail"));
}

static void put_field(struct buffer *b, const char *name, const char *value)
{
    if (!value)
        return;
    buffer_printf(b, ",\"%s\":", name);
    json_write(b, value, strlen(value));
}

/* {"id", "kind", "channel_hint", "phone", "text"}, and where the number is one person's alone the
 * dossier and the address under which that person reads the letter. */
static bool compose_hook(struct request *req, const struct outbox_message *m, const char *hint,
                         const struct notice_values *v, struct buffer *out)
{
    CLEANUP(buffer_deinit) struct buffer told = {0};
    int text = m->is_shared ? NOTICE_TEXT_CONTACT : m->kind;
    const char *kind = m->is_shared                    ? "contact"
                       : m->kind == NOTICE_TEXT_LETTER ? OUTBOX_LETTER
                                                       : vocabulary_word(&notice_kinds, m->kind);

    if (!m->phone)
        return no_address(req, m);
    if (!m->is_shared)
        buffer_printf(&told, "%s: ", v->office);
    notice_write_text(text, LANGUAGE_VI, v, &told);
    if (told.is_failed)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "hook"));
    buffer_printf(out, "{\"id\":%lld", (long long)m->id);
    put_field(out, "kind", kind);
    put_field(out, "channel_hint", hint);
    put_field(out, "phone", m->phone);
    put_field(out, "text", told.data);
    if (!m->is_shared) {
        put_field(out, "dossier", m->code);
        if (m->kind == NOTICE_TEXT_LETTER)
            put_field(out, "document",
                      arena_printf(req->arena, "%s/#/tra-cuu/%s/%s", req->app->public_url, m->code,
                                   view_secret(req, m->dossier_id, m->secrets_renewed)));
    }
    buffer_char(out, '}');
    return !out->is_failed || error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "hook"));
}

bool outbox_compose(struct request *req, const struct outbox_message *m, const char *from,
                    const char *hint, const void *file, size_t len, struct buffer *out)
{
    struct notice_values v;

    outbox_values(req->reference, req->arena, m, LANGUAGE_VI, req->zone_s, &v);
    return m->way == COURIER_MAIL ? compose_mail(req, m, from, file, len, &v, out)
                                  : compose_hook(req, m, hint, &v, out);
}
