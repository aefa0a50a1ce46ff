/* Walks tests/cases/holds.case and lifecycle.case, one TAP line per row.
 *   test_lifecycle_cases SOURCE_ROOT FILE... */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case_file.h"
#include "domain/calendar_text.h"
#include "domain/clock.h"
#include "lifecycle_world.h"

struct walk {
    const char *root;
    struct calendar *cal;
    enum { TABLE_HOLDS, TABLE_CLOCK, TABLE_PATHS } table;
    int n, n_failed;
};

static void result(struct walk *w, const struct case_row *row, bool is_ok, const char *rule,
                   const char *got)
{
    printf("%sok %d - %s:%d %s\n", is_ok ? "" : "not ", ++w->n, row->file, row->line, rule);
    if (!is_ok) {
        printf("# got %s\n", got);
        w->n_failed++;
    }
}

static void load_calendar(struct walk *w, const char *path)
{
    CLEANUP(calendar_builder_freep) struct calendar_builder *b = NULL;
    struct error err = {0};
    size_t len;
    char *bytes = case_slurp(w->root, path, &len);

    w->cal = calendar_unref(w->cal);
    if (!calendar_builder_new("", 0, &b, &err) ||
        !calendar_text_read(b, CALENDAR_COUNTRY, bytes, len, &err) ||
        !calendar_builder_build(b, &w->cal, &err)) {
        printf("Bail out! %s\n", path);
        exit(1);
    }
    free(bytes);
}

/* ---- holds ---- */

static bool hold_walk(struct world *world, const struct case_row *row, int64_t *ret_due)
{
    struct action_input in = world_input(ACTION_REQUEST_SUPPLEMENT, CLERK, COUNTER_OFFICE);
    char effect[32];
    char *ground;
    int64_t at[3];

    snprintf(effect, sizeof effect, "%s", row->columns[4]);
    ground = strchr(effect, '+');
    if (ground)
        *ground = '\0';
    in.legal_ground = ground ? "sector:land" : NULL;
    in.approver = ground && strcmp(ground + 1, "leader") == 0 ? LEADER : 0;
    in.hold_effect = (enum hold_effect)vocabulary_find(&hold_effects, effect);
    for (int i = 0; i < 3; i++) {
        if (!instant_parse(row->columns[1 + i], ZONE_VIETNAM_S, &at[i]))
            return false;
    }
    if (!limit_parse(row->columns[0], &world->procedure_case.limit, &world->err))
        return false;
    world->now = at[0];
    if (!world_do(world, ACTION_ACCEPT, CLERK, COUNTER_OFFICE))
        return false;
    world->now = at[1];
    if (!world_act(world, &in))
        return false;
    world->now = at[2];
    if (!world_do(world, ACTION_RECEIVE_SUPPLEMENT, CLERK, COUNTER_OFFICE))
        return false;
    *ret_due = world->dossier.due_at;
    return true;
}

static void hold_row(struct walk *w, struct case_row *row)
{
    static struct world world;
    int64_t due_at = 0, expected;
    char got[INSTANT_TEXT_MAX] = "a row that cannot be read";
    bool is_ok;

    world_init(&world, calendar_ref(w->cal));
    is_ok = row->n == 7 && instant_parse(row->columns[5], ZONE_VIETNAM_S, &expected) &&
            hold_walk(&world, row, &due_at);
    if (is_ok)
        instant_format(due_at, ZONE_VIETNAM_S, got);
    result(w, row, is_ok && due_at == expected, row->columns[row->n - 1], got);
    world_deinit(&world);
}

/* ---- several pauses ---- */

/* "2022-08-24 09:00 > 2022-08-26 10:00 resume" */
static bool clock_pause(char *text, struct dossier_hold *h)
{
    char *to = strstr(text, " > ");
    char *word = to ? strrchr(to, ' ') : NULL;
    int effect = word ? vocabulary_find(&hold_effects, word + 1) : -1;

    if (effect < 0)
        return false;
    *to = *word = '\0';
    *h = (struct dossier_hold){.effect = (enum hold_effect)effect};
    return instant_parse(text, ZONE_VIETNAM_S, &h->from) &&
           instant_parse(to + 3, ZONE_VIETNAM_S, &h->to);
}

