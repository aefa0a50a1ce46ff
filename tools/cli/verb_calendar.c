/* The verb `calendar`: list, show as a month table, edit, check a year against the law, export.
 * What an edit sends is built here; whether it may stand, the daemon says. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/json.h"
#include "cli/cli.h"

#define ROWS_MAX (8u << 20)

static enum cli_exit usage(struct cli *cli, const char *name, const char *value)
{
    error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", name), arg_text("value", value));
    return cli_fail(cli, CLI_USAGE);
}

static enum cli_exit missing(struct cli *cli, const char *what)
{
    error_set(&cli->error, ERR_CLI_ARGUMENT_MISSING, arg_text("argument", what),
              arg_text("verb", "calendar"));
    return cli_fail(cli, CLI_USAGE);
}

static enum cli_exit no_memory(struct cli *cli)
{
    error_set(&cli->error, ERR_NO_MEMORY, arg_text("what", "calendar"));
    return cli_fail(cli, CLI_INTERNAL);
}

/* The first calendar of the list: the country's, where nobody named another. */
static enum cli_exit first_key(struct cli *cli, const char **ret_key)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    CLEANUP(json_freep) cJSON *json = NULL;
    struct client_request request = {.method = "GET", .path = "/api/v1/calendars"};
    enum cli_exit status = cli_call(cli, &request, &reply);
    const char *key;

    if (status != CLI_DONE)
        return status;
    json = cJSON_ParseWithLength(reply.body.data, reply.body.len);
    key = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(
        cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(json, "items"), 0), "key"));
    *ret_key = key ? arena_strdup(cli->arena, key) : NULL;
    return *ret_key ? CLI_DONE : missing(cli, "--calendar");
}

/* The calendar meant: `given`, --calendar, or the first one. */
static enum cli_exit key_of(struct cli *cli, const char *given, const char **ret_key)
{
    *ret_key = given ? given : arguments_option(&cli->arguments, "calendar");
    return *ret_key ? CLI_DONE : first_key(cli, ret_key);
}

static bool year_of(const char *text, int *ret_year)
{
    char *end;
    long year = text ? strtol(text, &end, 10) : 0;

    *ret_year = (int)year;
    return text && !*end && date_is_valid((int)year, 1, 1);
}

/* ---- show ---- */

static const char *mark_of(const char *kind)
{
    static const char *const marks[][2] = {
        {"weekend", "."}, {"holiday", "*"},  {"substitute", "b"}, {"swapped", "h"},
        {"closure", "!"}, {"half_day", "/"}, {"make_up", "+"},    {"intake", "i"},
    };

    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (!strcmp(marks[i][0], kind))
            return marks[i][1];
    return " ";
}

static const char *text_of(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

    return text ? text : "";
}

/* The days that differ from the week, with their reasons. */
static void print_reasons(const struct cli *cli, const cJSON *first, int month)
{
    for (const cJSON *day = first; day; day = day->next) {
        const char *kind = text_of(day, "kind"), *source = text_of(day, "source");
        char written[INSTANT_TEXT_MAX] = "";
        int32_t on;

        if (!date_parse(text_of(day, "on"), &on) || date_civil(on).month != month)
            break;
        if (!strcmp(kind, "workday") || !strcmp(kind, "weekend"))
            continue;
        if (cli->language == LANGUAGE_VI)
            date_format_vi(on, written);
        else
            date_format(on, written);
        printf("  %s %s  %s%s%s%s%s%s%s%s\n", mark_of(kind), written, text_of(day, "label"),
               *text_of(day, "name") ? ": " : "", text_of(day, "name"),
               *text_of(day, "sessions") ? ", " : "", text_of(day, "sessions"), *source ? " (" : "",
               source, *source ? ")" : "");
    }
}

