/* Clerks at work, for tools/bench/clerks.py: N connections over TLS, each with its own session
 * and its own dossiers, one request after the other. Prints one line of JSON.
 *
 *   bench_load PORT TOKENS WORK [--clients N] [--seconds S] [--rate R] [--count N] [--codes FILE]
 *              [--deaf N]
 *
 * WORK is intake, assign, read, idle, stream (each keeps a live stream open and counts what it is
 * told; the first --deaf of them never read), or a path to get. TOKENS has one bearer token a line;
 * FILE one "CODE OFFICER OFFICER" a line (intake writes codes to standard error instead). With
 * --rate the requests are due at fixed times and latency counts from then, so that a stall is not
 * hidden by the clerks who wait for it. One thread, epoll, OpenSSL: it must cost less than what it
 * measures. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/instant.h"

#define CLIENTS_MAX 4096
#define SAMPLES_MAX 4000000
#define REPLY_MAX   (1 << 20)
#define TEXT_MAX    80
#define DEAF_BUFFER 4096

struct dossier_row {
    char code[TEXT_MAX], officers[2][TEXT_MAX];
    int turn;
};

struct client {
    SSL *ssl;
    int fd, index;
    char *reply;
    size_t len;
    int64_t sent_at, due_at;
    bool is_busy, is_deaf, is_gone;
    size_t place;    /* of its next dossier */
    size_t n_told;   /* dossiers, of a stream */
    unsigned n_same; /* bytes of TOLD that match so far */
};

struct load {
    const char *work;
    int port, n_clients, n_deaf, seconds;
    double rate; /* of all clients; 0: as fast as they can */
    int64_t count;
    struct client *clients;
    char (*tokens)[TEXT_MAX];
    size_t n_tokens;
    struct dossier_row *rows;
    size_t n_rows;
    int64_t began, until, run;
    int64_t n_sent, n_done, n_refused, bytes;
    int32_t *samples; /* microseconds */
    int epoll;
};

static void die(const char *what)
{
    fprintf(stderr, "bench_load: %s\n", what);
    ERR_print_errors_fp(stderr);
    exit(1);
}

static void *need(void *p)
{
    if (!p)
        die("no memory");
    return p;
}

/* Intakes have fifteen working days, so that nothing falls due while it is measured. */
static int compose_body(struct load *l, struct client *c, struct dossier_row *row, char *body,
                        size_t size)
{
    if (!strcmp(l->work, "intake"))
        return snprintf(body, size,
                        "{\"procedure\":\"DD-21\",\"filed_office\":\"mc\",\"applicant\":{\"name\":"
                        "\"Nguyễn Thị Hương %d\","
                        "\"identity\":\"0402%08" PRId64 "\",\"phone\":\"0912345678\"}}",
                        c->index, l->n_sent);
    return snprintf(body, size, "{\"officer\":\"%s\"}", row->officers[row->turn++ % 2]);
}

static int compose(struct load *l, struct client *c, char *out, size_t size)
{
    const char *token = l->tokens[(size_t)c->index % l->n_tokens];
    bool has_rows = !strcmp(l->work, "assign") || !strcmp(l->work, "read");
    struct dossier_row *row = NULL;
    char body[600], path[200];
    int body_len;

    if (has_rows) {
        row = &l->rows[c->place];
        c->place += (size_t)l->n_clients;
        if (c->place >= l->n_rows)
            c->place = (size_t)c->index;
    }
    if (l->work[0] == '/' || !strcmp(l->work, "read")) {
        snprintf(path, sizeof path, "%s%s", row ? "/api/v1/dossiers/" : l->work,
                 row ? row->code : "");
        return snprintf(out, size,
                        "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n",
                        path, token);
    }
    body_len = compose_body(l, c, row, body, sizeof body);
    snprintf(path, sizeof path, "/api/v1/dossiers%s%s%s", row ? "/" : "", row ? row->code : "",
             row ? "/actions/assign" : "");
    return snprintf(out, size,
                    "POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
                    "Idempotency-Key: bench-%" PRId64 "-%d-%" PRId64 "\r\n"
                    "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
                    path, token, l->run, c->index, l->n_sent, body_len, body);
}

