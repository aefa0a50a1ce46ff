/* The routes as data, made from proto/tables/routes.def. */
#include "wire/routes.h"

#include <string.h>

#include "base/macros.h"

/* clang-format off */
#define JSON(m) (&message_##m)
#define NONE    NULL
enum {
    KEY = ROUTE_FLAG_KEY, IF_MATCH = ROUTE_FLAG_IF_MATCH, ETAG = ROUTE_FLAG_ETAG, LARGE = ROUTE_FLAG_LARGE,
    JOB = ROUTE_FLAG_JOB, AS_PDF = ROUTE_FLAG_AS_PDF, AS_TEXT = ROUTE_FLAG_AS_TEXT,
    AS_STREAM = ROUTE_FLAG_AS_STREAM, AS_DOCUMENT = ROUTE_FLAG_AS_DOCUMENT, OR_CSV = ROUTE_FLAG_OR_CSV,
    OR_ICS = ROUTE_FLAG_OR_ICS, FILE = ROUTE_FLAG_FILE, AS_BYTES = ROUTE_FLAG_AS_BYTES, OR_XLSX = ROUTE_FLAG_OR_XLSX,
    OR_PAGE = ROUTE_FLAG_OR_PAGE, OPEN = ROUTE_FLAG_OPEN, PERSON = ROUTE_FLAG_PERSON, FIRST = ROUTE_FLAG_FIRST
};

const struct route routes[ROUTE_COUNT] = {
#define ROUTE(r_id, r_method, r_path, r_request, r_reply, r_status, r_who, r_flags, r_query, vi, en) \
    [ROUTE_##r_id] = {.id = ROUTE_##r_id, .name = #r_id, .method = HTTP_##r_method, \
                      .path = (r_path), .request = (r_request), .reply = (r_reply), \
                      .query = (r_query), .status = (r_status), .who = ROUTE_WHO_##r_who, \
                      .flags = (r_flags), .summary = {(vi), (en)}},
#include "tables/routes.def"
#undef ROUTE
};

const char *const read_words[ROUTE_COUNT] = {
#define READ(route, word, vi, en) [ROUTE_##route] = (word),
#include "tables/reads.def"
#undef READ
};

const bool route_may_be_old[ROUTE_COUNT] = {
#define OLD_READ(route) [ROUTE_##route] = true,
#include "tables/old_reads.def"
#undef OLD_READ
};
/* clang-format on */

static const struct {
    const char *word, *label[2];
} read_labels[] = {
#define READ(route, word, vi, en) {(word), {(vi), (en)}},
#include "tables/reads.def"
#undef READ
};

const char *read_label(const char *word, enum language lang)
{
    for (size_t i = 0; i < ARRAY_LEN(read_labels); i++)
        if (!strcmp(read_labels[i].word, word))
            return read_labels[i].label[lang];
    return NULL;
}
