/* See renderer.h. Each worker has one document at a time and two pipes; jobs wait in one queue. */
#include "flow/renderer.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "document/frame.h"
#include "document/request.h"
#include "flow/app.h"
#include "flow/request.h"

#define WORKERS_MAX  8
#define JOBS_WAITING 20000
#define JOB_MS       20000 /* of a paper; what a worker is given longer for, waits a second more */

struct worker {
    struct renderer *renderer;
    uv_process_t process;
    uv_pipe_t to, from;
    uv_timer_t timer;
    uv_write_t write;
    struct buffer out, in;
    struct renderer_job *job;
    int n_handles; /* open: the worker is gone when 0 */
    bool is_running, is_ending;
};

struct renderer {
    uv_loop_t *loop;
    char *program;
    int n;
    struct worker workers[WORKERS_MAX];
    struct renderer_job *first, **last;
    int n_waiting;
    struct renderer *of; /* that it was made apart from; NULL */
    struct renderer *apart[RENDERERS_APART_MAX];
    bool is_closing;
    void (*closed)(void *data);
    void *data;
};

static void feed(struct renderer *r);

static void job_end(struct renderer_job *job)
{
    buffer_deinit(&job->request);
    buffer_deinit(&job->attachment);
    job->done(job);
}

static void maybe_closed(struct renderer *r);

static void leave(struct renderer *of, const struct renderer *r)
{
    for (int i = 0; i < RENDERERS_APART_MAX; i++)
        if (of->apart[i] == r)
            of->apart[i] = NULL;
    maybe_closed(of);
}

static void maybe_closed(struct renderer *r)
{
    struct renderer *of = r->of;

    for (int i = 0; i < r->n; i++)
        if (r->workers[i].n_handles)
            return;
    for (int i = 0; i < RENDERERS_APART_MAX; i++)
        if (r->apart[i])
            return;
    if (!r->is_closing)
        return;
    if (r->closed)
        r->closed(r->data);
    if (of)
        leave(of, r);
    free(r->program);
    free(r);
}

static void handle_closed(uv_handle_t *h)
{
    struct worker *w = h->data;
    struct renderer *r = w->renderer;

    if (--w->n_handles > 0)
        return;
    buffer_deinit(&w->in);
    buffer_deinit(&w->out);
    w->is_running = w->is_ending = false;
    if (w->job) {
        struct renderer_job *job = w->job;

        w->job = NULL;
        if (job->error.code == ERR_NONE)
            error_set(&job->error, ERR_DOCUMENT_WORKER, arg_text("reason", "the worker died"));
        job_end(job);
    }
    if (r->is_closing)
        maybe_closed(r);
    else
        feed(r);
}

static void end_worker(struct worker *w)
{
    if (w->is_ending)
        return;
    w->is_ending = true;
    uv_process_kill(&w->process, SIGKILL);
    uv_ref((uv_handle_t *)&w->process); /* its end is waited for: only then the handle can go */
    uv_close((uv_handle_t *)&w->to, handle_closed);
    uv_close((uv_handle_t *)&w->from, handle_closed);
    uv_close((uv_handle_t *)&w->timer, handle_closed);
}

static void on_ended(uv_process_t *p, int64_t status, int signal)
{
    struct worker *w = p->data;

    if (!w->is_ending)
        log_event(LOG_WARN, "document_worker_ended", arg_number("status", status),
                  arg_number("signal", signal));
    end_worker(w);
    uv_close((uv_handle_t *)p, handle_closed);
}

static void on_timeout(uv_timer_t *t)
{
    struct worker *w = t->data;

    if (w->job)
        error_set(&w->job->error, ERR_DOCUMENT_WORKER, arg_text("reason", "it took too long"));
    end_worker(w);
}

/* One whole reply is there. */
static void take_reply(struct worker *w, enum frame_status status, const char *body, size_t len)
{
    struct renderer_job *job = w->job;

    uv_timer_stop(&w->timer);
    w->job = NULL;
    if (status == FRAME_DONE)
        buffer_add(&job->result, body, len);
    else
        problem_decode(body, len, &job->error);
    if (job->result.is_failed)
        error_set(&job->error, ERR_NO_MEMORY, arg_text("what", "document"));
    frame_drop_reply(&w->in, len);
    job_end(job);
    feed(w->renderer);
}

