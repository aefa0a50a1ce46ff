/* Correcting: identity, persons and instants, with a reason and a second person (law:correction).
 * What is corrected is a row of a table. An instant's own event may be written again at the right
 * instant; it names the one it replaces, and the past is folded anew. */
#include <stddef.h>
#include <string.h>

#include "base/instant.h"
#include "domain/clock.h"
#include "domain/lifecycle_impl.h"

enum correctable_kind { CORRECT_ID, CORRECT_PERSON, CORRECT_INSTANT };

static const struct correctable {
    const char *word;
    enum correctable_kind kind;
    enum event_field field;      /* of an id or a person */
    size_t offset;               /* person: in struct action_input; instant: in struct dossier */
    enum action action, history; /* instant: the events that say it */
} correctables[] = {
    {"procedure", CORRECT_ID, EVENT_FIELD_PROCEDURE, 0, 0, 0},
    {"case", CORRECT_ID, EVENT_FIELD_CASE, 0, 0, 0},
    {"field", CORRECT_ID, EVENT_FIELD_FIELD, 0, 0, 0},
    {"channel", CORRECT_ID, EVENT_FIELD_CHANNEL, 0, 0, 0},
    {"filed_office", CORRECT_ID, EVENT_FIELD_FILED_OFFICE, 0, 0, 0},
    {"supervising_office", CORRECT_ID, EVENT_FIELD_SUPERVISING_OFFICE, 0, 0, 0},
    {"competent_office", CORRECT_ID, EVENT_FIELD_COMPETENT_OFFICE, 0, 0, 0},
    {"applicant", CORRECT_PERSON, EVENT_FIELD_APPLICANT, offsetof(struct action_input, applicant),
     0, 0},
    {"submitter", CORRECT_PERSON, EVENT_FIELD_SUBMITTER, offsetof(struct action_input, submitter),
     0, 0},
    {"authorised", CORRECT_PERSON, EVENT_FIELD_AUTHORISED,
     offsetof(struct action_input, authorised), 0, 0},
    /* instants in the order in which they must follow each other */
    {"submitted_at", CORRECT_INSTANT, 0, offsetof(struct dossier, submitted_at), ACTION_SUBMIT,
     ACTION_SUBMIT},
    {"received_at", CORRECT_INSTANT, 0, offsetof(struct dossier, received_at), ACTION_ACCEPT,
     ACTION_HISTORY_RECEIVED},
    {"decided_at", CORRECT_INSTANT, 0, offsetof(struct dossier, decided_at), ACTION_DECIDE,
     ACTION_DECIDE},
    {"done_at", CORRECT_INSTANT, 0, offsetof(struct dossier, done_at), ACTION_TAKE_OVER_RESULT,
     ACTION_HISTORY_ENDED},
    {"returned_at", CORRECT_INSTANT, 0, offsetof(struct dossier, returned_at), ACTION_RETURN,
     ACTION_HISTORY_ENDED},
};

static const struct correctable *correctable_find(const char *word)
{
    for (size_t i = 0; word && i < ARRAY_LEN(correctables); i++) {
        if (strcmp(correctables[i].word, word) == 0)
            return &correctables[i];
    }
    return NULL;
}

static int64_t correct_read(const struct dossier *d, const struct correctable *row)
{
    return *(const int64_t *)(const void *)((const char *)d + row->offset);
}

static const char *correct_person(const struct action_input *in, const struct correctable *row)
{
    return *(const char *const *)(const void *)((const char *)in + row->offset);
}

/* Every instant that is set keeps its place between those before and after it. History of other
 * systems may contradict itself already. */
static bool correct_order_holds(const struct decide *c, const struct correctable *row)
{
    int64_t at = c->in->corrected_number;

    if (at > c->at)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(correctables) && !c->d->is_imported; i++) {
        const struct correctable *other = &correctables[i];
        int64_t other_at =
            other->kind == CORRECT_INSTANT ? correct_read(c->d, other) : INSTANT_NONE;

        if (other_at != INSTANT_NONE &&
            ((other < row && other_at > at) || (other > row && other_at < at)))
            return false;
    }
    return true;
}

static bool correct_value_error(const struct decide *c, const char *field, int64_t value)
{
    return error_set(c->err, ERR_FIELD_VALUE, arg_text("field", field), arg_number("value", value));
}

static bool correct_check_instant(const struct decide *c, const struct correctable *row)
{
    const struct event *replaced = c->in->replaced;

    if (correct_read(c->d, row) == INSTANT_NONE)
        return error_set(c->err, ERR_FIELD_VALUE, arg_text("field", "corrected_field"),
                         arg_text("value", row->word));
    if (!correct_order_holds(c, row) ||
        (row->action == ACTION_ACCEPT && c->in->next_at != INSTANT_NONE && !c->d->is_imported &&
         c->in->corrected_number > c->in->next_at)) /* nobody acts on what is not received yet */
        return error_set(c->err, ERR_CORRECTION_ORDER, arg_text("field", row->word),
                         arg_instant("at", c->in->corrected_number));
    if (replaced && ((replaced->action != row->action && replaced->action != row->history) ||
                     replaced->seq < 1 || replaced->n_values >= EVENT_VALUES_MAX - 2))
        return correct_value_error(c, "replaced", replaced->seq);
    return true;
}

