/* See audit_source.h. A dump is read line by line: the COPY of each table that matters, whose
 * columns are found by their names, so that a dump of an older schema reads too. What else is in it
 * passes by. A dump that stops in the middle is refused: it would look like a database that was
 * cut. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/instant.h"
#include "daemon/audit_source.h"

#define FIELDS_MAX 128 /* columns of a table */
#define FIRST_YEAR 1900
#define LAST_YEAR  2200
#define DUMP_END   "-- PostgreSQL database dump complete"

enum table {
    TABLE_NONE,
    TABLE_EVENT,
    TABLE_DOSSIER,
    TABLE_CODE,
    TABLE_CHANGE,
    TABLE_SECURITY,
    TABLE_ROOT
};

/* Columns in the order in which the readers below want them. */
static const struct {
    const char *name;
    enum table table;
    const char *columns[12];
} tables[] = {
    {"event",
     TABLE_EVENT,
     {"dossier_id", "seq", "at", "recorded_at", "actor_id", "action", "bytes", "hash"}},
    {"dossier", TABLE_DOSSIER, {"id", "code", "version", "chain"}},
    {"dossier_code", TABLE_CODE, {"dossier_id", "code"}},
    {"reference_change",
     TABLE_CHANGE,
     {"id", "kind", "key", "action", "effective_on", "actor_id", "source", "reason", "before",
      "after", "recorded_at", "hash"}},
    {"security_event",
     TABLE_SECURITY,
     {"id", "officer_id", "kind", "by_officer", "address", "detail", "at"}},
    {"audit_root", TABLE_ROOT, {"day", "record", "hash", "signature", "key_id", "made_at"}},
};

struct dump {
    FILE *in;
    const char *path;
    char *line; /* owned */
    size_t room;
    size_t len;
    const char *const *columns; /* of the table being read */
    enum table table;
    int places[12]; /* of its columns in a row; -1: there is none */
    int n_tables;
    char *fields[FIELDS_MAX];
    struct audit_check *check;
    struct error *err;
};

static bool refuse(struct dump *d, const char *reason)
{
    return error_set(d->err, ERR_AUDIT_DUMP_FORM, arg_text("path", d->path),
                     arg_text("reason", reason));
}

static bool next_line(struct dump *d)
{
    ssize_t len = getline(&d->line, &d->room, d->in);

    if (len <= 0)
        return false;
    d->len = (size_t)len;
    if (d->line[d->len - 1] == '\n')
        d->line[--d->len] = '\0';
    return true;
}

/* ---- values ---- */

static int octal(const char *s)
{
    return s[0] >= '0' && s[0] <= '3' && s[1] >= '0' && s[1] <= '7' && s[2] >= '0' && s[2] <= '7'
               ? (s[0] - '0') * 64 + (s[1] - '0') * 8 + (s[2] - '0')
               : -1;
}

/* Undoes COPY's escapes in place. */
static void unescape(char *s)
{
    static const char letters[] = "bfnrtv", values[] = "\b\f\n\r\t\v";
    char *to = strchr(s, '\\');

    for (char *from = to; from && *from; from++) {
        const char *known;

        if (*from != '\\' || !from[1]) {
            *to++ = *from;
            continue;
        }
        from++;
        known = strchr(letters, *from);
        if (octal(from) >= 0) {
            *to++ = (char)octal(from);
            from += 2;
        } else {
            *to++ = known ? values[known - letters] : *from;
        }
    }
    if (to)
        *to = '\0';
}

/* The value of a column, NULL where it is null or not there. */
static char *value(struct dump *d, int column)
{
    char *s = d->places[column] >= 0 ? d->fields[d->places[column]] : NULL;

    return s && strcmp(s, "\\N") != 0 ? s : NULL;
}

static bool text_value(struct dump *d, int column, const char **ret)
{
    char *s = value(d, column);

    if (!s)
        return false;
    unescape(s);
    *ret = s;
    return true;
}

