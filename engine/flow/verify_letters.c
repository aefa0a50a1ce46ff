/* Letters: the row against the folded letter, the frozen data against the hash that was approved,
 * the number against its register, the paper against its own name. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/instant.h"
#include "flow/verify_impl.h"

struct letter_row {
    struct verify_dossier *d;
    const struct db_result *r;
    int row;
    int64_t id;
    const struct dossier_letter *letter; /* as the events tell it */
    const char *registry, *hash;         /* of its newest events of these kinds; NULL: none */
};

static struct verify_value word(const struct vocabulary *vocabulary, unsigned i)
{
    return verify_text(vocabulary_word(vocabulary, (int)i));
}

#define LETTER_COLUMNS(COLUMN)                                                                     \
    COLUMN(trigger, word(&letter_triggers, l->trigger))                                            \
    COLUMN(state, word(&letter_states, l->state))                                                  \
    COLUMN(author_office_id, verify_id(l->author_office))                                          \
    COLUMN(at_fault_office_id, verify_id(l->at_fault_office))                                      \
    COLUMN(is_after_due, verify_bool(l->wording != LETTER_WORDING_BEFORE_DUE))                     \
    COLUMN(latest_at, verify_instant(l->latest_at))                                                \
    COLUMN(reappointed_at, verify_instant(l->reappointed_at))                                      \
    COLUMN(number, verify_id(l->number))                                                           \
    COLUMN(timing, word(&letter_timings, l->timing))

#define COLUMN(name, value)                                                                        \
    static struct verify_value letter_##name(const void *subject)                                  \
    {                                                                                              \
        const struct dossier_letter *l = subject;                                                  \
                                                                                                   \
        return value;                                                                              \
    }
LETTER_COLUMNS(COLUMN)
#undef COLUMN

static const struct verify_column letter_columns[] = {
#define COLUMN(name, value) {#name, letter_##name},
    LETTER_COLUMNS(COLUMN)
#undef COLUMN
};

static struct verify_value stored(const struct letter_row *l, const char *column,
                                  enum verify_kind kind)
{
    return verify_stored(l->r, l->row, db_column(l->r, column), kind);
}

static void hex_of(const struct letter_row *l, const char *column, char hex[2 * DIGEST_LEN + 1])
{
    size_t len;
    const void *bytes = db_bytes(l->r, l->row, db_column(l->r, column), &len);

    hex[0] = '\0';
    if (bytes && len == DIGEST_LEN)
        hex_encode(bytes, len, hex);
}

static void compare_hex(const struct letter_row *l, const char *kept, const char *computed,
                        const char *what)
{
    if (strcmp(kept, computed) != 0)
        verify_differs(l->d->v, l->d, *kept ? kept : "nothing", *computed ? computed : "nothing",
                       "letter %" PRId64 " %s", l->id, what);
}

/* What the leader approved is the hash of the data, and the event says which. */
static void check_data(const struct letter_row *l)
{
    const char *data = db_text_or_empty(l->r, l->row, db_column(l->r, "data"));
    char kept[2 * DIGEST_LEN + 1], computed[2 * DIGEST_LEN + 1];
    unsigned char hash[DIGEST_LEN];
    bool is_signed = l->letter->signed_at != INSTANT_NONE;

    hex_of(l, "content_hash", kept);
    if (is_signed || *kept)
        compare_hex(l, kept, is_signed && l->hash ? l->hash : "", "content_hash");
    if (!*kept)
        return;
    digest_sha256(data, strlen(data), hash);
    hex_encode(hash, DIGEST_LEN, computed);
    compare_hex(l, kept, computed, "data hash");
}

/* "office:year:symbol:number" of columns with this prefix; "" where there is no number. */
static void register_of(const struct letter_row *l, const char *columns[4], char *buf, size_t size)
{
    struct verify_value number = stored(l, columns[3], VERIFY_NUMBER);

    buf[0] = '\0';
    if (!number.is_null)
        snprintf(buf, size, "%" PRId64 ":%" PRId64 ":%s:%" PRId64,
                 stored(l, columns[0], VERIFY_NUMBER).number,
                 stored(l, columns[1], VERIFY_NUMBER).number,
                 db_text_or_empty(l->r, l->row, db_column(l->r, columns[2])), number.number);
}

