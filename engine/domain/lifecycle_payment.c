/* What was paid of a fee, and how: money moves elsewhere, here it is recorded. The newest record
 * counts, so that one entered in error is put right by the next.
 *
 * Source: law:fee-payment. */
#include <string.h>

#include "domain/dossier_impl.h"
#include "domain/lifecycle_impl.h"

/* The amount given, else the fee of the case. Not paid is nothing, paid is something. */
static bool payment_amount(struct decide *c, int64_t *ret)
{
    const struct procedure_case *pc = c->ctx->procedure_case;
    bool is_paid = c->in->payment_way != PAYMENT_WAY_NONE;
    char name[DOSSIER_CODE_MAX];
    int64_t amount = c->in->amount;

    if (amount == AMOUNT_OF_CASE)
        amount = is_paid && pc ? pc->fee_dong : 0;
    if (is_paid && amount == 0 && c->in->amount == AMOUNT_OF_CASE)
        return error_set(c->err, ERR_PAYMENT_NO_FEE, arg_text("dossier", dossier_name(c->d, name)));
    *ret = amount;
    return (amount > 0) == is_paid ||
           error_set(c->err, ERR_FIELD_VALUE, arg_text("field", "amount"),
                     arg_number("value", amount));
}

bool compose_record_payment(struct decide *c)
{
    struct event *e;
    int64_t amount;

    if (c->in->payment_way >= PAYMENT_WAY_COUNT)
        return error_set(c->err, ERR_FIELD_REQUIRED, arg_text("field", "payment_way"));
    if (!payment_amount(c, &amount) ||
        (c->in->payment_way == PAYMENT_WAY_NONE && !decide_needs_remark(c)))
        return false;
    e = decide_event(c, ACTION_RECORD_PAYMENT);
    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    event_put_number(e, EVENT_FIELD_AMOUNT, amount);
    event_put_text(e, EVENT_FIELD_PAYMENT_WAY,
                   vocabulary_word(&payment_ways, (int)c->in->payment_way));
    return true;
}

void apply_record_payment(struct dossier *d, const struct event *e)
{
    const char *word = event_text(e, EVENT_FIELD_PAYMENT_WAY);
    int way = word ? vocabulary_find(&payment_ways, word) : -1;

    d->paid_dong = event_number(e, EVENT_FIELD_AMOUNT, 0);
    d->paid_way = way < 0 ? PAYMENT_WAY_NONE : (enum payment_way)way;
    d->paid_at = e->at;
}
