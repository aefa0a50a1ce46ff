/* See courier.h. One thread for each message under way, few at a time: libcurl's SMTP waits in
 * place for the answer to a message and to QUIT, also behind its multi interface, and would hold
 * the loop for as long as a server hangs. */
#include "post/courier.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "post/courier_impl.h"

#define STACK_LEN ((size_t)512 << 10)

struct courier {
    uv_loop_t *loop;
    struct courier_settings settings;
    uv_async_t async;             /* a message ended */
    uv_mutex_t mutex;             /* of `ended` */
    struct courier_errand *ended; /* by their threads */
    int n_flying;
    bool is_closing;
    void (*closed)(void *data);
    void *data;
};

static void courier_gone(uv_handle_t *h)
{
    struct courier *c = h->data;

    uv_mutex_destroy(&c->mutex);
    courier_settings_deinit(&c->settings);
    if (c->closed)
        c->closed(c->data);
    free(c);
}

/* ---- in a message's own thread ---- */

static void courier_fly(void *data)
{
    struct courier_errand *e = data;
    struct courier *c = e->courier;

    e->code = (int)curl_easy_perform(e->easy);
    curl_easy_getinfo(e->easy, CURLINFO_RESPONSE_CODE, &e->status);
    courier_transfer_free(e); /* here too, a connection may take its time to close */
    uv_mutex_lock(&c->mutex);
    e->next = c->ended;
    c->ended = e;
    uv_mutex_unlock(&c->mutex);
    uv_async_send(&c->async);
}

/* ---- on the loop ---- */

static void on_ended(uv_async_t *async)
{
    struct courier *c = async->data;
    struct courier_errand *e, *next;

    uv_mutex_lock(&c->mutex);
    e = c->ended;
    c->ended = NULL;
    uv_mutex_unlock(&c->mutex);
    for (; e; e = next) {
        next = e->next;
        uv_thread_join(&e->thread);
        e->outcome = courier_judge(e->kind, e->code, e->status, e->read == e->len, &e->error);
        c->n_flying--;
        e->done(e);
    }
    if (c->is_closing && c->n_flying == 0 && !uv_is_closing((uv_handle_t *)async))
        uv_close((uv_handle_t *)async, courier_gone);
}

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
    if (uv_mutex_init(&c->mutex)) {
        courier_settings_deinit(&c->settings);
        free(c);
        return error_set(err, ERR_POST_SETUP, arg_text("reason", "mutex"));
    }
    c->loop = loop;
    uv_async_init(loop, &c->async, on_ended);
    c->async.data = c;
    *ret_courier = c;
    return true;
}

void courier_close(struct courier *c, void (*closed)(void *data), void *data)
{
    c->is_closing = true;
    c->closed = closed;
    c->data = data;
    atomic_store(&c->settings.is_stopping, true);
    uv_async_send(&c->async);
}

bool courier_send(struct courier *c, struct courier_errand *e, struct error *err)
{
    const uv_thread_options_t options = {.flags = UV_THREAD_HAS_STACK_SIZE,
                                         .stack_size = STACK_LEN};

    e->courier = c;
    e->read = 0;
    e->status = 0;
    error_clear(&e->error);
    if (!courier_transfer_new(&c->settings, e, err))
        return false;
    if (uv_thread_create_ex(&e->thread, &options, courier_fly, e)) {
        courier_transfer_free(e);
        return error_set(err, ERR_POST_SETUP, arg_text("reason", "thread"));
    }
    c->n_flying++;
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
    return 2 * c->settings.total_ms; /* the message, and taking leave */
}
