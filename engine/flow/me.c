/* See me.h. */
#include "flow/me.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/calendar_watch.h"
#include "flow/reference.h"
#include "wire/message.h"

static enum step_result me_wait(struct request *req)
{
    return request_wait(req, 1);
}

/* Actions and rights of all roles together, each once. Who acts for others in a demonstration does
 * what they do; what else a role may (grants) is not lent. */
static size_t rights_of(const struct principal *p, const char **ret)
{
    size_t n = 0;

    for (int a = 0; a < ACTION_COUNT; a++)
        for (int i = 0; i < p->n_roles; i++)
            if (p->is_acting_for ||
                right_of_action(p->roles[i].role, (enum action)a) != SCOPE_NONE) {
                ret[n++] = vocabulary_word(&actions, a);
                break;
            }
    for (int g = 0; g < GRANT_COUNT; g++)
        for (int i = 0; i < p->n_roles; i++)
            if (right_of_grant(p->roles[i].role, (enum grant)g) != SCOPE_NONE) {
                ret[n++] = vocabulary_word(&grants, g);
                break;
            }
    return n;
}

/* What whoever edits rules should know: years without a published calendar. */
static bool me_warnings(struct request *req, struct wire_me *out)
{
    struct calendar_gap gaps[CALENDAR_WATCH_MAX];
    const char **list = arena_array(req->arena, CALENDAR_WATCH_MAX, sizeof *list);
    int n = calendar_watch(req->reference, req->now, req->zone_s, gaps);

    if (!right_grants(&req->principal, GRANT_EDIT_RULES, NULL, 0, reference_within, req->reference))
        return true;
    for (int i = 0; list && i < n && i < CALENDAR_WATCH_MAX; i++) {
        struct buffer b = {0};

        calendar_watch_sentence(&gaps[i], req->lang, &b);
        list[i] = b.is_failed ? NULL : arena_strdup(req->arena, b.data);
        buffer_deinit(&b);
        if (!list[i])
            list = NULL;
        else
            out->n_warnings++;
    }
    out->warnings = list;
    return list || error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "me"));
}

static enum step_result me_reply(struct request *req)
{
    const struct officer_ref *o = reference_officer(req->reference, req->principal.officer_id);
    const char **words = arena_array(req->arena, ACTION_COUNT + GRANT_COUNT, sizeof *words);
    struct wire_me_role *held =
        arena_array(req->arena, ARRAY_LEN(req->principal.roles), sizeof *held);
    struct wire_me out;

    if (!words || !held) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "me"));
        return request_fail(req);
    }
    wire_me_init(&out);
    out.officer = out.login = o->login;
    out.name = o->name;
    out.is_demonstration = req->reference->is_demonstration;
    out.now = clock_business();
    out.actions = words;
    out.n_actions = rights_of(&req->principal, words);
    out.roles = held;
    for (int i = 0; i < req->principal.n_roles; i++) {
        const struct principal_role *role = &req->principal.roles[i];
        const struct office_ref *office = reference_office(req->reference, role->office);
        const struct officer_ref *other = reference_officer(req->reference, role->on_behalf_of);

        wire_me_role_init(&held[i]);
        held[i].role = (int)role->role;
        held[i].office = office ? office->key : "";
        held[i].office_name = office ? office->name : "";
        if (other) {
            held[i].on_behalf_of = other->login;
            held[i].on_behalf_of_name = other->name;
            held[i].until = role->until;
        }
        out.n_roles++;
    }
    out.must_change_password = req->session.must_change;
    out.must_enrol = req->session.must_enrol;
    out.has_second_factor = req->session.has_factor;
    out.scopes = req->session.scopes;
    out.n_scopes = (size_t)req->session.n_scopes;
    if (!me_warnings(req, &out))
        return request_fail(req);
    if (!wire_me_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step me_steps[] = {{"wait", me_wait}, {"reply", me_reply}};
const struct use_case use_case_me = {"me", sizeof(struct request), me_steps, false, 0};
