/* The BIO under each session is ours: it reads from the bytes lent by the connection and writes
 * into a buffer, so that nothing is copied twice and an idle session owns no buffer at all. */
#include "http/tls.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

struct tls_context {
    SSL_CTX *ssl;
    BIO_METHOD *bio;
    size_t
        n_refs; /* the owner's and one of each session: a BIO needs its method until it is freed */
};

struct tls_session {
    SSL *ssl;
    struct tls_context *ctx;
    const char *in; /* lent, or in kept */
    size_t in_len;
    struct buffer kept, out;
};

/* ---- the BIO ---- */

static int tls_bio_read(BIO *bio, char *buf, int size)
{
    struct tls_session *t = BIO_get_data(bio);
    size_t n = (size_t)size < t->in_len ? (size_t)size : t->in_len;

    BIO_clear_retry_flags(bio);
    if (!n) {
        BIO_set_retry_read(bio);
        return -1;
    }
    memcpy(buf, t->in, n);
    t->in += n;
    t->in_len -= n;
    return (int)n;
}

static int tls_bio_write(BIO *bio, const char *bytes, int len)
{
    struct tls_session *t = BIO_get_data(bio);

    buffer_add(&t->out, bytes, (size_t)len);
    return t->out.is_failed ? -1 : len;
}

static long tls_bio_control(BIO *bio, int command, long number, void *data)
{
    (void)bio;
    (void)number;
    (void)data;
    return command == BIO_CTRL_FLUSH;
}

/* ---- context ---- */

/* The client must not speak another protocol through us: without http/1.1 in its list, refuse. */
static int tls_choose_protocol(SSL *ssl, const unsigned char **ret, unsigned char *ret_len,
                               const unsigned char *offered, unsigned offered_len, void *user)
{
    static const unsigned char ours[] = "\x08http/1.1";

    (void)ssl;
    (void)user;
    if (SSL_select_next_proto((unsigned char **)ret, ret_len, ours, sizeof ours - 1, offered,
                              offered_len) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    return SSL_TLSEXT_ERR_OK;
}

/* An encrypted key would stop the daemon at a prompt: it is refused instead. */
static int tls_no_password(char *buf, int size, int is_writing, void *user)
{
    (void)buf;
    (void)size;
    (void)is_writing;
    (void)user;
    return -1;
}

static bool tls_file_error(struct error *err, const char *path)
{
    unsigned long code = ERR_peek_last_error();
    const char *reason = ERR_reason_error_string(code);

    if (!reason)
        reason = ERR_SYSTEM_ERROR(code) ? strerror(ERR_GET_REASON(code)) : "unreadable";
    (void)error_set(err, ERR_HTTP_TLS_FILE, arg_text("path", path), arg_text("reason", reason));
    ERR_clear_error();
    return false;
}

static bool tls_context_set(SSL_CTX *ssl)
{
    SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    /* Sessions resume by ticket alone: the server remembers nothing. One ticket is enough. */
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(ssl, 1);
    SSL_CTX_set_timeout(ssl, 3600);
    SSL_CTX_set_alpn_select_cb(ssl, tls_choose_protocol, NULL);
    SSL_CTX_set_default_passwd_cb(ssl, tls_no_password);
    return SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION) &&
           SSL_CTX_set_session_id_context(ssl, (const unsigned char *)"motcua", 6) &&
           SSL_CTX_set1_groups_list(ssl, "X25519:P-256:P-384") &&
           SSL_CTX_set_cipher_list(ssl, "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!PSK:!SRP");
}

static void tls_context_freep(struct tls_context **ctx)
{
    *ctx = tls_context_free(*ctx);
}

bool tls_context_new(const char *cert_path, const char *key_path, struct tls_context **ret_context,
                     struct error *err)
{
    CLEANUP(tls_context_freep) struct tls_context *ctx = calloc(1, sizeof *ctx);
    static int bio_type; /* the library has only some hundred of them: taken once */

