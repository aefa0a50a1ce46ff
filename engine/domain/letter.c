/* What people do with a letter: sign, send back, number, issue, deliver, cancel.
 *
 * The rows of letters.def say what may follow what; one guard says when the approved words are
 * still true.  The engine drafts, a person signs: four eyes without a second clerk. */
#include "domain/apology_impl.h"

#include <string.h>

#include "base/instant.h"

static const struct letter_rule letter_rules[] = {
#define LETTER_RULE(from, action, to, guard, source)                                               \
    {LETTER_##from, ACTION_##action, LETTER_##to, LETTER_GUARD_##guard, source},
#include "tables/letters.def"
#undef LETTER_RULE
};

const struct letter_rule *letter_rule(enum letter_state from, enum action action)
{
    for (size_t i = 0; i < ARRAY_LEN(letter_rules); i++)
        if (letter_rules[i].from == from && letter_rules[i].action == action)
            return &letter_rules[i];
    return NULL;
}

static bool letter_is_lateness(const struct dossier_letter *letter)
{
    return letter->trigger == LETTER_TRIGGER_LATENESS;
}

/* Words that are not true any more: of before the due date, and due has passed; or that it is not
 * done, and it is. */
static bool letter_is_outdated(const struct decide_context *ctx,
                               const struct dossier_letter *letter, int64_t at)
{
    return letter_is_lateness(letter) &&
           letter->wording != letter_wording_at(ctx->dossier, at, ctx->zone_s);
}

/* Nothing to apologise for: asked of the warning of this minute, because the engine takes up to one
 * to lapse the letter after its dossier was promised a later date. */
static bool letter_is_unowed(const struct decide_context *ctx, const struct dossier_letter *letter)
{
    const struct lateness_context late = {ctx->dossier, ctx->procedure_case, ctx->ruleset,
                                          ctx->calendar, ctx->zone_s};
    struct warning w;

    if (!letter_is_lateness(letter))
        return false;
    warning_compute(&late, ctx->now, &w);
    return letter_is_moot(&late, &w);
}

/* "12:2026:UBND-XL": office, year, symbol of the register. */
static bool letter_registry_is_valid(const char *registry)
{
    const char *p = registry;
    int digits;

    for (int part = 0; part < 2; part++) {
        for (digits = 0; *p >= '0' && *p <= '9'; p++)
            digits++;
        if (digits == 0 || digits > 18 || (part == 1 && digits != 4) || *p++ != ':')
            return false;
    }
    return *p != '\0' && strlen(p) <= 40 && !strpbrk(p, ":\n");
}

static bool letter_check_fit(const struct decide_context *ctx, const struct dossier_letter *letter,
                             int64_t at, struct error *err)
{
    const struct dossier *d = ctx->dossier;

    if (letter_is_unowed(ctx, letter))
        return dossier_is_open(d) && !d->is_mistake
                   ? error_set(err, ERR_LETTER_NOT_LATE, arg_number("letter", letter->id),
                               arg_date("on", d->due_on))
                   : error_set(err, ERR_LETTER_NOT_OWED, arg_number("letter", letter->id));
    if (letter_is_outdated(ctx, letter, at))
        return error_set(err, ERR_LETTER_WORDING, arg_number("letter", letter->id),
                         arg_date("on", d->due_on));
    return true;
}

static bool letter_check_addressee(const struct dossier_letter *letter, int addressee,
                                   struct error *err)
{
    int n = letter->n_addressees > 0 ? letter->n_addressees : 1;

    return (addressee >= 0 && addressee <= n) ||
           error_set(err, ERR_LETTER_ADDRESSEE, arg_number("letter", letter->id),
                     arg_number("value", addressee));
}

static bool letter_check_guard(const struct decide_context *ctx,
                               const struct dossier_letter *letter, const struct letter_rule *rule,
                               const struct action_input *in, const struct letter_input *letter_in,
                               int64_t at, struct error *err)
{
    switch (rule->guard) {
    case LETTER_GUARD_FIT:
        return letter_check_fit(ctx, letter, at, err);
    case LETTER_GUARD_REASON:
        if (!in->remark)
            return error_set(err, ERR_FIELD_REQUIRED, arg_text("field", "remark"));
        return true;
    case LETTER_GUARD_DATE: /* the date itself: letter_put_date() */
        if (!in->remark && letter_in->reappointed_at == INSTANT_NONE)
            return error_set(err, ERR_FIELD_REQUIRED, arg_text("field", "reason"));
        return true;
    case LETTER_GUARD_SOMEBODY:
        return letter_check_addressee(letter, letter_in->addressee, err);
    case LETTER_GUARD_ENGINE: /* letter_find_rule() refused it */
    case LETTER_GUARD_NONE:
        break;
    }
    return true;
}

/* The row that lets a person do this now; what the engine alone does has none for them. */
static const struct letter_rule *letter_find_rule(const struct dossier_letter *letter,
                                                  enum action action, struct error *err)
{
    const struct letter_rule *rule = letter_rule(letter->state, action);

    if (rule && rule->guard != LETTER_GUARD_ENGINE)
        return rule;
    error_set(err, ERR_LETTER_STATE, arg_number("letter", letter->id),
              arg_text("state", vocabulary_word(&letter_states, (int)letter->state)),
              arg_text("action", vocabulary_word(&actions, (int)action)));
    return NULL;
}

static bool letter_put_text(struct event *e, enum event_field field, const char *text,
                            struct arena *arena, struct error *err)
{
    const char *copy = arena_strdup(arena, text);

    if (!copy)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "letter"));
    event_put_text(e, field, copy);
    return true;
}

