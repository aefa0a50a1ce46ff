/* Walks tests/cases/{warning,cause,letter,report}.case: tables a lawyer can read, one TAP line per
 * row. test_late_cases SOURCE_ROOT FILE... */
#include "../test.h"
#include "case_file.h"
#include "domain/apology.h"
#include "domain/report.h"
#include "late_fixture.h"

static struct dossier d;
static int n_rows, n_failed;

static void result(const struct case_row *row, const char *expected, const char *got)
{
    bool is_ok = strcmp(expected, got) == 0;

    printf("%sok %d - %s:%d %s\n", is_ok ? "" : "not ", ++n_rows, row->file, row->line,
           row->columns[row->n - 1]);
    if (!is_ok) {
        printf("# expected %s, got %s\n", expected, got);
        n_failed++;
    }
}

/* An instant of a table; exits when it is none, so that no row passes unread. */
static int64_t at_of(const struct case_row *row, const char *text)
{
    int64_t at;

    if (!instant_parse(text, ZONE_VIETNAM_S, &at)) {
        printf("Bail out! %s:%d: %s is no instant\n", row->file, row->line, text);
        exit(1);
    }
    return at;
}

/* To the minute, as the tables are written: an instant inside a minute shows its minute. */
static void at_text(int64_t at, char buf[INSTANT_TEXT_MAX])
{
    instant_format(at - (at - SLOW_ZERO) % INSTANT_MINUTE, ZONE_VIETNAM_S, buf);
    buf[10] = ' ';
    buf[16] = '\0';
}

static void dossier_begin(int64_t received_at, const char *limit, int64_t due_at)
{
    struct error err;

    dossier_init(&d, INT64_C(20220000000001));
    d.state = STATE_PROCESSING;
    d.received_at = received_at;
    if (!limit_parse(limit, &d.limit, &err))
        abort();
    d.due_at = due_at;
    d.due_on = instant_date(due_at, ZONE_VIETNAM_S);
    d.due_is_instant = d.limit.unit == LIMIT_SAME_DAY || d.limit.unit == LIMIT_WORKING_HOURS;
    d.competent_office = 20;
}

static void segment_add(int step, int64_t from, int64_t to)
{
    d.step = step;
    d.segments[d.n_segments++] = (struct dossier_segment){step, 19 + step, 200, from, to, false};
}

static void warning_row(const struct case_row *row)
{
    int64_t since = at_of(row, row->columns[1]), next;
    struct lateness_context ctx = fixture_context(&d);
    const char *next_word;
    char expected[96], got[96], at[INSTANT_TEXT_MAX];
    struct warning w;

    dossier_begin(HOUR(0), "5wd", DAY(7) + 10 * INSTANT_HOUR);
    segment_add(atoi(row->columns[0]), since, INSTANT_NONE);
    warning_compute(&ctx, at_of(row, row->columns[2]), &w);
    next = w.risk_at != INSTANT_NONE      ? w.risk_at
           : w.certain_at != INSTANT_NONE ? w.certain_at
                                          : w.late_at;
    next_word = w.risk_at != INSTANT_NONE      ? "at_risk"
                : w.certain_at != INSTANT_NONE ? "certain"
                                               : "overdue";
    if (next != INSTANT_NONE)
        at_text(next, at);
    snprintf(expected, sizeof expected, "%s, then %s", row->columns[3], row->columns[4]);
    snprintf(got, sizeof got, "%s, then %s%s%s", vocabulary_word(&warnings, (int)w.level),
             next == INSTANT_NONE ? "-" : next_word, next == INSTANT_NONE ? "" : " ",
             next == INSTANT_NONE ? "" : at);
    result(row, expected, got);
}

/* The two instants "2022-08-29 07:00 2022-08-30 17:00" at the head of a column; the second may be
 * -, which is none. */
static void instants_of(const struct case_row *row, const char *text, int64_t *ret_first,
                        int64_t *ret_second)
{
    char first[17] = {0}, second[17] = {0};

    memcpy(first, text, 16);
    *ret_first = at_of(row, first);
    *ret_second = INSTANT_NONE;
    if (text[17] == '-')
        return;
    memcpy(second, text + 17, 16);
    *ret_second = at_of(row, second);
}

/* "asked other BY ANSWERED": an opinion asked of another authority, to be given BY; "asked own" of
 * an office of the same committee. */