    if (!bio_type)
        bio_type = BIO_get_new_index() | BIO_TYPE_SOURCE_SINK;
    if (ctx) {
        ctx->n_refs = 1;
        ctx->ssl = SSL_CTX_new(TLS_server_method());
        ctx->bio = BIO_meth_new(bio_type, "connection");
    }
    if (!ctx || !ctx->ssl || !ctx->bio || !tls_context_set(ctx->ssl))
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "TLS"));
    BIO_meth_set_read(ctx->bio, tls_bio_read);
    BIO_meth_set_write(ctx->bio, tls_bio_write);
    BIO_meth_set_ctrl(ctx->bio, tls_bio_control);
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(ctx->ssl, cert_path) != 1)
        return tls_file_error(err, cert_path);
    if (SSL_CTX_use_PrivateKey_file(ctx->ssl, key_path, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(ctx->ssl) != 1)
        return tls_file_error(err, key_path);
    *ret_context = ctx;
    ctx = NULL;
    return true;
}

struct tls_context *tls_context_free(struct tls_context *ctx)
{
    if (ctx && !--ctx->n_refs) {
        SSL_CTX_free(ctx->ssl);
        BIO_meth_free(ctx->bio);
        free(ctx);
    }
    return NULL;
}

/* ---- session ---- */

struct tls_session *tls_session_new(struct tls_context *ctx)
{
    struct tls_session *t = calloc(1, sizeof *t);
    BIO *bio = BIO_new(ctx->bio);

    if (t)
        t->ssl = SSL_new(ctx->ssl);
    if (!t || !t->ssl || !bio) {
        BIO_free(bio);
        return tls_session_free(t);
    }
    t->ctx = ctx;
    ctx->n_refs++;
    BIO_set_data(bio, t);
    BIO_set_init(bio, 1);
    SSL_set_bio(t->ssl, bio, bio);
    SSL_set_accept_state(t->ssl);
    return t;
}

struct tls_session *tls_session_free(struct tls_session *t)
{
    if (t) {
        SSL_free(t->ssl);
        tls_context_free(t->ctx);
        buffer_deinit(&t->kept);
        buffer_deinit(&t->out);
        free(t);
    }
    return NULL;
}

void tls_session_lend(struct tls_session *t, const char *bytes, size_t len)
{
    if (!t->kept.len) {
        t->in = bytes;
        t->in_len = len;
        return;
    }
    buffer_consume(&t->kept, t->kept.len - t->in_len);
    buffer_add(&t->kept, bytes, len);
    t->in = t->kept.data;
    t->in_len = t->kept.len;
}

bool tls_session_keep(struct tls_session *t)
{
    if (!t->in_len) {
        buffer_deinit(&t->kept);
    } else if (t->kept.len) {
        buffer_consume(&t->kept, t->kept.len - t->in_len);
    } else {
        buffer_add(&t->kept, t->in, t->in_len);
    }
    t->in = t->kept.data;
    return !t->kept.is_failed;
}

bool tls_session_is_holding(const struct tls_session *t)
{
    return t->in_len > 0;
}

enum tls_read tls_session_read(struct tls_session *t, char *buf, size_t size, size_t *ret_n)
{
    int got, why;

    ERR_clear_error();
    got = SSL_read(t->ssl, buf, size < INT_MAX ? (int)size : INT_MAX);
    if (t->out.is_failed)
        return TLS_FAILED;
    if (got > 0) {
        *ret_n = (size_t)got;
        return TLS_DATA;
    }
    why = SSL_get_error(t->ssl, got);
    if (why == SSL_ERROR_WANT_READ)
        return TLS_WAIT;
    ERR_clear_error();
    return why == SSL_ERROR_ZERO_RETURN ? TLS_CLOSED : TLS_FAILED;
}

bool tls_session_write(struct tls_session *t, const char *bytes, size_t len)
{
    ERR_clear_error();
    while (len) {
        int n = SSL_write(t->ssl, bytes, len < INT_MAX ? (int)len : INT_MAX);

        if (n <= 0) {
            ERR_clear_error();
            return false;
        }
        bytes += n;
        len -= (size_t)n;
    }
    return !t->out.is_failed;
}

void tls_session_shutdown(struct tls_session *t)
{
    ERR_clear_error();
    if (SSL_is_init_finished(t->ssl))
        (void)SSL_shutdown(t->ssl);
    ERR_clear_error();
}

bool tls_session_is_open(const struct tls_session *t)
{
    return SSL_is_init_finished(t->ssl);
}

struct buffer *tls_session_output(struct tls_session *t)
{
    return &t->out;
}
