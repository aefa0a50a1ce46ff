/* Instants and dates. An instant is microseconds since 1970 UTC, a date is days since 1970-01-01 at
 * the office. The zone is seconds east of UTC, one per installation, and has no summer time. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define INSTANT_SECOND  INT64_C(1000000)
#define INSTANT_MINUTE  (60 * INSTANT_SECOND)
#define INSTANT_HOUR    (60 * INSTANT_MINUTE)
#define INSTANT_DAY     (24 * INSTANT_HOUR)
#define INSTANT_NONE    INT64_MIN /* "no such instant"; sorts before all */
#define INSTANT_FOREVER INT64_MAX
#define DATE_NONE       INT32_MIN
#define ZONE_VIETNAM_S  (7 * 3600)

#define INSTANT_TEXT_MAX 40 /* bytes for any format below, terminator included */

struct civil {
    int year, month, day; /* 1..12, 1..31 */
};

int32_t date_from_civil(int year, int month, int day);
struct civil date_civil(int32_t on);
bool date_is_valid(int year, int month, int day); /* years 1900..2200 */
int date_weekday(int32_t on);                     /* 1 Monday .. 7 Sunday */
int date_month_days(int year, int month);
int32_t date_add_months(int32_t on, int months); /* same day number, or last of a shorter month */

int32_t instant_date(int64_t at, int32_t zone_s);       /* the date at the office */
int64_t instant_day_offset(int64_t at, int32_t zone_s); /* microseconds since that midnight */
int64_t date_instant(int32_t on, int32_t zone_s);       /* midnight that begins the date */

/* "2022-08-30". Returns false when the text is no such date in 1900..2200. */
MUST_CHECK
bool date_parse(const char *text, int32_t *ret_on);
void date_format(int32_t on, char buf[INSTANT_TEXT_MAX]);

/* RFC 3339 with seconds optional and up to six decimals: "2022-08-30T10:00:00.25+07:00"; a blank
 * may stand for the T. With `zone_s_if_absent` other than INT32_MIN a missing offset means that
 * zone, otherwise it is refused. */
MUST_CHECK
bool instant_parse(const char *text, int32_t zone_s_if_absent, int64_t *ret_at);
void instant_format(int64_t at, int32_t zone_s, char buf[INSTANT_TEXT_MAX]); /* decimals if any */

/* As people write them: 05/8/2022 and 17:00 05/8/2022 (day two digits, month padded for 1 and 2).
 */
void date_format_vi(int32_t on, char buf[INSTANT_TEXT_MAX]);
void instant_format_vi(int64_t at, int32_t zone_s, char buf[INSTANT_TEXT_MAX]);
