/* Where the database may be: the hosts that the address names, tried one after another.
 *
 * libpq itself walks a list of hosts, but on a loop it never gives up one that does not answer (its
 * connect_timeout counts for blocking callers alone), and begins with the first each time. So each
 * attempt here names one host, and its caller turns to the next when patience ends. */
#pragma once
#include <libpq-fe.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/macros.h"

#define TARGET_HOSTS_MAX 8

struct target;

/* Parses the address; what it says of hosts, addresses and ports is taken apart.
 *   url     postgresql://... or key=value words; copied
 *   writes  only a server that takes writes will do, unless the address says otherwise
 *           (target_session_attrs); false: a standby will do
 * Errors: DB_URL {reason}, NO_MEMORY {what}. */
MUST_CHECK
bool target_new(const char *url, bool writes, struct target **ret_target, struct error *err);
struct target *target_free(struct target *t); /* takes NULL; returns NULL */

int target_count(const struct target *t);       /* hosts, 1..TARGET_HOSTS_MAX */
int target_patience_ms(const struct target *t); /* with one host: connect_timeout, else ours */
const char *target_name(const struct target *t, int i); /* for the log: host or address, port */

/* Begins to connect to host `i`; as PQconnectStart(). `name` is the application's. */
PGconn *target_start(const struct target *t, int i, const char *name);

/* Why an attempt failed, for clerks too: of the first line of libpq's `words` what the server or
 * the system said, without the place that was asked and without names, which stand in quotes. Empty
 * where that is all there is. */
void target_reason(const char *words, char *ret, size_t size);

/* Connects and waits, each host in turn; NULL and `err` when none takes it. For start-up.
 * Errors: DB_URL {reason}, DB_UNAVAILABLE {reason}, NO_MEMORY {what}. */
MUST_CHECK
bool target_connect(const char *url, bool writes, PGconn **ret_pg, struct error *err);
