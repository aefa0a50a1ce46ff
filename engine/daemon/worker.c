/* A child process because Pango and GLib abort when memory ends, and because a paper that hangs or
 * explodes may cost this process alone: the daemon starts another one and refuses that paper.
 * Requests are answered one by one, in order; the worker keeps nothing between them but its fonts,
 * and a book under way (document/task.h). */
#include "daemon/worker.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "document/document.h"
#include "document/frame.h"
#include "document/request.h"

#define WORKER_ADDRESS_MAX (UINT64_C(2) << 30) /* bytes of address space, far above need */
#define WORKER_MEMORY_MAX  (96u << 20)         /* of one request's texts and tables */
#define WORKER_READ        65536

/* Exit codes the daemon may log: 0 input ended, 1 pipe broken, 2 bad frame. */
enum { WORKER_DONE, WORKER_PIPE, WORKER_FRAME };

static bool worker_write(const struct buffer *out)
{
    for (size_t done = 0; done < out->len;) {
        ssize_t n = write(STDOUT_FILENO, out->data + done, out->len - done);

        if (n < 0 && errno != EINTR)
            return false;
        done += n > 0 ? (size_t)n : 0;
    }
    return true;
}

static bool worker_work(enum task task, const struct task_input *in, struct buffer *ret,
                        struct error *err)
{
    CLEANUP(arena_freep) struct arena *a = arena_new(WORKER_MEMORY_MAX);

    return a ? task_run(task, in, a, ret, err)
             : error_set(err, ERR_NO_MEMORY, arg_text("what", "worker"));
}

/* Does one task and appends the reply's frame. */
static void worker_reply(enum task task, const struct task_input *in, struct buffer *body,
                         struct buffer *out)
{
    struct error err = {0};
    bool is_good;

    buffer_clear(body);
    buffer_clear(out);
    alarm((unsigned)task_seconds(task)); /* then SIGALRM ends the worker */
    is_good = worker_work(task, in, body, &err);
    alarm(0);
    if (is_good && body->len > FRAME_REPLY_MAX)
        is_good = error_set(&err, ERR_DOCUMENT_LIMIT, arg_text("field", "pdf"),
                            arg_number("limit", FRAME_REPLY_MAX));
    if (!is_good) {
        buffer_clear(body);
        problem_encode(&err, body);
    }
    frame_add_reply(out, is_good ? FRAME_DONE : FRAME_PROBLEM, body->data, body->len);
}

static void worker_limit(void)
{
    struct rlimit address = {WORKER_ADDRESS_MAX, WORKER_ADDRESS_MAX}, core = {0, 0};

    /* The sanitizers reserve terabytes of address space for their shadow. */
#if !defined(__SANITIZE_ADDRESS__)
    setrlimit(RLIMIT_AS, &address);
#else
    (void)address;
#endif
    setrlimit(RLIMIT_CORE, &core); /* a core would hold people's names */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGALRM, SIG_DFL);
    signal(SIGINT,
           SIG_IGN); /* Ctrl-C in a terminal is the daemon's to handle: it closes our input */
}

int worker_main(void)
{
    struct buffer in = {0}, out = {0}, body = {0};
    int code = -1;

    worker_limit();
    while (code < 0) {
        struct task_input request;
        enum task task;
        enum frame_result result = frame_peek_request(&in, &task, &request);
        ssize_t n;

        if (result == FRAME_BROKEN) {
            code = WORKER_FRAME;
        } else if (result == FRAME_READY) {
            worker_reply(task, &request, &body, &out);
            frame_drop_request(&in, &request);
            if (out.is_failed || !worker_write(&out))
                code = WORKER_PIPE;
        } else if (!buffer_reserve(&in, WORKER_READ)) {
            code = WORKER_PIPE;
        } else if ((n = read(STDIN_FILENO, in.data + in.len, WORKER_READ)) > 0) {
            in.len += (size_t)n;
        } else if (n == 0 || errno != EINTR) {
            code = n == 0 && !in.len ? WORKER_DONE : WORKER_PIPE;
        }
    }
    buffer_deinit(&in);
    buffer_deinit(&out);
    buffer_deinit(&body);
    task_shutdown();
    document_shutdown();
    return code;
}