static void client_send(struct load *l, struct client *c, int64_t now)
{
    char out[2048];
    int len = compose(l, c, out, sizeof out);

    c->sent_at = l->rate > 0 ? c->due_at : now;
    c->is_busy = true;
    c->len = 0;
    l->n_sent++;
    if (SSL_write(c->ssl, out, len) != len)
        die("a request could not be written");
}

/* Length of the whole reply once its head is here, 0 before. */
static size_t reply_len(const struct client *c)
{
    const char *head = c->reply && c->len ? memmem(c->reply, c->len, "\r\n\r\n", 4) : NULL;
    char *length;

    if (!head)
        return 0;
    c->reply[c->len] = '\0';
    length = strcasestr(c->reply, "\r\ncontent-length:");
    return (size_t)(head - c->reply) + 4 + (length ? strtoul(length + 17, NULL, 10) : 0);
}

static void reply_done(struct load *l, struct client *c)
{
    int64_t took = clock_monotonic() - c->sent_at;
    bool is_good = !strncmp(c->reply, "HTTP/1.1 20", 11);

    if (!is_good && l->n_refused++ == 0)
        fprintf(stderr, "bench_load: refused: %.600s\n", c->reply);
    if (is_good && !strcmp(l->work, "intake")) {
        const char *code = strstr(c->reply, "\"code\":\"");

        if (code)
            fprintf(stderr, "%.*s\n", (int)strcspn(code + 8, "\""), code + 8);
    }
    if (l->n_done < SAMPLES_MAX)
        l->samples[l->n_done] = (int32_t)took;
    l->n_done++;
    l->bytes += (int64_t)c->len;
    c->is_busy = false;
}

static void client_read(struct load *l, struct client *c)
{
    for (;;) {
        int n = SSL_read(c->ssl, c->reply + c->len, (int)(REPLY_MAX - 1 - c->len));
        size_t whole;

        if (n <= 0) {
            if (SSL_get_error(c->ssl, n) == SSL_ERROR_WANT_READ)
                return;
            die("the daemon closed a connection");
        }
        c->len += (size_t)n;
        whole = reply_len(c);
        if (whole && c->len >= whole && c->is_busy) {
            reply_done(l, c);
            if (!SSL_has_pending(c->ssl))
                return; /* nobody writes unasked: not one call more than it takes */
        }
    }
}

static void client_open(struct load *l, SSL_CTX *ctx, struct client *c)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)l->port)};
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = c};
    int one = 1;

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->is_deaf) /* the system shall not read for it */
        setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &(int){DEAF_BUFFER}, sizeof(int));
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0)
        die("no connection");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    c->ssl = need(SSL_new(ctx));
    SSL_set_fd(c->ssl, c->fd);
    if (SSL_connect(c->ssl) != 1)
        die("no TLS");
    (void)BIO_socket_nbio(c->fd, 1);
    if (strcmp(l->work, "idle") != 0 && strcmp(l->work, "stream") != 0)
        c->reply = need(malloc(REPLY_MAX));
    if (!c->is_deaf)
        epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &ev);
}

static bool may_send(const struct load *l, int64_t now)
{
    return l->count ? l->n_sent < l->count : now < l->until;
}

/* Sends whatever is due; returns when the next is, or -1. */
static int64_t send_due(struct load *l)
{
    int64_t now = clock_monotonic(), next = -1;
    int64_t step = l->rate > 0 ? (int64_t)(l->n_clients * 1e6 / l->rate) : 0;

    for (int i = 0; i < l->n_clients; i++) {
        struct client *c = &l->clients[i];

        if (c->is_busy || !may_send(l, now))
            continue;
        if (c->due_at > now) {
            if (next < 0 || c->due_at < next)
                next = c->due_at;
            continue;
        }
        client_send(l, c, now);
        c->due_at = c->due_at + step;
    }
    return next;
}

static bool is_over(const struct load *l)
{
    return !may_send(l, clock_monotonic()) && l->n_done == l->n_sent;
}

