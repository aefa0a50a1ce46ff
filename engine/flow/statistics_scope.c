/* See statistics_scope.h. */
#include "flow/statistics_scope.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "domain/lateness.h"
#include "flow/app.h"
#include "flow/offices.h"
#include "flow/paper.h"

#define NO_FIELD "-"

/* An instant, or a date, which means its last instant at the office. */
static bool read_moment(struct request *req, const char *field, const char *text, int64_t *ret_at)
{
    int32_t on;

    if (!text)
        return true;
    if (date_parse(text, &on)) {
        *ret_at = date_instant(on + 1, req->zone_s) - 1;
        return true;
    }
    return instant_parse(text, INT32_MIN, ret_at) ||
           error_set(&req->error, ERR_STATISTICS_MOMENT, arg_text("field", field),
                     arg_text("value", text));
}

bool statistics_scope_parse(struct request *req, struct wire_statistics_query *ret_in,
                            struct statistics_scope *ret)
{
    return codec_decode_pairs(&message_statistics_query, req->http->query, req->http->n_query,
                              req->arena, ret_in, &req->error) &&
           statistics_scope_of(req, ret_in, ret);
}

bool statistics_scope_of(struct request *req, const struct wire_statistics_query *ret_in,
                         struct statistics_scope *ret)
{
    struct statistics_scope s = {0};
    int64_t end;

    s.from = ret_in->from;
    s.to = ret_in->to;
    s.channel = ret_in->not_online && ret_in->channel == WORD_NONE ? 0 : ret_in->channel;
    if (s.to < s.from)
        return error_set(&req->error, ERR_PERIOD_BACKWARDS, arg_date("from", s.from),
                         arg_date("to", s.to));
    end = date_instant(s.to + 1, req->zone_s) - 1;
    s.state_at = end;
    s.known_at = req->now;
    if (!read_moment(req, "as_of", ret_in->as_of, &s.state_at) ||
        !read_moment(req, "known_at", ret_in->known_at, &s.known_at))
        return false;
    s.as_of = ret_in->as_of ? s.state_at : INSTANT_FOREVER;
    if (s.state_at > end)
        s.state_at = end;
    if (s.state_at > s.known_at) /* nothing is known of what had not happened yet: no overdue by
                                    prophecy */
        s.state_at = s.known_at;
    *ret = s;
    return true;
}

static bool resolve_procedure(struct request *req, const char *key, struct statistics_scope *s)
{
    const struct reference *r = req->reference;
    int64_t *list = arena_array(req->arena, (size_t)r->n_cases + 1, sizeof *list);
    int n = 0;

    if (!list)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "procedures"));
    for (int i = 0; i < r->n_cases; i++)
        if (!strcmp(r->cases[i].procedure_key, key))
            list[n++] = r->cases[i].procedure_id; /* once for each case: no harm */
    s->procedures = list;
    s->n_procedures = n;
    return n || error_set(&req->error, ERR_PROCEDURE_UNKNOWN, arg_text("value", key));
}

/* "TP-10.2": the second step of every case and version of the procedure; "-": no step known. */
static bool resolve_step(struct request *req, const char *text, struct statistics_scope *s)
{
    const struct reference *r = req->reference;
    const char *dot = strrchr(text, '.');
    int64_t *list = arena_array(req->arena, (size_t)r->n_cases + 1, sizeof *list);
    size_t len = dot ? (size_t)(dot - text) : 0;
    char *end = NULL;
    long number = dot ? strtol(dot + 1, &end, 10) : 0;
    int step = end && !*end && number > 0 && number <= 64 ? (int)number : 0, n = 0;

    if (!list)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "procedures"));
    if (!strcmp(text, NO_FIELD))
        list[n++] = 0;
    for (int i = 0; i < r->n_cases; i++)
        if (strlen(r->cases[i].procedure_key) == len &&
            !strncmp(r->cases[i].procedure_key, text, len) && lateness_step(&r->cases[i], step))
            list[n++] = statistics_place(r->cases[i].id, step);
    s->places = list;
    s->n_places = n;
    return n || error_set(&req->error, ERR_FIELD_VALUE, arg_text("field", "step"),
                          arg_text("value", text));
}

static bool resolve_place(struct request *req, const struct wire_statistics_query *in,
                          struct statistics_scope *s)
{
    const struct officer_ref *o;

    if (!s->takes_place && (in->officer || in->step))
        return error_set(&req->error, ERR_FIELD_UNKNOWN,
                         arg_text("field", in->officer ? "officer" : "step"));
    s->has_officer = in->officer != NULL;
    if (in->officer && strcmp(in->officer, NO_FIELD) != 0) {
        o = reference_officer_by_login(req->reference, in->officer);
        if (!o)
            return error_set(&req->error, ERR_OFFICER_UNKNOWN, arg_text("field", "officer"),
                             arg_text("value", in->officer));
        s->officer = o->id;
    }
    return !in->step || resolve_step(req, in->step, s);
}

