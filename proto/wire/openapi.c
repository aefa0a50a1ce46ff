/* Schemas from messages.def, lists of words and the codes of errors.def; paths from routes.def. */
#include "wire/openapi.h"

#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "wire/problem.h"
#include "wire/routes.h"

/* A writer of JSON that knows when a comma is due. */
struct out {
    struct buffer *b;
    bool needs_comma;
};

static void separate(struct out *o)
{
    if (o->needs_comma)
        buffer_char(o->b, ',');
    o->needs_comma = true;
}

static void name(struct out *o, const char *key)
{
    separate(o);
    json_write(o->b, key, strlen(key));
    buffer_char(o->b, ':');
    o->needs_comma = false;
}

static void text(struct out *o, const char *value)
{
    separate(o);
    json_write(o->b, value, strlen(value));
}

static void number(struct out *o, int64_t value)
{
    separate(o);
    buffer_printf(o->b, "%" PRId64, value);
}

static void word(struct out *o, const char *literal)
{
    separate(o);
    buffer_text(o->b, literal);
}

static void open(struct out *o, char bracket)
{
    separate(o);
    buffer_char(o->b, bracket);
    o->needs_comma = false;
}

static void close(struct out *o, char bracket)
{
    buffer_char(o->b, bracket);
    o->needs_comma = true;
}

static void pair(struct out *o, const char *key, const char *value)
{
    name(o, key);
    text(o, value);
}

static void reference(struct out *o, const char *kind, const char *prefix, const char *target)
{
    name(o, "$ref");
    separate(o);
    buffer_printf(o->b, "\"#/components/%s/%s%s\"", kind, prefix, target);
}

static void lower(char *buf, size_t size, const char *upper)
{
    size_t i = 0;

    for (; i < size - 1 && upper[i]; i++)
        buf[i] = upper[i] >= 'A' && upper[i] <= 'Z' ? (char)(upper[i] + 32) : upper[i];
    buf[i] = '\0';
}

/* ---- schemas ---- */

/* "type": the plain one, or with null beside it for a field that may be null. */
static void type(struct out *o, const char *plain, bool may_be_null)
{
    name(o, "type");
    if (!may_be_null) {
        text(o, plain);
        return;
    }
    open(o, '[');
    text(o, plain);
    text(o, "null");
    close(o, ']');
}

static void referred(struct out *o, const char *prefix, const char *target, bool may_be_null)
{
    if (!may_be_null) {
        reference(o, "schemas", prefix, target);
        return;
    }
    name(o, "anyOf");
    open(o, '[');
    open(o, '{');
    reference(o, "schemas", prefix, target);
    close(o, '}');
    open(o, '{');
    pair(o, "type", "null");
    close(o, '}');
    close(o, ']');
}

static void text_bounds(struct out *o, const struct codec_field *f)
{
    name(o, "maxLength");
    number(o, f->max);
    if (f->flags & CODEC_REQUIRED) {
        name(o, "minLength");
        number(o, 1);
    }
    if (f->flags & CODEC_SECRET)
        pair(o, "format", "password");
}

static void array(struct out *o, const struct codec_field *f, bool may_be_null)
{
    type(o, "array", may_be_null);
    name(o, "maxItems");
    number(o, (int64_t)f->n_max);
    name(o, "items");
    open(o, '{');
    if (f->kind == CODEC_OBJECTS) {
        reference(o, "schemas", "", f->message->name);
    } else {
        pair(o, "type", "string");
        name(o, "maxLength");
        number(o, f->max);
    }
    close(o, '}');
}

