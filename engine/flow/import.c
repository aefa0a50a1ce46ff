/* See import.h. Steps: parse -> prepare (source, office, calendar) -> (find -> ids -> load ->
 * decide -> count) until every dossier is settled -> alarm -> reply. A round takes as many dossiers
 * as fit its arena; one that lost a race (another import, another decision, an edited calendar)
 * stays for the next round. */
#include "flow/import.h"

#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "flow/import_impl.h"
#include "flow/sweep.h"

#define REQUEST_ARENA (128u << 20)
#define SOURCE_MAX    47 /* what a dossier keeps of it */
#define YEAR_MIN      1900
#define YEAR_MAX      2199
#define OFFICE_TO_BE  (-1) /* in a dry run: the office that this import would make */

bool import_no_memory(struct import *i)
{
    return error_set(&i->base.error, ERR_NO_MEMORY, arg_text("what", "import"));
}

void import_fill_frame(struct import *i)
{
    const struct reference *r = i->base.reference;
    const struct office_ref *office = reference_office_by_key(r, i->in.office->key),
                            *adopter = i->in.adopt ? reference_office_by_key(r, i->in.adopt) : NULL;

    i->frame = (struct import_frame){
        .source = i->in.source,
        .actor = i->base.principal.officer_id,
        .office = office ? office->id : 0,
        .adopter = adopter       ? adopter->id
                   : i->in.adopt ? OFFICE_TO_BE
                                 : 0,
        .zone_s = i->base.zone_s,
    };
}

static void reference_done(void *data)
{
    request_release(data);
}

void import_reload(struct import *i)
{
    request_hold(&i->base);
    reference_reload(i->base.app, reference_done, &i->base);
}

void import_take_reference(struct request *req)
{
    request_renew(req);
}

/* ---- parse and prepare ---- */

static bool field_value(struct import *i, const char *field, const char *value)
{
    return error_set(&i->base.error, ERR_FIELD_VALUE, arg_text("field", field),
                     arg_text("value", value));
}

static enum step_result import_parse(struct request *req)
{
    struct import *i = container_of(req, struct import, base);

    if (!request_json(req) ||
        !wire_import_request_decode(req->json, req->arena, &i->in, &req->error) ||
        !import_office_read(req->arena, i->in.office, &i->calendar, &req->error))
        return request_fail(req);
    if (strlen(i->in.source) > SOURCE_MAX || !import_is_key(i->in.source)) {
        field_value(i, "source", i->in.source);
        return request_fail(req);
    }
    return request_wait(req, IMPORT_CHECK);
}

static bool fill_member(struct import *i, struct import_member *m, size_t n)
{
    struct request *req = &i->base;
    struct error why;
    bool is_plain;

    m->in = &i->in.dossiers[n];
    m->row = m->in->row == INTEGER_NONE ? (int64_t)n + 1 : m->in->row;
    m->code = import_code(req->arena, i->in.source, m->in->external_code, &is_plain);
    m->search = text_fold(req->arena, m->in->external_code);
    m->year = date_civil(instant_date(m->in->received_at, req->zone_s)).year;
    if (!m->code || !m->search || !import_hash(m->in, m->hash))
        return import_no_memory(i);
    error_clear(&why);
    for (size_t before = 0; before < n && !m->is_settled; before++)
        if (!strcmp(i->in.dossiers[before].external_code, m->in->external_code)) {
            error_set(&why, ERR_IMPORT_TWICE, arg_number("row", m->row),
                      arg_text("dossier", m->in->external_code));
            import_refuse(i, m, &why);
        }
    if (!m->is_settled && (m->year < YEAR_MIN || m->year > YEAR_MAX)) {
        error_set(&why, ERR_IMPORT_YEAR, arg_number("row", m->row), arg_number("year", m->year),
                  arg_text("dossier", m->in->external_code));
        import_refuse(i, m, &why);
    }
    if (m->is_settled)
        return true;
    if (!is_plain) {
        error_set(&why, ERR_IMPORT_CODE, arg_number("row", m->row),
                  arg_text("dossier", m->in->external_code), arg_text("code", m->code));
        import_say(i, &i->warnings, m, &why);
    }
    import_warn_contradictions(i, m);
    return true;
}

static bool fill_members(struct import *i)
{
    struct arena *a = i->base.arena;
    size_t n = i->in.n_dossiers;

    i->members = arena_array(a, n + 1, sizeof *i->members);
    i->round = arena_array(a, n + 1, sizeof *i->round);
    i->years = arena_array(a, n + 1, sizeof *i->years);
    i->n_ids = arena_array(a, n + 1, sizeof *i->n_ids);
    if (!i->members || !i->round || !i->years || !i->n_ids)
        return import_no_memory(i);
    for (; i->n_members < (int)n; i->n_members++)
        if (!fill_member(i, &i->members[i->n_members], (size_t)i->n_members))
            return false;
    return true;
}