static void print_month(const struct cli *cli, const cJSON *first)
{
    static const char *const heads[] = {"   T2   T3   T4   T5   T6   T7   CN",
                                        "   Mo   Tu   We   Th   Fr   Sa   Su"};
    const cJSON *day = first;
    int32_t on = 0;
    struct civil c;

    if (!date_parse(text_of(first, "on"), &on))
        return;
    c = date_civil(on);
    printf(cli->language == LANGUAGE_VI ? "Tháng %d/%d%s\n" : "Month %d of %d%s\n", c.month, c.year,
           strcmp(text_of(first, "year_state"), "provisional") != 0 ? ""
           : cli->language == LANGUAGE_VI                           ? " (tạm tính)"
                                                                    : " (provisional)");
    puts(heads[cli->language]);
    for (int i = 1; i < date_weekday(on); i++)
        fputs("     ", stdout);
    for (int month = c.month;
         day && date_parse(text_of(day, "on"), &on) && (c = date_civil(on)).month == month;
         day = day->next)
        printf("%4d%s%s", c.day, mark_of(text_of(day, "kind")), date_weekday(on) == 7 ? "\n" : "");
    if (date_weekday(on) != 1 || day == NULL)
        putchar('\n');
    print_reasons(cli, first, date_civil(on - (day != NULL)).month);
    putchar('\n');
}

static bool span_of(struct cli *cli, int32_t *ret_from, int32_t *ret_to)
{
    const char *month = arguments_option(&cli->arguments, "month");
    const char *year = arguments_option(&cli->arguments, "year");
    const char *first = month ? arena_printf(cli->arena, "%s-01", month) : NULL;
    int y;

    if (first && date_parse(first, ret_from)) {
        *ret_to = date_add_months(*ret_from, 1) - 1;
        return true;
    }
    if (month || !year_of(year, &y))
        return false;
    *ret_from = date_from_civil(y, 1, 1);
    *ret_to = date_from_civil(y, 12, 31);
    return true;
}

static enum cli_exit show_days(struct cli *cli, const char *key)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    CLEANUP(json_freep) cJSON *json = NULL;
    struct client_request request = {.method = "GET"};
    char from[INSTANT_TEXT_MAX], to[INSTANT_TEXT_MAX];
    int32_t from_on, to_on;
    enum cli_exit status;
    int month = 0;

    if (!span_of(cli, &from_on, &to_on))
        return usage(cli, "--year, --month", "?");
    date_format(from_on, from);
    date_format(to_on, to);
    request.path =
        arena_printf(cli->arena, "/api/v1/calendars/%s/days?from=%s&to=%s", key, from, to);
    status = request.path ? cli_call(cli, &request, &reply) : no_memory(cli);
    if (status != CLI_DONE || cli->is_json)
        return status == CLI_DONE ? cli_print(cli, VIEW_RECORD, &reply) : status;
    json = cJSON_ParseWithLength(reply.body.data, reply.body.len);
    for (const cJSON *day = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(json, "items"), 0);
         day; day = day->next) {
        int32_t on;

        if (!date_parse(text_of(day, "on"), &on) || date_civil(on).month == month)
            continue;
        month = date_civil(on).month;
        print_month(cli, day);
    }
    return CLI_DONE;
}

/* Without a span: the calendar's own table. */
static enum cli_exit show(struct cli *cli, const char *given)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    struct client_request request = {.method = "GET"};
    const char *key;
    enum cli_exit status = key_of(cli, given, &key);

    if (status != CLI_DONE)
        return status;
    if (arguments_option(&cli->arguments, "year") || arguments_option(&cli->arguments, "month"))
        return show_days(cli, key);
    request.path = arena_printf(cli->arena, "/api/v1/calendars/%s", key);
    status = request.path ? cli_call(cli, &request, &reply) : no_memory(cli);
    return status == CLI_DONE ? cli_print(cli, VIEW_CALENDAR, &reply) : status;
}

/* ---- edits ---- */