static bool clock_walk(struct walk *w, const struct case_row *row, struct due *due)
{
    struct due_rule rule = due_rule_default();
    struct clock_rule clock = {.calendar = w->cal, .due = &rule};
    struct dossier_hold holds[4];
    char *rest = row->columns[2], *pause;
    struct error err;
    int n = 0;

    if (!limit_parse(row->columns[0], &clock.limit, &err) ||
        !instant_parse(row->columns[1], ZONE_VIETNAM_S, &clock.start))
        return false;
    while ((pause = strsep(&rest, ","))) {
        if (n == (int)ARRAY_LEN(holds) || !clock_pause(pause + (*pause == ' '), &holds[n++]))
            return false;
    }
    return clock_promise(&clock, holds, n, due, &err);
}

static void clock_row(struct walk *w, struct case_row *row)
{
    char got[INSTANT_TEXT_MAX] = "a row that cannot be read";
    int64_t expected = INSTANT_NONE;
    struct due due = {.at = INSTANT_NONE};
    bool is_ok = row->n == 5 && instant_parse(row->columns[3], ZONE_VIETNAM_S, &expected) &&
                 clock_walk(w, row, &due);

    if (is_ok)
        instant_format(due.at, ZONE_VIETNAM_S, got);
    result(w, row, is_ok && due.at == expected, row->columns[row->n - 1], got);
}

/* ---- paths ---- */

static int64_t path_office(const char *word)
{
    return strcmp(word, "counter") == 0      ? COUNTER_OFFICE
           : strcmp(word, "department") == 0 ? COMPETENT_OFFICE
           : strcmp(word, "leadership") == 0 ? LEADER_OFFICE
                                             : 40;
}

static bool path_key(struct action_input *in, const char *key, const char *value)
{
    if (strcmp(key, "in") == 0)
        in->actor_office = path_office(value);
    else if (strcmp(key, "to") == 0)
        in->to_office = path_office(value);
    else if (strcmp(key, "by") == 0)
        in->actor = atoi(value);
    else if (strcmp(key, "officer") == 0)
        in->to_officer = atoi(value);
    else if (strcmp(key, "step") == 0)
        in->to_step = atoi(value);
    else if (strcmp(key, "second") == 0)
        in->second_person = strcmp(value, "self") == 0 ? in->actor : 0;
    else if (strcmp(key, "remark") == 0)
        in->remark = NULL;
    else if (strcmp(key, "amount") == 0)
        in->amount = strtoll(value, NULL, 10);
    else if (strcmp(key, "way") == 0)
        in->payment_way = strcmp(value, "no") == 0
                              ? PAYMENT_WAY_COUNT
                              : (enum payment_way)vocabulary_find(&payment_ways, value);
    else if (strcmp(key, "why") == 0)
        in->close_reason = strcmp(value, "none") == 0
                               ? CLOSE_REASON_COUNT
                               : (enum close_reason)vocabulary_find(&close_reasons, value);
    else if (strcmp(key, "ground") == 0)
        in->legal_ground = value;
    else if (strcmp(key, "paper") == 0)
        in->collector_paper = value;
    else if (strcmp(key, "kind") == 0)
        in->hold_kind = (enum hold_kind)vocabulary_find(&hold_kinds, value);
    else if (strcmp(key, "effect") == 0)
        in->hold_effect = (enum hold_effect)vocabulary_find(&hold_effects, value);
    else if (strcmp(key, "outcome") == 0)
        in->outcome = (enum outcome)vocabulary_find(&outcomes, value);
    else
        return false;
    return true;
}