static bool number_value(struct dump *d, int column, int64_t *ret)
{
    const char *s = value(d, column);
    char *end;

    if (!s || !*s)
        return false;
    errno = 0;
    *ret = strtoll(s, &end, 10);
    return !*end && errno == 0;
}

/* "2022-08-01 08:00:00.25+07", "+05:30" or "+00"; infinite ones never stand in these columns. */
static bool instant_value(struct dump *d, int column, int64_t *ret)
{
    const char *s = value(d, column);
    char text[48];
    size_t len = s ? strlen(s) : 0;

    if (len < 3 || len > sizeof text - 4)
        return false;
    memcpy(text, s, len + 1);
    if (text[len - 3] == '+' || text[len - 3] == '-')
        memcpy(text + len, ":00", sizeof ":00");
    return instant_parse(text, INT32_MIN, ret);
}

/* "\\x..." in COPY's form; decoded in place. */
static bool bytes_value(struct dump *d, int column, const void **ret, size_t *ret_len)
{
    char *s = value(d, column);
    size_t len;

    if (!s || strncmp(s, "\\\\x", 3) != 0)
        return false;
    len = strlen(s + 3) / 2;
    if (!hex_decode(s + 3, len, s))
        return false;
    *ret = s;
    *ret_len = len;
    return true;
}

/* ---- rows ---- */

static bool take_event(struct dump *d, bool *ret_good)
{
    struct audit_row_event row = {0};
    int64_t seq = 0;

    *ret_good = number_value(d, 0, &row.dossier_id) && number_value(d, 1, &seq) &&
                instant_value(d, 2, &row.at) && instant_value(d, 3, &row.recorded_at) &&
                number_value(d, 4, &row.actor) && text_value(d, 5, &row.action) &&
                bytes_value(d, 6, &row.bytes, &row.len) &&
                bytes_value(d, 7, &row.hash, &row.hash_len);
    row.seq = (int32_t)seq;
    return !*ret_good || audit_check_event(d->check, &row);
}

static bool take_dossier(struct dump *d, bool *ret_good)
{
    int64_t id = 0, version = 0;
    const char *code = NULL;
    const void *chain = NULL;
    size_t len = 0;

    *ret_good =
        number_value(d, 0, &id) && number_value(d, 2, &version) && bytes_value(d, 3, &chain, &len);
    (void)text_value(d, 1, &code);
    return !*ret_good || audit_check_dossier(d->check, id, code, (int32_t)version, chain, len);
}

static bool take_code(struct dump *d, bool *ret_good)
{
    const char *code;
    int64_t id = 0;

    *ret_good = number_value(d, 0, &id) && text_value(d, 1, &code);
    return !*ret_good || audit_check_code(d->check, id, code);
}

static bool take_change(struct dump *d, bool *ret_good)
{
    struct audit_row_change row = {0};

    *ret_good = number_value(d, 0, &row.id);
    for (int i = 0; i < AUDIT_CHANGE_VALUES && *ret_good; i++)
        *ret_good = text_value(d, 1 + i, &row.values[i]);
    *ret_good = *ret_good && instant_value(d, 1 + AUDIT_CHANGE_VALUES, &row.recorded_at) &&
                bytes_value(d, 2 + AUDIT_CHANGE_VALUES, &row.hash, &row.hash_len);
    return !*ret_good || audit_check_change(d->check, &row);
}

static bool take_security(struct dump *d, bool *ret_good)
{
    const char *values[AUDIT_SECURITY_VALUES] = {0};
    int64_t id = 0, at = 0;

    *ret_good = number_value(d, 0, &id) && instant_value(d, 1 + AUDIT_SECURITY_VALUES, &at);
    for (int i = 0; i < AUDIT_SECURITY_VALUES; i++)
        (void)text_value(d, 1 + i, &values[i]); /* NULL is empty */
    return !*ret_good || audit_check_security(d->check, id, at, values);
}

