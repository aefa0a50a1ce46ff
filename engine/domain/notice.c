/* See notice.h. */
#include "domain/notice.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/macros.h"

static const struct {
    const char *subject[2], *text[2];
} rows[NOTICE_TEXT_COUNT] = {
#define NOTICE(name, word, parameter, moot, source, vi, en, s_vi, s_en, t_vi, t_en)                \
    [NOTICE_##name] = {{(s_vi), (s_en)}, {(t_vi), (t_en)}},
#define MESSAGE_TEXT(name, s_vi, s_en, t_vi, t_en)                                                 \
    [NOTICE_TEXT_##name] = {{(s_vi), (s_en)}, {(t_vi), (t_en)}},
#include "tables/notices.def"
#undef NOTICE
#undef MESSAGE_TEXT
};

/* ---- which follow ---- */

struct noticing {
    const struct notice_context *ctx;
    struct notice *ret;
    int n;
};

static void notice_add(struct noticing *t, enum notice_kind kind, const struct event *e,
                       bool is_at_desk, int64_t from, int64_t to)
{
    enum notice_when when = t->ctx->ruleset->notices[kind];
    const char *remark = event_text(e, EVENT_FIELD_REMARK);

    if (when == NOTICE_NEVER || (when == NOTICE_ABSENT && is_at_desk) || t->n == NOTICES_MAX)
        return;
    t->ret[t->n++] = (struct notice){
        .kind = kind,
        .occasion = e->seq,
        .from = from,
        .to = to,
        .change = event_number(e, EVENT_FIELD_CHANGE, 0),
        .remark = remark ? strtoll(remark, NULL, 10) : 0,
    };
}

int64_t notice_supplement_until(const struct event *e, const struct deadline *deadlines, int n)
{
    int64_t until = event_number(e, EVENT_FIELD_ANSWER_BY, INSTANT_NONE);

    for (int i = 0; until == INSTANT_NONE && i < n; i++)
        if (deadlines[i].kind == DEADLINE_SILENCE)
            until = deadlines[i].due_at;
    return until;
}

static void notice_of_letter(struct noticing *t, const struct event *e)
{
    const struct dossier *d = t->ctx->after;
    const struct dossier_letter *l = dossier_letter(d, event_number(e, EVENT_FIELD_LETTER, 0));

    /* A notice may have named that date already, before the cause was decided otherwise. */
    if (l && l->reappointed_at != INSTANT_NONE &&
        l->reappointed_at != t->ctx->before->due_reappointed)
        notice_add(t, NOTICE_REAPPOINTED, e, false, d->due_at, l->reappointed_at);
}

/* The cause is nobody's fault and the ruleset asks for a notice instead of a letter. */
static void notice_of_waiver(struct noticing *t, const struct event *e)
{
    int64_t at = event_number(e, EVENT_FIELD_REAPPOINTED_AT, INSTANT_NONE);

    if (at != INSTANT_NONE && at != t->ctx->before->due_reappointed)
        notice_add(t, NOTICE_REAPPOINTED, e, false, t->ctx->after->due_at, at);
}

/* Whoever filed at the counter stands there when it is accepted, refused, or sent back by the
 * counter itself. */
static void notice_of_event(struct noticing *t, const struct event *e)
{
    const struct dossier *d = t->ctx->after;
    const struct dossier_hold *hold = d->n_holds ? &d->holds[d->n_holds - 1] : NULL;
    bool is_direct = d->channel == CHANNEL_DIRECT;

    switch ((int)e->action) { /* no other is told by itself */
    case ACTION_ACCEPT:
        notice_add(t, NOTICE_ACCEPTED, e, is_direct, INSTANT_NONE, d->due_at);
        break;
    case ACTION_REFUSE:
        notice_add(t, NOTICE_CLOSED, e, is_direct, INSTANT_NONE, INSTANT_NONE);
        break;
    case ACTION_REQUEST_SUPPLEMENT:
        notice_add(t, NOTICE_SUPPLEMENT, e, is_direct && hold && hold->is_at_counter, INSTANT_NONE,
                   notice_supplement_until(e, t->ctx->deadlines, t->ctx->n_deadlines));
        break;
    case ACTION_TAKE_OVER_RESULT:
        if (dossier_judgement(d, t->ctx->zone_s) == JUDGEMENT_EARLY)
            notice_add(t, NOTICE_RESULT_EARLY, e, false, INSTANT_NONE, d->due_at);
        break;
    case ACTION_REMIND:
        notice_add(t, NOTICE_UNCOLLECTED, e, false, d->done_at, INSTANT_NONE);
        break;
    case ACTION_STOP:
    case ACTION_CLOSE:
    case ACTION_FORCE_CLOSE:
        notice_add(t, NOTICE_CLOSED, e, false, INSTANT_NONE, INSTANT_NONE);
        break;
    case ACTION_ISSUE_LETTER:
        notice_of_letter(t, e);
        break;
    case ACTION_WAIVE_LETTER:
        notice_of_waiver(t, e);
        break;
    default:
        break;
    }
}

/* The promise in force is another one now, whatever moved it. */
static void notice_of_promise(struct noticing *t)
{
    const struct dossier *before = t->ctx->before, *after = t->ctx->after;
    const struct event *e = &t->ctx->events[0];

    if (before->due_at == INSTANT_NONE || after->due_at == INSTANT_NONE ||
        before->due_at == after->due_at || !dossier_is_open(after))
        return;
    for (int i = 0; i < t->ctx->n_events; i++)
        if (t->ctx->events[i].action == ACTION_RECOMPUTE_DUE)
            e = &t->ctx->events[i];
    notice_add(t, NOTICE_DUE_MOVED, e,
               e->action == ACTION_RECEIVE_SUPPLEMENT && after->channel == CHANNEL_DIRECT,
               before->due_at, after->due_at);
}

int notice_list(const struct notice_context *ctx, struct notice ret[NOTICES_MAX])
{
    const struct dossier *d = ctx->after;
    struct noticing t = {ctx, ret, 0};

    if (ctx->n_events == 0 || d->is_mistake || (d->is_imported && !d->is_adopted) ||
        (ctx->before->received_at == INSTANT_NONE && d->state == STATE_RETURNED))
        return 0;
    for (int i = 0; i < ctx->n_events; i++)
        notice_of_event(&t, &ctx->events[i]);
    notice_of_promise(&t);
    return t.n;
}

bool notice_is_moot(enum notice_kind kind, enum dossier_state state)
{
    static const enum notice_moot {
        NEVER,
        SUPPLIED,
        ENDED,
        RETURNED
    } moot[] = {
#define NOTICE(name, word, parameter, when, ...) [NOTICE_##name] = when,
#include "tables/notices.def"
#undef NOTICE
    };

    if (state == STATE_MISTAKE)
        return true;
    switch (moot[kind]) {
    case SUPPLIED:
        return state != STATE_AWAITING_SUPPLEMENT;
    case ENDED:
        return state_phase(state) == PHASE_END;
    case RETURNED:
        return state == STATE_RETURNED;
    case NEVER:
        break;
    }
    return false;
}

/* ---- words ---- */

static const char *notice_value(const struct notice_values *v, const char *name, size_t len)
{
    const struct {
        const char *name, *value;
    } known[] = {{"code", v->code},   {"procedure", v->procedure}, {"office", v->office},
                 {"state", v->state}, {"what", v->what},           {"from", v->from},
                 {"to", v->to}};

    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strlen(known[i].name) == len && strncmp(known[i].name, name, len) == 0)
            return known[i].value;
    return NULL;
}

/* Lines become one; a template's own signs in a value mean nothing. */
static void notice_put(const char *value, struct buffer *out)
{
    for (const char *p = value; *p; p++)
        buffer_char(out, (unsigned char)*p < ' ' ? ' ' : *p);
}

/* Is every value there that a template names before `end`? */
static bool notice_is_whole(const char *template, char end, const struct notice_values *v)
{
    for (const char *p = template; *p && *p != end; p++) {
        const char *close = *p == '{' ? strchr(p, '}') : NULL;
        const char *value = close ? notice_value(v, p + 1, (size_t)(close - p) - 1) : "-";

        if (!value || !*value)
            return false;
    }
    return true;
}

static void notice_fill(const char *template, const struct notice_values *v, struct buffer *out)
{
    for (const char *p = template; *p; p++) {
        if (*p == '[') {
            if (!notice_is_whole(p + 1, ']', v))
                p = strchr(p, ']');
        } else if (*p == '{') {
            const char *end = strchr(p, '}');
            const char *value = notice_value(v, p + 1, (size_t)(end - p) - 1);

            notice_put(value ? value : "", out);
            p = end;
        } else if (*p != ']') {
            buffer_char(out, *p);
        }
    }
}

void notice_write_subject(int text, enum language lang, const struct notice_values *v,
                          struct buffer *out)
{
    notice_fill(rows[text].subject[lang], v, out);
}

void notice_write_text(int text, enum language lang, const struct notice_values *v,
                       struct buffer *out)
{
    notice_fill(rows[text].text[lang], v, out);
}