static void check_number(const struct letter_row *l)
{
    static const char *own[] = {"register_office_id", "register_year", "register_symbol", "number"};
    static const char *entry[] = {"entry_office_id", "entry_year", "entry_symbol", "entry_number"};
    char kept[VERIFY_VALUE_MAX], entered[VERIFY_VALUE_MAX], told[VERIFY_VALUE_MAX] = "";

    register_of(l, own, kept, sizeof kept);
    register_of(l, entry, entered, sizeof entered);
    if (l->letter->number)
        snprintf(told, sizeof told, "%s:%" PRId64, l->registry ? l->registry : "",
                 l->letter->number);
    compare_hex(l, kept, told, "register");
    compare_hex(l, entered, told, "register entry");
}

static void check_paper(const struct letter_row *l)
{
    char named[2 * DIGEST_LEN + 1], held[2 * DIGEST_LEN + 1];
    struct verify_value size, chunks;

    hex_of(l, "blob_sha256", named);
    if (!*named) {
        if (l->letter->number)
            verify_warns(l->d->v, l->d, "nothing", "a paper, drawn again when asked for",
                         "letter %" PRId64 " paper", l->id);
        return;
    }
    l->d->v->report.papers++;
    hex_of(l, "chunks_hash", held);
    compare_hex(l, named, held, "paper");
    size = stored(l, "paper_size", VERIFY_NUMBER);
    chunks = stored(l, "chunks_size", VERIFY_NUMBER);
    verify_compare(l->d, &size, &chunks, "letter %" PRId64 " paper size", l->id);
    if (!db_bool(l->r, l->row, db_column(l->r, "paper_is_complete")))
        verify_differs(l->d->v, l->d, "incomplete", "complete", "letter %" PRId64 " paper", l->id);
}

/* Texts that only the events have. */
static void read_events(struct letter_row *l)
{
    for (int i = 0; i < l->d->history.n; i++) {
        const struct event *e = &l->d->history.events[i];

        if (event_number(e, EVENT_FIELD_LETTER, 0) != l->id)
            continue;
        if (e->action == ACTION_SIGN_LETTER)
            l->hash = event_text(e, EVENT_FIELD_CONTENT_HASH);
        if (e->action == ACTION_NUMBER_LETTER)
            l->registry = event_text(e, EVENT_FIELD_REGISTER);
    }
}

static void check(struct letter_row *l)
{
    struct verify_span span = {l->r, l->row, l->row + 1};
    char prefix[40];

    l->letter = dossier_letter(&l->d->folded, l->id);
    if (!l->letter) {
        verify_differs(l->d->v, l->d, "present", "no event tells of it", "letter %" PRId64, l->id);
        return;
    }
    read_events(l);
    snprintf(prefix, sizeof prefix, "letter %" PRId64, l->id);
    verify_columns(l->d, &span, l->row, letter_columns, (int)ARRAY_LEN(letter_columns), l->letter,
                   prefix);
    check_data(l);
    check_number(l);
    check_paper(l);
}

void verify_letters(struct verify_dossier *d)
{
    const struct verify_span *s = &d->spans[VERIFY_LETTERS];

    for (int i = s->from; i < s->to; i++) {
        struct letter_row l = {.d = d, .r = s->r, .row = i};

        l.id = db_int(s->r, i, db_column(s->r, "id"));
        d->v->report.letters++;
        check(&l);
    }
    for (int i = 0; i < d->folded.n_letters; i++) {
        bool is_there = false;

        for (int row = s->from; row < s->to; row++)
            is_there =
                is_there || db_int(s->r, row, db_column(s->r, "id")) == d->folded.letters[i].id;
        if (!is_there)
            verify_differs(d->v, d, "nothing", "a letter", "letter %" PRId64,
                           d->folded.letters[i].id);
    }
}