/* The rows of a file, - for standard input not being one of its uses. */
static bool add_file(struct cli *cli, const char *path, cJSON *body)
{
    const char *bytes;
    char *text;
    size_t len, n = 0;

    if (!file_read(cli->arena, path, ROWS_MAX, &bytes, &len, &cli->error))
        return false;
    text = arena_alloc(cli->arena, len + 1);
    for (size_t i = 0; text && i < len; i++)
        if (bytes[i] != '\r') /* a spreadsheet's line ends */
            text[n++] = bytes[i];
    return text && cJSON_AddStringToObject(body, "rows", text);
}

/* "day:2027-11-24,weekly:2022-01-01" as names of rows. */
static bool add_names(struct cli *cli, const char *text, cJSON *body)
{
    cJSON *list = cJSON_AddArrayToObject(body, "remove");
    char *names = arena_strdup(cli->arena, text);

    for (char *save = NULL, *name = names ? strtok_r(names, ",", &save) : NULL; name;
         name = strtok_r(NULL, ",", &save)) {
        char *colon = strchr(name, ':');
        cJSON *row = cJSON_CreateObject();

        cJSON_AddItemToArray(list, row);
        if (!colon)
            return error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", "remove"),
                             arg_text("value", name));
        *colon = '\0';
        cJSON_AddStringToObject(row, "type", name);
        cJSON_AddStringToObject(row, "from", colon + 1);
    }
    return true;
}

static enum cli_exit send_edit(struct cli *cli, const char *path, cJSON *body, bool is_job)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    struct client_request request = {.method = "POST", .path = path};
    enum cli_exit status;

    request.body = cli_body_text(cli, body);
    if (!request.path || !request.body)
        return no_memory(cli);
    status = cli_call(cli, &request, &reply);
    if (status != CLI_DONE)
        return status;
    return is_job ? job_follow(cli, &reply) : cli_print(cli, VIEW_CALENDAR, &reply);
}

static enum cli_exit change(struct cli *cli, const char *operation, const char *what)
{
    CLEANUP(json_freep) cJSON *body = cli_body(cli);
    const char *key = NULL, *remove = arguments_option(&cli->arguments, "remove");
    bool is_year = !strcmp(operation, "confirm") || !strcmp(operation, "publish");
    enum cli_exit status = body ? key_of(cli, NULL, &key) : cli_fail(cli, CLI_USAGE);
    int year = 0;

    if (status != CLI_DONE)
        return status;
    if (is_year && !year_of(what, &year))
        return usage(cli, "YEAR", what ? what : "");
    cJSON_AddStringToObject(body, "operation", operation);
    if (is_year) {
        cJSON_AddNumberToObject(body, "year", year);
        if (!cJSON_GetObjectItemCaseSensitive(body, "effective_on"))
            cJSON_AddStringToObject(body, "effective_on",
                                    arena_printf(cli->arena, "%d-01-01", year));
    } else if (!strcmp(operation, "remove")) {
        remove = what;
    } else if (!what) {
        return missing(cli, "FILE");
    }
    if ((!is_year && !remove && !add_file(cli, what, body)) ||
        (remove && !add_names(cli, remove, body)))
        return cli_fail(cli, CLI_USAGE);
    if (remove && !is_year && strcmp(operation, "remove") != 0 && !add_file(cli, what, body))
        return cli_fail(cli, CLI_USAGE);
    return send_edit(cli, arena_printf(cli->arena, "/api/v1/calendars/%s/changes", key), body,
                     true);
}

static enum cli_exit make(struct cli *cli, const char *key)
{
    CLEANUP(json_freep) cJSON *body = cli_body(cli);
    const char *file = arguments_option(&cli->arguments, "rows");
    const char *title = arguments_option(&cli->arguments, "title");

    if (!body)
        return cli_fail(cli, CLI_USAGE);
    if (!key)
        return missing(cli, "KEY");
    cJSON_AddStringToObject(body, "key", key);
    if (title)
        cJSON_AddStringToObject(body, "name", title);
    if (file && !add_file(cli, file, body))
        return cli_fail(cli, CLI_USAGE);
    return send_edit(cli, "/api/v1/calendars", body, false);
}

/* ---- check, export ---- */