/* Another new date than the one drafted, if one is asked for. Only a letter for lateness names any.
 */
static bool letter_put_date(const struct decide_context *ctx, const struct dossier_letter *letter,
                            int64_t wanted_at, struct event *e, struct error *err)
{
    const struct lateness_context late = {ctx->dossier, ctx->procedure_case, ctx->ruleset,
                                          ctx->calendar, ctx->zone_s};
    int64_t at;

    if (wanted_at == INSTANT_NONE)
        return true;
    if (!letter_is_lateness(letter))
        return error_set(err, ERR_LETTER_DATE, arg_date("on", instant_date(wanted_at, ctx->zone_s)),
                         arg_date("due", ctx->dossier->due_on),
                         arg_date("last", ctx->dossier->due_on));
    if (!letter_choose_date(&late, wanted_at, ctx->now, &at, err))
        return false;
    event_put_number(e, EVENT_FIELD_REAPPOINTED_AT, at);
    return true;
}

static void letter_put_whom(struct event *e, int addressee)
{
    if (addressee > 0)
        event_put_number(e, EVENT_FIELD_ADDRESSEE_NO, addressee);
}

static bool letter_is_hand(const struct dossier_hand *hand, const struct action_input *in)
{
    const int64_t theirs[] = {hand->officer, hand->on_behalf_of};

    for (size_t i = 0; i < ARRAY_LEN(theirs); i++)
        if (theirs[i] && (theirs[i] == in->actor || theirs[i] == in->on_behalf_of))
            return true;
    return false;
}

/* Four eyes: whoever worded the letter by hand, or asked for it, does not sign it; nor does the one
 * in whose place that was done, nor who stands in for him (law:apology-signatory). */
static bool letter_is_own_draft(const struct dossier *d, const struct dossier_letter *letter,
                                const struct action_input *in)
{
    const struct dossier_obligation *o = dossier_obligation(d, letter->trigger);

    return letter_is_hand(&letter->worded_by, in) || (o && letter_is_hand(&o->asked_by, in));
}

bool letter_may_sign(const struct decide_context *ctx, const struct dossier_letter *letter,
                     const struct action_input *in)
{
    return ctx->ruleset->signer_may_draft || !letter_is_own_draft(ctx->dossier, letter, in);
}