static bool correct_check(const struct decide *c, const struct correctable *row)
{
    const struct action_input *in = c->in;

    switch (row->kind) {
    case CORRECT_PERSON:
        if (!correct_person(in, row) || !*correct_person(in, row))
            return error_set(c->err, ERR_FIELD_REQUIRED, arg_text("field", row->word));
        return true;
    case CORRECT_INSTANT:
        return correct_check_instant(c, row);
    case CORRECT_ID:
        break;
    }
    if (in->corrected_number < 1 ||
        (row->field == EVENT_FIELD_CHANNEL && in->corrected_number > CHANNEL_POST))
        return correct_value_error(c, "corrected_number", in->corrected_number);
    return true;
}

/* Another receipt or another case is another limit: promised anew with the holds there were while
 * the dossier is open, and never earlier, for the applicant holds the first slip. */
static bool correct_promise(const struct decide *c, const struct correctable *row,
                            struct limit *limit, struct due *due, bool *ret_moved)
{
    const struct dossier *d = c->d;
    const struct procedure_case *pc = c->ctx->procedure_case;
    bool is_receipt = row->kind == CORRECT_INSTANT && row->action == ACTION_ACCEPT;
    bool is_case =
        pc &&
        ((row->field == EVENT_FIELD_CASE && pc->id == c->in->corrected_number) ||
         (row->field == EVENT_FIELD_PROCEDURE && pc->procedure_id == c->in->corrected_number));

    struct clock_rule rule = clock_rule_of(c->ctx, d);

    *ret_moved = false;
    *limit = is_case && row->kind == CORRECT_ID ? pc->limit : d->limit;
    if ((!is_receipt && (!is_case || row->kind != CORRECT_ID)) || !dossier_is_open(d) ||
        d->is_promise_given || d->due_at == INSTANT_NONE || !limit_is_valid(*limit))
        return true;
    rule.limit = *limit;
    if (is_receipt && d->clock_from == INSTANT_NONE)
        rule.start = c->in->corrected_number;
    if (!clock_promise(&rule, d->holds, d->n_holds, due, c->err))
        return false;
    *ret_moved = due->at > d->due_at;
    return true;
}

static void correct_put(struct decide *c, struct event *e, const struct correctable *row)
{
    const struct action_input *in = c->in;

    event_put_text(e, EVENT_FIELD_CORRECTED_FIELD, row->word);
    event_put_text(e, EVENT_FIELD_REMARK, in->remark);
    event_put_number(e, EVENT_FIELD_SECOND_PERSON, in->second_person);
    if (row->kind == CORRECT_PERSON) {
        event_put_text(e, row->field, correct_person(in, row));
        return;
    }
    event_put_number(e, EVENT_FIELD_CORRECTED_NUMBER, in->corrected_number);
    if (row->kind != CORRECT_ID)
        return;
    event_put_number(e, row->field, in->corrected_number);
    if (row->field == EVENT_FIELD_PROCEDURE) {
        put_id(e, EVENT_FIELD_CASE, in->case_id);
        put_id(e, EVENT_FIELD_FIELD, in->field_id);
    }
}

/* The event itself again, by whoever did it, at the right instant. */
static void correct_replace(struct decide *c)
{
    const struct event *old = c->in->replaced;
    struct event *e = decide_event(c, old->action);

    e->at = c->in->corrected_number;
    e->actor = old->actor;
    e->n_values = 0;
    for (int i = 0; i < old->n_values; i++) {
        const struct event_value *v = &old->values[i];

        if (v->field == EVENT_FIELD_REPLACES || v->field == EVENT_FIELD_IS_LATE_ENTRY)
            continue;
        if (v->text)
            event_put_text(e, v->field, v->text);
        else
            event_put_number(e, v->field, v->number);
    }
    event_put_number(e, EVENT_FIELD_IS_LATE_ENTRY, 1);
    event_put_number(e, EVENT_FIELD_REPLACES, old->seq);
    decide_warn(c, "refold");
}

bool compose_correct(struct decide *c)
{
    const struct correctable *row = correctable_find(c->in->corrected_field);
    char limit_text[LIMIT_TEXT_MAX];
    struct limit limit;
    struct event *e;
    struct due due;
    bool is_moved;
    char *text;

    if (!decide_needs_remark(c))
        return false;
    if (!row)
        return error_set(c->err, ERR_FIELD_REQUIRED, arg_text("field", "corrected_field"));
    if (!correct_check(c, row) || !correct_promise(c, row, &limit, &due, &is_moved))
        return false;
    limit_format(limit_is_valid(limit) ? limit : (struct limit){1, LIMIT_WORKING_DAYS}, limit_text);
    text = arena_strdup(c->arena, limit_text);
    if (!text)
        return error_set(c->err, ERR_NO_MEMORY, arg_text("what", "decision"));
    e = decide_event(c, ACTION_CORRECT);
    correct_put(c, e, row);
    if (is_moved) {
        event_put_text(e, EVENT_FIELD_LIMIT, text);
        clock_put_due(e, &due);
    }
    if (row->kind == CORRECT_INSTANT && c->in->replaced)
        correct_replace(c);
    return true;
}