static enum cli_exit check(struct cli *cli, const char *what)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    CLEANUP(json_freep) cJSON *json = NULL;
    struct client_request request = {.method = "GET"};
    const char *key;
    int year;
    enum cli_exit status;

    if (!year_of(what, &year))
        return usage(cli, "YEAR", what ? what : "");
    if (arguments_option(&cli->arguments, "confirm"))
        return change(cli, "confirm", what);
    status = key_of(cli, NULL, &key);
    if (status != CLI_DONE)
        return status;
    request.path = arena_printf(cli->arena, "/api/v1/calendars/%s/check?year=%d", key, year);
    status = request.path ? cli_call(cli, &request, &reply) : no_memory(cli);
    if (status == CLI_DONE)
        status = cli_print(cli, VIEW_CALENDAR_CHECK, &reply);
    if (status != CLI_DONE || cli->is_json)
        return status;
    status = cli_print(cli, VIEW_CALENDAR_FINDINGS, &reply);
    json = cJSON_ParseWithLength(reply.body.data, reply.body.len);
    if (*text_of(json, "rows"))
        printf(cli->language == LANGUAGE_VI
                   ? "\nĐề xuất (xác nhận bằng: motcua calendar check %d --confirm --source ... "
                     "--reason ...):\n%s"
                   : "\nProposed (confirm with: motcua calendar check %d --confirm --source ... "
                     "--reason ...):\n%s",
               year, text_of(json, "rows"));
    return status;
}

static enum cli_exit export_calendar(struct cli *cli, const char *given)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    const char *format = arguments_option(&cli->arguments, "format"), *key;
    const char *out = arguments_option(&cli->arguments, "out");
    const char *year = arguments_option(&cli->arguments, "year");
    struct client_request request = {.method = "GET", .accept = "*/*"};
    enum cli_exit status = key_of(cli, given, &key);
    FILE *file = stdout;

    if (status != CLI_DONE)
        return status;
    request.path = arena_printf(cli->arena, "/api/v1/calendars/%s/export?format=%s%s%s", key,
                                format ? format : "csv", year ? "&year=" : "", year ? year : "");
    status = request.path ? cli_call(cli, &request, &reply) : no_memory(cli);
    if (status != CLI_DONE)
        return status;
    if (out)
        file = fopen(out, "wb");
    if (!file || fwrite(reply.body.data, 1, reply.body.len, file) != reply.body.len ||
        (out && fclose(file) != 0)) {
        error_set(&cli->error, ERR_CLI_FILE, arg_text("path", out ? out : "-"),
                  arg_text("reason", strerror(errno)));
        return cli_fail(cli, CLI_USAGE);
    }
    return CLI_DONE;
}

enum cli_exit run_calendar(struct cli *cli)
{
    const char *what = arguments_value(&cli->arguments, "DO");
    const char *argument = arguments_value(&cli->arguments, "WHAT");
    static const char *const operations[][2] = {
        {"import", "replace"}, {"add", "add"}, {"remove", "remove"}, {"publish", "publish"}};

    if (!what || !strcmp(what, "list")) {
        CLEANUP(client_reply_deinit) struct client_reply reply = {0};
        struct client_request request = {.method = "GET", .path = "/api/v1/calendars"};
        enum cli_exit status = cli_call(cli, &request, &reply);

        return status == CLI_DONE ? cli_print(cli, VIEW_CALENDARS, &reply) : status;
    }
    if (!strcmp(what, "show"))
        return show(cli, argument);
    if (!strcmp(what, "check"))
        return check(cli, argument);
    if (!strcmp(what, "export"))
        return export_calendar(cli, argument);
    if (!strcmp(what, "new"))
        return make(cli, argument);
    for (size_t i = 0; i < ARRAY_LEN(operations); i++)
        if (!strcmp(operations[i][0], what))
            return !argument ? missing(cli, strcmp(what, "publish") ? "FILE" : "YEAR")
                             : change(cli, operations[i][1], argument);
    return usage(cli, "DO", what);
}
