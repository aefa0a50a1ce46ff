/* See import_history.h. The promise is given and kept as the instant it is: it is never recomputed,
 * and is late by instant. What other systems call an officer is a name, and names of people never
 * enter events: an activity keeps its word alone. */
#include "flow/import_history.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/instant.h"
#include "domain/vocabulary.h"
#include "flow/import_office.h"

#define CODE_MAX    (DOSSIER_CODE_MAX - 1)
#define DIGEST_SHOW 12 /* bytes of the digest that stands for what is too long */

const char *import_code(struct arena *arena, const char *source, const char *external,
                        bool *ret_is_plain)
{
    struct buffer b = {0};
    unsigned char digest[DIGEST_LEN];
    char hex[2 * DIGEST_SHOW + 1];
    const char *code = NULL;

    *ret_is_plain = import_is_key(external) && strlen(source) + 1 + strlen(external) <= CODE_MAX;
    buffer_printf(&b, "%s.", source);
    for (const char *p = external; *p; p++) {
        char one[2] = {*p, '\0'};

        if (import_is_key(one))
            buffer_char(&b, *p);
        else
            buffer_printf(&b, "~%02X", (unsigned)(unsigned char)*p);
    }
    if (!b.is_failed && b.len > CODE_MAX) {
        digest_sha256(external, strlen(external), digest);
        hex_encode(digest, DIGEST_SHOW, hex);
        buffer_clear(&b);
        /* A source is at most 47 characters: where it is that long, its end gives way. */
        buffer_printf(&b, "%.*s.~~%s", CODE_MAX - 3 - 2 * DIGEST_SHOW, source, hex);
    }
    if (!b.is_failed)
        code = arena_strdup(arena, b.data);
    buffer_deinit(&b);
    return code;
}

bool import_hash(const struct wire_import_dossier *in, unsigned char ret[DIGEST_LEN])
{
    struct buffer b = {0};
    bool ok;

    buffer_printf(&b, "%s\n%d %lld %lld %lld %d\n", in->external_code, in->channel,
                  (long long)in->received_at, (long long)in->due_at, (long long)in->ended_at,
                  in->outcome);
    for (size_t i = 0; i < in->n_events; i++)
        buffer_printf(&b, "%lld %s\n%s\n", (long long)in->events[i].at, in->events[i].activity,
                      in->events[i].officer ? in->events[i].officer : "");
    ok = !b.is_failed;
    if (ok)
        digest_sha256(b.data, b.len, ret);
    buffer_deinit(&b);
    return ok;
}

static void put_received(struct event *e, const struct import_frame *f, const char *code,
                         const struct wire_import_dossier *in)
{
    int64_t owner = f->adopter ? f->adopter : f->office;

    event_put_text(e, EVENT_FIELD_CODE, code);
    event_put_text(e, EVENT_FIELD_SOURCE, f->source);
    if (f->ruleset)
        event_put_number(e, EVENT_FIELD_RULESET, f->ruleset);
    event_put_number(e, EVENT_FIELD_CHANNEL, in->channel);
    event_put_number(e, EVENT_FIELD_FILED_OFFICE, f->office);
    event_put_number(e, EVENT_FIELD_SUPERVISING_OFFICE, owner);
    event_put_number(e, EVENT_FIELD_COMPETENT_OFFICE, owner);
    if (in->due_at == INSTANT_NONE)
        return;
    event_put_text(e, EVENT_FIELD_PROMISE, "given");
    event_put_number(e, EVENT_FIELD_DUE_AT, in->due_at);
    event_put_number(e, EVENT_FIELD_DUE_ON, instant_date(in->due_at, f->zone_s));
    event_put_number(e, EVENT_FIELD_DUE_IS_INSTANT, 1);
}

struct event *import_events(struct arena *arena, const struct import_frame *f, int64_t dossier_id,
                            const char *code, const struct wire_import_dossier *in, int *ret_n)
{
    struct event *events = arena_array(arena, in->n_events + 3, sizeof *events), *e = events;

    if (!events)
        return NULL;
    event_init(e, dossier_id, ACTION_HISTORY_RECEIVED, f->actor, in->received_at, f->now);
    put_received(e++, f, code, in);
    for (size_t i = 0; i < in->n_events; i++) {
        event_init(e, dossier_id, ACTION_HISTORY_ACTIVITY, f->actor, in->events[i].at, f->now);
        event_put_text(e++, EVENT_FIELD_ACTIVITY, in->events[i].activity);
    }
    if (in->ended_at != INSTANT_NONE) {
        enum outcome outcome = in->outcome == WORD_NONE || in->outcome == OUTCOME_NONE
                                   ? OUTCOME_GRANTED
                                   : (enum outcome)in->outcome;

        event_init(e, dossier_id, ACTION_HISTORY_ENDED, f->actor, in->ended_at, f->now);
        event_put_text(e++, EVENT_FIELD_OUTCOME, vocabulary_word(&outcomes, (int)outcome));
    }
    if (f->adopter)
        import_adopt_event(f, dossier_id, in->received_at, e++);
    *ret_n = (int)(e - events);
    return events;
}

void import_adopt_event(const struct import_frame *f, int64_t dossier_id, int64_t received_at,
                        struct event *ret)
{
    int64_t at = received_at != INSTANT_NONE && received_at > f->now ? received_at : f->now;

    event_init(ret, dossier_id, ACTION_ADOPT, f->actor, at, f->now);
    event_put_number(ret, EVENT_FIELD_SUPERVISING_OFFICE, f->adopter);
    event_put_number(ret, EVENT_FIELD_COMPETENT_OFFICE, f->adopter);
    event_put_number(ret, EVENT_FIELD_TO_OFFICE, f->adopter);
}
