/* What the database said of a member, and the refusal as a clerk reads it. */
#include <string.h>

#include "db/committer_encode.h"

static const char *const result_words[] = {
    [COMMIT_APPLIED] = "applied",
    [COMMIT_STALE_VERSION] = "stale_version",
    [COMMIT_STALE_EPOCH] = "stale_epoch",
    [COMMIT_DUPLICATE_KEY] = "duplicate_key",
    [COMMIT_CODE_EXHAUSTED] = "code_exhausted",
    [COMMIT_CODE_TAKEN] = "code_taken",
    [COMMIT_ALREADY_IMPORTED] = "already_imported",
    [COMMIT_CLOCK_BEHIND] = "clock_behind",
    [COMMIT_LETTER_CONFLICT] = "letter_conflict",
    [COMMIT_REGISTER_OUTSIDE] = "register_outside",
    [COMMIT_NUMBER_REFUSED] = "number_refused",
    [COMMIT_STALE_FENCE] = "stale_fence",
    [COMMIT_NO_DOSSIER] = "no_dossier",
};

static enum commit_result result_of(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(result_words); i++) {
        if (strcmp(word, result_words[i]) == 0)
            return (enum commit_result)i;
    }
    return COMMIT_FAILED;
}

/* The refusal as a clerk reads it. */
static void outcome_explain(const struct commit_member *m, struct commit_outcome *o)
{
    const char *code = m->after->code;
    const char *symbol =
        m->n_letters && m->letters[0].register_symbol ? m->letters[0].register_symbol : "-";

    switch (o->result) {
    case COMMIT_APPLIED:
        return;
    case COMMIT_STALE_VERSION:
        (void)error_set(&o->error, ERR_STALE_VERSION, arg_text("dossier", code),
                        arg_number("version", o->version));
        return;
    case COMMIT_STALE_EPOCH:
        (void)error_set(&o->error, ERR_STALE_EPOCH, arg_text("dossier", code));
        return;
    case COMMIT_DUPLICATE_KEY:
        if (o->is_same_body)
            (void)error_set(&o->error, ERR_KEY_ANSWERED, arg_text("key", m->key));
        else
            (void)error_set(&o->error, ERR_KEY_REUSED, arg_text("key", m->key));
        return;
    case COMMIT_CODE_EXHAUSTED:
        (void)error_set(&o->error, ERR_CODE_EXHAUSTED, arg_text("identifier", m->code_identifier),
                        arg_text("day", m->code_day));
        return;
    case COMMIT_CODE_TAKEN:
        (void)error_set(&o->error, ERR_CODE_TAKEN, arg_text("code", m->code));
        return;
    case COMMIT_ALREADY_IMPORTED:
        (void)error_set(&o->error, ERR_ALREADY_IMPORTED, arg_text("key", m->import_key));
        return;
    case COMMIT_CLOCK_BEHIND:
        (void)error_set(&o->error, ERR_CLOCK_BEHIND,
                        arg_instant("at", m->events[m->n_events - 1].recorded_at));
        return;
    case COMMIT_LETTER_CONFLICT:
        (void)error_set(&o->error, ERR_LETTER_CONFLICT, arg_text("dossier", code));
        return;
    case COMMIT_REGISTER_OUTSIDE:
        (void)error_set(&o->error, ERR_REGISTER_OUTSIDE, arg_text("symbol", symbol));
        return;
    case COMMIT_NUMBER_REFUSED:
        (void)error_set(&o->error, ERR_REGISTER_NUMBER,
                        arg_number("number", m->n_letters ? m->letters[0].number : 0),
                        arg_text("symbol", symbol));
        return;
    case COMMIT_STALE_FENCE:
        (void)error_set(&o->error, ERR_STALE_FENCE, arg_number("job", m->job_id));
        return;
    case COMMIT_NO_DOSSIER:
        (void)error_set(&o->error, ERR_DOSSIER_MISSING, arg_number("dossier", m->after->id));
        return;
    case COMMIT_FAILED:
        (void)error_set(&o->error, ERR_INTERNAL, arg_text("what", "apply_decisions"));
        return;
    }
}

void commit_outcome_read(const struct db_result *r, int row, struct commit_member *m)
{
    struct commit_outcome *o = &m->outcome;
    const char *code;
    const void *hash;
    size_t len;

    memset(o, 0, sizeof *o);
    o->result = result_of(db_text_or_empty(r, row, 1));
    o->version = (int32_t)db_int(r, row, 2);
    code = db_text(r, row, 3);
    if (!code)
        code = m->after->code;
    snprintf(o->code, sizeof o->code, "%s", code);
    o->number = db_int(r, row, 4);
    hash = db_bytes(r, row, 5, &len);
    if (hash && len == DIGEST_LEN)
        memcpy(o->hash, hash, DIGEST_LEN);
    o->first_dossier = db_int(r, row, 6);
    o->first_seq = (int32_t)db_int(r, row, 7);
    o->first_status = (int)db_int(r, row, 8);
    o->is_same_body = db_bool(r, row, 9);
    outcome_explain(m, o);
}