/* The members of a field's schema, without its braces. A query has no null. */
static void field_schema(struct out *o, const struct codec_field *f, bool may_be_null)
{
    switch (f->kind) {
    case CODEC_TEXT:
        type(o, "string", may_be_null);
        text_bounds(o, f);
        return;
    case CODEC_INTEGER:
        type(o, "integer", may_be_null);
        name(o, "minimum");
        number(o, f->min);
        name(o, "maximum");
        number(o, f->max);
        return;
    case CODEC_BOOLEAN:
        type(o, "boolean", false);
        name(o, "default");
        word(o, "false");
        return;
    case CODEC_INSTANT:
        type(o, "string", may_be_null);
        pair(o, "format", "date-time");
        return;
    case CODEC_DATE:
        type(o, "string", may_be_null);
        pair(o, "format", "date");
        return;
    case CODEC_LIMIT:
        type(o, "string", may_be_null);
        pair(o, "pattern", "^([0-9]{1,5}(wd|d|wh|mo|hd)|sd)$");
        return;
    case CODEC_WORD:
        referred(o, "word_", f->words->name, may_be_null);
        return;
    case CODEC_OBJECT:
        referred(o, "", f->message->name, may_be_null);
        return;
    case CODEC_TEXTS:
    case CODEC_OBJECTS:
        array(o, f, may_be_null);
        return;
    case CODEC_RAW:
        return; /* anything */
    }
}

static void field_name(struct out *o, const struct codec_field *f)
{
    separate(o);
    buffer_add(o->b, f->key, f->key_len);
    o->needs_comma = false;
}

static void field_text(struct out *o, const struct codec_field *f)
{
    const char *plain;
    size_t len;

    codec_field_name(f, &plain, &len);
    separate(o);
    json_write(o->b, plain, len);
}

static void message_schema(struct out *o, const struct codec_message *m)
{
    name(o, m->name);
    open(o, '{');
    pair(o, "type", "object");
    pair(o, "description", m->about);
    name(o, "properties");
    open(o, '{');
    for (size_t i = 0; i < m->n_fields; i++) {
        const struct codec_field *f = &m->fields[i];

        field_name(o, f);
        open(o, '{');
        field_schema(o, f, !(f->flags & CODEC_REQUIRED));
        if (f->about[0])
            pair(o, "description", f->about);
        close(o, '}');
    }
    close(o, '}');
    name(o, "required");
    open(o, '[');
    for (size_t i = 0; i < m->n_fields; i++)
        if (m->fields[i].flags & CODEC_REQUIRED)
            field_text(o, &m->fields[i]);
    close(o, ']');
    name(o, "additionalProperties");
    word(o, "false");
    close(o, '}');
}

static bool is_query(const struct codec_message *m)
{
    size_t len = strlen(m->name);

    return len > 6 && !strcmp(m->name + len - 6, "_query");
}

static void words_schema(struct out *o, const struct codec_words *list, const char **done,
                         size_t *n_done)
{
    for (size_t i = 0; i < *n_done; i++)
        if (done[i] == list->name)
            return;
    done[(*n_done)++] = list->name;
    separate(o);
    buffer_printf(o->b, "\"word_%s\":", list->name);
    o->needs_comma = false;
    open(o, '{');
    pair(o, "type", "string");
    name(o, "enum");
    open(o, '[');
    for (int i = 0; i < list->n; i++)
        if (list->words[i])
            text(o, list->words[i]);
    close(o, ']');
    close(o, '}');
}

#define WORDS_MAX 128

static void schemas(struct out *o)
{
    const char *done[WORDS_MAX];
    size_t n_done = 0;

    name(o, "schemas");
    open(o, '{');
    for (size_t i = 0; i < n_messages; i++) {
        if (!is_query(messages[i]))
            message_schema(o, messages[i]);
        for (size_t k = 0; k < messages[i]->n_fields; k++) {
            assert(n_done < WORDS_MAX);
            if (messages[i]->fields[k].kind == CODEC_WORD)
                words_schema(o, messages[i]->fields[k].words, done, &n_done);
        }
    }
    close(o, '}');
}

/* ---- paths ---- */

static void path_parameters(struct out *o, const char *path)
{
    for (const char *p = path; (p = strchr(p, '{')); p++) {
        char param[40];
        size_t len = strcspn(p + 1, "}");

        assert(len < sizeof param);
        memcpy(param, p + 1, len);
        param[len] = '\0';
        open(o, '{');
        pair(o, "name", param);
        pair(o, "in", "path");
        name(o, "required");
        word(o, "true");
        name(o, "schema");
        open(o, '{');
        if (!strcmp(param, "id")) {
            pair(o, "type", "integer");
            name(o, "minimum");
            number(o, 1);
        } else if (!strcmp(param, "action") && strstr(path, "/dossiers/")) {
            reference(o, "schemas", "word_", "action");
        } else {
            pair(o, "type", "string");
        }
        close(o, '}');
        close(o, '}');
    }
}

