/* Log lines: built in a fixed buffer and written with one call, so that lines never mix. */
#include "base/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/instant.h"
#include "base/json.h"

static enum log_level least = LOG_INFO;

void log_set_level(enum log_level level)
{
    least = level;
}

static void json_text(struct buffer *b, const char *s)
{
    json_write(b, s, strlen(s));
}

static void value(struct buffer *b, const char *name, enum error_arg_kind kind, int64_t number,
                  const char *text)
{
    char when[INSTANT_TEXT_MAX];

    buffer_char(b, ',');
    json_text(b, name);
    buffer_char(b, ':');
    switch (kind) {
    case ERROR_ARG_TEXT:
    case ERROR_ARG_LABEL:
        json_text(b, text ? text : "");
        return;
    case ERROR_ARG_DATE:
        date_format((int32_t)number, when);
        json_text(b, when);
        return;
    case ERROR_ARG_INSTANT:
        instant_format(number, ZONE_VIETNAM_S, when);
        json_text(b, when);
        return;
    case ERROR_ARG_NUMBER:
    case ERROR_ARG_END:
        break;
    }
    buffer_printf(b, "%" PRId64, number);
}

static void head(struct buffer *b, enum log_level level, const char *event)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    char when[INSTANT_TEXT_MAX];

    instant_format(clock_real(), ZONE_VIETNAM_S, when);
    buffer_printf(b, "{\"t\":\"%s\",\"level\":\"%s\",\"event\":", when, names[level]);
    json_text(b, event);
}

static void finish(struct buffer *b)
{
    buffer_text(b, "}\n");
    if (!b->is_failed) {
        ssize_t n = write(STDERR_FILENO, b->data, b->len);

        (void)n; /* a log that cannot be written has nowhere to complain */
    }
    buffer_deinit(b);
}

void log_event_at(enum log_level level, const char *event, ...)
{
    struct buffer b = {0};
    va_list ap;

    if (level < least)
        return;
    head(&b, level, event);
    va_start(ap, event);
    for (;;) {
        struct error_value v = va_arg(ap, struct error_value);

        if (v.kind == ERROR_ARG_END)
            break;
        value(&b, v.name, v.kind, v.number, v.text);
    }
    va_end(ap);
    finish(&b);
}

void log_error(enum log_level level, const char *event, const struct error *err)
{
    struct buffer b = {0};

    if (level < least)
        return;
    head(&b, level, event);
    value(&b, "code", ERROR_ARG_TEXT, 0, error_word(err->code));
    value(&b, "origin", ERROR_ARG_TEXT, 0, err->origin);
    for (size_t i = 0; i < ERROR_ARGS_MAX && err->args[i].name; i++) {
        if (!strcmp(err->args[i].name, "value"))
            continue; /* what a stranger typed: a name or a number of somebody */
        value(&b, err->args[i].name, err->args[i].kind, err->args[i].number, err->args[i].text);
    }
    finish(&b);
}