static bool take_root(struct dump *d, bool *ret_good)
{
    struct audit_line line = {0};
    const char *record = "", *key = "", *day = "";
    const void *hash = NULL, *signature = NULL;
    size_t hash_len = 0, signature_len = 0;
    int32_t on = 0;

    *ret_good = text_value(d, 0, &day) && date_parse(day, &on) && text_value(d, 1, &record) &&
                bytes_value(d, 2, &hash, &hash_len) && instant_value(d, 5, &line.made_at);
    if (!*ret_good)
        return true;
    snprintf(line.record, sizeof line.record, "%s", record);
    if (hash_len == sizeof line.hash)
        memcpy(line.hash, hash, hash_len);
    if (bytes_value(d, 3, &signature, &signature_len) && text_value(d, 4, &key) &&
        signature_len == sizeof line.signature) {
        memcpy(line.signature, signature, signature_len);
        snprintf(line.key_id, sizeof line.key_id, "%s", key);
    }
    return audit_check_root(d->check, AUDIT_OF_DATABASE, on, &line);
}

/* ---- a table ---- */

static bool cut_fields(struct dump *d, int *ret_n)
{
    int n = 0;
    char *s = d->line;

    for (;;) {
        char *tab = strchr(s, '\t');

        if (n == FIELDS_MAX)
            return false;
        d->fields[n++] = s;
        if (!tab)
            break;
        *tab = '\0';
        s = tab + 1;
    }
    *ret_n = n;
    return true;
}

static bool refuse_row(struct dump *d, const char *reason)
{
    return refuse(d, feof(d->in) ? "it ends in the middle of a row" : reason);
}

static bool take_row(struct dump *d, int n_columns)
{
    bool is_good = false, has_memory = true;
    int n;

    if (!cut_fields(d, &n) || n != n_columns)
        return refuse_row(d, "a row has not the columns of its table");
    switch (d->table) {
    case TABLE_EVENT:
        has_memory = take_event(d, &is_good);
        break;
    case TABLE_DOSSIER:
        has_memory = take_dossier(d, &is_good);
        break;
    case TABLE_CODE:
        has_memory = take_code(d, &is_good);
        break;
    case TABLE_CHANGE:
        has_memory = take_change(d, &is_good);
        break;
    case TABLE_SECURITY:
        has_memory = take_security(d, &is_good);
        break;
    case TABLE_ROOT:
        has_memory = take_root(d, &is_good);
        break;
    case TABLE_NONE:
        is_good = true;
        break;
    }
    if (!has_memory)
        return error_set(d->err, ERR_NO_MEMORY, arg_text("what", "audit"));
    return is_good || refuse_row(d, "a row has a value that cannot be read");
}

/* Which table is this, by its name without the schema? Events lie in a partition a year. */
static enum table table_named(struct dump *d, const char *name, size_t len)
{
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        size_t known = strlen(tables[i].name);
        bool is_part = tables[i].table == TABLE_EVENT && len == known + 5 && name[known] == '_' &&
                       strspn(name + known + 1, "0123456789") >= 4;

        if (strncmp(name, tables[i].name, known) != 0 || (len != known && !is_part))
            continue;
        d->columns = tables[i].columns;
        return tables[i].table;
    }
    return TABLE_NONE;
}

/* "COPY public.event_2022 (dossier_id, seq, ...) FROM stdin;" -> the table and where its columns
 * are; *ret_n: how many a row has. */
static bool take_head(struct dump *d, int *ret_n)
{
    char *name = d->line + strlen("COPY "), *open = strchr(name, '('), *close, *dot;

    d->table = TABLE_NONE;
    if (!open || open == name || !(close = strchr(open, ')')))
        return true;
    dot = memchr(name, '.', (size_t)(open - name));
    name = dot ? dot + 1 : name;
    d->table = table_named(d, name, (size_t)(open - 1 - name));
    *ret_n = 0;
    if (d->table == TABLE_NONE)
        return true;
    d->n_tables++;
    for (int i = 0; i < 12; i++)
        d->places[i] = -1;
    *close = '\0';
    for (char *save, *word = strtok_r(open + 1, ", \"", &save); word;
         word = strtok_r(NULL, ", \"", &save), ++*ret_n)
        for (int i = 0; i < 12 && d->columns[i]; i++)
            if (!strcmp(word, d->columns[i]))
                d->places[i] = *ret_n;
    return *ret_n <= FIELDS_MAX || refuse(d, "a table has too many columns");
}

