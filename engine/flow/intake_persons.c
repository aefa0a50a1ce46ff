/* Persons of a new dossier: found again by their identity number, sealed, and referred to by id,
 * version and a keyed commitment, so that no personal value ever enters an event. */
#include "flow/intake_persons.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/text.h"
#include "flow/app.h"

#define PERSON_VALUES 6

static void add(struct intake *t, const struct wire_person *p, const char *part, int ordinal)
{
    if (p)
        t->people[t->n_people++] = (struct intake_person){p, part, ordinal, -1, NULL};
}

bool intake_persons_send(struct intake *t)
{
    struct request *req = &t->base;
    int slot = 1; /* 0 is the key's */

    add(t, t->in.applicant, "applicant", 0);
    add(t, t->in.submitter, "submitter", 0);
    add(t, t->in.authorised, "authorised", 0);
    for (size_t i = 0; i < t->in.n_group; i++)
        add(t, &t->in.group[i], "member", (int)i);
    /* The three who matter are found again; members of a group are entered as they are. */
    for (int i = 0; i < t->n_people && slot < REQUEST_CALLS_MAX - 1; i++) {
        unsigned char indexes[SEAL_KEYS_MAX][DIGEST_LEN];
        struct db_params p;
        int n;
        bool sent;

        if (!t->people[i].in->identity || !strcmp(t->people[i].part, "member"))
            continue;
        n = seal_blind_indexes(req->app->seal, t->people[i].in->identity, indexes);
        db_params_init(&p);
        db_put_pieces(&p, indexes, (size_t)n * DIGEST_LEN, DIGEST_LEN);
        sent = request_query(req, slot, DB_LANE_READ, DB_PERSON_FIND, &p);
        db_params_deinit(&p);
        if (!sent)
            return false;
        t->people[i].slot = slot++;
    }
    return true;
}

static bool seal_value(struct request *req, const char *text, struct commit_sealed *ret)
{
    unsigned char *bytes, *index;

    if (!text || !*text)
        return true;
    index = arena_alloc(req->arena, DIGEST_LEN);
    if (!index)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "person"));
    seal_blind_index(req->app->seal, text, index);
    if (!seal_text(req->app->seal, req->arena, text, &bytes, &ret->len, &req->error))
        return false;
    ret->bytes = bytes;
    ret->index = index;
    return true;
}

static const char *or_empty(const char *s)
{
    return s ? s : "";
}

/* Are the stored values the same as those on the paper today? */
static bool is_same(struct request *req, const struct db_result *r, const struct wire_person *p)
{
    const char *now[] = {p->identity, p->phone, p->address, p->email};

    if (strcmp(db_text_or_empty(r, 0, 3), p->name) != 0)
        return false;
    for (int i = 0; i < 4; i++) {
        size_t len;
        const unsigned char *bytes = db_bytes(r, 0, 4 + i, &len);
        struct error ignored; /* what cannot be opened is not the same */
        char *text = NULL;

        if (bytes && !seal_open(req->app->seal, req->arena, bytes, len, &text, &ignored))
            return false;
        if (strcmp(or_empty(text), or_empty(now[i])) != 0)
            return false;
    }
    return true;
}

static bool value_of(struct request *req, const struct wire_person *p, int64_t id, int version,
                     const char **ret_value)
{
    const char *kind = p->kind == WORD_NONE ? "person" : words_person_kind.words[p->kind];
    const char *values[PERSON_VALUES] = {kind,
                                         p->name,
                                         or_empty(p->identity),
                                         or_empty(p->phone),
                                         or_empty(p->address),
                                         or_empty(p->email)};
    unsigned char digest[DIGEST_LEN];
    char hex[2 * DIGEST_LEN + 1];

    seal_commitment(req->app->seal, values, PERSON_VALUES, digest);
    hex_encode(digest, sizeof digest, hex);
    *ret_value = arena_printf(req->arena, "%lld:%d:%s", (long long)id, version, hex);
    return *ret_value || error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "person"));
}

static bool enter(struct intake *t, struct intake_person *who)
{
    struct request *req = &t->base;
    const struct db_result *r = who->slot >= 0 ? &request_result(req, who->slot)->result : NULL;
    bool is_known = r && db_rows(r) == 1;
    int64_t id = is_known ? db_int(r, 0, 0) : app_next_id(req->app, ID_PERSON);
    int version = is_known ? (int)db_int(r, 0, 1) : 1;
    struct commit_person *p = &t->persons[t->n_persons];

    if (!id)
        return error_set(&req->error, ERR_IDS_SHORT, arg_text("what", "person"));
    if (!is_known || !is_same(req, r, who->in)) {
        version += is_known;
        *p = (struct commit_person){
            .person_id = id,
            .version = version,
            .kind = who->in->kind == WORD_NONE ? "person" : words_person_kind.words[who->in->kind],
            .name = who->in->name,
            .name_folded = text_fold(req->arena, who->in->name),
            .key_id = seal_ring_id(req->app->seal, 0),
        };
        if (!seal_value(req, who->in->identity, &p->identity) ||
            !seal_value(req, who->in->phone, &p->phone) ||
            !seal_value(req, who->in->address, &p->address) ||
            !seal_value(req, who->in->email, &p->email))
            return false;
        t->n_persons++;
    }
    t->parts[who - t->people] = (struct commit_part){who->part, who->ordinal, id, version};
    return value_of(req, who->in, id, version, &who->value);
}

bool intake_persons_enter(struct intake *t)
{
    t->n_persons = 0;
    for (int i = 0; i < t->n_people; i++)
        if (!enter(t, &t->people[i]))
            return false;
    return true;
}

const char *intake_person_value(const struct intake *t, const char *part)
{
    for (int i = 0; i < t->n_people; i++)
        if (!strcmp(t->people[i].part, part))
            return t->people[i].value;
    return NULL;
}
