/* See statistics_breaking.h. */
#include "flow/statistics_breaking.h"

#include "flow/app.h"

#define SHOWN_MAX 4 /* codes that a sentence has room for */

bool statistics_breaking_send(struct request *req, int slot, const struct statistics_scope *scope,
                              struct error *ret_sum)
{
    struct db_params p;
    bool sent;

    if (req->error.code != ERR_REPORT_UNBALANCED)
        return false;
    *ret_sum = req->error;
    error_clear(&req->error);
    db_params_init(&p);
    statistics_scope_put(req, scope, &p);
    db_put_int4(&p, SHOWN_MAX);
    sent = request_query(req, slot, DB_LANE_READ, DB_STATISTICS_BREAKING, &p);
    db_params_deinit(&p);
    return sent;
}

void statistics_breaking_tell(struct request *req, int slot, const struct error *sum)
{
    const struct db_result *r = &request_result(req, slot)->result;
    bool is_vi = req->lang == LANGUAGE_VI;
    CLEANUP(buffer_deinit) struct buffer codes = {0};
    int n = db_rows(r);

    for (int i = 0; i < n; i++)
        buffer_printf(&codes, "%s%s", i ? ", " : "", db_text_or_empty(r, i, 0));
    if (n && db_int(r, 0, 1) > n)
        buffer_printf(&codes, is_vi ? " và %lld hồ sơ khác" : " and %lld more",
                      (long long)(db_int(r, 0, 1) - n));
    if (!n) /* the facts are sound: what was added up over the days is not */
        buffer_text(&codes, is_vi ? "không có; số đếm lệch, chạy motcua verify"
                                  : "none; counters differ, run motcua verify");
    error_set(&req->error, ERR_REPORT_UNBALANCED, arg_text("row", error_arg(sum, "row")->text),
              arg_text("sum", error_arg(sum, "sum")->text),
              arg_text("dossiers", codes.is_failed ? "-" : codes.data));
}
