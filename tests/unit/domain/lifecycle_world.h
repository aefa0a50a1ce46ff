/* One procedure of five working days and four steps (counter, department, leadership, counter), its
 * offices and people, and a clock that the test moves. Calendar: Monday to Friday, 07:00-11:30 and
 * 13:30-17:00, years 2021 to 2024, no holidays. */
#pragma once
#include "domain/lifecycle.h"
#include "dossier_events.h"

#define CLERK        INT64_C(100)
#define OFFICER      INT64_C(200)
#define LEADER       INT64_C(300)
#define RETURN_CLERK INT64_C(101)

static const struct procedure_step world_steps[] = {
    {1, "Tiếp nhận", STEP_OFFICE_ONE_STOP, 0, ROLE_CLERK, 240, 120, false},
    {2, "Thẩm định", STEP_OFFICE_COMPETENT, 0, ROLE_OFFICER, 1200, 600, false},
    {3, "Ký duyệt", STEP_OFFICE_LEADERSHIP, 0, ROLE_LEADER, 480, 240, true},
    {4, "Trả kết quả", STEP_OFFICE_ONE_STOP, 0, ROLE_RETURNER, 240, 120, false},
};

struct world {
    struct calendar *calendar;
    struct ruleset ruleset;
    struct procedure_case procedure_case;
    struct dossier dossier;
    struct decision decision;
    struct arena *arena;
    struct error err;
    int64_t now;
    /* everything decided so far, numbered as the database would */
    struct event events[256];
    int n_events;
};

/* With days off from `from` to `to`, counted from the Monday of MONDAY_7. */
static struct calendar *world_calendar_closed(int from, int to)
{
    CLEANUP(calendar_builder_freep) struct calendar_builder *b = NULL;
    struct calendar_row week = {.type = CALENDAR_ROW_WEEKLY,
                                .line = 1,
                                .from_on = date_from_civil(2021, 1, 1),
                                .to_on = DATE_NONE,
                                .weekdays = 0x1f,
                                .n_sessions = 2,
                                .sessions = {{420, 690}, {810, 1020}}};
    struct calendar *cal = NULL;
    struct error err;

    if (!calendar_builder_new("test", ZONE_VIETNAM_S, &b, &err) ||
        !calendar_builder_add(b, &week, &err))
        abort();
    for (int year = 2021; year <= 2024; year++) {
        struct calendar_row row = {.type = CALENDAR_ROW_YEAR,
                                   .line = year,
                                   .from_on = date_from_civil(year, 1, 1),
                                   .to_on = date_from_civil(year, 12, 31),
                                   .year_state = CALENDAR_YEAR_PUBLISHED};

        if (!calendar_builder_add(b, &row, &err))
            abort();
    }
    for (int day = from; day <= to; day++) {
        struct calendar_row row = {.type = CALENDAR_ROW_DAY,
                                   .line = 1,
                                   .kind = CALENDAR_CLOSURE,
                                   .from_on = instant_date(DAY(day), ZONE_VIETNAM_S)};

        row.to_on = row.from_on;
        if (!calendar_builder_add(b, &row, &err))
            abort();
    }
    if (!calendar_builder_build(b, &cal, &err))
        abort();
    return cal;
}

UNUSED static struct calendar *world_calendar(void)
{
    return world_calendar_closed(1, 0);
}

/* A new dossier at MONDAY_7 plus one hour; takes the calendar. */
static void world_init(struct world *w, struct calendar *calendar)
{
    memset(w, 0, sizeof *w);
    w->calendar = calendar;
    w->arena = arena_new(1 << 22);
    w->now = HOUR(1);
    ruleset_default(&w->ruleset);
    w->ruleset.id = 1;
    w->procedure_case = (struct procedure_case){
        .id = 6,
        .procedure_id = 5,
        .field_id = 7,
        .case_name = "Trường hợp chung",
        .limit = {5, LIMIT_WORKING_DAYS},
        .supplement_effect = HOLD_EFFECT_RESTART,
        .financial_effect = HOLD_EFFECT_RESUME,
        .n_steps = (int)ARRAY_LEN(world_steps),
        .steps = world_steps,
    };
    dossier_init(&w->dossier, 0);
}

static void world_deinit(struct world *w)
{
    w->arena = arena_free(w->arena);
    w->calendar = calendar_unref(w->calendar);
}

/* The leadership, and a province's office 50, stand above everybody. */
static bool world_within(const void *organisation, int64_t office, int64_t root)
{
    (void)organisation;
    return office == root || root == LEADER_OFFICE || root == 50;
}

static const struct organisation world_organisation = {.within = world_within};

static struct decide_context world_context(const struct world *w)
{
    return (struct decide_context){
        .dossier = &w->dossier,
        .procedure_case = &w->procedure_case,
        .ruleset = &w->ruleset,
        .calendar = w->calendar,
        .now = w->now,
        .zone_s = ZONE_VIETNAM_S,
        .organisation = &world_organisation,
    };
}

/* An input with everything a well-behaved actor gives. */
static struct action_input world_input(enum action action, int64_t actor, int64_t office)
{
    struct action_input in;

    action_input_init(&in, action, actor, office);
    in.dossier_id = INT64_C(20220000000001);
    in.filed_office = in.supervising_office = COUNTER_OFFICE;
    in.competent_office = COMPETENT_OFFICE;
    in.applicant = "3:1:ab";
    in.remark = "1:ab";
    in.second_person = 999;
    in.outcome = OUTCOME_GRANTED;
    in.hold_kind = HOLD_KIND_FINANCIAL;
    in.collector_paper = "slip";
    in.has_evidence = true;
    in.close_reason = CLOSE_REASON_RESULT_RETURNED;
    in.amount = 8000;
    in.payment_way = PAYMENT_WAY_ONLINE;
    return in;
}

/* Decides, and on success makes it what the dossier is. */
static bool world_act(struct world *w, const struct action_input *in)
{
    const struct decide_context ctx = world_context(w);

    if (!dossier_decide(&ctx, in, w->arena, &w->decision, &w->err))
        return false;
    for (int i = 0; i < w->decision.n_events && w->n_events < (int)ARRAY_LEN(w->events); i++) {
        w->events[w->n_events] = w->decision.events[i];
        w->events[w->n_events].seq = w->n_events + 1;
        w->n_events++;
    }
    w->dossier = w->decision.after;
    return true;
}

UNUSED static bool world_do(struct world *w, enum action action, int64_t actor, int64_t office)
{
    const struct action_input in = world_input(action, actor, office);

    return world_act(w, &in);
}

UNUSED static bool world_send(struct world *w, enum action action, int64_t actor, int64_t office,
                              int64_t to_office)
{
    struct action_input in = world_input(action, actor, office);

    in.to_office = to_office;
    return world_act(w, &in);
}

UNUSED static bool world_warned(const struct world *w, const char *word)
{
    for (int i = 0; i < w->decision.n_warnings; i++) {
        if (strcmp(w->decision.warnings[i], word) == 0)
            return true;
    }
    return false;
}

/* Accepted, and in the department's hands. */
UNUSED static void world_processing(struct world *w)
{
    if (!world_do(w, ACTION_ACCEPT, CLERK, COUNTER_OFFICE) ||
        !world_do(w, ACTION_FORWARD, CLERK, COUNTER_OFFICE) ||
        !world_do(w, ACTION_TAKE_OVER, OFFICER, COMPETENT_OFFICE))
        abort();
}
