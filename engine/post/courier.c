/* See courier.h. libcurl says which sockets it waits for and until when; uv_poll and one uv_timer
 * tell it when that has come. */
#include "post/courier.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "post/courier_impl.h"

struct courier {
    uv_loop_t *loop;
    CURLM *multi;
    struct courier_settings settings;
    uv_timer_t timer;
    struct courier_errand *first; /* under way */
    int n_handles;                /* open: timer and sockets */
    bool is_closing;
    void (*closed)(void *data);
    void *data;
};

struct courier_socket {
    struct courier *courier;
    curl_socket_t fd;
    uv_poll_t poll;
};

static void courier_gone(struct courier *c)
{
    if (!c->is_closing || c->n_handles)
        return;
    if (c->closed)
        c->closed(c->data);
    courier_settings_deinit(&c->settings);
    free(c);
}

/* ---- the end of a message ---- */

static void courier_finish(struct courier_errand *e, int code)
{
    struct courier *c = e->courier;
    long status = 0;

    curl_easy_getinfo(e->easy, CURLINFO_RESPONSE_CODE, &status);
    e->outcome = courier_judge(e->kind, code, status, e->read == e->len, &e->error);
    curl_multi_remove_handle(c->multi, e->easy);
    courier_transfer_free(e);
    *e->link = e->next;
    if (e->next)
        e->next->link = e->link;
    e->done(e);
}

static void courier_reap(struct courier *c)
{
    CURLMsg *m;
    int n_left;

    while ((m = curl_multi_info_read(c->multi, &n_left))) {
        char *errand = NULL;

        if (m->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &errand);
        courier_finish((struct courier_errand *)(void *)errand, (int)m->data.result);
    }
}

/* ---- libcurl on the loop ---- */

static void on_socket(uv_poll_t *poll, int status, int events)
{
    struct courier_socket *s = poll->data;
    struct courier *c = s->courier;
    int flags = 0, n_running;

    if (status < 0)
        flags = CURL_CSELECT_ERR;
    if (events & UV_READABLE)
        flags |= CURL_CSELECT_IN;
    if (events & UV_WRITABLE)
        flags |= CURL_CSELECT_OUT;
    curl_multi_socket_action(c->multi, s->fd, flags, &n_running);
    courier_reap(c);
}

static void on_timer(uv_timer_t *timer)
{
    struct courier *c = timer->data;
    int n_running;

    curl_multi_socket_action(c->multi, CURL_SOCKET_TIMEOUT, 0, &n_running);
    courier_reap(c);
}

static int want_timer(CURLM *multi, long ms, void *user)
{
    struct courier *c = user;

    (void)multi;
    if (c->is_closing || ms < 0)
        uv_timer_stop(&c->timer);
    else
        uv_timer_start(&c->timer, on_timer, (uint64_t)ms, 0);
    return 0;
}

static void socket_closed(uv_handle_t *h)
{
    struct courier_socket *s = h->data;
    struct courier *c = s->courier;

    free(s);
    c->n_handles--;
    courier_gone(c);
}

static struct courier_socket *watch(struct courier *c, curl_socket_t fd)
{
    struct courier_socket *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    s->courier = c;
    s->fd = fd;
    s->poll.data = s;
    if (uv_poll_init_socket(c->loop, &s->poll, fd)) {
        free(s);
        return NULL;
    }
    c->n_handles++;
    curl_multi_assign(c->multi, fd, s);
    return s;
}

static int want_socket(CURL *easy, curl_socket_t fd, int what, void *user, void *socket)
{
    struct courier *c = user;
    struct courier_socket *s = socket;
    int events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (s)
            uv_close((uv_handle_t *)&s->poll, socket_closed);
        curl_multi_assign(c->multi, fd, NULL);
        return 0;
    }
    if (!s)
        s = watch(c, fd);
    /* Without memory the socket stays unwatched and the message ends by its time limit. */
    if (s)
        uv_poll_start(&s->poll, events, on_socket);
    return 0;
}

/* ---- the courier ---- */

bool courier_new(uv_loop_t *loop, const struct courier_options *options,
                 struct courier **ret_courier, struct error *err)
{
    static bool is_global;
    struct courier *c;

    if (!is_global && curl_global_init(CURL_GLOBAL_DEFAULT))
        return error_set(err, ERR_POST_SETUP, arg_text("reason", "libcurl"));
    is_global = true;
    c = calloc(1, sizeof *c);
    if (!c || !courier_settings_init(&c->settings, options)) {
        free(c);
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "courier"));
    }
    c->loop = loop;
    c->multi = curl_multi_init();
    if (!c->multi) {
        courier_settings_deinit(&c->settings);
        free(c);
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "courier"));
    }
    uv_timer_init(loop, &c->timer);
    c->timer.data = c;
    c->n_handles = 1;
    curl_multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
    curl_multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c);
    curl_multi_setopt(c->multi, CURLMOPT_TIMERFUNCTION, want_timer);
    curl_multi_setopt(c->multi, CURLMOPT_TIMERDATA, c);
    *ret_courier = c;
    return true;
}

static void timer_closed(uv_handle_t *h)
{
    struct courier *c = h->data;

    c->n_handles--;
    courier_gone(c);
}

void courier_close(struct courier *c, void (*closed)(void *data), void *data)
{
    c->is_closing = true;
    c->closed = closed;
    c->data = data;
    while (c->first)
        courier_finish(c->first, CURLE_ABORTED_BY_CALLBACK);
    curl_multi_cleanup(c->multi);
    uv_close((uv_handle_t *)&c->timer, timer_closed);
}

bool courier_send(struct courier *c, struct courier_errand *e, struct error *err)
{
    e->courier = c;
    e->read = 0;
    error_clear(&e->error);
    if (!courier_transfer_new(&c->settings, e, err))
        return false;
    if (curl_multi_add_handle(c->multi, e->easy)) {
        courier_transfer_free(e);
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "courier"));
    }
    e->next = c->first;
    if (e->next)
        e->next->link = &e->next;
    e->link = &c->first;
    c->first = e;
    return true;
}

bool courier_has(const struct courier *c, enum courier_kind kind)
{
    return kind == COURIER_MAIL ? c->settings.smtp_url != NULL : c->settings.hook_url != NULL;
}

const char *courier_mail_from(const struct courier *c)
{
    return c->settings.mail_from;
}

int courier_total_ms(const struct courier *c)
{
    return c->settings.total_ms;
}
