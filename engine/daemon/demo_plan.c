/* See demo_plan.h. Shares follow a rural district: certification 55 %, civil status 20 %, land 10
 * %, social affairs 6 %, others 9 %; land and construction make most of the delays. */
#include "daemon/demo_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"

/* Procedure, its share and the share of its dossiers that somebody delays, per mille each. */
static const struct demo_share {
    const char *procedure;
    int share, late;
} shares[] = {
    {"TP-12", 380, 0}, {"TP-12H", 50, 0}, {"TP-13", 80, 0},  {"TP-14", 10, 0},  {"TP-15", 30, 10},
    {"TP-01", 70, 0},  {"TP-02", 30, 10}, {"TP-03", 20, 0},  {"TP-04", 5, 20},  {"TP-07", 30, 10},
    {"TP-08", 15, 15}, {"TP-09", 30, 0},  {"DD-18", 15, 90}, {"DD-19", 20, 70}, {"DD-20", 7, 60},
    {"DD-21", 12, 80}, {"DD-22", 8, 60},  {"DD-23", 30, 70}, {"DD-24", 6, 90},  {"DD-25", 2, 50},
    {"LD-30", 15, 40}, {"LD-31", 10, 40}, {"LD-32", 10, 20}, {"LD-33", 8, 30},  {"LD-34", 17, 40},
    {"XD-26", 20, 90}, {"XD-27", 4, 60},  {"XD-29", 6, 80},  {"GD-36", 7, 10},  {"GD-37", 2, 30},
    {"YT-39", 8, 20},  {"YT-41", 3, 40},  {"GT-42", 5, 20},  {"GT-43", 4, 30},  {"VH-45", 4, 10},
    {"VH-46", 2, 20},  {"TT-48", 2, 20},  {"MT-49", 3, 60},  {"KD-51", 18, 15}, {"KD-52", 2, 30},
};

/* Dossiers that show what chance alone might not: two causes at once, a cause without evidence, a
 * second promise missed. */
static const struct demo_special {
    const char *procedure, *counter, *filed;
    enum demo_delay delay;
    double pace, delay_hours; /* delay_hours below 0: added to the step instead of to due */
} specials[] = {
    {"TP-02", "x09mc", "2022-07-11T08:00:00+07:00", DEMO_IDLE, 0.60, -10},
    {"TP-04", "x03mc", "2022-07-11T08:30:00+07:00", DEMO_IDLE, 0.60, -10},
    {"XD-27", "mc", "2022-07-11T09:00:00+07:00", DEMO_IDLE, 0.60, -10},
    {"KD-51", "mc", "2022-06-20T14:00:00+07:00", DEMO_PROMPT, 0.80, 0},
    {"KD-51", "mc", "2022-06-20T15:00:00+07:00", DEMO_PROMPT, 0.85, 0},
    {"DD-19", "mc", "2022-06-06T08:20:00+07:00", DEMO_FORGOTTEN, 0.50, 90},
    {"XD-26", "mc", "2022-07-25T09:10:00+07:00", DEMO_FORGOTTEN, 0.60, 80},
    {"DD-19", "mc", "2022-08-01T08:05:00+07:00", DEMO_PROMPT, 0.88, 0},
    {"DD-19", "mc", "2022-08-01T14:20:00+07:00", DEMO_PROMPT, 0.88, 0},
    {"DD-22", "mc", "2022-07-25T08:45:00+07:00", DEMO_PROMPT, 0.92, 0},
    {"DD-23", "mc", "2022-07-28T09:30:00+07:00", DEMO_PROMPT, 0.92, 0},
    {"TP-08", "x12mc", "2022-06-28T08:20:00+07:00", DEMO_HANDOVER, 0.50, 5},
    {"DD-20", "mc", "2022-06-13T10:05:00+07:00", DEMO_DECLARED, 0.60, 6},
    /* on the desks when the district is shown: late, certain to be late, a letter to sign */
    {"DD-23", "mc", "2022-08-08T08:10:00+07:00", DEMO_IDLE, 0.60, 40},
    {"DD-21", "mc", "2022-08-03T09:00:00+07:00", DEMO_SIGNATURE, 0.60, 36},
    {"XD-29", "mc", "2022-08-09T14:00:00+07:00", DEMO_IDLE, 0.60, 30},
    {"XD-26", "mc", "2022-08-12T08:40:00+07:00", DEMO_IDLE, 0.60, 20},
    {"XD-26", "mc", "2022-08-11T10:00:00+07:00", DEMO_DECLARED, 0.60, 20},
    {"DD-22", "mc", "2022-08-15T08:30:00+07:00", DEMO_IDLE, 0.60, 16},
    {"DD-23", "mc", "2022-08-16T09:20:00+07:00", DEMO_DECLARED, 0.60, 24},
    {"TP-04", "x05mc", "2022-08-19T08:15:00+07:00", DEMO_IDLE, 0.60, 16},
    {"LD-32", "x11mc", "2022-08-19T09:45:00+07:00", DEMO_IDLE, 0.60, 16},
    {"TP-07", "x02mc", "2022-08-22T14:10:00+07:00", DEMO_IDLE, 0.60, 12},
    {"KD-51", "mc", "2022-08-22T15:00:00+07:00", DEMO_SIGNATURE, 0.60, 8},
};