static void on_alloc(uv_handle_t *h, size_t suggested, uv_buf_t *buf)
{
    struct worker *w = h->data;

    if (buffer_reserve(&w->in, suggested))
        *buf = uv_buf_init(w->in.data + w->in.len, (unsigned)suggested);
    else
        *buf = uv_buf_init(NULL, 0);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct worker *w = stream->data;
    enum frame_status status;
    const char *body;
    size_t len;

    (void)buf;
    if (n < 0) {
        end_worker(w);
        return;
    }
    w->in.len += (size_t)n;
    switch (frame_peek_reply(&w->in, &status, &body, &len)) {
    case FRAME_PARTIAL:
        return;
    case FRAME_READY:
        if (w->job) {
            take_reply(w, status, body, len);
            return;
        }
        break;
    case FRAME_BROKEN:
        break;
    }
    end_worker(w);
}

/* A worker reads files of strangers: it is given what Pango and the loader need, and not the rest
 * of our environment, where a database's password may stand. */
#define WORKER_ENV_MAX 64
static void worker_environment(char *ret[WORKER_ENV_MAX])
{
    static const char *const names[] = {
        "PATH=", "HOME=",         "LANG=",  "LC_",   "TMPDIR=", "FONTCONFIG_", "XDG_",
        "LD_",   "ASAN_OPTIONS=", "UBSAN_", "LSAN_", "MALLOC_", "G_"};
    int n = 0;

    for (char **entry = environ; *entry && n < WORKER_ENV_MAX - 1; entry++)
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            if (!strncmp(*entry, names[i], strlen(names[i]))) {
                ret[n++] = *entry;
                break;
            }
    ret[n] = NULL;
}

static bool start_worker(struct worker *w)
{
    struct renderer *r = w->renderer;
    char *env[WORKER_ENV_MAX];
    char *args[] = {r->program, "--worker", NULL};
    uv_stdio_container_t stdio[3] = {
        {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE, .data.stream = (uv_stream_t *)&w->to},
        {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&w->from},
        {.flags = UV_INHERIT_FD, .data.fd = 2},
    };
    uv_process_options_t options = {.exit_cb = on_ended,
                                    .file = r->program,
                                    .args = args,
                                    .env = env,
                                    .stdio_count = 3,
                                    .stdio = stdio};
    int failed;

    worker_environment(env);
    uv_pipe_init(r->loop, &w->to, 0);
    uv_pipe_init(r->loop, &w->from, 0);
    uv_timer_init(r->loop, &w->timer);
    w->to.data = w->from.data = w->timer.data = w->process.data = w;
    w->n_handles = 4;
    failed = uv_spawn(r->loop, &w->process, &options);
    if (failed) {
        log_event(LOG_ERROR, "document_worker_not_started",
                  arg_text("reason", uv_strerror(failed)));
        w->is_ending = true;
        uv_close((uv_handle_t *)&w->process, handle_closed);
        uv_close((uv_handle_t *)&w->to, handle_closed);
        uv_close((uv_handle_t *)&w->from, handle_closed);
        uv_close((uv_handle_t *)&w->timer, handle_closed);
        return false;
    }
    w->is_running = true;
    uv_read_start((uv_stream_t *)&w->from, on_alloc, on_read);
    /* Idle workers do not keep the loop alive. */
    uv_unref((uv_handle_t *)&w->process);
    uv_unref((uv_handle_t *)&w->from);
    return true;
}

static void on_written(uv_write_t *write, int status)
{
    struct worker *w = write->data;

    if (status < 0)
        end_worker(w);
}

static uint64_t job_ms(enum task task)
{
    int s = task_seconds(task);

    return s > 60 ? (uint64_t)(s + 1) * 1000 : JOB_MS;
}