static void query_parameters(struct out *o, const struct codec_message *m)
{
    for (size_t i = 0; i < m->n_fields; i++) {
        const struct codec_field *f = &m->fields[i];

        open(o, '{');
        name(o, "name");
        field_text(o, f);
        pair(o, "in", "query");
        name(o, "required");
        word(o, f->flags & CODEC_REQUIRED ? "true" : "false");
        if (f->about[0])
            pair(o, "description", f->about);
        name(o, "schema");
        open(o, '{');
        field_schema(o, f, false);
        close(o, '}');
        close(o, '}');
    }
}

static void header_parameter(struct out *o, const char *which)
{
    open(o, '{');
    reference(o, "parameters", "", which);
    close(o, '}');
}

static void parameters(struct out *o, const struct route *r)
{
    name(o, "parameters");
    open(o, '[');
    path_parameters(o, r->path);
    if (r->query)
        query_parameters(o, r->query);
    if (r->flags & ROUTE_FLAG_KEY)
        header_parameter(o, "idempotency_key");
    if (r->flags & ROUTE_FLAG_IF_MATCH)
        header_parameter(o, "if_match");
    header_parameter(o, "accept_language");
    close(o, ']');
}

static void media(struct out *o, const char *media_type, const struct codec_message *m)
{
    name(o, media_type);
    open(o, '{');
    if (m) {
        name(o, "schema");
        open(o, '{');
        reference(o, "schemas", "", m->name);
        close(o, '}');
    }
    close(o, '}');
}

static void status_name(struct out *o, int status)
{
    separate(o);
    buffer_printf(o->b, "\"%d\":", status);
    o->needs_comma = false;
}

static void reply(struct out *o, const struct route *r)
{
    status_name(o, r->status);
    open(o, '{');
    pair(o, "description", r->summary[LANGUAGE_EN]);
    if (r->flags & ROUTE_FLAG_ETAG) {
        name(o, "headers");
        word(o, "{\"ETag\":{\"description\":\"version of the "
                "dossier\",\"schema\":{\"type\":\"string\"}}}");
    }
    if (r->reply || r->flags & ~(unsigned)(ROUTE_FLAG_KEY | ROUTE_FLAG_JOB | ROUTE_FLAG_LARGE |
                                           ROUTE_FLAG_FILE | ROUTE_FLAG_OPEN | ROUTE_FLAG_PERSON |
                                           ROUTE_FLAG_FIRST)) {
        name(o, "content");
        open(o, '{');
        if (r->reply)
            media(o, r->flags & ROUTE_FLAG_AS_STREAM ? "text/event-stream" : "application/json",
                  r->reply);
        if (r->flags & ROUTE_FLAG_OR_CSV)
            media(o, "text/csv", NULL);
        if (r->flags & ROUTE_FLAG_OR_ICS)
            media(o, "text/calendar", NULL);
        if (r->flags & ROUTE_FLAG_OR_XLSX)
            media(o, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", NULL);
        if (r->flags & ROUTE_FLAG_OR_PAGE)
            media(o, "text/html", NULL);
        if (r->flags & ROUTE_FLAG_AS_BYTES)
            media(o, "application/octet-stream", NULL);
        if (r->flags & ROUTE_FLAG_AS_PDF)
            media(o, "application/pdf", NULL);
        if (r->flags & ROUTE_FLAG_AS_TEXT)
            media(o, "text/plain", NULL);
        if (r->flags & ROUTE_FLAG_AS_DOCUMENT)
            media(o, "application/json", NULL);
        close(o, '}');
    }
    close(o, '}');
}

static void responses(struct out *o, const struct route *r)
{
    name(o, "responses");
    open(o, '{');
    reply(o, r);
    if (r->flags & ROUTE_FLAG_JOB) {
        status_name(o, 202);
        open(o, '{');
        pair(o, "description", "It takes longer: a job.");
        name(o, "content");
        open(o, '{');
        media(o, "application/json", &message_job);
        close(o, '}');
        close(o, '}');
    }
    name(o, "default");
    open(o, '{');
    reference(o, "responses", "", "problem");
    close(o, '}');
    close(o, '}');
}

static void operation(struct out *o, const struct route *r)
{
    char method[16], id[48];

    lower(method, sizeof method, http_method_word(r->method));
    lower(id, sizeof id, r->name);
    name(o, method);
    open(o, '{');
    pair(o, "operationId", id);
    pair(o, "summary", r->summary[LANGUAGE_EN]);
    pair(o, "x-summary-vi", r->summary[LANGUAGE_VI]);
    name(o, "security");
    open(o, '[');
    if (r->who == ROUTE_WHO_SESSION) {
        word(o, "{\"cookie\":[]}");
        word(o, "{\"bearer\":[]}");
    }
    close(o, ']');
    parameters(o, r);
    if (r->request || r->flags & ROUTE_FLAG_FILE) {
        name(o, "requestBody");
        open(o, '{');
        name(o, "required");
        word(o, "true");
        name(o, "content");
        open(o, '{');
        media(o, r->request ? "application/json" : "application/octet-stream", r->request);
        close(o, '}');
        close(o, '}');
    }
    responses(o, r);
    close(o, '}');
}

/* Rows of one path need not stand together. */
static void paths(struct out *o)
{
    name(o, "paths");
    open(o, '{');
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        size_t first = 0;

        while (strcmp(routes[first].path, routes[i].path))
            first++;
        if (first < i)
            continue;
        name(o, routes[i].path);
        open(o, '{');
        for (size_t k = i; k < ROUTE_COUNT; k++)
            if (!strcmp(routes[k].path, routes[i].path))
                operation(o, &routes[k]);
        close(o, '}');
    }
    close(o, '}');
}

