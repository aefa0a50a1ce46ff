/* A letter that was issued leaves the house: one message for each person it is addressed to. */
#include <string.h>

#include "flow/letter_data.h"
#include "flow/outbox_letter.h"

static bool no_memory(struct error *err)
{
    return error_set(err, ERR_NO_MEMORY, arg_text("what", "letter"));
}

/* Does the row tell one of those who get the letter that there is a new date? The letter says so.
 */
static bool is_said(const struct commit_outbox *row, const struct commit_member *to)
{
    char head[40];

    if (strcmp(row->kind, vocabulary_word(&notice_kinds, NOTICE_REAPPOINTED)) != 0)
        return false;
    for (int i = 0; i < to->n_addressees; i++) {
        snprintf(head, sizeof head, "{\"person\":%lld,", (long long)to->addressees[i].person_id);
        if (strncmp(row->payload, head, strlen(head)) == 0)
            return true;
    }
    return false;
}

bool outbox_queue_letter(struct arena *arena, const struct history *h, int64_t letter_id,
                         const char *delivery, struct commit_member *m, struct error *err)
{
    struct commit_member to = {0};
    struct commit_outbox *rows;
    int n = 0;

    if (delivery && (!strcmp(delivery, "counter") || !strcmp(delivery, "post")))
        return true;
    if (!letter_addressee_changes(arena, h, letter_id, 0, "counter", ADDRESSEE_WAITING, NULL, &to,
                                  err))
        return false;
    rows = arena_array(arena, (size_t)(m->n_outbox + to.n_addressees) + 1, sizeof *rows);
    if (!rows)
        return no_memory(err);
    for (int i = 0; i < m->n_outbox; i++)
        if (!is_said(&m->outbox[i], &to))
            rows[n++] = m->outbox[i];
    for (int i = 0; i < to.n_addressees; i++) {
        const struct commit_addressee *a = &to.addressees[i];

        rows[n] = (struct commit_outbox){
            .kind = "letter",
            .letter_id = letter_id,
            .payload = arena_printf(
                arena, "{\"person\":%lld,\"person_version\":%ld,\"addressee\":%d%s%s%s}",
                (long long)a->person_id, (long)a->person_version, a->ordinal,
                delivery ? ",\"delivery\":\"" : "", delivery ? delivery : "", delivery ? "\"" : ""),
            .not_before = INSTANT_NONE,
        };
        if (!rows[n++].payload)
            return no_memory(err);
    }
    m->outbox = rows;
    m->n_outbox = n;
    return true;
}
