/* The letters of the demonstration: signed in the morning after they were drafted, numbered and
 * issued the same day, delivered the next; some a little late, some left on the leader's desk. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "daemon/demo_life.h"
#include "daemon/demo_run.h"
#include "flow/letters.h"
#include "wire/message.h"

enum { COLUMN_ID, COLUMN_CODE, COLUMN_TRIGGER, COLUMN_STATE, COLUMN_TIMING, COLUMN_AUTHOR };

static bool list(struct demo *d, const char *state, const char *code, struct db_call *call)
{
    struct db_params p;

    db_params_init(&p);
    db_put_text(&p, state);
    db_put_null(&p);
    db_put_text(&p, code);
    db_put_int8(&p, INT64_MAX);
    db_put_int4(&p, 1000);
    db_put_null(&p); /* any timing */
    db_put_bool(&p, false);
    return demo_query(d->app, DB_LETTER_LIST, &p, call, &d->error);
}

static struct demo_letter *find(struct demo *d, int64_t id)
{
    for (int i = 0; i < d->n_letters; i++)
        if (d->letters[i].id == id)
            return &d->letters[i];
    if (d->n_letters == DEMO_LETTERS_MAX)
        return NULL;
    d->letters[d->n_letters] = (struct demo_letter){.id = id};
    return &d->letters[d->n_letters++];
}

/* Most are signed this morning; who is away signs two days later; on the last days half of them
 * wait. */
static bool plan_signature(struct demo *d, struct demo_letter *l)
{
    bool is_recent = d->now > d->plan.until - 3 * INSTANT_DAY;
    double hours = demo_random_between(&d->random, 0.3, 2.5);

    l->is_waiting = true;
    l->next = ACTION_SIGN_LETTER;
    if (demo_random_chance(&d->random, is_recent ? 600 : 25))
        return true;
    if (demo_random_chance(&d->random, 90))
        hours += 16;
    return demo_queue_put(&d->queue, demo_after(&d->plan, l->author_office, d->now, hours),
                          DEMO_LETTER, (int)(l - d->letters)) ||
           error_set(&d->error, ERR_NO_MEMORY, arg_text("what", "letters"));
}

bool demo_letters_look(struct demo *d)
{
    struct db_call call;
    bool ok = list(d, "drafted", NULL, &call);

    for (int i = 0; ok && i < db_rows(&call.result); i++) {
        struct demo_letter *l = find(d, db_int(&call.result, i, COLUMN_ID));

        if (!l || l->is_waiting)
            continue;
        l->author_office = db_int(&call.result, i, COLUMN_AUTHOR);
        snprintf(l->code, sizeof l->code, "%s", db_text_or_empty(&call.result, i, COLUMN_CODE));
        ok = plan_signature(d, l);
    }
    db_call_deinit(&call);
    return ok;
}

/* A draft may have lapsed, or been worded anew, since its action was planned. */
static bool still_stands(struct demo *d, const struct demo_letter *l, bool *ret_stands)
{
    static const struct {
        enum action action;
        const char *state;
    } expected[] = {{ACTION_SIGN_LETTER, "drafted"},
                    {ACTION_NUMBER_LETTER, "signed"},
                    {ACTION_ISSUE_LETTER, "numbered"},
                    {ACTION_DELIVER_LETTER, "issued"}};
    struct db_call call;
    bool ok = list(d, NULL, l->code, &call);

    *ret_stands = false;
    for (int i = 0; ok && i < db_rows(&call.result); i++)
        for (size_t k = 0; k < ARRAY_LEN(expected); k++)
            if (db_int(&call.result, i, COLUMN_ID) == l->id && expected[k].action == l->next &&
                !strcmp(db_text_or_empty(&call.result, i, COLUMN_STATE), expected[k].state))
                *ret_stands = true;
    db_call_deinit(&call);
    return ok;
}

static void prepare(struct request *req, void *data)
{
    struct demo *d = data;
    bool is_delivery = d->letter->next == ACTION_DELIVER_LETTER;
    bool by_post = d->letter->id % 3 == 0;

    letter_action_prepare(req, d->letter->id, d->letter->next,
                          !is_delivery ? WORD_NONE
                          : by_post    ? words_find(&words_delivery, "post")
                                       : words_find(&words_delivery, "counter"),
                          !is_delivery ? NULL
                          : by_post ? arena_printf(req->arena, "RX%09" PRId64 "VN", d->letter->id)
                                    : "người nộp ký nhận tại quầy");
}

static bool plan_next(struct demo *d, struct demo_letter *l)
{
    static const struct {
        enum action after, next;
        double from, to;
    } order[] = {{ACTION_SIGN_LETTER, ACTION_NUMBER_LETTER, 0.3, 1.5},
                 {ACTION_NUMBER_LETTER, ACTION_ISSUE_LETTER, 0.1, 0.8},
                 {ACTION_ISSUE_LETTER, ACTION_DELIVER_LETTER, 1.5, 9}};

    for (size_t i = 0; i < ARRAY_LEN(order); i++)
        if (order[i].after == l->next) {
            double hours = demo_random_between(&d->random, order[i].from, order[i].to);

            l->next = order[i].next;
            return demo_queue_put(&d->queue, demo_after(&d->plan, l->author_office, d->now, hours),
                                  DEMO_LETTER, (int)(l - d->letters)) ||
                   error_set(&d->error, ERR_NO_MEMORY, arg_text("what", "letters"));
        }
    return true;
}

bool demo_letter_act(struct demo *d, int index)
{
    struct demo_letter *l = &d->letters[index];
    int64_t committee = reference_committee(d->reference, l->author_office);
    enum role role = l->next == ACTION_SIGN_LETTER ? ROLE_LEADER : ROLE_RECORDS;
    bool stands;

    if (!still_stands(d, l, &stands))
        return false;
    if (!stands) {
        l->is_waiting = false;
        return true;
    }
    d->letter = l;
    if (!demo_perform(d, &use_case_letter_action,
                      demo_officer(&d->plan, role, committee, (int)(l->id % 7)), prepare)) {
        fprintf(stderr, "letter %" PRId64 " of %s, %s:\n", l->id, l->code,
                vocabulary_word(&actions, (int)l->next));
        return false;
    }
    return plan_next(d, l);
}