static bool take_table(struct dump *d)
{
    int n_columns = 0;

    if (!take_head(d, &n_columns))
        return false;
    while (next_line(d)) {
        if (!strcmp(d->line, "\\."))
            return true;
        if (d->table != TABLE_NONE && !take_row(d, n_columns))
            return false;
    }
    return refuse(d, "it ends in the middle of a table");
}

static bool take_all(struct dump *d)
{
    bool is_complete = false;

    while (next_line(d)) {
        if (!strncmp(d->line, "COPY ", 5) && strstr(d->line, " FROM stdin;")) {
            if (!take_table(d))
                return false;
        } else if (!strcmp(d->line, DUMP_END)) {
            is_complete = true;
        }
    }
    if (!is_complete)
        return refuse(d, "it is no dump of pg_dump in plain form, or it ends too early");
    return d->n_tables > 0 || refuse(d, "it holds no rows of motcua's tables in COPY form");
}

/* ---- where the text comes from ---- */

/* Is it in one of the forms that pg_restore reads? */
static bool is_archive(const char *path, const struct stat *st)
{
    char head[263] = {0};
    FILE *f;
    size_t n;

    if (S_ISDIR(st->st_mode))
        return true;
    f = fopen(path, "re");
    n = f ? fread(head, 1, sizeof head - 1, f) : 0;
    if (f)
        fclose(f);
    return (n >= 5 && !memcmp(head, "PGDMP", 5)) || (n >= 262 && !memcmp(head + 257, "ustar", 5));
}

/* pg_restore of the tables that matter alone; years of partitions are not known beforehand. */
static void run_restore(const char *path, int out)
{
    enum { YEARS = LAST_YEAR - FIRST_YEAR + 1 };
    static char names[YEARS][16];
    static const char *argv[2 * (YEARS + ARRAY_LEN(tables)) + 8];
    int n = 0;

    argv[n++] = "pg_restore";
    argv[n++] = "--data-only";
    argv[n++] = "--file=-";
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        argv[n++] = "-t";
        argv[n++] = tables[i].name;
    }
    for (int i = 0; i < YEARS; i++) {
        snprintf(names[i], sizeof names[i], "event_%d", FIRST_YEAR + i);
        argv[n++] = "-t";
        argv[n++] = names[i];
    }
    argv[n++] = path;
    argv[n] = NULL;
    if (dup2(out, STDOUT_FILENO) >= 0)
        execvp(argv[0], (char *const *)argv);
    _exit(127);
}

static bool read_archive(struct dump *d)
{
    int ends[2], status = 0;
    pid_t child;
    bool ok;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return refuse(d, strerror(errno));
    child = fork();
    if (child == 0)
        run_restore(d->path, ends[1]);
    close(ends[1]);
    d->in = child > 0 ? fdopen(ends[0], "r") : NULL;
    if (!d->in) {
        close(ends[0]);
        return refuse(d, strerror(errno));
    }
    ok = take_all(d);
    fclose(d->in); /* one that is still writing gets SIGPIPE */
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return refuse(d, "pg_restore is not on the path");
    if (ok && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
        return refuse(d, "pg_restore could not read it");
    return ok;
}

bool audit_dump_read(const char *path, struct audit_check *check, struct error *err)
{
    struct dump d = {.path = path, .check = check, .err = err};
    bool is_standard_input = !strcmp(path, "-"), ok;
    struct stat st;

    if (!is_standard_input && stat(path, &st) != 0)
        return refuse(&d, strerror(errno));
    if (!is_standard_input && is_archive(path, &st)) {
        ok = read_archive(&d);
    } else {
        d.in = is_standard_input ? stdin : fopen(path, "re");
        if (!d.in)
            return refuse(&d, strerror(errno));
        ok = take_all(&d);
        if (!is_standard_input)
            fclose(d.in);
    }
    free(d.line);
    return ok;
}
