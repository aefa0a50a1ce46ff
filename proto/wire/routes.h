/* The rows of proto/tables/routes.def. engine/http matches them, the OpenAPI document lists them.
 */
#pragma once
#include <stddef.h>

#include "wire/http_reader.h"
#include "wire/message.h"

enum route_id {
#define ROUTE(id, method, path, request, reply, status, who, flags, query, vi, en) ROUTE_##id,
#include "tables/routes.def"
#undef ROUTE
    ROUTE_COUNT
};

enum route_who { ROUTE_WHO_PUBLIC, ROUTE_WHO_SESSION };

enum {
    ROUTE_FLAG_KEY = 1,           /* honours Idempotency-Key */
    ROUTE_FLAG_IF_MATCH = 2,      /* honours If-Match */
    ROUTE_FLAG_ETAG = 4,          /* sends the version */
    ROUTE_FLAG_LARGE = 8,         /* takes a large body */
    ROUTE_FLAG_JOB = 16,          /* may answer 202 with a job */
    ROUTE_FLAG_AS_PDF = 32,       /* sends application/pdf */
    ROUTE_FLAG_AS_TEXT = 64,      /* sends text/plain */
    ROUTE_FLAG_AS_STREAM = 128,   /* sends text/event-stream */
    ROUTE_FLAG_AS_DOCUMENT = 256, /* sends JSON that is not a message */
    ROUTE_FLAG_OR_CSV = 512,      /* sends text/csv when format=csv */
    ROUTE_FLAG_OR_ICS = 1024,     /* sends text/calendar when format=ics */
    ROUTE_FLAG_FILE = 2048,       /* takes the bytes of a file as body */
    ROUTE_FLAG_AS_BYTES = 4096,   /* sends the bytes of a file */
    ROUTE_FLAG_OR_XLSX = 8192,    /* sends a spreadsheet when format=xlsx */
    ROUTE_FLAG_OR_PAGE = 16384,   /* sends a page to whoever prefers text/html */
    ROUTE_FLAG_OPEN = 32768,      /* public, and nothing to guess at */
    ROUTE_FLAG_PERSON = 65536,    /* no API token may */
    ROUTE_FLAG_FIRST = 131072     /* a login may that has something else to do first */
};

#define ROUTE_LARGE_BODY ((size_t)32 << 20)

struct route {
    const char *name; /* "DOSSIER_NEW"; in lower case the operationId */
    const char *path; /* "/api/v1/dossiers/{code}" */
    const struct codec_message *request, *reply, *query; /* NULL: none */
    const char *summary[2];                              /* by enum language */
    enum route_id id;
    enum http_method method;
    int status; /* of success */
    enum route_who who;
    unsigned flags;
};

extern const struct route routes[ROUTE_COUNT]; /* by id */
/* What the log of reads says of a reply (proto/tables/reads.def); NULL: it shows nobody. */
extern const char *const read_words[ROUTE_COUNT];
extern const bool route_may_be_old[ROUTE_COUNT];              /* proto/tables/old_reads.def */
const char *read_label(const char *word, enum language lang); /* NULL: no such word */
