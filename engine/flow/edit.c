#include "flow/edit.h"

#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "flow/app.h"
#include "flow/reference.h"

bool edit_check_day(struct request *req, const char *field, int32_t on)
{
    int32_t today = instant_date(req->now, req->zone_s);

    return on >= today || error_set(&req->error, ERR_VERSION_PAST, arg_text("field", field),
                                    arg_date("value", on), arg_date("today", today));
}

bool edit_accepted(struct request *req, const char *key, int32_t from_on, int64_t *ret_change)
{
    const struct db_result *r = &request_result(req, EDIT_SLOT)->result;
    const char *word = db_text_or_empty(r, 0, 0);

    if (!strcmp(word, "in_use"))
        return error_set(&req->error, ERR_VERSION_IN_USE, arg_text("key", key),
                         arg_date("from", from_on));
    if (strcmp(word, "saved") != 0)
        return error_set(&req->error, ERR_VERSION_RACE, arg_text("key", key));
    *ret_change = db_int(r, 0, 1);
    return true;
}

static const char *version_text(int64_t version, char buf[32])
{
    snprintf(buf, 32, "\"%lld\"", (long long)version);
    return buf;
}

bool edit_names_version(const struct request *req, int64_t version)
{
    const char *s = req->http ? req->http->if_match : NULL;
    char expected[32];

    return !s || !strcmp(s, "*") ||
           !strcmp(strncmp(s, "W/", 2) ? s : s + 2, version_text(version, expected));
}

void edit_version_field(struct request *req, int64_t version)
{
    char text[32];

    request_field(req, "ETag", version_text(version, text));
}

static void reloaded(void *data)
{
    request_release(data);
}

enum step_result edit_reload(struct request *req, int step)
{
    request_hold(req);
    reference_reload(req->app, reloaded, req);
    return request_wait(req, step);
}

void edit_take_newest(struct request *req)
{
    request_renew(req);
}