static const struct demo_stoppage stoppages[DEMO_STOPPAGES_MAX] = {
    {.kind = "outage",
     .office = "tckh",
     .from = "2022-06-21T07:00:00+07:00",
     .to = "2022-06-22T17:00:00+07:00",
     .declared = "2022-06-23T08:05:00+07:00",
     .declared_by = "head_tckh",
     .evidence = NULL,
     .reason = "Hệ thống đăng ký hộ kinh doanh không truy cập được."},
    {.kind = "force_majeure",
     .office = "ubnd",
     .from = "2022-07-12T13:30:00+07:00",
     .to = "2022-07-14T11:30:00+07:00",
     .declared = "2022-07-14T13:35:00+07:00",
     .declared_by = "leader1",
     .evidence = "Công điện 07/CĐ-UBND ngày 12/7/2022 (trình diễn)",
     .reason = "Mưa bão, mất điện toàn huyện."},
    {.kind = "outage",
     .office = "vpdk",
     .from = "2022-08-02T07:00:00+07:00",
     .to = "2022-08-04T11:30:00+07:00",
     .declared = "2022-08-04T13:40:00+07:00",
     .declared_by = "leader2",
     .evidence = "Phiếu sự cố SC-2022-0802 (trình diễn)",
     .reason = "Cơ sở dữ liệu đất đai của tỉnh ngừng hoạt động."},
};

/* ---- drawing ---- */

static const struct demo_share *draw_share(struct demo_random *r)
{
    int total = 0, at;
    size_t i = 0;

    for (size_t k = 0; k < ARRAY_LEN(shares); k++)
        total += shares[k].share;
    at = demo_random_below(r, total);
    while (at >= shares[i].share)
        at -= shares[i++].share;
    return &shares[i];
}

/* The town's counter sees four times as many people as a commune's. */
static int64_t draw_counter(const struct reference *r, struct demo_random *random,
                            const struct procedure_case *c)
{
    int64_t counters[64];
    int n = 0;

    for (int i = 0; i < r->n_offices; i++) {
        const struct office_ref *o = &r->offices[i], *parent = reference_office(r, o->parent_id);
        bool is_district = parent && !parent->parent_id;

        if (strcmp(o->kind, "one_stop") != 0 || is_district != !strcmp(c->level, "district"))
            continue;
        for (int k = 0; k < (n == 0 ? 4 : 1) && n < (int)ARRAY_LEN(counters); k++)
            counters[n++] = o->id;
    }
    return n ? counters[demo_random_below(random, n)] : 0;
}

static int64_t minute_of_day(struct demo_random *r, const struct demo_life *l)
{
    int minute;

    if (l->channel == CHANNEL_ONLINE && demo_random_chance(r, 350))
        minute = 17 * 60 + 30 + demo_random_below(r, 270);
    else if (l->procedure->returns_at_once && l->fate != DEMO_SETTLED)
        minute = 7 * 60 + 5 + demo_random_below(r, 90); /* leaves the day for its steps */
    else if (demo_random_chance(r, 600))
        minute = 7 * 60 + 5 + demo_random_below(r, 260);
    else
        minute = 13 * 60 + 32 + demo_random_below(r, 200);
    return minute * INSTANT_MINUTE + demo_random_below(r, 60) * INSTANT_SECOND;
}

/* August is busy: of what takes longer than a day, one in six was filed in the last two weeks, so
 * that the day on which the district is shown has work on every desk. */