static bool opinion_of(const struct case_row *row, const char *text)
{
    struct dossier_opinion o = {.asked_at = HOUR(0), .step = 2};

    if (strncmp(text, "asked ", 6) != 0)
        return false;
    o.office = strncmp(text + 6, "other ", 6) == 0 ? 120 : 25;
    instants_of(row, strchr(text + 6, ' ') + 1, &o.answer_by, &o.answered_at);
    d.opinions[d.n_opinions++] = o;
    return true;
}

static bool cause_is_elsewhere(const void *organisation, int64_t office, int64_t of)
{
    (void)organisation;
    return office / 100 != of / 100;
}

/* What is declared: an interval and, after it, `?` where evidence is missing, `step=N`, `office=N`;
 * or an opinion.  How many intervals. */
static int interval_of(const struct case_row *row, struct objective_interval *ret)
{
    static int64_t office, step;
    const char *text = row->columns[2], *at;

    *ret =
        (struct objective_interval){.id = 1, .kind = OBJECTIVE_FORCE_MAJEURE, .evidence = "10/CT"};
    if (strcmp(text, "-") == 0 || opinion_of(row, text))
        return 0;
    instants_of(row, text, &ret->from, &ret->to);
    if (strchr(text, '?'))
        ret->evidence = "";
    at = strstr(text, "step=");
    if (at) {
        step = atoi(at + 5);
        ret->steps = &step;
        ret->n_steps = 1;
    }
    at = strstr(text, "office=");
    if (at) {
        office = atoi(at + 7);
        ret->offices = &office;
        ret->n_offices = 1;
    }
    return 1;
}

/* The verdict column carries the hours as well: "subjective    8+0" are two columns of the table.
 */
static void cause_row(struct case_row *row)
{
    static const struct organisation organisation = {.is_elsewhere = cause_is_elsewhere};
    int64_t ended = at_of(row, row->columns[1]);
    bool is_passed = strcmp(row->columns[0], "-") != 0;
    struct lateness_context ctx = fixture_context(&d);
    char expected[96], got[96], *rule = strstr(row->columns[4], "  ");
    struct objective_interval o;
    struct cause_finding f;

    *rule = '\0';
    ctx.organisation = &organisation;
    dossier_begin(HOUR(0), "2wd", DAY(2) + 10 * INSTANT_HOUR);
    segment_add(2, HOUR(0), is_passed ? at_of(row, row->columns[0]) : INSTANT_NONE);
    if (is_passed)
        segment_add(3, at_of(row, row->columns[0]), INSTANT_NONE);
    cause_find(&ctx, &o, interval_of(row, &o), ended, ended, &f, NULL);
    snprintf(expected, sizeof expected, "%s %s", row->columns[3], row->columns[4]);
    snprintf(got, sizeof got, "%s %lld+%lld", vocabulary_word(&cause_verdicts, (int)f.verdict),
             (long long)(f.overrun_us / INSTANT_HOUR), (long long)(f.objective_us / INSTANT_HOUR));
    row->columns[row->n - 1] = rule + 2 + strspn(rule + 2, " ");
    result(row, expected, got);
}

static void letter_row(struct case_row *row)
{
    struct lateness_context ctx = fixture_context(&d);
    struct dossier_letter letter = {.trigger = LETTER_TRIGGER_LATENESS};
    char *due = strchr(row->columns[0], ' '), *rule = strstr(row->columns[4], "  ");
    char expected[128], got[128], draft[INSTANT_TEXT_MAX], latest[INSTANT_TEXT_MAX];
    struct warning w;

    *due++ = '\0';
    *rule = '\0';
    dossier_begin(HOUR(0), row->columns[0], at_of(row, due));
    warning_compute(&ctx, HOUR(0), &w);
    at_text(w.letter_draft_at, draft);
    at_text(w.letter_latest_at, latest);
    letter.latest_at = w.letter_latest_at;
    snprintf(expected, sizeof expected, "%s %s %s", row->columns[1], row->columns[2],
             row->columns[4]);
    snprintf(got, sizeof got, "%s %s %s", draft, latest,
             vocabulary_word(
                 &letter_timings,
                 (int)letter_timing(&d, &letter, at_of(row, row->columns[3]), ZONE_VIETNAM_S)));
    row->columns[row->n - 1] = rule + 2 + strspn(rule + 2, " ");
    result(row, expected, got);
}

