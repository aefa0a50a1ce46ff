/* See notice.h. */
#include "flow/notice.h"

#include <stdlib.h>

#include "base/instant.h"

#define PERSONS_MAX (MEMBERS_MAX + 2)

struct addressees {
    int64_t id[PERSONS_MAX];
    long version[PERSONS_MAX];
    int n;
};

/* Adds one, "id:version:commitment", unless it is there. */
static void add(struct addressees *a, const char *person)
{
    char *end = NULL;
    int64_t id = person && person[0] ? strtoll(person, &end, 10) : 0;
    long version = id > 0 && *end == ':' ? strtol(end + 1, NULL, 10) : 0;

    for (int i = 0; i < a->n; i++)
        if (a->id[i] == id)
            return;
    if (id <= 0 || version <= 0 || a->n == PERSONS_MAX)
        return;
    a->id[a->n] = id;
    a->version[a->n++] = version;
}

static void find_addressees(const struct history *h, const struct dossier *d, struct addressees *a)
{
    a->n = 0;
    add(a, d->applicant);
    add(a, d->authorised);
    for (int i = 0; i < h->n && d->n_members; i++)
        for (int v = 0; v < h->events[i].n_values; v++)
            if (h->events[i].values[v].field == EVENT_FIELD_MEMBER)
                add(a, h->events[i].values[v].text);
}

static void write_instant(struct buffer *b, const char *name, int64_t at, int32_t zone_s)
{
    char text[INSTANT_TEXT_MAX];

    if (at == INSTANT_NONE)
        return;
    instant_format(at, zone_s, text);
    buffer_printf(b, ",\"%s\":\"%s\"", name, text);
}

/* What the rows of one notice have in common, after the person. */
static void write_rest(const struct notice *n, int32_t zone_s, struct buffer *b)
{
    buffer_clear(b);
    buffer_printf(b, "\"occasion\":%ld", (long)n->occasion);
    write_instant(b, "from", n->from, zone_s);
    write_instant(b, "to", n->to, zone_s);
    if (n->change)
        buffer_printf(b, ",\"change\":%lld", (long long)n->change);
    if (n->remark)
        buffer_printf(b, ",\"remark\":%lld", (long long)n->remark);
}

bool notice_queue(struct arena *arena, const struct history *h, const struct notice_context *ctx,
                  struct commit_member *m, struct error *err)
{
    CLEANUP(buffer_deinit) struct buffer rest = {0};
    struct notice list[NOTICES_MAX];
    struct addressees a;
    struct commit_outbox *rows;
    int n = notice_list(ctx, list), n_rows = 0;

    if (n == 0)
        return true;
    find_addressees(h, ctx->after, &a);
    rows = arena_array(arena, (size_t)(n * a.n) + 1, sizeof *rows);
    if (!rows)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "notice"));
    for (int i = 0; i < n; i++) {
        write_rest(&list[i], ctx->zone_s, &rest);
        for (int p = 0; p < a.n; p++) {
            struct commit_outbox *row = &rows[n_rows++];

            *row = (struct commit_outbox){
                .kind = vocabulary_word(&notice_kinds, (int)list[i].kind),
                .payload = rest.is_failed
                               ? NULL
                               : arena_printf(arena, "{\"person\":%lld,\"person_version\":%ld,%s}",
                                              (long long)a.id[p], a.version[p], rest.data),
                .not_before = INSTANT_NONE,
            };
            if (!row->payload)
                return error_set(err, ERR_NO_MEMORY, arg_text("what", "notice"));
        }
    }
    m->outbox = rows;
    m->n_outbox = n_rows;
    return true;
}
