/* Replies are put together in one buffer, so that head and a small body leave in one packet. */
#include "wire/http_writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/instant.h"

static const struct {
    int status;
    const char *reason;
} reasons[] = {
    {100, "Continue"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {303, "See Other"},
    {304, "Not Modified"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

const char *http_reason(int status)
{
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "";
}

bool http_status_has_body(int status)
{
    return status >= 200 && status != 204 && status != 304;
}

void http_write_status(struct buffer *b, int status)
{
    char line[] = "HTTP/1.1 000 ";

    assert(status >= 100 && status <= 599);
    line[9] = (char)('0' + status / 100);
    line[10] = (char)('0' + status / 10 % 10);
    line[11] = (char)('0' + status % 10);
    buffer_add(b, line, sizeof line - 1);
    buffer_text(b, http_reason(status));
    buffer_add(b, "\r\n", 2);
}

/* Visible ASCII without the colon is enough here: the names are ours, only a slip must not pass. */
static bool http_name_is_valid(const char *s)
{
    if (!*s)
        return false;
    for (; *s; s++)
        if (*s <= ' ' || *s >= 127 || *s == ':')
            return false;
    return true;
}

static bool http_value_is_valid(const char *s)
{
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;

        if ((c < ' ' && c != '\t') || c == 127)
            return false;
    }
    return true;
}

void http_write_field(struct buffer *b, const char *name, const char *value)
{
    if (!http_name_is_valid(name) || !http_value_is_valid(value)) {
        b->is_failed = true;
        return;
    }
    buffer_text(b, name);
    buffer_add(b, ": ", 2);
    buffer_text(b, value);
    buffer_add(b, "\r\n", 2);
}

void http_write_number(struct buffer *b, const char *name, uint64_t value)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRIu64, value);
    http_write_field(b, name, text);
}

void http_date_format(int64_t at, char buf[HTTP_DATE_MAX])
{
    static const char days[][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int32_t on = instant_date(at, 0);
    struct civil c = date_civil(on);
    int s = (int)(instant_day_offset(at, 0) / INSTANT_SECOND);

    snprintf(buf, HTTP_DATE_MAX, "%s, %02u %s %04u %02u:%02u:%02u GMT", days[date_weekday(on) - 1],
             (unsigned)c.day % 100, months[c.month - 1], (unsigned)c.year % 10000,
             (unsigned)(s / 3600) % 100, (unsigned)(s / 60 % 60), (unsigned)(s % 60));
}

void http_write_date(struct buffer *b, int64_t at)
{
    char text[HTTP_DATE_MAX];

    http_date_format(at, text);
    http_write_field(b, "Date", text);
}

void http_write_end(struct buffer *b)
{
    buffer_add(b, "\r\n", 2);
}

void http_write_chunk(struct buffer *b, const void *bytes, size_t len)
{
    if (!len)
        return; /* an empty chunk would end the body */
    buffer_printf(b, "%zx\r\n", len);
    buffer_add(b, bytes, len);
    buffer_add(b, "\r\n", 2);
}

void http_write_last_chunk(struct buffer *b)
{
    buffer_text(b, "0\r\n\r\n");
}
