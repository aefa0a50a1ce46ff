/* See ledger_read.h. A page is restricted to the offices the reader may see, in the query itself;
 * what is missing, and how long an episode has lasted, is said as of the request. */
#include "flow/ledger_read.h"

#include <stdio.h>

#include "base/instant.h"
#include "domain/episode.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/offices.h"
#include "flow/view.h"

enum { LEDGER_PARSE, LEDGER_SEND, LEDGER_REPLY };
enum { SLOT_PAGE, SLOT_COUNT };

/* The row before the page: instant, dossier, ordinal or step. */
struct cursor {
    int64_t at, id; /* at: INSTANT_NONE: from the first */
    int place;
};

static bool cursor_read(struct request *req, const char *text, struct cursor *ret)
{
    int64_t place = 0;

    *ret = (struct cursor){.at = INSTANT_NONE};
    if (!asked_after(req, text, (int64_t *[]){&ret->at, &ret->id, &place}, 3))
        return false;
    ret->place = (int)place;
    return true;
}

static void cursor_put(struct db_params *p, const struct cursor *c)
{
    db_put_instant(p, c->at);
    db_put_int8(p, c->id);
    db_put_int4(p, c->place);
}

/* Cuts the rows to the page asked for; the place after it, NULL on the last one. `at` is the column
 * that the list is ordered by. */
static const char *cut(struct request *req, const struct db_result *r, int64_t limit, int at,
                       int *n)
{
    if (*n <= limit)
        return NULL;
    *n = (int)limit;
    return arena_printf(req->arena, "%lld.%lld.%d", (long long)db_instant(r, *n - 1, at),
                        (long long)db_int(r, *n - 1, 0), (int)db_int(r, *n - 1, 2));
}

/* Sends a page and, where asked for, the count: the count's parameters are the filter alone. */
static enum step_result ledger_send(struct request *req, const struct db_params *page,
                                    enum db_query page_query, const struct db_params *filter,
                                    enum db_query count_query, bool with_count)
{
    bool sent = request_query(req, SLOT_PAGE, DB_LANE_READ, page_query, page) &&
                (!with_count || request_query(req, SLOT_COUNT, DB_LANE_READ, count_query, filter));

    return sent ? request_wait(req, LEDGER_REPLY) : request_fail(req);
}

static enum step_result no_memory(struct request *req)
{
    error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "ledger"));
    return request_fail(req);
}

/* ---- what is owed ---- */

struct obligations {
    struct request base;
    struct wire_obligation_query in;
    int64_t limit;
    struct cursor after;
};

static enum step_result obligations_parse(struct request *req)
{
    struct obligations *l = container_of(req, struct obligations, base);

    if (!codec_decode_pairs(&message_obligation_query, req->http->query, req->http->n_query,
                            req->arena, &l->in, &req->error) ||
        !cursor_read(req, l->in.after, &l->after))
        return request_fail(req);
    l->limit = l->in.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : l->in.limit;
    return request_wait(req, LEDGER_SEND);
}

static void obligations_filter(struct db_params *p, const struct obligations *l,
                               const int64_t *offices, int n)
{
    const struct request *req = &l->base;

    db_put_int8_array(p, offices, n);
    db_put_text(p,
                l->in.state == WORD_NONE ? NULL : vocabulary_word(&obligation_states, l->in.state));
    db_put_text(p, l->in.trigger == WORD_NONE ? NULL
                                              : vocabulary_word(&letter_triggers, l->in.trigger));
    db_put_text(p, l->in.dossier);
    db_put_bool(p, l->in.missing);
    db_put_instant(p, req->now);
    db_put_date(p, instant_date(req->now, req->zone_s));
}

static enum step_result obligations_send(struct request *req)
{
    struct obligations *l = container_of(req, struct obligations, base);
    struct db_params page, filter;
    enum step_result result;
    bool is_all;
    int n;
    const int64_t *offices = offices_readable(req, GRANT_READ_DOSSIER, l->in.office, &n, &is_all);

    if (!offices)
        return request_fail(req);
    db_params_init(&filter);
    obligations_filter(&filter, l, offices, n);
    db_params_init(&page);
    obligations_filter(&page, l, offices, n);
    cursor_put(&page, &l->after);
    db_put_int4(&page, (int32_t)l->limit + 1);
    result = ledger_send(req, &page, DB_OBLIGATION_PAGE, &filter, DB_OBLIGATION_COUNT, l->in.count);
    db_params_deinit(&page);
    db_params_deinit(&filter);
    return result;
}

static void obligation_row(struct request *req, const struct db_result *r, int i,
                           struct wire_obligation *ret)
{
    const struct dossier_obligation o = {
        .trigger =
            (enum letter_trigger)vocabulary_find(&letter_triggers, db_text_or_empty(r, i, 3)),
        .state =
            (enum obligation_state)vocabulary_find(&obligation_states, db_text_or_empty(r, i, 4)),
        .waiver = (enum waiver)vocabulary_find(&waivers, db_text_or_empty(r, i, 5)),
        .office = db_int(r, i, 6),
        .at_fault_office = db_int(r, i, 7),
        .owed_at = db_instant(r, i, 8),
        .latest_at = db_instant(r, i, 9),
        .letter_id = db_int(r, i, 10),
        .timing = (enum letter_timing)vocabulary_find(&letter_timings, db_text_or_empty(r, i, 11)),
    };

    view_obligation(req, &o, db_date(r, i, 12), ret);
    ret->dossier = db_text_or_empty(r, i, 1);
}

