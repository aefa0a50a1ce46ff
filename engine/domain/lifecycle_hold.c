/* Composing the events of holds: supplements and other pauses asked for, their return, closing
 * after silence. A hold is kept as it was asked; what it does to the promise is the clock's
 * (clock.h). */
#include "base/instant.h"
#include "domain/lifecycle_impl.h"

bool hold_refuse_running(const struct decide *c, struct error *err)
{
    const struct dossier_hold *h = dossier_running_hold(c->d);
    const struct word_row *kind = &hold_kinds.rows[h->kind];
    char name[DOSSIER_CODE_MAX];

    return error_set(err, ERR_HOLD_RUNNING, arg_text("dossier", dossier_name(c->d, name)),
                     arg_label("kind", kind->word, kind->label), arg_instant("from", h->from));
}

static int hold_count(const struct dossier *d, enum hold_kind kind, bool is_at_counter)
{
    int n = 0;

    for (int i = 0; i < d->n_holds; i++)
        n += d->holds[i].kind == kind && d->holds[i].is_at_counter == is_at_counter;
    return n;
}

static bool hold_refuse_count(const struct decide *c, const char *what, int max, struct error *err)
{
    char name[DOSSIER_CODE_MAX];

    return error_set(err, ERR_HOLDS_TOO_MANY, arg_text("dossier", dossier_name(c->d, name)),
                     arg_number("limit", max), arg_text("what", what));
}

/* Source: law:supplement-at-intake, law:supplement-count. */
bool hold_may_ask_supplement(const struct decide *c, struct error *err)
{
    const struct ruleset *rules = c->ctx->ruleset;
    bool is_at_counter = dossier_is_at_intake(c->d);
    int n = hold_count(c->d, HOLD_KIND_SUPPLEMENT, is_at_counter);
    char name[DOSSIER_CODE_MAX];

    if (!is_at_counter)
        return n < rules->holds_max[HOLD_KIND_SUPPLEMENT] ||
               hold_refuse_count(c, "supplement", rules->holds_max[HOLD_KIND_SUPPLEMENT], err);
    return n < rules->supplements_at_intake_max ||
           error_set(err, ERR_SUPPLEMENT_TWICE, arg_text("dossier", dossier_name(c->d, name)),
                     arg_number("limit", rules->supplements_at_intake_max));
}

static bool hold_is_free(const struct decide *c)
{
    if (dossier_running_hold(c->d))
        return hold_refuse_running(c, c->err);
    return c->d->n_holds < DOSSIER_HOLDS_MAX ||
           hold_refuse_count(c, "hold", DOSSIER_HOLDS_MAX, c->err);
}

static bool hold_has_ground(const struct decide *c)
{
    return c->in->legal_ground && *c->in->legal_ground;
}

/* May the hold last until the end that was asked for? What the ruleset gives unasked is not written
 * down: it follows the calendar. A longer time needs a ground of sector law. */
static bool hold_check_until(const struct decide *c, enum hold_kind kind)
{
    int64_t asked = c->in->answer_by;
    struct due most;
    bool is_set;

    if (asked != INSTANT_NONE && asked <= c->at)
        return error_set(c->err, ERR_FIELD_VALUE, arg_text("field", "answer_by"),
                         arg_instant("value", asked));
    if (asked == INSTANT_NONE || hold_has_ground(c))
        return true;
    if (!clock_hold_end(c, kind, c->at, &most, &is_set, c->err))
        return false;
    if (is_set && due_is_late(&most, asked, c->ctx->zone_s))
        return error_set(c->err, ERR_HOLD_TOO_LONG, arg_instant("answer_by", asked),
                         arg_label("kind", hold_kinds.rows[kind].word, hold_kinds.rows[kind].label),
                         arg_date("until", most.on));
    return true;
}

static void hold_put(struct decide *c, struct event *e, enum hold_kind kind,
                     enum hold_effect effect)
{
    event_put_text(e, EVENT_FIELD_HOLD_KIND, vocabulary_word(&hold_kinds, (int)kind));
    event_put_text(e, EVENT_FIELD_HOLD_EFFECT, vocabulary_word(&hold_effects, (int)effect));
    put_text(e, EVENT_FIELD_LEGAL_GROUND, c->in->legal_ground);
    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    put_instant(e, EVENT_FIELD_ANSWER_BY, c->in->answer_by);
    if (c->d->due_at != INSTANT_NONE && c->at > c->d->due_at)
        decide_warn(c, "after_due");
}

