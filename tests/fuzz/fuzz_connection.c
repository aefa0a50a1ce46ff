/* A connection of the server over a real socket: many requests, in pieces of any size, closed at
 * any moment. Every byte that comes back is the head of a reply of ours, and nothing of the client
 * stays behind. Input: a byte for the size of the pieces, then what the client sends. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http/server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct http_server *server;

static void on_request(struct http_exchange *x, void *user)
{
    struct buffer body = {0};
    const struct http_request *q = http_exchange_request(x);

    (void)user;
    buffer_printf(&body, "%zu", q->body_len);
    http_reply(x, 200, "text/plain", &body, NULL);
}

static void render(const struct error *err, enum language lang, const char *trace,
                   struct buffer *out, void *user)
{
    (void)lang;
    (void)trace;
    (void)user;
    buffer_text(out, error_word(err->code));
}

static void start(void)
{
    static const struct http_route routes[] = {{HTTP_GET, "/a/{x}", 0, 0, 0},
                                               {HTTP_POST, "/a/{x}", 0, 2048, 0},
                                               {HTTP_DELETE, "/b", 0, 0, 0}};
    static const struct http_static files[] = {{"/", "page", 4, "text/html", "e", NULL, 0, false}};
    struct http_server_config config;
    struct error err;

    http_server_config_init(&config);
    config.port = 0;
    config.is_plain = true;
    config.limits = (struct http_limits){256, 1024, 16, 512};
    config.routes = routes;
    config.n_routes = ARRAY_LEN(routes);
    config.statics = files;
    config.n_statics = ARRAY_LEN(files);
    config.cookie_name = "s";
    config.on_request = on_request;
    config.render_problem = render;
    if (!http_server_start(uv_default_loop(), &config, &server, &err))
        abort();
}

static int dial(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)http_server_port(server)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct linger now = {1, 0}; /* no port stays taken when it closes */
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
    assert(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now) == 0);
    assert(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
    return fd;
}

static void turn(void)
{
    for (int i = 0; i < 3; i++)
        uv_run(uv_default_loop(), UV_RUN_NOWAIT);
}

/* The next reply follows where the last ends, or nothing does. */
static void replies_hold(const char *text, size_t len)
{
    assert(!len || (len >= 9 && !memcmp(text, "HTTP/1.1 ", 9)));
    assert(!memmem(text, len, "\n\n", 2));
}

static uint64_t n_open(void)
{
    struct http_stats stats;

    http_server_stats(server, &stats);
    assert(stats.n_exchanges <= stats.n_open);
    return stats.n_open;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char back[1 << 16];
    size_t piece, n_back = 0;
    ssize_t n;
    int fd;

    if (size < 2 || size > 8192)
        return 0;
    if (!server)
        start();
    piece = data[0] ? data[0] * 4u : size;
    fd = dial();
    turn();
    for (size_t at = 1; at < size;) {
        size_t want = size - at < piece ? size - at : piece;

        n = send(fd, data + at, want, MSG_NOSIGNAL);
        if (n < 0)
            break; /* it was shut, as it should be after a refusal */
        at += (size_t)n;
        turn();
        while (n_back < sizeof back && (n = recv(fd, back + n_back, sizeof back - n_back, 0)) > 0)
            n_back += (size_t)n;
    }
    replies_hold(back, n_back);
    close(fd);
    for (int i = 0; i < 100 && n_open(); i++)
        turn();
    assert(n_open() == 0);
    return 0;
}
