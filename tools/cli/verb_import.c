/* The verb `import`: reads another system's file here, lists what is wrong with it, and hands the
 * daemon a hundred dossiers at a time. The daemon knows source and code of what it has: running
 * twice adds nothing. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/instant.h"
#include "base/json.h"
#include "cli/cli.h"
#include "cli/import_read.h"

#define FILE_MAX       ((size_t)256 << 20)
#define BATCH_DOSSIERS 100
#define BATCH_EVENTS   10000 /* a body stays far below the daemon's limits */
#define FAULTS_SHOWN   20

struct import_sums {
    double added, unchanged, adopted, events;
    cJSON *refused, *warnings; /* lists of import_fault, borrowed from the summary */
    size_t n_refused, n_warnings;
};

static void add_instant(cJSON *object, const char *name, int64_t at)
{
    char text[INSTANT_TEXT_MAX];

    if (at == INSTANT_NONE) {
        cJSON_AddNullToObject(object, name);
        return;
    }
    instant_format(at, ZONE_VIETNAM_S, text);
    cJSON_AddStringToObject(object, name, text);
}

static cJSON *dossier_json(const struct import_dossier *d)
{
    cJSON *object = cJSON_CreateObject(), *events;

    cJSON_AddStringToObject(object, "external_code", d->code);
    cJSON_AddStringToObject(object, "channel", d->channel);
    add_instant(object, "received_at", d->received_at);
    add_instant(object, "due_at", d->due_at);
    add_instant(object, "ended_at", d->ended_at);
    if (d->outcome)
        cJSON_AddStringToObject(object, "outcome", d->outcome);
    cJSON_AddNumberToObject(object, "row", (double)d->row);
    events = cJSON_AddArrayToObject(object, "events");
    for (const struct import_event *e = d->first; e; e = e->next) {
        cJSON *event = cJSON_CreateObject();

        add_instant(event, "at", e->at);
        cJSON_AddStringToObject(event, "activity", e->activity);
        if (*e->officer)
            cJSON_AddStringToObject(event, "officer", e->officer);
        cJSON_AddItemToArray(events, event);
    }
    return object;
}

/* Takes dossiers off `*next` until the batch is full. */
static cJSON *batch_json(struct cli *cli, const struct import_mapping *m,
                         const struct import_dossier **next, size_t *ret_n)
{
    const char *adopt = arguments_option(&cli->arguments, "adopt");
    cJSON *body = cJSON_CreateObject();
    cJSON *list;
    size_t n = 0, n_events = 0;

    cJSON_AddStringToObject(body, "source", m->source);
    cJSON_AddItemToObject(body, "office", cJSON_Duplicate(m->office, true));
    if (adopt)
        cJSON_AddStringToObject(body, "adopt", adopt);
    if (arguments_option(&cli->arguments, "dry-run"))
        cJSON_AddTrueToObject(body, "dry_run");
    list = cJSON_AddArrayToObject(body, "dossiers");
    for (; *next && n < BATCH_DOSSIERS && n_events < BATCH_EVENTS; *next = (*next)->next) {
        if ((*next)->is_refused)
            continue;
        cJSON_AddItemToArray(list, dossier_json(*next));
        n++;
        n_events += (*next)->n_events;
    }
    *ret_n = n;
    return body;
}

static double number_at(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

static void move_items(cJSON *reply, const char *name, cJSON *to)
{
    cJSON *list = cJSON_GetObjectItemCaseSensitive(reply, name), *item;

    while ((item = cJSON_DetachItemFromArray(list, 0)))
        cJSON_AddItemToArray(to, item);
}

/* Contradictions were said here already, with the row of each event. Returns how many were dropped;
 * a batch has at most three for each of its dossiers, so none was left out of the reply. */
static size_t drop_repeated(cJSON *list)
{
    const enum error_code said[] = {ERR_IMPORT_END_EARLY, ERR_IMPORT_EVENT_EARLY,
                                    ERR_IMPORT_EVENT_LATE};
    cJSON *item = list ? list->child : NULL, *next;
    size_t n = 0;

    for (; item; item = next) {
        const char *code = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "code"));

        next = item->next;
        for (size_t i = 0; code && i < ARRAY_LEN(said); i++)
            if (!strcmp(code, error_word(said[i]))) {
                cJSON_Delete(cJSON_DetachItemViaPointer(list, item));
                n++;
                break;
            }
    }
    return n;
}

/* The client's own faults in the shape of the daemon's. */
static void add_faults(const struct cli *cli, const struct import_faults *faults, cJSON *to)
{
    for (const struct import_fault *f = faults->first; f; f = f->next) {
        cJSON *object = cJSON_CreateObject();
        char sentence[512];

        error_sentence(&f->why, cli->language, ZONE_VIETNAM_S, sentence, sizeof sentence);
        cJSON_AddNumberToObject(object, "row", (double)f->row);
        if (f->column)
            cJSON_AddStringToObject(object, "column", f->column);
        if (f->dossier)
            cJSON_AddStringToObject(object, "dossier", f->dossier);
        cJSON_AddStringToObject(object, "code", error_word(f->why.code));
        cJSON_AddStringToObject(object, "sentence", sentence);
        cJSON_AddItemToArray(to, object);
    }
}

static void show_progress(const struct cli *cli, size_t done, size_t total)
{
    int bar = total ? (int)(done * 40 / total) : 40;

    if (cli->is_json || !isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r[%.*s%*s] %zu/%zu", bar, "########################################",
            40 - bar, "", done, total);
    if (done >= total)
        fputs("\n", stderr);
}

