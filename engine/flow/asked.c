/* See asked.h. */
#include "flow/asked.h"

#include <ctype.h>
#include <stdlib.h>

/* One out of range becomes the last of the range: nothing is there. False: `s` begins with no
 * number. */
static bool read_number(const char **s, int64_t *ret)
{
    const char *digits = *s + (**s == '-');
    char *end;

    if (!isdigit((unsigned char)*digits))
        return false;
    *ret = strtoll(*s, &end, 10);
    *s = end;
    return true;
}

int64_t asked_id(const struct request *req, const char *name)
{
    const char *s = http_request_param(req->http, name);
    int64_t id;

    return read_number(&s, &id) && !*s && id > 0 ? id : -1;
}

bool asked_after(struct request *req, const char *after, int64_t *const parts[], size_t n)
{
    const char *s = after;

    for (size_t i = 0; s && i < n; i++)
        if ((i && *s++ != '.') || !read_number(&s, parts[i]))
            return error_set(&req->error, ERR_LIST_AFTER, arg_text("value", after));
    return !s || !*s || error_set(&req->error, ERR_LIST_AFTER, arg_text("value", after));
}