/* The right person, with what the action needs; then what the path says otherwise. */
static bool path_input(const struct world *world, char *token, struct action_input *in)
{
    const struct dossier *d = &world->dossier;
    char *slash = strchr(token, '/');
    int action;

    if (slash)
        *slash++ = '\0';
    action = vocabulary_find(&actions, token);
    if (action < 0)
        return false;
    *in = world_input((enum action)action, OFFICER,
                      d->holder_office ? d->holder_office : COUNTER_OFFICE);
    if (action == ACTION_TAKE_OVER || action == ACTION_DECLINE || action == ACTION_TAKE_OVER_RESULT)
        in->actor_office = d->has_pending ? d->pending_office : d->holder_office;
    in->answer_by = action == ACTION_ASK_OPINION ? world->now + INSTANT_DAY : INSTANT_NONE;
    in->cause = CAUSE_KEY_FORCE_MAJEURE;
    in->pledged_at = action == ACTION_PLEDGE ? world->now + INSTANT_DAY : INSTANT_NONE;
    while (slash) {
        char *key = slash, *value = strchr(key, '=');

        slash = value ? strchr(value, '/') : NULL;
        if (!value)
            return false;
        *value++ = '\0';
        if (slash)
            *slash++ = '\0';
        if (!path_key(in, key, value))
            return false;
    }
    return true;
}

/* One token. False: the last action was refused, or the token cannot be read (err is empty). */
static bool path_step(struct world *world, char *token)
{
    struct action_input in;

    error_clear(&world->err);
    if (token[0] == '+') {
        int64_t n = atoi(token + 1);

        world->now += n * (strchr(token, 'd') ? INSTANT_DAY : INSTANT_HOUR);
        return true;
    }
    if (token[0] == 'R') {
        ruleset_shipped(token[1] - '1', &world->ruleset);
        return true;
    }
    return path_input(world, token, &in) && world_act(world, &in);
}

static void path_row(struct walk *w, struct case_row *row)
{
    static struct world world;
    const char *got, *expected = row->n > 1 ? row->columns[1] : "";
    char *rest = row->columns[0], *token;
    bool is_ok = true;

    world_init(&world, world_calendar());
    while ((token = strsep(&rest, " ")) && (is_ok = path_step(&world, token)))
        ;
    got = is_ok ? vocabulary_word(&states, (int)world.dossier.state) : error_word(world.err.code);
    is_ok = row->n == 3 && (expected[0] == '!') == !is_ok && !rest &&
            strcmp(got, expected + !is_ok) == 0;
    result(w, row, is_ok, row->columns[row->n - 1], got);
    world_deinit(&world);
}

/* ---- files ---- */

static void walk_row(struct walk *w, struct case_row *row)
{
    if (!strncmp(row->text, "calendar ", 9)) {
        row->text[strcspn(row->text, "\r\n")] = '\0';
        load_calendar(w, row->text + 9);
    } else if (!strncmp(row->text, "table ", 6)) {
        w->table = !strncmp(row->text + 6, "paths", 5)   ? TABLE_PATHS
                   : !strncmp(row->text + 6, "clock", 5) ? TABLE_CLOCK
                                                         : TABLE_HOLDS;
    } else if (row->text[0] != '#' && row->text[0] != '\n') {
        case_split(row, w->table == TABLE_PATHS ? 3 : w->table == TABLE_CLOCK ? 5 : 7);
        (w->table == TABLE_PATHS   ? path_row
         : w->table == TABLE_CLOCK ? clock_row
                                   : hold_row)(w, row);
    }
}

static void walk_file(struct walk *w, const char *path)
{
    struct case_row row = {.file = strrchr(path, '/') ? strrchr(path, '/') + 1 : path};
    FILE *f = fopen(path, "r");

    if (!f) {
        printf("Bail out! cannot read %s\n", path);
        exit(1);
    }
    while (fgets(row.text, sizeof row.text, f)) {
        row.line++;
        walk_row(w, &row);
    }
    fclose(f);
    w->cal = calendar_unref(w->cal);
}

int main(int argc, char **argv)
{
    struct walk w = {.root = argv[1]};

    for (int i = 2; i < argc; i++)
        walk_file(&w, argv[i]);
    printf("1..%d\n", w.n);
    return w.n_failed > 0;
}
