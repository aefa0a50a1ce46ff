/* Debian's http-parser, once the reader of Node.js: lenient, and known to everybody. */
#include "http_oracle.h"

#include <http_parser.h>
#include <string.h>

static int oracle_on_url(http_parser *p, const char *at, size_t len)
{
    struct oracle_reading *o = p->data;

    memcpy(o->target + o->target_len, at, len);
    o->target_len += len;
    return 0;
}

static int oracle_on_body(http_parser *p, const char *at, size_t len)
{
    struct oracle_reading *o = p->data;

    memcpy(o->body + o->body_len, at, len);
    o->body_len += len;
    return 0;
}

static int oracle_on_complete(http_parser *p)
{
    struct oracle_reading *o = p->data;

    o->is_complete = true;
    http_parser_pause(p, 1);
    return 0;
}

void oracle_read(const char *bytes, size_t len, struct oracle_reading *ret)
{
    http_parser_settings settings;
    http_parser p;

    http_parser_settings_init(&settings);
    settings.on_url = oracle_on_url;
    settings.on_body = oracle_on_body;
    settings.on_message_complete = oracle_on_complete;
    memset(ret, 0, sizeof *ret);
    http_parser_init(&p, HTTP_REQUEST);
    p.data = ret;
    ret->end = http_parser_execute(&p, &settings, bytes, len);
    if (!ret->is_complete)
        ret->reason = http_errno_name(HTTP_PARSER_ERRNO(&p));
    ret->method = http_method_str((enum http_method)p.method);
    ret->minor = p.http_minor;
}