static void work(struct load *l)
{
    struct epoll_event events[256];

    while (!is_over(l)) {
        int64_t next = send_due(l);
        int64_t wait = next < 0 ? 100000 : next - clock_monotonic();
        struct timespec t = {.tv_nsec = wait > 0 ? wait * 1000 : 0};
        int n = epoll_pwait2(l->epoll, events, ARRAY_LEN(events), &t, NULL);

        for (int i = 0; i < n; i++)
            client_read(l, events[i].data.ptr);
    }
}

/* ---- live streams ---- */

static void stream_ask(struct load *l, struct client *c)
{
    char out[300];
    int len = snprintf(out, sizeof out,
                       "GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n"
                       "Authorization: Bearer %s\r\n\r\n",
                       l->tokens[(size_t)c->index % l->n_tokens]);

    if (SSL_write(c->ssl, out, len) != len)
        die("a request could not be written");
}

/* Its first byte stands nowhere else in it, so that a mismatch begins anew. */
static void stream_count(struct client *c, const char *bytes, int n)
{
    static const char told[] = "\nevent: dossier\n";

    for (int i = 0; i < n; i++) {
        c->n_same = bytes[i] == told[c->n_same] ? c->n_same + 1 : bytes[i] == told[0];
        if (c->n_same == sizeof told - 1) {
            c->n_told++;
            c->n_same = 1; /* its last byte is its first */
        }
    }
}

static void stream_read(struct load *l, struct client *c)
{
    static char bytes[16 * 1024];

    for (;;) {
        int n = SSL_read(c->ssl, bytes, sizeof bytes);

        if (n <= 0) {
            c->is_gone = SSL_get_error(c->ssl, n) != SSL_ERROR_WANT_READ;
            if (c->is_gone)
                epoll_ctl(l->epoll, EPOLL_CTL_DEL, c->fd, NULL);
            return;
        }
        l->bytes += n;
        stream_count(c, bytes, n);
    }
}

/* How much each was told: the least and the most say whether any was left out. */
static void streams_print(const struct load *l)
{
    size_t least = SIZE_MAX, most = 0;
    int n_gone = 0;

    for (int i = l->n_deaf; i < l->n_clients; i++) {
        const struct client *c = &l->clients[i];

        least = c->n_told < least ? c->n_told : least;
        most = c->n_told > most ? c->n_told : most;
        n_gone += c->is_gone;
    }
    printf("{\"least\": %zu, \"most\": %zu, \"gone\": %d, \"bytes\": %" PRId64 "}\n", least, most,
           n_gone, l->bytes);
}

static void listen_all(struct load *l)
{
    int64_t until = clock_monotonic() + l->seconds * INSTANT_SECOND;
    struct epoll_event events[256];

    for (int i = 0; i < l->n_clients; i++)
        stream_ask(l, &l->clients[i]);
    printf("connected\n");
    fflush(stdout);
    while (clock_monotonic() < until) {
        int n = epoll_wait(l->epoll, events, ARRAY_LEN(events), 100);

        for (int i = 0; i < n; i++)
            stream_read(l, events[i].data.ptr);
    }
    streams_print(l);
}

static int compare(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

    return (x > y) - (x < y);
}

/* Milliseconds, of n samples in order. */
static double percentile(const struct load *l, size_t n, size_t percent)
{
    size_t below = n * percent / 100;

    if (n == 0)
        return 0;
    return (double)l->samples[below < n ? below : n - 1] / 1e3;
}