/* ---- the rest ---- */

static const char fixed_components[] =
    "\"parameters\":{"
    "\"idempotency_key\":{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"schema\":{\"type\":"
    "\"string\","
    "\"minLength\":1,\"maxLength\":128},\"description\":\"names this write: a repeated one gets "
    "the first "
    "answer\"},"
    "\"if_match\":{\"name\":\"If-Match\",\"in\":\"header\",\"schema\":{\"type\":\"string\"},"
    "\"description\":\"the version the decision was made on; 412 when it is stale\"},"
    "\"accept_language\":{\"name\":\"Accept-Language\",\"in\":\"header\",\"schema\":{\"type\":"
    "\"string\"},"
    "\"description\":\"vi unless en is preferred\"}},"
    "\"responses\":{\"problem\":{\"description\":\"A refusal.\",\"content\":{\"" PROBLEM_MEDIA_TYPE
    "\":"
    "{\"schema\":{\"$ref\":\"#/components/schemas/problem\"}}}}},"
    "\"securitySchemes\":{"
    "\"cookie\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"motcua_session\"},"
    "\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\"}}";

/* Every refusal with its sentences: the page that a problem's `type` leads to. */
static void problem_codes(struct out *o)
{
    name(o, "x-problem-codes");
    open(o, '[');
    for (enum error_code code = ERR_NONE + 1; code < ERROR_CODE_COUNT; code++) {
        open(o, '{');
        pair(o, "code", error_word(code));
        name(o, "status");
        number(o, error_status(code));
        pair(o, "vi", error_template(code, LANGUAGE_VI));
        pair(o, "en", error_template(code, LANGUAGE_EN));
        close(o, '}');
    }
    close(o, ']');
}

void openapi_write(const char *version, struct buffer *b)
{
    struct out o = {b, false};

    open(&o, '{');
    pair(&o, "openapi", "3.1.0");
    name(&o, "info");
    open(&o, '{');
    pair(&o, "title", "motcua");
    pair(&o, "version", version);
    pair(&o, "description", "The one-stop shop: dossiers, due dates, letters, statistics.");
    name(&o, "license");
    word(&o, "{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}");
    close(&o, '}');
    name(&o, "servers");
    word(&o, "[{\"url\":\"/\"}]");
    paths(&o);
    name(&o, "components");
    open(&o, '{');
    schemas(&o);
    word(&o, fixed_components);
    close(&o, '}');
    problem_codes(&o);
    close(&o, '}');
}