/* Takes the offices out that owe days of the period up to the state asked for. */
static bool leave_unreported(struct request *req, struct statistics_scope *s)
{
    int32_t on = instant_date(s->state_at, req->zone_s);
    int64_t *list = arena_array(req->arena, (size_t)s->n_offices + 1, sizeof *list);
    int n = 0, next = 0;

    s->unreported = offices_unreported(req, s->from, on < s->to ? on : s->to, s->known_at,
                                       s->offices, s->n_offices, &s->n_unreported);
    if (!list || !s->unreported)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "offices"));
    if (s->n_unreported == 0)
        return true;
    for (int i = 0; i < s->n_offices; i++) {
        if (next < s->n_unreported && s->unreported[next].office == s->offices[i])
            next++;
        else
            list[n++] = s->offices[i];
    }
    s->offices = list;
    s->n_offices = n;
    s->is_all = false;
    return true;
}

/* Of the offices that may be read the asked one alone, without those below it. */
static bool keep_one(struct request *req, const char *key, struct statistics_scope *s)
{
    const struct office_ref *o = key ? reference_office_by_key(req->reference, key) : NULL;
    int64_t *one = arena_array(req->arena, 1, sizeof *one);

    if (!o)
        return error_set(&req->error, ERR_FIELD_MISSING, arg_text("field", "office"));
    if (!one)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "offices"));
    for (int i = 0; i < s->n_offices; i++)
        if (s->offices[i] == o->id) {
            *one = o->id;
            s->offices = one;
            s->n_offices = 1;
            s->is_all = false;
            return true;
        }
    return error_set(
        &req->error, ERR_GRANT_MISSING,
        arg_text("right", vocabulary_label(&grants, GRANT_READ_STATISTICS, req->lang)));
}

static int level_of(const struct reference *r, int64_t office, int64_t root)
{
    const struct office_ref *o = reference_office(r, office);
    int level = 0;

    for (int depth = 0; o && depth < 16; depth++) {
        level += !strcmp(o->kind, "committee");
        if (o->id == root)
            break;
        o = reference_office(r, o->parent_id);
    }
    return level < 1 ? 1 : level < STATISTICS_LEVELS ? level : STATISTICS_LEVELS;
}

bool statistics_scope_keep_level(struct request *req, const char *root, int level,
                                 struct statistics_scope *s)
{
    const struct reference *r = req->reference;
    const struct office_ref *o = root ? reference_office_by_key(r, root) : NULL;
    int64_t *list = arena_array(req->arena, (size_t)s->n_offices + 1, sizeof *list);
    int n = 0;

    if (!list)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "offices"));
    for (int i = 0; i < s->n_offices; i++)
        if (level_of(r, s->offices[i], o ? o->id : 0) == level)
            list[n++] = s->offices[i];
    s->offices = list;
    s->n_offices = n;
    s->is_all = false;
    return true;
}

bool statistics_scope_resolve(struct request *req, const struct wire_statistics_query *in,
                              struct statistics_scope *s)
{
    const char *group = in->group_by == WORD_NONE ? "" : words_group_by.words[in->group_by];
    bool is_by_officer = in->officer || !strcmp(group, "officer");
    enum grant grant = is_by_officer ? GRANT_READ_OFFICERS : GRANT_READ_STATISTICS;

    if (!resolve_place(req, in, s))
        return false;
    s->needs_stays = is_by_officer || in->step || !strcmp(group, "step");

    s->offices = offices_readable(req, grant, in->office, &s->n_offices, &s->is_all);
    if (!s->offices || (in->office_only && !keep_one(req, in->office, s)) ||
        !leave_unreported(req, s) ||
        (in->level != INTEGER_NONE &&
         !statistics_scope_keep_level(req, in->office, (int)in->level, s)))
        return false;
    s->has_field = in->field != NULL;
    if (in->field && strcmp(in->field, NO_FIELD) != 0) {
        const struct field_ref *f = reference_field_by_key(req->reference, in->field);

        if (!f)
            return error_set(&req->error, ERR_FIELD_OF_LAW_UNKNOWN, arg_text("value", in->field));
        s->field_id = f->id;
    }
    return !in->procedure || resolve_procedure(req, in->procedure, s);
}

int64_t statistics_place(int64_t case_id, int step)
{
    return case_id * STATISTICS_PLACES + step;
}

void statistics_scope_put_place(const struct statistics_scope *s, struct db_params *p)
{
    if (s->has_officer)
        db_put_int8(p, s->officer);
    else
        db_put_null(p);
    if (s->places)
        db_put_int8_array(p, s->places, s->n_places);
    else
        db_put_null(p);
}

