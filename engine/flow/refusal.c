/* See refusal.h. */
#include "flow/refusal.h"

#include <string.h>

#include "wire/problem.h"

void refusal_write(const struct error *err, int32_t zone_s, struct buffer *b)
{
    buffer_text(b, "{\"vi\":");
    problem_write(err, LANGUAGE_VI, zone_s, "-", b);
    buffer_text(b, ",\"en\":");
    problem_write(err, LANGUAGE_EN, zone_s, "-", b);
    buffer_char(b, '}');
}

const struct wire_problem *refusal_read(struct request *req, const char *text)
{
    CLEANUP(json_freep) cJSON *json = NULL;
    struct wire_problem *p = arena_alloc(req->arena, sizeof *p);
    struct error ignored;

    if (!p || !json_parse(text, strlen(text), &json, &ignored) ||
        !wire_problem_decode(
            cJSON_GetObjectItemCaseSensitive(json, req->lang == LANGUAGE_VI ? "vi" : "en"),
            req->arena, p, &ignored))
        return NULL;
    return p;
}