/* The office that adopts may be the very one that this import makes. */
static bool is_adopter_known(struct import *i)
{
    return !i->in.adopt || !strcmp(i->in.adopt, i->in.office->key) ||
           reference_office_by_key(i->base.reference, i->in.adopt) ||
           error_set(&i->base.error, ERR_OFFICE_UNKNOWN, arg_text("field", "adopt"),
                     arg_text("value", i->in.adopt));
}

static enum step_result import_check(struct request *req)
{
    struct import *i = container_of(req, struct import, base);
    struct db_params p;
    bool sent;

    if (!request_require(req, GRANT_IMPORT, 0) || !is_adopter_known(i) || !fill_members(i))
        return request_fail(req);
    import_fill_frame(i);
    if (i->in.dry_run)
        return request_next(req, IMPORT_FIND);
    db_params_init(&p);
    db_put_text(&p, i->in.source);
    db_put_instant(&p, req->now);
    import_office_put(&p, i->in.office, &i->calendar);
    sent = request_query(req, SLOT_MAIN, DB_LANE_JOB, DB_IMPORT_PREPARE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, IMPORT_PREPARED) : request_fail(req);
}

/* Goes on once the office just made is in the reference data; a load that was under way already may
 * have been too early for it. */
static enum step_result import_prepared(struct request *req)
{
    struct import *i = container_of(req, struct import, base);
    const struct db_result *r = &request_result(req, SLOT_MAIN)->result;

    import_take_reference(req);
    import_fill_frame(i);
    if (i->frame.office == db_int(r, 0, 0) && req->reference->epoch >= db_int(r, 0, 1))
        return request_next(req, IMPORT_FIND);
    if (i->n_reloads++ == IMPORT_TRIES) {
        error_set(&req->error, ERR_REFERENCE_MISSING, arg_text("what", i->in.office->key));
        return request_fail(req);
    }
    import_reload(i);
    return request_wait(req, IMPORT_PREPARED);
}

static void alarm_done(struct request *alarm, void *data)
{
    if (alarm->error.code != ERR_NONE)
        log_error(LOG_ERROR, "import", &alarm->error);
    request_release(data);
}

/* What was adopted may be late already: its letters are drafted before the answer, not a minute
 * after it. */
static enum step_result import_alarm(struct request *req)
{
    struct import *i = container_of(req, struct import, base);

    if (i->adopted == 0 || i->in.dry_run)
        return request_next(req, IMPORT_REPLY);
    request_hold(req);
    if (!sweep_start_alarm(req->app, alarm_done, req))
        request_release(req);
    return request_wait(req, IMPORT_REPLY);
}

static enum step_result import_reply(struct request *req)
{
    struct import *i = container_of(req, struct import, base);
    struct wire_import out;

    if (!i->in.dry_run)
        log_event(LOG_INFO, "import", arg_text("source", i->in.source),
                  arg_number("added", i->added), arg_number("unchanged", i->unchanged),
                  arg_number("adopted", i->adopted), arg_number("refused", i->refused.count));
    wire_import_init(&out);
    out.dossiers = i->n_members;
    out.added = i->added;
    out.unchanged = i->unchanged;
    out.adopted = i->adopted;
    out.events = i->events;
    out.refused_count = i->refused.count;
    out.warning_count = i->warnings.count;
    out.refused = i->refused.list;
    out.n_refused = i->refused.n;
    out.warnings = i->warnings.list;
    out.n_warnings = i->warnings.n;
    out.dry_run = i->in.dry_run;
    if (!wire_import_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step import_steps[] = {
    [IMPORT_PARSE] = {"parse", import_parse},          [IMPORT_CHECK] = {"check", import_check},
    [IMPORT_PREPARED] = {"prepared", import_prepared}, [IMPORT_FIND] = {"find", import_find},
    [IMPORT_FOUND] = {"found", import_found},          [IMPORT_LOAD] = {"load", import_load},
    [IMPORT_DECIDE] = {"decide", import_decide},       [IMPORT_COUNT] = {"count", import_count},
    [IMPORT_AGAIN] = {"again", import_again},          [IMPORT_ALARM] = {"alarm", import_alarm},
    [IMPORT_REPLY] = {"reply", import_reply},
};
const struct use_case use_case_import = {"import", sizeof(struct import), import_steps, false,
                                         REQUEST_ARENA};