static bool letter_fill_sign(const struct decide_context *ctx, const struct dossier_letter *letter,
                             const struct action_input *in, const struct letter_input *letter_in,
                             struct arena *arena, struct event *e, struct error *err)
{
    if (in->actor == 0)
        return error_set(err, ERR_LETTER_SIGNER, arg_number("letter", letter->id));
    if (!letter_may_sign(ctx, letter, in))
        return error_set(err, ERR_LETTER_OWN_DRAFT, arg_number("letter", letter->id));
    if (!letter_in->content_hash || !*letter_in->content_hash)
        return error_set(err, ERR_FIELD_REQUIRED, arg_text("field", "content_hash"));
    return letter_put_date(ctx, letter, letter_in->reappointed_at, e, err) &&
           letter_put_text(e, EVENT_FIELD_CONTENT_HASH, letter_in->content_hash, arena, err);
}

/* What each action needs and writes besides the letter's id. */
static bool letter_fill(const struct decide_context *ctx, const struct dossier_letter *letter,
                        const struct action_input *in, const struct letter_input *letter_in,
                        struct arena *arena, struct event *e, struct error *err)
{
    const char *registry = letter_in->registry;

    switch ((int)in->action) { /* letter_find_rule() let only these through */
    case ACTION_SIGN_LETTER:
        return letter_fill_sign(ctx, letter, in, letter_in, arena, e, err);
    case ACTION_REVISE_LETTER:
        return letter_put_date(ctx, letter, letter_in->reappointed_at, e, err);
    case ACTION_NUMBER_LETTER:
        if (!registry || !letter_registry_is_valid(registry))
            return error_set(err, ERR_LETTER_REGISTER,
                             arg_text("register", registry ? registry : ""));
        return letter_put_text(e, EVENT_FIELD_REGISTER, registry, arena, err);
    case ACTION_ISSUE_LETTER:
        event_put_text(e, EVENT_FIELD_TIMING,
                       vocabulary_word(&letter_timings, (int)letter_timing(ctx->dossier, letter,
                                                                           e->at, ctx->zone_s)));
        return true;
    case ACTION_DELIVER_LETTER:
        if (!letter_in->delivery || !*letter_in->delivery)
            return error_set(err, ERR_FIELD_REQUIRED, arg_text("field", "delivery"));
        letter_put_whom(e, letter_in->addressee);
        return letter_put_text(e, EVENT_FIELD_DELIVERY, letter_in->delivery, arena, err);
    case ACTION_CERTIFY_LETTER:
        if (!letter_in->file || !letter_in->certificate)
            return error_set(err, ERR_FIELD_REQUIRED, arg_text("field", "file"));
        return letter_put_text(e, EVENT_FIELD_FILE, letter_in->file, arena, err) &&
               letter_put_text(e, EVENT_FIELD_CERTIFICATE, letter_in->certificate, arena, err);
    case ACTION_ACKNOWLEDGE_LETTER:
        letter_put_whom(e, letter_in->addressee);
        return true;
    default:
        return true;
    }
}

/* Not after now, and not before what the letter has behind it: it is not issued before it is
 * numbered. */
static bool letter_check_at(const struct decide_context *ctx, const struct dossier_letter *letter,
                            int64_t at, struct error *err)
{
    const int64_t behind[] = {letter->drafted_at, letter->signed_at, letter->numbered_at,
                              letter->issued_at};

    for (size_t i = 0; i < ARRAY_LEN(behind); i++)
        if (at < behind[i])
            return error_set(err, ERR_LETTER_AT, arg_instant("at", at));
    if (at > ctx->now)
        return error_set(err, ERR_LETTER_AT, arg_instant("at", at));
    return true;
}

void letter_input_init(struct letter_input *in)
{
    *in = (struct letter_input){.reappointed_at = INSTANT_NONE, .sent = ADDRESSEE_UNKNOWN};
}