static void give(struct worker *w, struct renderer_job *job)
{
    struct task_input in = {job->request.data, job->request.len, job->attachment.data,
                            job->attachment.len};
    uv_buf_t buf;

    w->job = job;
    buffer_clear(&w->in);
    buffer_clear(&w->out);
    frame_add_request(&w->out, job->task, &in);
    buf = uv_buf_init(w->out.data, (unsigned)w->out.len);
    w->write.data = w;
    if (uv_write(&w->write, (uv_stream_t *)&w->to, &buf, 1, on_written) < 0) {
        end_worker(w);
        return;
    }
    uv_timer_start(&w->timer, on_timeout, job_ms(job->task), 0);
}

/* Gives waiting jobs to free workers, starting those that do not run. */
static void feed(struct renderer *r)
{
    for (int i = 0; i < r->n && r->first && !r->is_closing; i++) {
        struct worker *w = &r->workers[i];
        struct renderer_job *job = r->first;

        if (w->job || w->is_ending)
            continue;
        r->first = job->next;
        if (!r->first)
            r->last = &r->first;
        r->n_waiting--;
        if (w->is_running || start_worker(w)) {
            give(w, job);
        } else {
            w->job = job; /* ended by handle_closed() */
        }
    }
}

bool renderer_draw(struct renderer *r, struct renderer_job *job, struct error *err)
{
    if (r->of && r->of->is_closing)
        return error_set(err, ERR_DOCUMENT_WORKER, arg_text("reason", "the daemon is stopping"));
    if (r->n_waiting >= JOBS_WAITING)
        return error_set(err, ERR_DOCUMENT_BUSY, arg_number("limit", JOBS_WAITING));
    job->next = NULL;
    error_clear(&job->error);
    *r->last = job;
    r->last = &job->next;
    r->n_waiting++;
    feed(r);
    return true;
}

bool renderer_new(uv_loop_t *loop, const char *program, int n, struct renderer **ret_renderer,
                  struct error *err)
{
    struct renderer *r = calloc(1, sizeof *r);

    assert(n >= 1 && n <= WORKERS_MAX);
    if (r)
        r->program = strdup(program);
    if (!r || !r->program) {
        free(r);
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "renderer"));
    }
    r->loop = loop;
    r->n = n;
    r->last = &r->first;
    for (int i = 0; i < n; i++)
        r->workers[i].renderer = r;
    *ret_renderer = r;
    return true;
}

bool renderer_new_apart(struct renderer *r, struct renderer **ret_renderer, struct error *err)
{
    for (int i = 0; i < RENDERERS_APART_MAX; i++) {
        if (r->apart[i])
            continue;
        if (!renderer_new(r->loop, r->program, 1, &r->apart[i], err))
            return false;
        r->apart[i]->of = r;
        *ret_renderer = r->apart[i];
        return true;
    }
    return error_set(err, ERR_DOCUMENT_BUSY, arg_number("limit", RENDERERS_APART_MAX));
}

/* Its owner hears of it from the job that fails, and closes it. */
static void end_apart(struct renderer *r)
{
    if (r && r->workers[0].is_running)
        end_worker(&r->workers[0]);
}

void renderer_close(struct renderer *r, void (*closed)(void *data), void *data)
{
    r->is_closing = true;
    r->closed = closed;
    r->data = data;
    while (r->first) {
        struct renderer_job *job = r->first;

        r->first = job->next;
        error_set(&job->error, ERR_DOCUMENT_WORKER, arg_text("reason", "the daemon is stopping"));
        job_end(job);
    }
    for (int i = 0; i < r->n; i++)
        if (r->workers[i].is_running)
            end_worker(&r->workers[i]);
    for (int i = 0; i < RENDERERS_APART_MAX; i++)
        end_apart(r->apart[i]);
    maybe_closed(r);
}

static void drawn_for(struct renderer_job *job)
{
    request_release(job->data);
}

bool renderer_draw_for(struct request *req, struct renderer_job *job)
{
    if (!req->app->renderer)
        return error_set(&req->error, ERR_DOCUMENT_WORKER,
                         arg_text("reason", "no worker is configured"));
    job->done = drawn_for;
    job->data = req;
    if (!renderer_draw(req->app->renderer, job, &req->error))
        return false;
    request_hold(req);
    return true;
}