static enum cli_exit send_batch(struct cli *cli, const struct import_mapping *m,
                                const struct import_dossier **next, size_t *ret_n,
                                struct import_sums *sums)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    CLEANUP(json_freep) cJSON *body = batch_json(cli, m, next, ret_n), *result = NULL;
    struct client_request request = {.method = "POST", .path = cli->verb->path};
    char *printed = cJSON_PrintUnformatted(body);
    enum cli_exit status;

    request.body = printed;
    status = printed ? cli_call(cli, &request, &reply) : CLI_INTERNAL;
    cJSON_free(printed);
    if (status != CLI_DONE)
        return status;
    result = cJSON_ParseWithLength(reply.body.data ? reply.body.data : "", reply.body.len);
    if (!result) {
        error_set(&cli->error, ERR_CLI_REPLY, arg_text("url", cli->home.url));
        return cli_fail(cli, CLI_INTERNAL);
    }
    sums->added += number_at(result, "added");
    sums->unchanged += number_at(result, "unchanged");
    sums->adopted += number_at(result, "adopted");
    sums->events += number_at(result, "events");
    sums->n_refused += (size_t)number_at(result, "refused_count");
    sums->n_warnings += (size_t)number_at(result, "warning_count");
    sums->n_warnings -= drop_repeated(cJSON_GetObjectItemCaseSensitive(result, "warnings"));
    move_items(result, "refused", sums->refused);
    move_items(result, "warnings", sums->warnings);
    return CLI_DONE;
}

static void print_faults(const struct cli *cli, const cJSON *list, size_t n, const char *vi,
                         const char *en)
{
    const cJSON *item;
    int shown = 0;

    if (!n)
        return;
    fprintf(stderr, "%s (%zu):\n", cli->language == LANGUAGE_VI ? vi : en, n);
    cJSON_ArrayForEach (item, list) {
        const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "sentence"));

        if (shown++ == FAULTS_SHOWN)
            break;
        fprintf(stderr, "  %s\n", text ? text : "");
    }
    if (n > FAULTS_SHOWN)
        fprintf(stderr, "  ... %s\n",
                cli->language == LANGUAGE_VI ? "xem tất cả bằng --json" : "--json lists all");
}

static void print_summary(const struct cli *cli, const cJSON *summary,
                          const struct import_sums *sums)
{
    char *printed;

    if (cli->is_json) {
        printed = cJSON_Print(summary);
        puts(printed ? printed : "");
        cJSON_free(printed);
        return;
    }
    view_print(stdout, VIEW_IMPORT, summary, cli->language, view_width(stdout));
    print_faults(cli, sums->refused, sums->n_refused, "Bị từ chối", "Refused");
    print_faults(cli, sums->warnings, sums->n_warnings, "Cảnh báo", "Warnings");
}

static enum cli_exit send_all(struct cli *cli, const struct import_mapping *m,
                              const struct import_file *file)
{
    CLEANUP(json_freep) cJSON *summary = cJSON_CreateObject();
    const struct import_dossier *next = file->first;
    struct import_sums sums = {0};
    enum cli_exit status = CLI_DONE;
    size_t sent = 0, n = 0, total = file->n_dossiers - file->n_refused;

    cJSON_AddNumberToObject(summary, "rows", (double)file->n_rows);
    cJSON_AddNumberToObject(summary, "dossiers", (double)file->n_dossiers);
    sums.n_refused = file->refused.n;
    sums.n_warnings = file->warnings.n;
    sums.refused = cJSON_CreateArray();
    sums.warnings = cJSON_CreateArray();
    add_faults(cli, &file->refused, sums.refused);
    add_faults(cli, &file->warnings, sums.warnings);
    while (status == CLI_DONE && sent < total) {
        show_progress(cli, sent, total);
        status = send_batch(cli, m, &next, &n, &sums);
        sent += n;
    }
    if (status == CLI_DONE)
        show_progress(cli, total, total);
    cJSON_AddNumberToObject(summary, "added", sums.added);
    cJSON_AddNumberToObject(summary, "unchanged", sums.unchanged);
    cJSON_AddNumberToObject(summary, "adopted", sums.adopted);
    cJSON_AddNumberToObject(summary, "events", sums.events);
    cJSON_AddNumberToObject(summary, "refused_count", (double)sums.n_refused);
    cJSON_AddNumberToObject(summary, "warning_count", (double)sums.n_warnings);
    cJSON_AddItemToObject(summary, "refused", sums.refused);
    cJSON_AddItemToObject(summary, "warnings", sums.warnings);
    cJSON_AddBoolToObject(summary, "dry_run", arguments_option(&cli->arguments, "dry-run") != NULL);
    print_summary(cli, summary, &sums);
    return status == CLI_DONE && sums.n_refused ? CLI_REFUSED : status;
}

enum cli_exit run_import(struct cli *cli)
{
    CLEANUP(json_freep) cJSON *json = NULL;
    const char *path = arguments_value(&cli->arguments, "FILE"), *bytes;
    struct import_mapping mapping;
    struct import_file file;
    size_t len;

    if (!import_mapping_read(cli->arena, arguments_option(&cli->arguments, "mapping"), &json,
                             &mapping, &cli->error) ||
        !file_read(cli->arena, path, FILE_MAX, &bytes, &len, &cli->error) ||
        !import_read(cli->arena, path, &mapping, bytes, len, &file, &cli->error))
        return cli_fail(cli, CLI_USAGE);
    return send_all(cli, &mapping, &file);
}
