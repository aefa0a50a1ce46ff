/* Options, calendar and a single date. The verb reads words, the domain computes, and the verb
 * writes words again; due_batch.c does the same for a whole file. */
#include "daemon/verb_due.h"

#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/embed.h"
#include "base/instant.h"
#include "base/text.h"
#include "daemon/due_verb.h"
#include "domain/calendar_text.h"
#include "domain/explain.h"
#include "domain/law.h"
#include "domain/ruleset.h"

extern const struct embedded calendar_seed[];

/* ---- usage ---- */

/* clang-format off */
static const char usage_en[] =
    "usage: motcuad due --from INSTANT --limit LIMIT [--explain] [--json]\n"
    "       motcuad due --batch FILE|- [--json]\n"
    "\n"
    "Computes the due date of a limit: at which instant must the result be there?\n"
    "\n"
    "  --from INSTANT    receipt, as 2022-08-30T10:00 (time of the calendar's zone) or with an offset,\n"
    "                    2022-08-30T10:00:00+07:00; a blank may stand for the T\n"
    "  --limit LIMIT     3wd working days, 15d calendar days, 24wh working hours, 2mo months, 1hd half days,\n"
    "                    sd same day\n"
    "  --explain         list every day counted or skipped, with the reason and its source\n"
    "  --batch FILE      a CSV file with the columns from and limit (- is standard input); writes\n"
    "                    from,limit,due_at,due_on,error, one row for each row read\n"
    "  --json            write JSON; in a batch one object per line\n"
    "  --calendar FILE   a calendar as CSV (docs/calendars.md); default: state offices 2022-2027\n"
    "  --model MODEL     days: a working day is a whole day (default); hours: it is eight working hours,\n"
    "                    and a half day four\n"
    "  --lang vi|en      language of sentences; default by LC_ALL, LC_MESSAGES or LANG\n"
    "  --help            this text\n"
    "\n"
    "Working days and months end at the last closing of their last day; the day of receipt is not counted.\n"
    "A year without a published calendar is refused, never guessed.\n"
    "\n"
    "Exit codes: 0 every date computed, 1 data refused (in a batch: some rows, the others are done),\n"
    "2 wrong usage.\n";

static const char usage_vi[] =
    "cách dùng: motcuad due --from THỜI_ĐIỂM --limit THỜI_HẠN [--explain] [--json]\n"
    "           motcuad due --batch TỆP|- [--json]\n"
    "\n"
    "Tính ngày hẹn trả kết quả từ thời điểm tiếp nhận và thời hạn giải quyết.\n"
    "\n"
    "  --from THỜI_ĐIỂM  lúc tiếp nhận: 2022-08-30T10:00 (giờ theo múi giờ của lịch) hoặc có múi giờ,\n"
    "                    2022-08-30T10:00:00+07:00; có thể viết dấu cách thay chữ T\n"
    "  --limit THỜI_HẠN  3wd ngày làm việc, 15d ngày, 24wh giờ làm việc, 2mo tháng,\n"
    "                    1hd nửa ngày làm việc, sd trong ngày\n"
    "  --explain         liệt kê từng ngày được tính hay không tính, kèm lý do và căn cứ\n"
    "  --batch TỆP       tệp CSV có cột from và limit (- là đầu vào chuẩn); ghi ra\n"
    "                    from,limit,due_at,due_on,error, mỗi dòng vào một dòng ra\n"
    "  --json            ghi JSON; khi tính hàng loạt mỗi dòng một đối tượng\n"
    "  --calendar TỆP    lịch làm việc dạng CSV (docs/calendars.md); mặc định: cơ quan nhà nước 2022-2027\n"
    "  --model KIỂU      days: ngày làm việc là trọn ngày (mặc định); hours: là tám giờ làm việc,\n"
    "                    nửa ngày là bốn giờ\n"
    "  --lang vi|en      ngôn ngữ của câu chữ; mặc định theo LC_ALL, LC_MESSAGES hoặc LANG\n"
    "  --help            phần trợ giúp này\n"
    "\n"
    "Thời hạn theo ngày, tháng kết thúc vào giờ đóng cửa của ngày cuối; ngày tiếp nhận không tính.\n"
    "Năm chưa công bố lịch làm việc thì từ chối, không đoán.\n"
    "\n"
    "Mã thoát: 0 tính được tất cả, 1 dữ liệu bị từ chối (hàng loạt: một số dòng, các dòng khác vẫn xong),\n"
    "2 sai cách dùng.\n";