/* The end column: "2022-09-14 withdrawn", "wait 2022-09-07", "mistake" or "-". */
static void report_end(const struct case_row *row, struct script *s)
{
    char text[64], at[80], *blank;

    snprintf(text, sizeof text, "%s", row->columns[2]);
    blank = strchr(text, ' ');
    if (!strcmp(text, "-"))
        return;
    if (!strcmp(text, "mistake")) {
        script_add(s, ACTION_CLOSE_MISTAKE, 100, s->events[0].at + INSTANT_DAY);
        return;
    }
    *blank = '\0';
    blank =
        strchr(row->columns[2], ' ') + 1; /* the event borrows it: the row outlives the script */
    snprintf(at, sizeof at, "%s 16:00", strcmp(text, "wait") ? text : blank);
    if (!strcmp(text, "wait")) {
        script_hold(s, ACTION_REQUEST_SUPPLEMENT, at_of(row, at), "supplement", "restart");
    } else if (!strcmp(blank, "stopped") || !strcmp(blank, "withdrawn")) {
        event_put_text(script_add(s, ACTION_STOP, 100, at_of(row, at)), EVENT_FIELD_OUTCOME, blank);
    } else {
        event_put_text(script_add(s, ACTION_DECIDE, 100, at_of(row, at)), EVENT_FIELD_OUTCOME,
                       blank);
        script_add(s, ACTION_TAKE_OVER_RESULT, 100, at_of(row, at));
    }
}

static void report_columns(const struct report_row *r, char *buf, size_t size)
{
    const int64_t cells[] = {
        0, 0,        0,          0,       r->online, r->direct,       r->carried_over,
        0, r->early, r->on_time, r->late, 0,         r->open_in_time, r->open_overdue};
    size_t len = 0;

    snprintf(buf, size, "-");
    for (size_t i = 0; i < ARRAY_LEN(cells); i++)
        if (cells[i] != 0)
            len += (size_t)snprintf(buf + len, size - len, "%s%zu", len ? " " : "", i);
}

static void report_row_of_case(const struct case_row *row)
{
    static struct script s;
    static struct fact facts[FACTS_MAX];
    int32_t from_on = date_from_civil(2022, 9, 1), to_on = date_from_civil(2022, 9, 30), due_on;
    int64_t as_of = date_instant(to_on + 1, ZONE_VIETNAM_S) - 1;
    const struct history h = {s.events, 0};
    struct history all = h;
    struct report_row r = {0};
    char received[32], got[64];
    struct event *e;
    int n;

    s.n = 0;
    snprintf(received, sizeof received, "%.16s", row->columns[0]);
    e = script_add(&s, ACTION_ACCEPT, 100, at_of(row, received));
    event_put_number(e, EVENT_FIELD_CHANNEL,
                     strstr(row->columns[0], " on") ? CHANNEL_ONLINE : CHANNEL_DIRECT);
    if (date_parse(row->columns[1], &due_on)) {
        event_put_number(e, EVENT_FIELD_DUE_AT,
                         date_instant(due_on, ZONE_VIETNAM_S) + 17 * INSTANT_HOUR);
        event_put_number(e, EVENT_FIELD_DUE_ON, due_on);
    }
    report_end(row, &s);
    all.n = s.n;
    n = fact_timeline(&all, INSTANT_FOREVER, ZONE_VIETNAM_S, facts);
    for (int i = 0; i < n; i++)
        if (facts[i].valid_from <= as_of && as_of < facts[i].valid_to)
            report_count(&facts[i], from_on, to_on, as_of, ZONE_VIETNAM_S, &r);
    report_columns(&r, got, sizeof got);
    result(row, row->columns[3], got);
}

static void walk_row(struct case_row *row)
{
    bool is_report = !strcmp(row->file, "report.case"),
         is_warning = !strcmp(row->file, "warning.case");

    if (row->text[0] == '#' || row->text[0] == '\n')
        return;
    case_split(row, is_warning ? 6 : 5);
    if (row->n != (is_warning ? 6 : 5)) {
        printf("Bail out! %s:%d has %d columns\n", row->file, row->line, row->n);
        exit(1);
    }
    if (is_warning)
        warning_row(row);
    else if (is_report)
        report_row_of_case(row);
    else if (!strcmp(row->file, "cause.case"))
        cause_row(row);
    else
        letter_row(row);
}

int main(int argc, char **argv)
{
    fixture_office(NULL);
    for (int i = 2; i < argc; i++) {
        struct case_row row = {.file = strrchr(argv[i], '/') ? strrchr(argv[i], '/') + 1 : argv[i]};
        FILE *f = fopen(argv[i], "r");

        if (!f) {
            printf("Bail out! cannot read %s\n", argv[i]);
            return 1;
        }
        while (fgets(row.text, sizeof row.text, f)) {
            row.line++;
            walk_row(&row);
        }
        fclose(f);
    }
    calendar_unref(fixture_calendar);
    printf("1..%d\n", n_rows);
    return n_failed > 0;
}
