#include "flow/statistics_period.h"

#include "domain/report_period.h"
#include "flow/app.h"
#include "wire/message.h"

static const struct {
    const char *key;
    enum report_calendar calendar;
    int months, back;
} presets[] = {
    {"month", REPORT_STATE, 1, 0},
    {"last_month", REPORT_STATE, 1, 1},
    {"quarter", REPORT_STATE, 3, 0},
    {"last_quarter", REPORT_STATE, 3, 1},
    {"half", REPORT_STATE, 6, 0},
    {"last_half", REPORT_STATE, 6, 1},
    {"year", REPORT_STATE, 12, 0},
    {"last_year", REPORT_STATE, 12, 1},
    {"calendar_month", REPORT_CALENDAR, 1, 0},
    {"last_calendar_month", REPORT_CALENDAR, 1, 1},
    {"calendar_quarter", REPORT_CALENDAR, 3, 0},
    {"last_calendar_quarter", REPORT_CALENDAR, 3, 1},
    {"calendar_half", REPORT_CALENDAR, 6, 0},
    {"last_calendar_half", REPORT_CALENDAR, 6, 1},
    {"calendar_year", REPORT_CALENDAR, 12, 0},
    {"last_calendar_year", REPORT_CALENDAR, 12, 1},
};

const char *statistics_period_label(struct request *req, int months, int year, int part)
{
    static const char *const roman[] = {"I", "II", "III", "IV"};
    bool is_vi = req->lang == LANGUAGE_VI;

    switch (months) {
    case 1:
        return arena_printf(req->arena, is_vi ? "Tháng %d/%d" : "Month %d/%d", part, year);
    case 3:
        return arena_printf(req->arena, is_vi ? "Quý %s/%d" : "Quarter %s/%d",
                            roman[(part - 1) % 4], year);
    case 6:
        return arena_printf(req->arena, is_vi ? "6 tháng %s năm %d" : "%s half of %d",
                            part == 1 ? (is_vi ? "đầu" : "First") : (is_vi ? "cuối" : "Second"),
                            year);
    default:
        return arena_printf(req->arena, is_vi ? "Năm %d" : "Year %d", year);
    }
}

static enum step_result periods_wait(struct request *req)
{
    return request_wait(req, 1);
}

static enum step_result periods_reply(struct request *req)
{
    struct wire_report_period items[ARRAY_LEN(presets)];
    int32_t today = instant_date(req->now, req->zone_s);
    struct wire_report_period_list out;

    wire_report_period_list_init(&out);
    for (size_t i = 0; i < ARRAY_LEN(presets); i++) {
        struct report_period p = report_period_of(presets[i].calendar, REPORT_FIRST_DAY,
                                                  presets[i].months, today, presets[i].back);

        wire_report_period_init(&items[i]);
        items[i].key = presets[i].key;
        items[i].label = statistics_period_label(req, presets[i].months, p.year, p.part);
        items[i].calendar = (int)presets[i].calendar;
        items[i].months = presets[i].months;
        items[i].from = p.from;
        items[i].to = p.to;
    }
    out.items = items;
    out.n_items = ARRAY_LEN(presets);
    if (!wire_report_period_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step periods_steps[] = {{"wait", periods_wait}, {"reply", periods_reply}};
const struct use_case use_case_statistics_periods = {"statistics periods", sizeof(struct request),
                                                     periods_steps, false, 0};