static void print_result(struct load *l)
{
    double seconds = (double)(clock_monotonic() - l->began) / 1e6;
    size_t n = (size_t)(l->n_done < SAMPLES_MAX ? l->n_done : SAMPLES_MAX);
    struct rusage use;

    getrusage(RUSAGE_SELF, &use);
    qsort(l->samples, n, sizeof *l->samples, compare);
    printf("{\"requests\": %" PRId64 ", \"refused\": %" PRId64
           ", \"seconds\": %.3f, \"rate\": %.1f, "
           "\"p50_ms\": %.3f, \"p99_ms\": %.3f, \"max_ms\": %.3f, \"bytes\": %" PRId64
           ", \"load_cpu_s\": %.2f}\n",
           l->n_done, l->n_refused, seconds, (double)l->n_done / seconds, percentile(l, n, 50),
           percentile(l, n, 99), percentile(l, n, 100), l->n_done ? l->bytes / l->n_done : 0,
           (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
               (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6);
}

static void read_tokens(struct load *l, const char *path)
{
    FILE *f = fopen(path, "r");

    l->tokens = need(calloc(CLIENTS_MAX, sizeof *l->tokens));
    if (!f)
        die("no tokens");
    while (l->n_tokens < CLIENTS_MAX && fscanf(f, "%79s", l->tokens[l->n_tokens]) == 1)
        l->n_tokens++;
    fclose(f);
    if (!l->n_tokens)
        die("no tokens");
}

static void read_rows(struct load *l, const char *path)
{
    FILE *f = fopen(path, "r");
    struct dossier_row row = {.turn = 0};

    if (!f)
        die("no codes");
    while (fscanf(f, "%79s %79s %79s", row.code, row.officers[0], row.officers[1]) == 3) {
        if (l->n_rows % 1024 == 0)
            l->rows = need(realloc(l->rows, (l->n_rows + 1024) * sizeof *l->rows));
        l->rows[l->n_rows++] = row;
    }
    fclose(f);
}

static void read_options(struct load *l, int argc, char **argv)
{
    if (argc < 4)
        die("usage: bench_load PORT TOKENS WORK [--clients N] [--seconds S] [--rate R] [--count N] "
            "[--codes FILE] [--deaf N]");
    l->port = (int)strtol(argv[1], NULL, 10);
    l->work = argv[3];
    l->n_clients = 32;
    l->seconds = 5;
    for (int i = 4; i + 1 < argc; i += 2) {
        if (!strcmp(argv[i], "--clients"))
            l->n_clients = (int)strtol(argv[i + 1], NULL, 10);
        else if (!strcmp(argv[i], "--seconds"))
            l->seconds = (int)strtol(argv[i + 1], NULL, 10);
        else if (!strcmp(argv[i], "--deaf"))
            l->n_deaf = (int)strtol(argv[i + 1], NULL, 10);
        else if (!strcmp(argv[i], "--rate"))
            l->rate = strtod(argv[i + 1], NULL);
        else if (!strcmp(argv[i], "--count"))
            l->count = strtoll(argv[i + 1], NULL, 10);
        else if (!strcmp(argv[i], "--codes"))
            read_rows(l, argv[i + 1]);
    }
    read_tokens(l, argv[2]);
    if (l->n_clients < 1 || l->n_clients > CLIENTS_MAX)
        die("too many clients");
    if (!l->n_rows && (!strcmp(l->work, "assign") || !strcmp(l->work, "read")))
        die("no codes");
}

int main(int argc, char **argv)
{
    SSL_CTX *ctx = need(SSL_CTX_new(TLS_client_method()));
    struct load l = {.run = clock_real()};

    read_options(&l, argc, argv);
    SSL_CTX_set_read_ahead(ctx, 1); /* head and body of a record at once */
    l.samples = need(malloc(SAMPLES_MAX * sizeof *l.samples));
    l.clients = need(calloc((size_t)l.n_clients, sizeof *l.clients));
    l.epoll = epoll_create1(0);
    for (int i = 0; i < l.n_clients; i++) {
        l.clients[i].index = i;
        l.clients[i].is_deaf = i < l.n_deaf;
        l.clients[i].place = l.n_rows ? (size_t)i % l.n_rows : 0;
        client_open(&l, ctx, &l.clients[i]);
    }
    if (!strcmp(l.work, "idle")) {
        printf("connected\n");
        fflush(stdout);
        sleep((unsigned)l.seconds);
        return 0;
    }
    if (!strcmp(l.work, "stream")) {
        listen_all(&l);
        return 0;
    }
    l.began = clock_monotonic();
    l.until = l.began + l.seconds * INSTANT_SECOND;
    for (int i = 0; i < l.n_clients && l.rate > 0; i++)
        l.clients[i].due_at = l.began + (int64_t)(i * 1e6 / l.rate);
    work(&l);
    print_result(&l);
    return l.n_refused > 0;
}