static bool draw_filing(struct demo_plan *p, struct demo_life *l, struct error *err)
{
    int32_t zone_s = p->reference->zone_s, until_on = instant_date(p->until, zone_s), on, days;
    int32_t from_on = instant_date(p->from, zone_s);

    if (l->fate != DEMO_SETTLED && until_on - from_on > 30 && demo_random_chance(&l->random, 170))
        from_on = until_on - 14;
    do {
        if (!calendar_working_days_between(p->calendar, from_on - 1, until_on, &days, err) ||
            !calendar_next_working(p->calendar, from_on - 1,
                                   1 + demo_random_below(&l->random, days), &on, err))
            return false;
        l->filed_at = date_instant(on, zone_s) + minute_of_day(&l->random, l);
    } while (l->filed_at >= p->until || l->filed_at < p->from);
    return true;
}

/* In the last week more is left hanging, so that every state has its dossiers on the day the
 * district is shown. */
static enum demo_fate draw_fate(struct demo_random *r, bool is_recent)
{
    static const struct {
        enum demo_fate fate;
        int usual, recent;
    } fates[] = {
        {DEMO_UNCOLLECTED, 45, 30}, {DEMO_REFUSED, 30, 30}, {DEMO_REFUSED_INTAKE, 20, 20},
        {DEMO_WITHDRAWN, 20, 120},  {DEMO_STOPPED, 12, 10}, {DEMO_SILENT, 20, 70},
        {DEMO_MISTAKE, 12, 15},
    };
    int at = demo_random_below(r, 1000);

    for (size_t i = 0; i < ARRAY_LEN(fates); i++) {
        int share = is_recent ? fates[i].recent : fates[i].usual;

        if (at < share)
            return fates[i].fate;
        at -= share;
    }
    return DEMO_GRANTED;
}

static void draw_delay(struct demo_life *l, int late)
{
    static const enum demo_delay kinds[] = {DEMO_IDLE,     DEMO_IDLE,      DEMO_IDLE,
                                            DEMO_IDLE,     DEMO_SIGNATURE, DEMO_SIGNATURE,
                                            DEMO_HANDOVER, DEMO_DECLARED,  DEMO_DECLARED};

    l->pace = demo_random_between(&l->random, 0.35, 0.75);
    l->delay_hours = demo_random_between(&l->random, 1, 9);
    if (l->fate == DEMO_GRANTED && demo_random_chance(&l->random, late))
        l->delay = kinds[demo_random_below(&l->random, (int)ARRAY_LEN(kinds))];
}

/* The first step at which an officer examines the file. */
static int examination(const struct procedure_case *c)
{
    for (int i = 0; i < c->n_steps; i++)
        if (c->steps[i].role == ROLE_OFFICER)
            return i + 1;
    return 0;
}

static void draw_waits(struct demo_life *l)
{
    const char *key = l->procedure->procedure_key;
    int at = examination(l->procedure);

    if (l->fate == DEMO_SILENT || (l->fate == DEMO_GRANTED && demo_random_chance(&l->random, 90)))
        l->supplement_step =
            l->channel == CHANNEL_ONLINE && demo_random_chance(&l->random, 400) ? -1 : at;
    if (!strcmp(key, "DD-18") || !strcmp(key, "DD-24")) {
        l->pause_step = 4;
        l->pause_kind = HOLD_KIND_FINANCIAL;
    } else if (!strcmp(key, "DD-23")) {
        l->pause_step = at;
        l->pause_kind = HOLD_KIND_FINANCIAL;
    } else if (l->procedure->n_steps > 6 && demo_random_chance(&l->random, 60)) {
        l->pause_step = at;
        l->pause_kind = HOLD_KIND_APPLICANT_CONFIRM;
    }
}

static bool find_procedure(const struct demo_plan *p, const char *key,
                           const struct procedure_case **ret, struct error *err)
{
    *ret =
        reference_case_by_key(p->reference, key, NULL, instant_date(p->from, p->reference->zone_s));
    return *ret || error_set(err, ERR_PROCEDURE_UNKNOWN, arg_text("value", key));
}

static bool draw_life(struct demo_plan *p, struct demo_life *l, struct error *err)
{
    const struct demo_share *share = draw_share(&l->random);
    const struct procedure_case *c;
    bool is_recent;

    if (!find_procedure(p, share->procedure, &c, err))
        return false;
    l->procedure = c;
    l->counter = draw_counter(p->reference, &l->random, c);
    l->fate = DEMO_GRANTED;
    l->channel = CHANNEL_DIRECT;
    if (!l->counter)
        return error_set(err, ERR_OFFICE_UNKNOWN, arg_text("field", "filed_office"),
                         arg_text("value", c->level));
    if (c->returns_at_once && c->limit.unit == LIMIT_SAME_DAY &&
        demo_random_chance(&l->random, 960))
        l->fate = DEMO_SETTLED;
    else if (demo_random_chance(&l->random, 380))
        l->channel = CHANNEL_ONLINE;
    else if (demo_random_chance(&l->random, 60))
        l->channel = CHANNEL_POST;
    if (!draw_filing(p, l, err))
        return false;
    is_recent = l->filed_at > p->until - 9 * INSTANT_DAY;
    if (l->fate != DEMO_SETTLED && !c->returns_at_once)
        l->fate = draw_fate(&l->random, is_recent);
    draw_delay(l, share->late);
    if (c->returns_at_once)
        l->pace = 0.3;
    else
        draw_waits(l);
    return true;
}

