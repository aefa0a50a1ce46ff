/* See target.h. The address is handed to libpq as it is, once for each attempt; words before it are
 * defaults that it may overrule, words after it name the host of this attempt. */
#include "db/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define USUAL_PORT          "5432"
#define PATIENCE_ALONE_MS   10000
#define PATIENCE_SEVERAL_MS 3000 /* of each, when there are others to turn to */

enum target_part { TARGET_HOST, TARGET_ADDRESS, TARGET_PORT, TARGET_PART_COUNT };

static const char *const part_words[TARGET_PART_COUNT] = {"host", "hostaddr", "port"};

struct target_host {
    char *parts[TARGET_PART_COUNT]; /* NULL: the address does not say */
    char name[128];
};

struct target {
    char *url;
    bool writes;
    int patience_ms;
    int n;
    struct target_host hosts[TARGET_HOSTS_MAX];
};

struct target *target_free(struct target *t)
{
    if (!t)
        return NULL;
    for (int i = 0; i < t->n; i++)
        for (int part = 0; part < TARGET_PART_COUNT; part++)
            free(t->hosts[i].parts[part]);
    free(t->url);
    free(t);
    return NULL;
}

static void target_freep(struct target **t)
{
    *t = target_free(*t);
}

static int target_pieces(const char *list)
{
    int n = 1;

    for (; *list; list++)
        n += *list == ',';
    return n;
}

/* The i-th piece of a list with commas; of a list of one, that one. To libpq an empty word is none
 * at all, and the whole list would count: a port that the list leaves out is the usual one. */
static char *target_piece(enum target_part part, const char *list, int i)
{
    const char *usual = getenv("PGPORT");
    size_t len;

    if (target_pieces(list) == 1)
        i = 0;
    while (i-- > 0)
        list = strchr(list, ',') + 1;
    len = strcspn(list, ",");
    if (!len && part == TARGET_PORT)
        return strdup(usual && *usual ? usual : USUAL_PORT);
    return strndup(list, len);
}

static const char *target_word(const PQconninfoOption *options, const char *word)
{
    for (; options->keyword; options++)
        if (!strcmp(options->keyword, word))
            return options->val;
    return NULL;
}

static void target_call_name(struct target_host *h)
{
    const char *host = h->parts[TARGET_ADDRESS] ? h->parts[TARGET_ADDRESS] : h->parts[TARGET_HOST];
    const char *port = h->parts[TARGET_PORT];

    (void)snprintf(h->name, sizeof h->name, "%s%s%s", host && *host ? host : "-",
                   port && *port ? ":" : "", port ? port : "");
}

static bool target_bad(const char *reason, struct error *err)
{
    return error_set(err, ERR_DB_URL, arg_text("reason", reason));
}

static bool target_hosts(struct target *t, const PQconninfoOption *options, struct error *err)
{
    const char *lists[TARGET_PART_COUNT];

    t->n = 1;
    for (int part = 0; part < TARGET_PART_COUNT; part++) {
        int n;

        lists[part] = target_word(options, part_words[part]);
        n = lists[part] ? target_pieces(lists[part]) : 1;
        if (n > TARGET_HOSTS_MAX)
            return target_bad("more hosts than 8", err);
        if (n > 1 && t->n > 1 && n != t->n)
            return target_bad("hosts and ports differ in number", err);
        if (n > t->n) {
            if (part == TARGET_PORT)
                return target_bad("more ports than hosts", err);
            t->n = n;
        }
    }
    for (int i = 0; i < t->n; i++) {
        for (int part = 0; part < TARGET_PART_COUNT; part++) {
            if (!lists[part])
                continue;
            t->hosts[i].parts[part] = target_piece((enum target_part)part, lists[part], i);
            if (!t->hosts[i].parts[part])
                return error_set(err, ERR_NO_MEMORY, arg_text("what", "database"));
            if (t->n > 1 && !*t->hosts[i].parts[part])
                return target_bad("a host without a name", err);
        }
        target_call_name(&t->hosts[i]);
    }
    return true;
}

/* connect_timeout in seconds; 0 and less mean for ever to libpq, and here our own patience. */
static int target_patience(const PQconninfoOption *options, int n)
{
    const char *word = target_word(options, "connect_timeout");
    long s = word ? strtol(word, NULL, 10) : 0;

    if (s > 0 && s <= 600)
        return (int)s * 1000;
    return n > 1 ? PATIENCE_SEVERAL_MS : PATIENCE_ALONE_MS;
}