/* clang-format on */

static enum language language_of_environment(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *value = getenv(names[i]);

        if (value && *value)
            return strncmp(value, "vi", 2) ? LANGUAGE_EN : LANGUAGE_VI;
    }
    return LANGUAGE_EN;
}

static int usage_fault(const struct due_verb *v, const char *en, const char *vi, const char *what)
{
    bool is_vi = v->lang == LANGUAGE_VI;

    fprintf(stderr,
            is_vi ? "motcuad due: %s %s\nXem: motcuad due --help\n"
                  : "motcuad due: %s %s\nSee: motcuad due --help\n",
            is_vi ? vi : en, what);
    return EXIT_USAGE;
}

/* ---- options ---- */

static bool option_take(struct due_verb *v, int option, const char *value)
{
    switch (option) {
    case 'f':
        v->from = value;
        return true;
    case 'l':
        v->limit = value;
        return true;
    case 'c':
        v->calendar_path = value;
        return true;
    case 'b':
        v->batch_path = value;
        return true;
    case 'e':
        v->is_explained = true;
        return true;
    case 'j':
        v->is_json = true;
        return true;
    case 'h':
        v->is_help = true;
        return true;
    case 'L':
        v->lang = strcmp(value, "vi") ? LANGUAGE_EN : LANGUAGE_VI;
        return !strcmp(value, "vi") || !strcmp(value, "en");
    case 'm':
        v->rule.day_model = strcmp(value, "hours") ? DUE_DAYS_WHOLE : DUE_DAYS_HOURS;
        v->rule.half_day_model = strcmp(value, "hours") ? DUE_HALVES_WHOLE : DUE_HALVES_HOURS;
        return !strcmp(value, "hours") || !strcmp(value, "days");
    default:
        return false;
    }
}

static int options_read(struct due_verb *v, int argc, char **argv)
{
    static const struct option options[] = {
        {"from", required_argument, NULL, 'f'},     {"limit", required_argument, NULL, 'l'},
        {"calendar", required_argument, NULL, 'c'}, {"batch", required_argument, NULL, 'b'},
        {"explain", no_argument, NULL, 'e'},        {"json", no_argument, NULL, 'j'},
        {"lang", required_argument, NULL, 'L'},     {"model", required_argument, NULL, 'm'},
        {"help", no_argument, NULL, 'h'},           {NULL, 0, NULL, 0},
    };
    int option;

    opterr = 0;
    optind = 1;
    while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1)
        if (!option_take(v, option, optarg ? optarg : ""))
            return usage_fault(
                v, "this option cannot be used:", "tùy chọn không dùng được:", argv[optind - 1]);
    if (v->is_help)
        return EXIT_DONE;
    if (optind < argc)
        return usage_fault(v, "unexpected argument", "thừa tham số", argv[optind]);
    if (v->batch_path ? v->from || v->limit || v->is_explained : !v->from || !v->limit)
        return usage_fault(v, "give --from and --limit, or --batch alone",
                           "cần --from và --limit, hoặc chỉ --batch", "");
    return EXIT_DONE;
}

/* ---- calendar ---- */

void due_report(const struct due_verb *v, const char *place, const struct error *err)
{
    char sentence[DUE_SENTENCE_MAX];

    error_sentence(err, v->lang, v->cal ? calendar_zone_s(v->cal) : ZONE_VIETNAM_S, sentence,
                   sizeof sentence);
    fprintf(stderr, "motcuad due: %s%s%s\n", place, *place ? ": " : "", sentence);
}

/* The whole file. One that is too large is refused by its size; a pipe has none, so that one byte
 * more than the limit is read at most. */
static bool file_read(const char *path, struct buffer *out, struct error *err)
{
    FILE *f = fopen(path, "rb");
    char block[16384];
    struct stat st;
    size_t n;

    if (!f)
        return error_set(err, ERR_FILE_UNREADABLE, arg_text("path", path),
                         arg_text("reason", strerror(errno)));
    if (!fstat(fileno(f), &st) && S_ISREG(st.st_mode) &&
        !calendar_text_check_size(st.st_size, err)) {
        fclose(f);
        return false;
    }
    while (out->len <= CALENDAR_TEXT_MAX && (n = fread(block, 1, sizeof block, f)) > 0)
        buffer_add(out, block, n);
    n = (size_t)ferror(f);
    fclose(f);
    if (n)
        return error_set(err, ERR_FILE_UNREADABLE, arg_text("path", path),
                         arg_text("reason", strerror(errno)));
    return !out->is_failed || error_set(err, ERR_NO_MEMORY, arg_text("what", path));
}