static bool take_special(struct demo_plan *p, struct demo_life *l, const struct demo_special *s,
                         struct error *err)
{
    const struct office_ref *counter = reference_office_by_key(p->reference, s->counter);

    if (!counter)
        return error_set(err, ERR_OFFICE_UNKNOWN, arg_text("field", "filed_office"),
                         arg_text("value", s->counter));
    l->counter = counter->id;
    l->fate = DEMO_GRANTED;
    l->channel = CHANNEL_DIRECT;
    l->delay = s->delay;
    l->pace = s->pace;
    l->delay_hours = s->delay_hours;
    return find_procedure(p, s->procedure, &l->procedure, err) &&
           (instant_parse(s->filed, ZONE_VIETNAM_S, &l->filed_at) ||
            error_set(err, ERR_FIELD_VALUE, arg_text("field", "filed"),
                      arg_text("value", s->filed)));
}

static bool resolve_stoppages(struct demo_plan *p, struct error *err)
{
    for (int i = 0; i < DEMO_STOPPAGES_MAX; i++) {
        struct demo_stoppage s = stoppages[i];
        const struct office_ref *o = reference_office_by_key(p->reference, s.office);

        if (!o || !instant_parse(s.from, ZONE_VIETNAM_S, &s.from_at) ||
            !instant_parse(s.to, ZONE_VIETNAM_S, &s.to_at) ||
            !instant_parse(s.declared, ZONE_VIETNAM_S, &s.declared_at))
            return error_set(err, ERR_OFFICE_UNKNOWN, arg_text("field", "office"),
                             arg_text("value", s.office));
        s.office_id = o->id;
        if (s.from_at >= p->from && s.declared_at < p->until)
            p->stoppages[p->n_stoppages++] = s;
    }
    return true;
}

/* Nobody comes to a counter where nobody works. */
static void avoid_stoppages(const struct demo_plan *p, struct demo_life *l)
{
    for (int i = 0; i < p->n_stoppages; i++) {
        const struct demo_stoppage *s = &p->stoppages[i];

        if (l->filed_at >= s->from_at && l->filed_at < s->to_at &&
            reference_within(p->reference, l->counter, s->office_id))
            l->filed_at =
                s->to_at + 2 * INSTANT_HOUR + demo_random_below(&l->random, 150) * INSTANT_MINUTE;
    }
}

bool demo_plan_make(struct demo_plan *plan, const struct reference *r, uint64_t seed, int n,
                    int64_t from, int64_t until, struct error *err)
{
    *plan = (struct demo_plan){.reference = r, .from = from, .until = until};
    plan->lives = calloc((size_t)n + 1, sizeof *plan->lives);
    if (!plan->lives)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "demonstration"));
    for (int i = 0; i < r->n_offices && !plan->calendar; i++)
        plan->calendar = r->offices[i].calendar;
    if (!plan->calendar || !resolve_stoppages(plan, err))
        return plan->calendar ? false
                              : error_set(err, ERR_CALENDAR_NO_YEAR, arg_text("name", "vn"));
    for (int i = 0; i < n; i++) {
        struct demo_life *l = &plan->lives[plan->n_lives];
        size_t special = (size_t)i;
        bool ok;

        memset(l, 0, sizeof *l);
        l->serial = i + 1;
        l->random.state = seed * UINT64_C(1000003) + (uint64_t)i * UINT64_C(7919);
        ok = special < ARRAY_LEN(specials) ? take_special(plan, l, &specials[special], err)
                                           : draw_life(plan, l, err);
        if (!ok)
            return false;
        avoid_stoppages(plan, l);
        if (l->filed_at >= from && l->filed_at < until)
            plan->n_lives++;
    }
    return true;
}

void demo_plan_deinit(struct demo_plan *plan)
{
    free(plan->lives);
    plan->lives = NULL;
}
