/* Form II.06a from facts: one dossier at a time into thirteen columns, so that each column's
 * condition stands once and can be read beside statistics.md 1.3.  SQL does the same over stored
 * rows and is tested against this.
 *
 * Source: law:report-ii06a. */
#include "domain/report.h"

#include <stdio.h>

#include "base/instant.h"
#include "base/macros.h"
#include "domain/fact_impl.h"

/* Was it overdue when the period closed, for one still open then?  The close is the end of `to_on`,
 * or `as_of` when that comes first.  Day limits by date (due on the last day is not late), the
 * others by instant.  Who waited inside the limit is in time however long the wait. */
static bool report_is_overdue(const struct fact *f, int32_t to_on, int64_t as_of, int32_t zone_s)
{
    int64_t period_end = date_instant(to_on + 1, zone_s);
    int64_t close_at = as_of < period_end ? as_of : period_end - 1;

    if (f->is_waiting && f->ended_at == INSTANT_NONE)
        return f->was_overdue_before_wait;
    if (f->due_at == INSTANT_NONE)
        return false;
    if (f->due_is_instant)
        return close_at > f->due_at;
    return f->due_on < instant_date(close_at, zone_s);
}

static void report_count_done(const struct fact *f, struct report_row *row)
{
    row->total_done++;
    switch (f->judgement) {
    case JUDGEMENT_EARLY:
        row->early++;
        break;
    case JUDGEMENT_LATE:
        row->late++;
        break;
    case JUDGEMENT_NONE:
    case JUDGEMENT_ON_TIME:
    case JUDGEMENT_COUNT:
        row->on_time++;
        break;
    }
    if (fact_is_stopped(f->outcome)) {
        if (f->judgement == JUDGEMENT_LATE)
            row->stopped_late++;
        else
            row->stopped_other++;
    }
}

void report_count(const struct fact *f, int32_t from_on, int32_t to_on, int64_t as_of,
                  int32_t zone_s, struct report_row *row)
{
    bool is_ended = f->ended_at != INSTANT_NONE;

    if (f->received_on > to_on || (is_ended && f->ended_on < from_on))
        return; /* not yet there, or gone before the period began */
    row->total_received++;
    if (f->received_on < from_on)
        row->carried_over++;
    else if (f->channel == CHANNEL_ONLINE)
        row->online++;
    else
        row->direct++;
    if (is_ended && f->ended_on <= to_on) {
        report_count_done(f, row);
        return;
    }
    row->total_open++;
    if (report_is_overdue(f, to_on, as_of, zone_s))
        row->open_overdue++;
    else
        row->open_in_time++;
}

/* The columns, for sums over rows and for the check. */
struct report_column {
    const char *name;
    size_t offset;
};

#define REPORT_COLUMN(number, member)                                                              \
    {                                                                                              \
        number, offsetof(struct report_row, member)                                                \
    }
static const struct report_column report_columns[] = {
    REPORT_COLUMN("(3)", total_received),
    REPORT_COLUMN("(4)", online),
    REPORT_COLUMN("(5)", direct),
    REPORT_COLUMN("(6)", carried_over),
    REPORT_COLUMN("(7)", total_done),
    REPORT_COLUMN("(8)", early),
    REPORT_COLUMN("(9)", on_time),
    REPORT_COLUMN("(10)", late),
    REPORT_COLUMN("(11)", total_open),
    REPORT_COLUMN("(12)", open_in_time),
    REPORT_COLUMN("(13)", open_overdue),
    REPORT_COLUMN("stopped_late", stopped_late),
    REPORT_COLUMN("stopped_other", stopped_other),
};

static int64_t *report_cell(struct report_row *row, size_t column)
{
    return (int64_t *)(void *)((char *)row + report_columns[column].offset);
}

static int64_t report_value(const struct report_row *row, size_t column)
{
    return *(const int64_t *)(const void *)((const char *)row + report_columns[column].offset);
}

void report_add(struct report_row *sum, const struct report_row *row)
{
    for (size_t i = 0; i < ARRAY_LEN(report_columns); i++)
        *report_cell(sum, i) += report_value(row, i);
}

/* The first sum inside one row that does not hold, or NULL. */
static const char *report_row_fault(const struct report_row *row)
{
    if (row->total_received != row->online + row->direct + row->carried_over)
        return "(3)=(4)+(5)+(6)";
    if (row->total_done != row->early + row->on_time + row->late)
        return "(7)=(8)+(9)+(10)";
    if (row->total_open != row->open_in_time + row->open_overdue)
        return "(11)=(12)+(13)";
    if (row->total_received != row->total_done + row->total_open)
        return "(3)=(7)+(11)";
    if (row->stopped_late > row->late || row->stopped_other > row->early + row->on_time)
        return "stopped<=(7)";
    return NULL;
}

static bool report_check_row(const struct report_row *row, struct error *err)
{
    const char *fault = report_row_fault(row);

    if (!fault)
        return true;
    return error_set(err, ERR_REPORT_UNBALANCED, arg_text("row", row->label ? row->label : ""),
                     arg_text("sum", fault), arg_text("dossiers", "-"));
}

bool report_check(const struct report_row *rows, int n, const struct report_row *total,
                  struct error *err)
{
    struct report_row sum = {0};

    for (int i = 0; i < n; i++) {
        if (!report_check_row(&rows[i], err))
            return false;
        report_add(&sum, &rows[i]);
    }
    if (!report_check_row(total, err))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(report_columns); i++)
        if (report_value(&sum, i) != report_value(total, i))
            return error_set(err, ERR_REPORT_UNBALANCED,
                             arg_text("row", total->label ? total->label : ""),
                             arg_text("sum", report_columns[i].name), arg_text("dossiers", "-"));
    return true;
}
