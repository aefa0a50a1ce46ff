/* Papers: each signature on a letter and each attached file against the event that tells of it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "flow/verify_impl.h"

static const char *hex_of(struct verify_dossier *d, const struct db_result *r, int row,
                          const char *column)
{
    char hex[2 * DIGEST_LEN + 1] = "";
    const void *bytes;
    size_t len;

    bytes = db_bytes(r, row, db_column(r, column), &len);
    if (bytes && len == DIGEST_LEN)
        hex_encode(bytes, DIGEST_LEN, hex);
    return arena_strdup(d->arena, hex);
}

static void compare(struct verify_dossier *d, const char *stored, const char *told,
                    const char *what, int64_t number)
{
    if (strcmp(stored ? stored : "", told ? told : "") != 0)
        verify_differs(d->v, d, stored && *stored ? stored : "nothing",
                       told && *told ? told : "nothing", what, number);
}

/* The n-th event of a kind about a letter, from 1. */
static const struct event *certified(const struct verify_dossier *d, int64_t letter, int64_t n)
{
    for (int i = 0; i < d->history.n; i++)
        if (d->history.events[i].action == ACTION_CERTIFY_LETTER &&
            event_number(&d->history.events[i], EVENT_FIELD_LETTER, 0) == letter && --n == 0)
            return &d->history.events[i];
    return NULL;
}

void verify_signatures(struct verify_dossier *d)
{
    const struct verify_span *s = &d->spans[VERIFY_SIGNATURES];
    int n_told = 0;

    for (int i = s->from; i < s->to; i++) {
        int64_t letter = db_int(s->r, i, db_column(s->r, "letter_id"));
        const struct event *e = certified(d, letter, db_int(s->r, i, db_column(s->r, "ordinal")));
        const char *file = hex_of(d, s->r, i, "sha256");

        d->v->report.papers++;
        compare(d, file, e ? event_text(e, EVENT_FIELD_FILE) : NULL,
                "letter %" PRId64 " signed paper", letter);
        compare(d, db_text_or_empty(s->r, i, db_column(s->r, "serial")),
                e ? event_text(e, EVENT_FIELD_CERTIFICATE) : NULL, "letter %" PRId64 " certificate",
                letter);
        compare(d, hex_of(d, s->r, i, "hash"), file, "letter %" PRId64 " signed paper's bytes",
                letter);
    }
    for (int i = 0; i < d->history.n; i++)
        n_told += d->history.events[i].action == ACTION_CERTIFY_LETTER;
    if (n_told != s->to - s->from) {
        struct verify_value stored = verify_number(s->to - s->from);
        struct verify_value told = verify_number(n_told);

        verify_compare(d, &stored, &told, "signatures of letters");
    }
}

static const struct event *attached(const struct verify_dossier *d, int64_t number)
{
    for (int i = 0; i < d->history.n; i++)
        if (d->history.events[i].action == ACTION_ATTACH_PAPER &&
            event_number(&d->history.events[i], EVENT_FIELD_ATTACHMENT, 0) == number)
            return &d->history.events[i];
    return NULL;
}

void verify_attachments(struct verify_dossier *d)
{
    const struct verify_span *s = &d->spans[VERIFY_ATTACHMENTS];
    struct verify_value stored = verify_number(s->to - s->from);
    struct verify_value told = verify_number(d->folded.n_attachments);

    verify_compare(d, &stored, &told, "attachments");
    for (int i = s->from; i < s->to; i++) {
        int64_t number = db_int(s->r, i, db_column(s->r, "number"));
        const struct event *e = attached(d, number);
        struct verify_value component = verify_id(db_int(s->r, i, db_column(s->r, "component")));
        struct verify_value said = verify_id(e ? event_number(e, EVENT_FIELD_COMPONENT, 0) : 0);
        struct verify_value is_off = verify_bool(db_bool(s->r, i, db_column(s->r, "is_detached")));
        struct verify_value was_taken_off =
            verify_bool(!dossier_has_attachment(&d->folded, number));

        d->v->report.papers++;
        compare(d, hex_of(d, s->r, i, "sha256"), e ? event_text(e, EVENT_FIELD_FILE) : NULL,
                "attachment %" PRId64 " file", number);
        compare(d, db_text_or_empty(s->r, i, db_column(s->r, "purpose")),
                e ? event_text(e, EVENT_FIELD_PURPOSE) : NULL, "attachment %" PRId64 " purpose",
                number);
        compare(d, db_text_or_empty(s->r, i, db_column(s->r, "handling")),
                e ? event_text(e, EVENT_FIELD_HANDLING) : NULL, "attachment %" PRId64 " handling",
                number);
        verify_compare(d, &component, &said, "attachment %" PRId64 " component", number);
        verify_compare(d, &is_off, &was_taken_off, "attachment %" PRId64 " taken off", number);
        if (!db_bool(s->r, i, db_column(s->r, "is_whole")))
            verify_differs(d->v, d, "incomplete", "complete", "attachment %" PRId64 " bytes",
                           number);
    }
}
