/* Long work: one job, what it found, and waiting for it wherever an answer was 202. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/cli.h"

#define BAR_WIDTH   40
#define PAUSE_MAX   1000 /* ms between two looks; the first ones come sooner */
#define PAUSE_LEAST 50
#define LINE_EVERY  10 /* looks between two lines, where there is no terminal */

static void pause_ms(long ms)
{
    const struct timespec t = {ms / 1000, ms % 1000 * 1000000};

    (void)nanosleep(&t, NULL);
}

static double number(const cJSON *job, const char *name, double absent)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(job, name);

    return cJSON_IsNumber(item) ? item->valuedouble : absent;
}

static const char *text(const cJSON *job, const char *name)
{
    const char *s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(job, name));

    return s ? s : "";
}

/* On a terminal a bar that is drawn over itself, elsewhere a line now and then: a log is read by
 * people too. */
static void show_progress(const struct cli *cli, const cJSON *job, int n_looks)
{
    double done = number(job, "done", 0), total = number(job, "total", -1);
    const char *state = label_of("JOB", text(job, "state"), cli->language);

    if (isatty(STDERR_FILENO)) {
        int filled = total > 0 ? (int)(BAR_WIDTH * done / total) : 0;

        fputs("\r[", stderr);
        for (int i = 0; i < BAR_WIDTH; i++)
            fputc(i < filled ? '#' : '.', stderr);
        fprintf(stderr, "] %.0f/%.0f %s ", done, total < 0 ? 0 : total, state);
        fflush(stderr);
    } else if (n_looks % LINE_EVERY == 0) {
        fprintf(stderr, "motcua: job %.0f: %s, %.0f", number(job, "id", 0), state, done);
        if (total >= 0)
            fprintf(stderr, "/%.0f", total);
        fputc('\n', stderr);
    }
}

/* Looks until the job has ended. CLI_REFUSED when it did not end well; `ret` is the last answer. */
static enum cli_exit job_wait(struct cli *cli, const char *path, struct client_reply *ret)
{
    struct client_request request = {.method = "GET", .path = path};
    long pause = PAUSE_LEAST;

    for (int n_looks = 0;; n_looks++) {
        CLEANUP(json_freep) cJSON *job = NULL;
        enum cli_exit status;
        const char *state;

        client_reply_deinit(ret);
        status = cli_call(cli, &request, ret);
        if (status != CLI_DONE)
            return status;
        job = cJSON_ParseWithLength(ret->body.data, ret->body.len);
        state = text(job, "state");
        if (strcmp(state, "waiting") != 0 && strcmp(state, "running") != 0) {
            if (isatty(STDERR_FILENO))
                fputs("\r\033[K", stderr);
            return strcmp(state, "done") == 0 ? CLI_DONE : CLI_REFUSED;
        }
        show_progress(cli, job, n_looks);
        pause_ms(pause);
        pause = pause * 2 < PAUSE_MAX ? pause * 2 : PAUSE_MAX;
    }
}

/* A job and how it ended. Its result is a message of its own kind: names and values as they come.
 */
static enum cli_exit job_print(struct cli *cli, const struct client_reply *reply)
{
    CLEANUP(json_freep) cJSON *job = NULL;
    const cJSON *result;
    enum cli_exit status = cli_print(cli, VIEW_JOB, reply);

    if (status != CLI_DONE || cli->is_json)
        return status;
    job = cJSON_ParseWithLength(reply->body.data, reply->body.len);
    result = cJSON_GetObjectItemCaseSensitive(job, "result");
    if (result) {
        fputc('\n', stdout);
        view_print(stdout, VIEW_JOB_RESULT, result, cli->language, view_width(stdout));
    }
    return CLI_DONE;
}

static enum cli_exit wait_and_print(struct cli *cli, const char *path)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    enum cli_exit ended = job_wait(cli, path, &reply), printed;

    if (ended != CLI_DONE && !reply.body.len)
        return ended;
    printed = job_print(cli, &reply);
    return ended != CLI_DONE ? ended : printed;
}

/* Where to look for the job that was accepted; NULL: the answer names none. */
static const char *path_of(struct cli *cli, const struct client_reply *accepted)
{
    CLEANUP(json_freep)
    cJSON *job =
        accepted->body.len ? cJSON_ParseWithLength(accepted->body.data, accepted->body.len) : NULL;
    double id = number(job, "id", 0);

    return id > 0 ? arena_printf(cli->arena, "/api/v1/jobs/%.0f", id) : NULL;
}

enum cli_exit job_follow(struct cli *cli, const struct client_reply *accepted)
{
    const char *path = path_of(cli, accepted);

    if (!path || cli->is_unattended)
        return job_print(cli, accepted);
    return wait_and_print(cli, path);
}

enum cli_exit job_await(struct cli *cli, const struct client_reply *accepted,
                        struct client_reply *ret_ended)
{
    const char *path = path_of(cli, accepted);

    return path ? job_wait(cli, path, ret_ended) : job_print(cli, accepted);
}

enum cli_exit run_job(struct cli *cli)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    struct client_request request = {.method = "GET"};
    enum cli_exit status;

    request.path = cli_path(cli, cli->verb->path, false);
    if (!request.path)
        return cli_fail(cli, CLI_USAGE);
    if (arguments_option(&cli->arguments, "wait"))
        return wait_and_print(cli, request.path);
    status = cli_call(cli, &request, &reply);
    return status == CLI_DONE ? job_print(cli, &reply) : status;
}