static bool calendar_load(struct due_verb *v, struct error *err)
{
    CLEANUP(calendar_builder_freep) struct calendar_builder *b = NULL;
    CLEANUP(buffer_deinit) struct buffer file = {0};
    const char *bytes = calendar_seed[0].bytes;
    size_t len = calendar_seed[0].len;

    if (v->calendar_path) {
        if (!file_read(v->calendar_path, &file, err))
            return false;
        bytes = file.data ? file.data : "";
        len = file.len;
    }
    return calendar_builder_new("", ZONE_VIETNAM_S, &b, err) &&
           calendar_text_read(b, CALENDAR_COUNTRY, bytes, len, err) &&
           calendar_builder_build(b, &v->cal, err);
}

/* ---- one date ---- */

bool due_receipt_parse(const struct due_verb *v, const char *text, int64_t *ret_at,
                       struct error *err)
{
    if (instant_parse(text, calendar_zone_s(v->cal), ret_at))
        return true;
    return error_set(err, ERR_INSTANT_SYNTAX, arg_text("field", "from"), arg_text("value", text));
}

static void json_instant(cJSON *o, const char *name, int64_t at, int32_t zone_s)
{
    char text[INSTANT_TEXT_MAX];

    instant_format(at, zone_s, text);
    cJSON_AddStringToObject(o, name, text);
}

static void json_date(cJSON *o, const char *name, int32_t on)
{
    char text[INSTANT_TEXT_MAX];

    date_format(on, text);
    cJSON_AddStringToObject(o, name, text);
}

void due_json(cJSON *o, const struct due *due, int32_t zone_s)
{
    json_instant(o, "due_at", due->at, zone_s);
    json_date(o, "due_on", due->on);
    cJSON_AddStringToObject(o, "late_by", due->is_instant ? "instant" : "date");
    cJSON_AddBoolToObject(o, "is_provisional", due->is_provisional);
    cJSON_AddBoolToObject(o, "is_synthetic", due->is_synthetic);
}

void due_json_error(cJSON *o, const struct due_verb *v, const struct error *err)
{
    char sentence[DUE_SENTENCE_MAX];

    error_sentence(err, v->lang, calendar_zone_s(v->cal), sentence, sizeof sentence);
    cJSON_AddStringToObject(o, "code", error_word(err->code));
    cJSON_AddStringToObject(o, "detail", sentence);
}

static cJSON *json_day(const struct due_verb *v, const struct explain *e,
                       const struct explain_row *row)
{
    cJSON *o = cJSON_CreateObject(), *used;
    char sentence[EXPLAIN_SENTENCE_MAX];

    json_date(o, "on", row->on);
    cJSON_AddStringToObject(o, "mark", explain_mark_word(row->mark));
    if (row->number)
        cJSON_AddNumberToObject(o, "number", row->number);
    if (row->is_known) {
        cJSON_AddStringToObject(o, "kind", calendar_kind_word(row->info.kind));
        cJSON_AddStringToObject(o, "name_vi", row->info.name_vi);
        cJSON_AddStringToObject(o, "name_en", row->info.name_en);
        cJSON_AddStringToObject(o, "source", row->info.source);
    }
    cJSON_AddStringToObject(o, "law", explain_row_source(row, e));
    if (row->n_used) {
        cJSON_AddNumberToObject(o, "used_seconds", (double)row->used_us / (double)INSTANT_SECOND);
        used = cJSON_AddArrayToObject(o, "used");
        for (int i = 0; i < row->n_used; i++) {
            cJSON *span = cJSON_CreateObject();

            json_instant(span, "from", row->used[i].from_at, calendar_zone_s(v->cal));
            json_instant(span, "to", row->used[i].to_at, calendar_zone_s(v->cal));
            cJSON_AddItemToArray(used, span);
        }
    }
    explain_sentence(e, row, v->lang, sentence);
    cJSON_AddStringToObject(o, "sentence", sentence);
    return o;
}

bool due_json_print(cJSON *o, bool is_line)
{
    char *text = is_line ? cJSON_PrintUnformatted(o) : cJSON_Print(o);

    cJSON_Delete(o);
    if (!text)
        return false;
    puts(text);
    cJSON_free(text);
    return true;
}

