/* See letter_report.h. A row whose outcome no column knows makes its sum fail: nothing owed is left
 * out in silence. */
#include "domain/letter_report.h"

void letter_report_add(struct letter_report_row *sum, const struct letter_report_row *row)
{
    sum->owed += row->owed;
    sum->in_time += row->in_time;
    sum->after_latest += row->after_latest;
    sum->after_due += row->after_due;
    sum->missing += row->missing;
    sum->open += row->open;
    sum->objective_none += row->objective_none;
    sum->objective_notice += row->objective_notice;
    sum->second_delay += row->second_delay;
    sum->lapsed += row->lapsed;
}

static bool letter_report_check_row(const struct letter_report_row *row, struct error *err)
{
    if (row->owed == row->in_time + row->after_latest + row->after_due + row->missing + row->open +
                         row->objective_none + row->objective_notice + row->second_delay +
                         row->lapsed)
        return true;
    return error_set(err, ERR_REPORT_UNBALANCED, arg_text("row", row->label ? row->label : ""),
                     arg_text("sum", "owed"), arg_text("dossiers", "-"));
}

bool letter_report_check(const struct letter_report_row *rows, int n,
                         const struct letter_report_row *total, struct error *err)
{
    struct letter_report_row sum = {0};

    for (int i = 0; i < n; i++) {
        if (!letter_report_check_row(&rows[i], err))
            return false;
        letter_report_add(&sum, &rows[i]);
    }
    if (sum.owed != total->owed)
        return error_set(err, ERR_REPORT_UNBALANCED,
                         arg_text("row", total->label ? total->label : ""), arg_text("sum", "owed"),
                         arg_text("dossiers", "-"));
    return letter_report_check_row(total, err);
}
