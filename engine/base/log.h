/* Structured log lines on standard error, one JSON object each:
 *   {"t":"2022-08-30T10:00:00.000000+07:00","level":"info","event":"sweep_done","seen":12}
 * No personal data and no secrets: log codes and ids, never names, numbers or bodies. */
#pragma once
#include <stdint.h>

#include "base/error.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_set_level(enum log_level level);

/* log_event(LOG_INFO, "sweep_done", arg_number("seen", 12), arg_text("office", "h")) */
#define log_event(level, event, ...) log_event_at((level), (event), __VA_ARGS__, ARG_END)
void log_event_at(enum log_level level, const char *event, ...);

/* The error's code, origin and arguments, once, where the reply is written; the argument "value",
 * which is what somebody typed, stays out of the log. */
void log_error(enum log_level level, const char *event, const struct error *err);
