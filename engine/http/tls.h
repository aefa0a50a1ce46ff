/* TLS between buffers: OpenSSL reads ciphertext from memory and writes ciphertext to memory; the
 * connection moves both. TLS 1.2 and 1.3, forward secrecy, authenticated ciphers, ALPN http/1.1. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

struct tls_context; /* certificate and settings; sessions keep what they were made with */

/* Errors: HTTP_TLS_FILE {path} {reason}, NO_MEMORY. */
MUST_CHECK
bool tls_context_new(const char *cert_path, const char *key_path, struct tls_context **ret_context,
                     struct error *err);
struct tls_context *tls_context_free(struct tls_context *ctx); /* takes NULL; returns NULL */

struct tls_session;
struct tls_session *tls_session_new(struct tls_context *ctx); /* NULL without memory */
struct tls_session *tls_session_free(struct tls_session *t);  /* takes NULL; returns NULL */

/* Lends ciphertext that came in; after reading, tls_session_keep() copies what is left of it. */
void tls_session_lend(struct tls_session *t, const char *bytes, size_t len);
bool tls_session_keep(struct tls_session *t);             /* false without memory */
bool tls_session_is_holding(const struct tls_session *t); /* something was kept and not yet read */

enum tls_read {
    TLS_DATA,   /* ret_n bytes of plain text */
    TLS_WAIT,   /* needs more ciphertext; the handshake advances here, too */
    TLS_CLOSED, /* the client said goodbye */
    TLS_FAILED, /* not TLS, no common ground, or tampered with; the alert is in the output */
};
enum tls_read tls_session_read(struct tls_session *t, char *buf, size_t size, size_t *ret_n);

/* Encrypts all of it into the output. False only when TLS is broken or memory is out. */
bool tls_session_write(struct tls_session *t, const char *bytes, size_t len);
void tls_session_shutdown(struct tls_session *t); /* puts the goodbye into the output */

bool tls_session_is_open(const struct tls_session *t); /* the handshake is complete */
struct buffer *
tls_session_output(struct tls_session *t); /* ciphertext to send; the caller empties it */