/* Too late to move anything, unless a leader stands for a ground of sector law. Source:
 * law:supplement-request, law:supplement-count, law:supplement-at-intake. */
bool compose_request_supplement(struct decide *c)
{
    const struct procedure_case *pc = c->ctx->procedure_case;
    enum hold_effect effect = c->in->hold_effect;
    bool is_late, is_approved = hold_has_ground(c) && c->in->approver != 0;
    struct event *e;

    if (!decide_needs_remark(c) || !hold_is_free(c) || !clock_late_request(c, &is_late, c->err) ||
        !hold_check_until(c, HOLD_KIND_SUPPLEMENT))
        return false;
    if (effect == HOLD_EFFECT_COUNT)
        effect = pc ? pc->supplement_effect : HOLD_EFFECT_RESTART;
    e = decide_event(c, ACTION_REQUEST_SUPPLEMENT);
    hold_put(c, e, HOLD_KIND_SUPPLEMENT, effect);
    for (int i = 0; i < c->in->n_components && i < ASKED_MAX; i++)
        event_put_number(e, EVENT_FIELD_COMPONENT, c->in->components[i]);
    if (is_late && is_approved)
        event_put_number(e, EVENT_FIELD_APPROVER, c->in->approver);
    if (is_late && !is_approved) {
        event_put_number(e, EVENT_FIELD_IS_LATE_REQUEST, 1);
        decide_warn(c, "late_request");
    }
    return true;
}

/* A pause needs the ground of its sector; without one the limit runs on. Source: law:hold. */
static bool hold_effect_of(struct decide *c, enum hold_effect *ret_effect)
{
    const struct procedure_case *pc = c->ctx->procedure_case;
    bool is_asked = c->in->hold_effect != HOLD_EFFECT_COUNT;
    bool is_financial = c->in->hold_kind == HOLD_KIND_FINANCIAL && pc;

    *ret_effect = is_asked       ? c->in->hold_effect
                  : is_financial ? pc->financial_effect
                                 : HOLD_EFFECT_RESUME;
    if (*ret_effect == HOLD_EFFECT_RUNS_ON || hold_has_ground(c) || (is_financial && !is_asked))
        return true;
    if (is_asked)
        return error_set(c->err, ERR_FIELD_REQUIRED, arg_text("field", "legal_ground"));
    *ret_effect = HOLD_EFFECT_RUNS_ON;
    decide_warn(c, "runs_on");
    return true;
}

bool compose_hold(struct decide *c)
{
    enum hold_kind kind = c->in->hold_kind;
    enum hold_effect effect;
    int max;

    if (kind == HOLD_KIND_SUPPLEMENT || kind >= HOLD_KIND_COUNT) /* that is REQUEST_SUPPLEMENT */
        return error_set(c->err, ERR_FIELD_VALUE, arg_text("field", "hold_kind"),
                         arg_text("value", kind < HOLD_KIND_COUNT ? "supplement" : ""));
    if (!hold_is_free(c))
        return false;
    max = c->ctx->ruleset->holds_max[kind];
    if (hold_count(c->d, kind, false) + hold_count(c->d, kind, true) >= max)
        return hold_refuse_count(c, vocabulary_word(&hold_kinds, (int)kind), max, c->err);
    if (!hold_effect_of(c, &effect) || !hold_check_until(c, kind))
        return false;
    hold_put(c, decide_event(c, ACTION_HOLD), kind, effect);
    return true;
}

static bool hold_close(struct decide *c, enum action action)
{
    struct event *e;
    struct due due;
    bool is_moved;

    if (!clock_resume(c, &due, &is_moved, c->err))
        return false;
    e = decide_event(c, action);
    if (is_moved)
        clock_put_due(e, &due);
    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    return true;
}

bool compose_receive_supplement(struct decide *c)
{
    return hold_close(c, ACTION_RECEIVE_SUPPLEMENT);
}

bool compose_resume(struct decide *c)
{
    return hold_close(c, ACTION_RESUME);
}

/* Source: law:closing-after-silence. */
bool compose_close(struct decide *c)
{
    struct event *e = decide_event(c, ACTION_CLOSE);

    event_put_text(e, EVENT_FIELD_OUTCOME, vocabulary_word(&outcomes, OUTCOME_CLOSED));
    put_text(e, EVENT_FIELD_LEGAL_GROUND, c->in->legal_ground);
    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    return true;
}
