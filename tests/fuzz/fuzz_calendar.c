/* The text form of a calendar, and the calendar built from it: whatever is taken answers every day
 * of its years, and adding working time is undone by counting it. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/instant.h"
#include "domain/calendar_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void calendar_hold(const struct calendar *cal)
{
    int32_t from_on = date_from_civil(calendar_first_year(cal), 1, 1);
    int32_t day;
    struct calendar_info info;
    struct error err;

    for (int32_t on = from_on; on < from_on + 400; on += 3) {
        int64_t from = date_instant(on, calendar_zone_s(cal)) + 10 * INSTANT_HOUR, at, us;

        if (calendar_day(cal, on, &info, &err))
            assert(info.is_working == calendar_is_working(cal, on) && info.name_vi && info.source);
        if (calendar_add_work(cal, from, 90 * INSTANT_MINUTE, &at, &err))
            assert(calendar_work_between(cal, from, at, &us, &err) && us == 90 * INSTANT_MINUTE);
        if (calendar_next_half(cal, from, 3, &day, &at, &err))
            assert(at > from && calendar_is_working(cal, day) && calendar_is_intake(cal, at));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(calendar_builder_freep) struct calendar_builder *b = NULL;
    struct calendar *cal = NULL;
    struct error err;

    if (!calendar_builder_new("", 0, &b, &err))
        return 0;
    if (calendar_text_read(b, CALENDAR_COUNTRY, (const char *)data, size, &err) &&
        calendar_builder_build(b, &cal, &err))
        calendar_hold(cal);
    calendar_unref(cal);
    return 0;
}