static void letter_apply(const struct decide_context *ctx, struct decision *r)
{
    r->n_events = 1;
    r->after = *ctx->dossier;
    dossier_apply(&r->after, &r->events[0]);
}

bool letter_decide(const struct decide_context *ctx, int64_t letter_id,
                   const struct action_input *in, const struct letter_input *letter_in,
                   struct arena *arena, struct decision *ret_decision, struct error *err)
{
    const struct dossier_letter *letter = dossier_letter(ctx->dossier, letter_id);
    int64_t at = in->at == INSTANT_NONE ? ctx->now : in->at;
    const struct letter_rule *rule;
    struct decision *r = ret_decision;
    struct event *e = &r->events[0];

    r->n_events = r->n_warnings = 0;
    if (!letter)
        return error_set(err, ERR_LETTER_UNKNOWN, arg_number("letter", letter_id));
    rule = letter_find_rule(letter, in->action, err);
    if (!rule || !letter_check_at(ctx, letter, at, err) ||
        !letter_check_guard(ctx, letter, rule, in, letter_in, at, err))
        return false;
    event_init(e, ctx->dossier->id, in->action, in->actor, at, ctx->now);
    event_put_number(e, EVENT_FIELD_LETTER, letter_id);
    if (in->on_behalf_of)
        event_put_number(e, EVENT_FIELD_ON_BEHALF_OF, in->on_behalf_of);
    if (in->remark && !letter_put_text(e, EVENT_FIELD_REMARK, in->remark, arena, err))
        return false;
    if (in->is_late_entry)
        event_put_number(e, EVENT_FIELD_IS_LATE_ENTRY, 1);
    if (!letter_fill(ctx, letter, in, letter_in, arena, e, err))
        return false;
    letter_apply(ctx, r);
    return true;
}

bool letter_decide_sent(const struct decide_context *ctx, int64_t letter_id, int64_t at,
                        const struct letter_input *letter_in, struct arena *arena,
                        struct decision *ret_decision, struct error *err)
{
    const struct dossier_letter *letter = dossier_letter(ctx->dossier, letter_id);
    struct event *e = &ret_decision->events[0];

    ret_decision->n_events = ret_decision->n_warnings = 0;
    if (!letter)
        return error_set(err, ERR_LETTER_UNKNOWN, arg_number("letter", letter_id));
    /* A message may come back long after its letter was delivered by hand, or cancelled. */
    if (letter->issued_at == INSTANT_NONE)
        return error_set(err, ERR_LETTER_STATE, arg_number("letter", letter_id),
                         arg_text("state", vocabulary_word(&letter_states, (int)letter->state)),
                         arg_text("action", vocabulary_word(&actions, ACTION_SEND_LETTER)));
    if (!letter_check_addressee(letter, letter_in->addressee, err))
        return false;
    event_init(e, ctx->dossier->id, ACTION_SEND_LETTER, 0, at, ctx->now);
    event_put_number(e, EVENT_FIELD_LETTER, letter_id);
    letter_put_whom(e, letter_in->addressee);
    event_put_text(e, EVENT_FIELD_DELIVERY_STATE,
                   vocabulary_word(&addressee_states, (int)letter_in->sent));
    if (!letter_put_text(e, EVENT_FIELD_DELIVERY, letter_in->delivery, arena, err))
        return false;
    letter_apply(ctx, ret_decision);
    return true;
}

uint64_t letter_allowed(const struct decide_context *ctx, const struct dossier_letter *letter)
{
    uint64_t allowed = 0;

    for (size_t i = 0; i < ARRAY_LEN(letter_rules); i++) {
        const struct letter_rule *rule = &letter_rules[i];

        if (rule->from != letter->state || rule->guard == LETTER_GUARD_ENGINE)
            continue;
        if (rule->guard == LETTER_GUARD_FIT &&
            (letter_is_unowed(ctx, letter) || letter_is_outdated(ctx, letter, ctx->now)))
            continue;
        allowed |= UINT64_C(1) << rule->action;
    }
    return allowed;
}