void statistics_scope_put(const struct request *req, const struct statistics_scope *s,
                          struct db_params *p)
{
    db_put_date(p, s->from);
    db_put_date(p, s->to);
    db_put_instant(p, s->state_at);
    db_put_date(p, instant_date(s->state_at, req->zone_s));
    db_put_instant(p, s->known_at);
    offices_put(p, s->offices, s->n_offices, s->is_all);
    if (s->has_field)
        db_put_int8(p, s->field_id);
    else
        db_put_null(p);
    if (s->procedures)
        db_put_int8_array(p, s->procedures, s->n_procedures);
    else
        db_put_null(p);
    if (s->channel == WORD_NONE)
        db_put_null(p);
    else
        db_put_int2(p, s->channel);
}

bool statistics_first_send(struct request *req, int slot)
{
    return request_query(req, slot, DB_LANE_READ, DB_STATISTICS_FIRST, NULL);
}

bool statistics_is_before(const struct request *req, int slot, const struct statistics_scope *s)
{
    const struct db_result *r = &request_result(req, slot)->result;

    return !db_is_null(r, 0, 0) && instant_date(s->state_at, req->zone_s) < db_date(r, 0, 0);
}

bool statistics_first_check(struct request *req, int slot, const struct statistics_scope *s)
{
    const struct db_result *r = &request_result(req, slot)->result;
    int32_t on = instant_date(s->state_at, req->zone_s);

    if (s->needs_stays && !db_bool(r, 0, 1))
        return error_set(&req->error, ERR_STAYS_PENDING, arg_text("what", "stay"));
    return db_is_null(r, 0, 0) || on >= db_date(r, 0, 0) ||
           error_set(&req->error, ERR_STATISTICS_BEFORE, arg_date("value", on),
                     arg_date("first", db_date(r, 0, 0)));
}

/* "Đơn vị A kết thúc hoạt động sau ngày ...": the form counts its open dossiers where they went. */
static const char *note_of(struct request *req, const struct office_ref *o)
{
    const struct office_ref *heir = reference_office(req->reference, o->successor_id);
    const char *on = paper_date_words(req, o->valid_to);

    if (!on)
        return NULL;
    if (req->lang == LANGUAGE_VI)
        return heir ? arena_printf(req->arena,
                                   "%s kết thúc hoạt động sau ngày %s; hồ sơ còn lại tính cho "
                                   "%s (%s).",
                                   o->name, on, heir->name, heir->key)
                    : arena_printf(req->arena, "%s kết thúc hoạt động sau ngày %s.", o->name, on);
    return heir
               ? arena_printf(req->arena, "%s ended after %s; its open dossiers count for %s (%s).",
                              o->name, on, heir->name, heir->key)
               : arena_printf(req->arena, "%s ended after %s.", o->name, on);
}

/* "Chưa báo cáo: ...": its figures are left out, not taken as zero. */
static const char *note_of_unreported(struct request *req, const struct unreported *u)
{
    const struct office_ref *o = reference_office(req->reference, u->office);
    const char *from = paper_date_words(req, u->first_on), *to = paper_date_words(req, u->last_on);

    if (!o || !from || !to)
        return NULL;
    return arena_printf(
        req->arena,
        req->lang == LANGUAGE_VI
            ? "Chưa báo cáo: %s (làm việc trên %s) chưa có xác nhận số liệu cho các "
              "ngày từ %s đến %s; không tính vào biểu."
            : "Not reported: %s (works on %s) has not declared its figures for "
              "days from %s to %s; it is left out.",
        o->name, u->system, from, to);
}

const char **statistics_notes(struct request *req, const struct statistics_scope *s, size_t *ret_n)
{
    const struct reference *r = req->reference;
    const char **notes = arena_array(req->arena, STATISTICS_NOTES_MAX, sizeof *notes);

    *ret_n = 0;
    for (int i = 0; notes && i < s->n_unreported && *ret_n < STATISTICS_NOTES_MAX - 1; i++) {
        notes[*ret_n] = note_of_unreported(req, &s->unreported[i]);
        if (!notes[(*ret_n)++])
            return NULL;
    }
    if (notes && s->n_unreported >= STATISTICS_NOTES_MAX) {
        notes[*ret_n] =
            arena_printf(req->arena,
                         req->lang == LANGUAGE_VI ? "Và %d đơn vị khác chưa báo cáo."
                                                  : "And %d more offices have not reported.",
                         s->n_unreported - (STATISTICS_NOTES_MAX - 1));
        if (!notes[(*ret_n)++])
            return NULL;
    }
    for (int i = 0; notes && i < r->n_offices && *ret_n < STATISTICS_NOTES_MAX; i++) {
        const struct office_ref *o = &r->offices[i];

        if (o->valid_to == DATE_NONE || o->valid_to < s->from || o->valid_to > s->to ||
            !offices_have(s->offices, s->n_offices, o->id))
            continue;
        notes[*ret_n] = note_of(req, o);
        if (!notes[(*ret_n)++])
            return NULL;
    }
    return notes;
}
