/* Walks tests/cases/deadline.case: a table a lawyer can read, one TAP line per row.
 *   test_deadline_cases SOURCE_ROOT FILE */
#include "case_file.h"
#include "deadline_fixture.h"
#include "domain/calendar_text.h"

static struct calendar *cal;
static int n_rows, n_failed;

static void load_calendar(const char *root)
{
    CLEANUP(calendar_builder_freep) struct calendar_builder *b = NULL;
    struct error err = {0};
    size_t len;
    char *bytes = case_slurp(root, "sql/seed/calendar_vn.csv", &len);

    if (!calendar_builder_new("", 0, &b, &err) ||
        !calendar_text_read(b, CALENDAR_COUNTRY, bytes, len, &err) ||
        !calendar_builder_build(b, &cal, &err)) {
        printf("Bail out! the calendar cannot be read\n");
        exit(1);
    }
    free(bytes);
}

/* "2022-08-30 17:00:00  instant", or "-  -". */
static void row_text(const struct deadline *d, char *buf, size_t size)
{
    char at[INSTANT_TEXT_MAX];

    if (!d) {
        snprintf(buf, size, "- -");
        return;
    }
    instant_format(d->due_at, ZONE_VIETNAM_S, at);
    at[10] = ' ';
    at[19] = '\0';
    snprintf(buf, size, "%s %s", at, d->is_instant ? "instant" : "day");
}

/* What a row adds to the plain situation: "PARAMETER=value" of the ruleset, "until=INSTANT" asked
 * for with the hold, "back=INSTANT" when papers came back. False: it is none of them. */
static bool walk_setting(const char *text, struct ruleset *rules, struct dossier *d)
{
    const char *is = strchr(text, '=');
    char name[48];
    struct error err;
    int64_t at;

    if (!is)
        return true;
    snprintf(name, sizeof name, "%.*s", (int)(is - text), text);
    if (!instant_parse(is + 1, ZONE_VIETNAM_S, &at))
        return ruleset_set(rules, name, is + 1, &err);
    if (!strcmp(name, "until") && d->n_holds == 1) {
        d->holds[0].answer_by = at;
        return true;
    }
    d->holds[d->n_holds++] = (struct dossier_hold){
        .kind = HOLD_KIND_SUPPLEMENT, .from = d->submitted_at, .to = at, .answer_by = INSTANT_NONE};
    return !strcmp(name, "back");
}

static void walk_row(struct case_row *row)
{
    struct decide_context ctx = {
        .procedure_case = &fixture_case, .calendar = cal, .zone_s = ZONE_VIETNAM_S};
    struct deadline list[DEADLINES_MAX];
    struct ruleset rules;
    struct dossier d;
    char expected[96], got[96];
    int64_t from;
    int kind, n;
    bool is_ok;

    case_split(row, 7);
    kind = row->n == 7 ? vocabulary_find(&deadline_kinds, row->columns[0]) : -1;
    if (kind < 0 || !instant_parse(row->columns[2], ZONE_VIETNAM_S, &from)) {
        printf("Bail out! %s:%d cannot be read\n", row->file, row->line);
        exit(1);
    }
    ruleset_shipped(row->columns[1][1] - '1', &rules);
    fixture_dossier(&d, (enum deadline_kind)kind, from,
                    strcmp(row->columns[3], "online") ? CHANNEL_DIRECT : CHANNEL_ONLINE);
    if (!walk_setting(row->columns[3], &rules, &d)) {
        printf("Bail out! %s:%d: %s\n", row->file, row->line, row->columns[3]);
        exit(1);
    }
    ctx.dossier = &d;
    ctx.ruleset = &rules;
    ctx.is_competent_elsewhere = strcmp(row->columns[3], "elsewhere") == 0;
    n = deadline_list(&ctx, list);
    row_text(fixture_find(list, n, (enum deadline_kind)kind), got, sizeof got);
    snprintf(expected, sizeof expected, "%s %s", row->columns[4], row->columns[5]);
    is_ok = strcmp(expected, got) == 0;
    n_failed += !is_ok;
    printf("%sok %d - %s:%d %s: %s\n", is_ok ? "" : "not ", ++n_rows, row->file, row->line,
           row->columns[0], row->columns[6]);
    if (!is_ok)
        printf("# expected %s, got %s\n", expected, got);
}

int main(int argc, char **argv)
{
    struct case_row row = {.file = argc > 2 ? strrchr(argv[2], '/') + 1 : ""};
    FILE *f = argc > 2 ? fopen(argv[2], "r") : NULL;

    if (!f) {
        printf("Bail out! cannot read the table\n");
        return 1;
    }
    load_calendar(argv[1]);
    while (fgets(row.text, sizeof row.text, f)) {
        row.line++;
        if (row.text[0] != '#' && row.text[0] != '\n')
            walk_row(&row);
    }
    fclose(f);
    cal = calendar_unref(cal);
    printf("1..%d\n", n_rows);
    return n_failed > 0;
}
