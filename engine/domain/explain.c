/* The list behind a promise. It walks the days between receipt and due date and asks the calendar
 * about each; the promise itself is due_compute()'s, so that a list can never promise something
 * else. */
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "domain/explain_impl.h"

/* ---- the list ---- */

struct explain_row *explain_add(struct explain_list *list, int32_t on)
{
    struct explain *e = list->e;
    struct explain_row *row;
    struct error ignored;

    if (e->n_rows == list->size) {
        size_t n = list->size ? list->size * 2 : 32;
        struct explain_row *rows = realloc(e->rows, n * sizeof *rows);

        if (!rows)
            return NULL;
        e->rows = rows;
        list->size = n;
    }
    row = &e->rows[e->n_rows++];
    memset(row, 0, sizeof *row);
    row->on = row->to_on = on;
    row->is_known = calendar_day(e->cal, on, &row->info, &ignored);
    row->is_due = on == e->due.on;
    return row;
}

/* Working time of one day inside the span from receipt to promise. */
static void row_use_hours(const struct explain *e, struct explain_row *row)
{
    int64_t midnight = date_instant(row->on, calendar_zone_s(e->cal));

    for (int i = 0; i < row->info.n_sessions; i++) {
        int64_t from = midnight + row->info.sessions[i].from_minute * INSTANT_MINUTE;
        int64_t to = midnight + row->info.sessions[i].to_minute * INSTANT_MINUTE;

        from = from > e->from ? from : e->from;
        to = to < e->due.at ? to : e->due.at;
        if (from >= to)
            continue;
        row->used[row->n_used++] = (struct explain_used){from, to};
        row->used_us += to - from;
    }
}

bool explain_is_hours(const struct explain *e)
{
    return e->limit.unit == LIMIT_WORKING_HOURS ||
           (e->limit.unit == LIMIT_WORKING_DAYS && e->rule.day_model == DUE_DAYS_HOURS) ||
           (e->limit.unit == LIMIT_HALF_DAYS && e->rule.half_day_model == DUE_HALVES_HOURS);
}

static void mark_by_hours(const struct explain *e, struct explain_row *row, int32_t from_on)
{
    row_use_hours(e, row);
    if (row->n_used)
        row->mark = EXPLAIN_HOURS;
    else
        row->mark = row->on == from_on ? EXPLAIN_RECEIPT : EXPLAIN_SKIPPED;
}

static void mark_by_days(struct explain_row *row, int32_t from_on, int32_t *count)
{
    if (row->on == from_on) {
        row->mark = EXPLAIN_RECEIPT;
        return;
    }
    row->mark = row->info.is_working ? EXPLAIN_COUNTED : EXPLAIN_SKIPPED;
    if (row->info.is_working)
        row->number = ++*count;
}

static void mark_by_halves(const struct explain *e, struct explain_row *row, int32_t from_on,
                           int32_t *count)
{
    int64_t midnight = date_instant(row->on, calendar_zone_s(e->cal));

    for (int i = 0; i < row->info.n_halves && *count < e->limit.amount; i++) {
        int64_t from = midnight + row->info.halves[i].from_minute * INSTANT_MINUTE;
        int64_t to = midnight + row->info.halves[i].to_minute * INSTANT_MINUTE;

        if (from <= e->from)
            continue;
        row->used[row->n_used++] = (struct explain_used){from, to};
        row->used_us += to - from;
        row->number = ++*count;
    }
    if (row->n_used)
        row->mark = EXPLAIN_HALVES;
    else
        row->mark = row->on == from_on ? EXPLAIN_RECEIPT : EXPLAIN_SKIPPED;
}

/* Calendar days, and months, whose days before the last are not listed. */
static void mark_by_date(const struct explain *e, struct explain_row *row, int32_t from_on,
                         int32_t last_on)
{
    bool is_month = e->limit.unit == LIMIT_MONTHS;

    if (row->on == from_on) {
        row->mark = EXPLAIN_RECEIPT;
        return;
    }
    if (row->on > last_on || (row->on == last_on && !row->is_due)) {
        row->mark = row->is_due ? EXPLAIN_COUNTED : EXPLAIN_ROLLED;
        row->number = row->on == last_on ? e->limit.amount : 0;
        return;
    }
    row->mark = is_month ? EXPLAIN_MONTH : EXPLAIN_COUNTED;
    row->number = is_month ? e->limit.amount : row->on - from_on;
}

static void mark_same_day(struct explain_row *row, int32_t from_on)
{
    if (row->is_due)
        row->mark = EXPLAIN_COUNTED;
    else if (row->on == from_on && row->info.is_working)
        row->mark = EXPLAIN_RECEIPT_LATE;
    else
        row->mark = EXPLAIN_SKIPPED;
}

static bool list_days(struct explain *e, struct error *err)
{
    int32_t from_on = instant_date(e->from, calendar_zone_s(e->cal)), last_on = from_on, count = 0;
    struct explain_list list = {.e = e};

    if (e->limit.unit == LIMIT_CALENDAR_DAYS)
        last_on = from_on + e->limit.amount;
    if (e->limit.unit == LIMIT_MONTHS)
        last_on = date_add_months(from_on, e->limit.amount);
    for (int32_t on = from_on; on <= e->due.on; on++) {
        struct explain_row *row;

        if (e->limit.unit == LIMIT_MONTHS && on > from_on && on < last_on)
            on = last_on;
        row = explain_add(&list, on);
        if (!row)
            return error_set(err, ERR_NO_MEMORY, arg_text("what", "explain"));
        if (explain_is_hours(e))
            mark_by_hours(e, row, from_on);
        else if (e->limit.unit == LIMIT_WORKING_DAYS)
            mark_by_days(row, from_on, &count);
        else if (e->limit.unit == LIMIT_HALF_DAYS)
            mark_by_halves(e, row, from_on, &count);
        else if (e->limit.unit == LIMIT_SAME_DAY)
            mark_same_day(row, from_on);
        else
            mark_by_date(e, row, from_on, last_on);
    }
    return true;
}

bool due_explain(const struct calendar *cal, const struct due_rule *rule, struct limit limit,
                 int64_t from, struct explain *ret_explain, struct error *err)
{
    struct explain e = {.rule = *rule, .limit = limit, .from = from};

    if (!due_compute(cal, rule, limit, from, &e.due, err))
        return false;
    e.cal = calendar_ref(cal);
    if (!list_days(&e, err)) {
        explain_deinit(&e);
        return false;
    }
    *ret_explain = e;
    return true;
}

void explain_deinit(struct explain *e)
{
    e->cal = calendar_unref(e->cal);
    free(e->rows);
    e->rows = NULL;
    e->n_rows = 0;
}