static bool one_json(const struct due_verb *v, const struct explain *e)
{
    cJSON *o = cJSON_CreateObject(), *days;
    char limit[LIMIT_TEXT_MAX], sentence[EXPLAIN_SENTENCE_MAX];

    limit_format(e->limit, limit);
    json_instant(o, "from", e->from, calendar_zone_s(v->cal));
    cJSON_AddStringToObject(o, "limit", limit);
    cJSON_AddStringToObject(o, "model", v->rule.day_model == DUE_DAYS_HOURS ? "hours" : "days");
    cJSON_AddStringToObject(o, "calendar", calendar_name(v->cal));
    due_json(o, &e->due, calendar_zone_s(v->cal));
    explain_summary(e, v->lang, sentence);
    cJSON_AddStringToObject(o, "sentence", sentence);
    if (v->is_explained) {
        days = cJSON_AddArrayToObject(o, "days");
        for (size_t i = 0; i < e->n_rows; i++)
            cJSON_AddItemToArray(days, json_day(v, e, &e->rows[i]));
    }
    return due_json_print(o, false);
}

/* The decree in force at receipt, by the rulesets as shipped; NULL before the first. */
static const char *decree_on(int32_t on)
{
    for (int i = 0; i < n_ruleset_keys; i++) {
        struct ruleset r;

        ruleset_shipped(i, &r);
        if (r.valid_from <= on && (r.valid_to == DATE_NONE || on <= r.valid_to))
            return r.decree;
    }
    return NULL;
}

/* Lines that fit a screen and a page of 80 columns; the article stands with the first day it
 * explains. */
static void one_text(const struct due_verb *v, const struct explain *e)
{
    CLEANUP(buffer_deinit) struct buffer out = {0};
    char sentence[EXPLAIN_SENTENCE_MAX], citation[LAW_TEXT_MAX], before[LAW_TEXT_MAX] = "";

    const char *decree = decree_on(instant_date(e->from, calendar_zone_s(v->cal)));

    explain_summary(e, v->lang, sentence);
    if (v->is_explained)
        text_wrap(&out, "", sentence, DUE_LINE_WIDTH);
    else
        puts(sentence); /* one line, for scripts */
    for (size_t i = 0; v->is_explained && i < e->n_rows; i++) {
        explain_sentence(e, &e->rows[i], v->lang, sentence);
        text_wrap(&out, "  ", sentence, DUE_LINE_WIDTH);
        law_citation(explain_row_source(&e->rows[i], e), decree, v->lang, citation);
        if (*citation && strcmp(citation, before)) {
            snprintf(sentence, sizeof sentence, "(%s)", citation);
            text_wrap(&out, "      ", sentence, DUE_LINE_WIDTH);
        }
        memcpy(before, citation, sizeof before);
    }
    fwrite(out.data ? out.data : "", 1, out.len, stdout);
}

static int one_run(const struct due_verb *v)
{
    struct error err = {0};
    struct limit limit;
    struct explain e = {0};
    int64_t from;

    if (!due_receipt_parse(v, v->from, &from, &err) || !limit_parse(v->limit, &limit, &err) ||
        !due_explain(v->cal, &v->rule, limit, from, &e, &err)) {
        if (v->is_json) {
            cJSON *o = cJSON_CreateObject();

            due_json_error(o, v, &err);
            due_json_print(o, false);
        }
        due_report(v, "", &err);
        return EXIT_REFUSED;
    }
    if (v->is_json)
        one_json(v, &e);
    else
        one_text(v, &e);
    explain_deinit(&e);
    return EXIT_DONE;
}

int verb_due(int argc, char **argv)
{
    struct due_verb v = {.lang = language_of_environment(), .rule = due_rule_default()};
    struct error err = {0};
    int code = options_read(&v, argc, argv);

    if (code != EXIT_DONE)
        return code;
    if (v.is_help) {
        fputs(v.lang == LANGUAGE_VI ? usage_vi : usage_en, stdout);
        return EXIT_DONE;
    }
    if (!calendar_load(&v, &err)) {
        due_report(&v, v.calendar_path && err.code != ERR_FILE_UNREADABLE ? v.calendar_path : "",
                   &err);
        return EXIT_REFUSED;
    }
    code = v.batch_path ? due_batch_run(&v) : one_run(&v);
    v.cal = calendar_unref(v.cal);
    return code;
}
