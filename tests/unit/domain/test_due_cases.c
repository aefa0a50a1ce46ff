/* Walks tests/cases/due_*.case: a table a lawyer can read, one TAP line per row.
 *   test_due_cases SOURCE_ROOT FILE... */
#include "base/instant.h"
#include "case_file.h"
#include "domain/calendar_text.h"
#include "domain/due.h"

struct walk {
    const char *root;
    struct calendar *cal;
    struct due_rule rule;
    bool is_years;
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
    char *bytes = case_slurp(w->root, path, &len), sentence[300];

    w->cal = calendar_unref(w->cal);
    if (!calendar_builder_new("", 0, &b, &err) ||
        !calendar_text_read(b, CALENDAR_COUNTRY, bytes, len, &err) ||
        !calendar_builder_build(b, &w->cal, &err)) {
        error_sentence(&err, LANGUAGE_EN, 0, sentence, sizeof sentence);
        printf("Bail out! %s: %s\n", path, sentence);
        exit(1);
    }
    free(bytes);
}

static void year_row(struct walk *w, struct case_row *row)
{
    int year = (int)strtol(row->columns[0], NULL, 10);
    char got[64], rule[64];
    int32_t days = -1;
    struct error err;

    if (!calendar_working_days_between(w->cal, date_from_civil(year, 1, 1) - 1,
                                       date_from_civil(year, 12, 31), &days, &err))
        days = -1;
    snprintf(got, sizeof got, "%d", days);
    snprintf(rule, sizeof rule, "working days of %d", year);
    result(w, row, days == strtol(row->columns[1], NULL, 10), rule, got);
}

static void due_row(struct walk *w, struct case_row *row)
{
    int32_t zone_s = calendar_zone_s(w->cal);
    int64_t from, expected;
    struct limit limit;
    struct due due;
    struct error err = {0};
    char got[128];

    if (row->n != 4 || !instant_parse(row->columns[0], zone_s, &from) ||
        !limit_parse(row->columns[1], &limit, &err)) {
        result(w, row, false, "the row cannot be read", row->columns[0]);
        return;
    }
    if (due_compute(w->cal, &w->rule, limit, from, &due, &err)) {
        instant_format(due.at, zone_s, got);
        result(w, row,
               instant_parse(row->columns[2], zone_s, &expected) && due.at == expected &&
                   due.on == instant_date(expected - 1, zone_s), /* 24:00 belongs to its day */
               row->columns[3], got);
        return;
    }
    snprintf(got, sizeof got, "calendar_gap %d", (int)err.args[0].number);
    result(w, row, err.code == ERR_CALENDAR_GAP && !strcmp(got, row->columns[2]), row->columns[3],
           got);
}

static void walk_row(struct walk *w, struct case_row *row)
{
    if (!strncmp(row->text, "calendar ", 9)) {
        row->text[strcspn(row->text, "\r\n")] = '\0';
        load_calendar(w, row->text + 9);
    } else if (!strncmp(row->text, "model hours", 11)) {
        w->rule.day_model = DUE_DAYS_HOURS;
        w->rule.half_day_model = DUE_HALVES_HOURS;
    } else if (!strncmp(row->text, "table years", 11)) {
        w->is_years = true;
    } else if (row->text[0] != '#' && row->text[0] != '\n') {
        case_split(row, w->is_years ? 2 : 4);
        (w->is_years ? year_row : due_row)(w, row);
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
    w->rule = due_rule_default();
    w->is_years = false;
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
