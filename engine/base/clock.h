/* The only place that asks what time it is. A demonstration database stores an offset which every
 * daemon adds to its business clock; logins, leases and TLS use the real clock. */
#pragma once
#include <stdint.h>

int64_t clock_real(void);      /* microseconds since 1970 UTC */
int64_t clock_business(void);  /* clock_real() plus the demonstration offset */
int64_t clock_monotonic(void); /* microseconds, for durations only */
void clock_set_offset(int64_t offset_us);
int64_t clock_offset(void);