bool target_new(const char *url, bool writes, struct target **ret_target, struct error *err)
{
    CLEANUP(target_freep) struct target *t = calloc(1, sizeof *t);
    char *words = NULL;
    PQconninfoOption *options = PQconninfoParse(url, &words);
    bool ok;

    if (!options) {
        (void)target_bad(words ? words : "-", err);
        PQfreemem(words);
        return false;
    }
    ok = t && (t->url = strdup(url)) != NULL;
    if (!ok)
        (void)error_set(err, ERR_NO_MEMORY, arg_text("what", "database"));
    ok = ok && target_hosts(t, options, err);
    if (ok) {
        t->writes = writes;
        t->patience_ms = target_patience(options, t->n);
        *ret_target = t;
        t = NULL;
    }
    PQconninfoFree(options);
    return ok;
}

int target_count(const struct target *t)
{
    return t->n;
}

int target_patience_ms(const struct target *t)
{
    return t->patience_ms;
}

const char *target_name(const struct target *t, int i)
{
    return t->hosts[i].name;
}

/* What libpq is told, in its order. */
struct target_words {
    const char *names[16], *values[16];
    int n;
};

static void target_say(struct target_words *w, const char *name, const char *value)
{
    if (!value)
        return;
    assert((size_t)w->n + 1 < ARRAY_LEN(w->names));
    w->names[w->n] = name;
    w->values[w->n++] = value;
}

/* A server whose machine is gone says nothing: it is given up after some eleven seconds, whether it
 * owes an answer (keepalives) or an acknowledgement (tcp_user_timeout). */
static void target_say_all(const struct target *t, int i, const char *name, struct target_words *w)
{
    target_say(w, "keepalives_idle", "5");
    target_say(w, "keepalives_interval", "2");
    target_say(w, "keepalives_count", "3");
    target_say(w, "tcp_user_timeout", "10000");
    target_say(w, "target_session_attrs", t->writes ? "read-write" : NULL);
    target_say(w, "connect_timeout", t->n > 1 ? "3" : "10");
    target_say(w, "dbname", t->url);
    for (int part = 0; part < TARGET_PART_COUNT; part++)
        target_say(w, part_words[part], t->hosts[i].parts[part]);
    target_say(w, "fallback_application_name", name);
    target_say(w, "client_encoding", "UTF8");
}

PGconn *target_start(const struct target *t, int i, const char *name)
{
    struct target_words w = {0};

    target_say_all(t, i, name, &w);
    return PQconnectStartParams(w.names, w.values, 1);
}

void target_reason(const char *words, char *ret, size_t size)
{
    static const char *const heads[] = {" failed: ", "FATAL:  "};
    const char *end = words + strcspn(words, "\n");
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        const char *at = strstr(words, heads[i]);

        if (at && at < end)
            words = at + strlen(heads[i]);
    }
    while (words < end && n + 1 < size) {
        const char *close =
            *words == '"' ? memchr(words + 1, '"', (size_t)(end - words - 1)) : NULL;

        if (close) {
            words = close + 1;
            n -= n && ret[n - 1] == ' ' && words < end && *words == ' ';
        } else {
            ret[n++] = *words++;
        }
    }
    ret[n] = '\0';
}

/* The first line of libpq's words. */
static bool target_unavailable(PGconn *pg, struct error *err)
{
    char words[ERROR_TEXT_MAX + 1];
    const char *said = PQerrorMessage(pg);

    (void)snprintf(words, sizeof words, "%.*s", (int)strcspn(said, "\n"), said);
    error_clear(err);
    return error_set(err, ERR_DB_UNAVAILABLE, arg_text("reason", words));
}

bool target_connect(const char *url, bool writes, PGconn **ret_pg, struct error *err)
{
    CLEANUP(target_freep) struct target *t = NULL;

    if (!target_new(url, writes, &t, err))
        return false;
    for (int i = 0; i < t->n; i++) {
        struct target_words w = {0};
        PGconn *pg;

        target_say_all(t, i, "motcuad", &w);
        pg = PQconnectdbParams(w.names, w.values, 1);
        if (PQstatus(pg) == CONNECTION_OK) {
            error_clear(err);
            *ret_pg = pg;
            return true;
        }
        (void)target_unavailable(pg, err);
        PQfinish(pg);
    }
    return false;
}
