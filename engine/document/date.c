/* Dates as papers write them (law:layout). */
#include <glib.h>

#include "base/instant.h"
#include "document/document.h"

void document_date_text(int32_t on, char buf[DOCUMENT_DATE_TEXT_MAX])
{
    struct civil c = date_civil(on);

    g_snprintf(buf, DOCUMENT_DATE_TEXT_MAX,
               c.month <= 2 ? "ngày %02d tháng %02d năm %d" : "ngày %02d tháng %d năm %d", c.day,
               c.month, c.year);
}

void document_instant_text(int64_t at, int32_t zone_s, char buf[DOCUMENT_DATE_TEXT_MAX])
{
    int64_t minutes = instant_day_offset(at, zone_s) / INSTANT_MINUTE;
    char date[DOCUMENT_DATE_TEXT_MAX];

    document_date_text(instant_date(at, zone_s), date);
    g_snprintf(buf, DOCUMENT_DATE_TEXT_MAX, "%02d giờ %02d phút, %s", (int)(minutes / 60),
               (int)(minutes % 60), date);
}