static enum step_result obligations_reply(struct request *req)
{
    struct obligations *l = container_of(req, struct obligations, base);
    const struct db_result *r = &request_result(req, SLOT_PAGE)->result;
    int n = db_rows(r);
    struct wire_obligation *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_obligation_list out;

    if (!items)
        return no_memory(req);
    wire_obligation_list_init(&out);
    out.next = cut(req, r, l->limit, 8, &n);
    for (int i = 0; i < n; i++)
        obligation_row(req, r, i, &items[i]);
    out.items = items;
    out.n_items = (size_t)n;
    if (l->in.count)
        out.count = db_int(&request_result(req, SLOT_COUNT)->result, 0, 0);
    if (!wire_obligation_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step obligation_steps[] = {
    [LEDGER_PARSE] = {"parse", obligations_parse},
    [LEDGER_SEND] = {"send", obligations_send},
    [LEDGER_REPLY] = {"reply", obligations_reply},
};
const struct use_case use_case_obligations = {"obligations", sizeof(struct obligations),
                                              obligation_steps, false, 0};

/* ---- what was late ---- */

struct late_episodes {
    struct request base;
    struct wire_late_episode_query in;
    int64_t limit;
    struct cursor after;
};

static enum step_result episodes_parse(struct request *req)
{
    struct late_episodes *l = container_of(req, struct late_episodes, base);

    if (!codec_decode_pairs(&message_late_episode_query, req->http->query, req->http->n_query,
                            req->arena, &l->in, &req->error) ||
        !cursor_read(req, l->in.after, &l->after))
        return request_fail(req);
    l->limit = l->in.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : l->in.limit;
    return request_wait(req, LEDGER_SEND);
}

static void episodes_filter(struct db_params *p, const struct late_episodes *l,
                            const int64_t *offices, int n)
{
    db_put_int8_array(p, offices, n);
    db_put_text(p, l->in.dossier);
    if (l->in.step == INTEGER_NONE)
        db_put_null(p);
    else
        db_put_int4(p, (int32_t)l->in.step);
    db_put_bool(p, l->in.open);
}

static enum step_result episodes_send(struct request *req)
{
    struct late_episodes *l = container_of(req, struct late_episodes, base);
    struct db_params page, filter;
    enum step_result result;
    bool is_all;
    int n;
    const int64_t *offices = offices_readable(req, GRANT_READ_DOSSIER, l->in.office, &n, &is_all);

    if (!offices)
        return request_fail(req);
    db_params_init(&filter);
    episodes_filter(&filter, l, offices, n);
    db_params_init(&page);
    episodes_filter(&page, l, offices, n);
    cursor_put(&page, &l->after);
    db_put_int4(&page, (int32_t)l->limit + 1);
    result =
        ledger_send(req, &page, DB_LATE_EPISODE_PAGE, &filter, DB_LATE_EPISODE_COUNT, l->in.count);
    db_params_deinit(&page);
    db_params_deinit(&filter);
    return result;
}

static void episode_row(struct request *req, const struct db_result *r, int i,
                        struct wire_late_episode *ret)
{
    struct episode e = {
        .step = (int)db_int(r, i, 2),
        .from = db_instant(r, i, 3),
        .to = db_instant(r, i, 4),
        .office = db_int(r, i, 5),
        .officer = db_int(r, i, 6),
        .calendar_days = db_is_null(r, i, 7) ? -1 : (int32_t)db_int(r, i, 7),
        .working_days = db_is_null(r, i, 8) ? -1 : (int32_t)db_int(r, i, 8),
        .corrected_seq = (int32_t)db_int(r, i, 9),
    };

    if (e.to == INSTANT_NONE)
        episode_count_so_far(&e, reference_calendar_or_none(req->reference, e.office), req->now,
                             req->zone_s);
    wire_late_episode_init(ret);
    ret->dossier = db_text_or_empty(r, i, 1);
    ret->step = e.step;
    ret->office = view_office_key(req, e.office);
    ret->officer = view_officer_key(req, e.officer);
    ret->from = e.from;
    ret->to = e.to;
    if (e.calendar_days >= 0)
        ret->calendar_days = e.calendar_days;
    if (e.working_days >= 0)
        ret->working_days = e.working_days;
    if (e.corrected_seq > 0)
        ret->corrected_by = e.corrected_seq;
}

static enum step_result episodes_reply(struct request *req)
{
    struct late_episodes *l = container_of(req, struct late_episodes, base);
    const struct db_result *r = &request_result(req, SLOT_PAGE)->result;
    int n = db_rows(r);
    struct wire_late_episode *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_late_episode_list out;

    if (!items)
        return no_memory(req);
    wire_late_episode_list_init(&out);
    out.next = cut(req, r, l->limit, 3, &n);
    for (int i = 0; i < n; i++)
        episode_row(req, r, i, &items[i]);
    out.items = items;
    out.n_items = (size_t)n;
    if (l->in.count)
        out.count = db_int(&request_result(req, SLOT_COUNT)->result, 0, 0);
    if (!wire_late_episode_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step episode_steps[] = {
    [LEDGER_PARSE] = {"parse", episodes_parse},
    [LEDGER_SEND] = {"send", episodes_send},
    [LEDGER_REPLY] = {"reply", episodes_reply},
};
const struct use_case use_case_late_episodes = {"late episodes", sizeof(struct late_episodes),
                                                episode_steps, false, 0};
