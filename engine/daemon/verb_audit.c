/* The verb: reads the roots and the keys, lets a source hand over what is stored, and says what the
 * check found, in the language of the terminal; with --json one object. Exit codes: 0 whole, 1
 * something was rewritten or it could not be told, 2 wrong usage, 3 the database cannot be reached.
 */
#include "daemon/verb_audit.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/instant.h"
#include "base/json.h"
#include "base/log.h"
#include "daemon/audit_source.h"
#include "daemon/setup.h"
#include "flow/audit_file.h"

#define PATH_LEN  1024
#define TOLD_MOST 1000

static const char usage[] =
    "usage: motcuad audit verify --config FILE | --database URL | --dump FILE\n"
    "                            [--folder DIR | --roots FILE] [--public-key FILE]...\n"
    "                            [--until DATE] [--json]\n\n"
    "Proves by the roots of days that no event and no edit of reference data was changed, removed\n"
    "or inserted later, and names the first place where one was; changes nothing.\n\n"
    "  --config FILE      settings of the installation: its database, folder and key\n"
    "  --database URL     or this database\n"
    "  --dump FILE        or this dump of pg_dump in any form; -: plain text on standard input\n"
    "  --folder DIR       the roots kept elsewhere (roots.jsonl) with the leaves of each day\n"
    "  --roots FILE       or that file alone; leaves beside it are used\n"
    "  --public-key FILE  public part of the key that signs them (audit.pub); may be repeated\n"
    "  --until DATE       believe and prove until this day: for roots of an older copy\n"
    "  --json             one object instead of lines\n\n"
    "Exit codes: 0 whole, 1 tampered with or failed, 2 wrong usage, 3 the database cannot be "
    "reached.\n";

enum { AUDIT_WHOLE, AUDIT_TAMPERED, AUDIT_USAGE, AUDIT_UNREACHABLE };

struct run {
    const char *config, *database, *dump, *folder, *roots, *until;
    const char *key_paths[AUDIT_KEYS_MAX];
    int n_key_paths;
    struct ed25519 *keys[AUDIT_KEYS_MAX];
    struct audit_check_options options;
    struct config settings;
    bool is_json, has_progress;
    char roots_path[PATH_LEN], leaves_folder[PATH_LEN], default_key[PATH_LEN];
    int32_t zone_s;
    struct buffer json;
    int64_t n_told;
};

static bool read_options(int argc, char **argv, struct run *run)
{
    for (int i = 2; i < argc; i++) {
        const char **slot = !strcmp(argv[i], "--config")     ? &run->config
                            : !strcmp(argv[i], "--database") ? &run->database
                            : !strcmp(argv[i], "--dump")     ? &run->dump
                            : !strcmp(argv[i], "--folder")   ? &run->folder
                            : !strcmp(argv[i], "--roots")    ? &run->roots
                            : !strcmp(argv[i], "--until")    ? &run->until
                                                             : NULL;

        if (!strcmp(argv[i], "--public-key") && run->n_key_paths < AUDIT_KEYS_MAX)
            slot = &run->key_paths[run->n_key_paths++];
        if (slot && i + 1 < argc)
            *slot = argv[++i];
        else if (!strcmp(argv[i], "--json"))
            run->is_json = true;
        else
            return false;
    }
    run->options.until_on = DATE_NONE;
    return !!run->config + !!run->database + !!run->dump <= 1 && !(run->folder && run->roots) &&
           (!run->until || date_parse(run->until, &run->options.until_on));
}

/* ---- what is believed ---- */

/* What the settings say, where the command line says nothing. */
static bool take_settings(struct run *run, struct error *err)
{
    const struct config *c = &run->settings;
    struct stat st;

    run->zone_s = ZONE_VIETNAM_S;
    if (!run->config)
        return true;
    if (!config_read(run->config, &run->settings, err))
        return false;
    run->database = c->database;
    run->zone_s = c->zone_s;
    if (!run->folder && !run->roots && c->audit_folder[0] &&
        snprintf(run->roots_path, PATH_LEN, "%s/" AUDIT_ROOTS_FILE, c->audit_folder) < PATH_LEN &&
        stat(run->roots_path, &st) == 0)
        run->folder = c->audit_folder;
    if (run->n_key_paths == 0 && c->audit_key[0] &&
        ed25519_public_path(c->audit_key, run->default_key, PATH_LEN))
        run->key_paths[run->n_key_paths++] = run->default_key;
    return true;
}

static bool load_keys(struct run *run, struct error *err)
{
    for (int i = 0; i < run->n_key_paths; i++) {
        if (!ed25519_load_public(run->key_paths[i], &run->keys[i], err))
            return false;
        run->options.keys[i] = run->keys[i];
        run->options.n_keys++;
    }
    return true;
}

static bool name_files(struct run *run, struct error *err)
{
    const char *slash = run->roots ? strrchr(run->roots, '/') : NULL;
    int n = run->folder  ? snprintf(run->roots_path, PATH_LEN, "%s/" AUDIT_ROOTS_FILE, run->folder)
            : run->roots ? snprintf(run->roots_path, PATH_LEN, "%s", run->roots)
                         : 0;

    run->options.has_file = run->folder || run->roots;
    if (run->folder)
        snprintf(run->leaves_folder, PATH_LEN, "%s", run->folder);
    else if (slash)
        snprintf(run->leaves_folder, PATH_LEN, "%.*s", (int)(slash - run->roots), run->roots);
    else
        snprintf(run->leaves_folder, PATH_LEN, ".");
    return n < PATH_LEN || error_set(err, ERR_AUDIT_FILE, arg_text("path", run->roots_path),
                                     arg_text("reason", strerror(ENAMETOOLONG)));
}

/* The leaves of a day, for the check. */
static bool read_leaves(void *data, int32_t day, unsigned char **ret_bytes, size_t *ret_len)
{
    const struct run *run = data;
    char path[PATH_LEN + INSTANT_TEXT_MAX + 16], name[INSTANT_TEXT_MAX];
    struct stat st;
    FILE *f;
    bool ok;

    date_format(day, name);
    snprintf(path, sizeof path, "%s/%s.leaves", run->leaves_folder, name);
    f = fopen(path, "re");
    if (!f)
        return false;
    *ret_bytes = NULL;
    ok = fstat(fileno(f), &st) == 0 && (*ret_bytes = malloc((size_t)st.st_size + 1)) != NULL &&
         fread(*ret_bytes, 1, (size_t)st.st_size, f) == (size_t)st.st_size;
    *ret_len = (size_t)st.st_size;
    fclose(f);
    if (!ok)
        free(*ret_bytes);
    return ok;
}

static bool read_roots(struct run *run, struct audit_check *check, struct error *err)
{
    FILE *f = fopen(run->roots_path, "re");
    char *text = NULL, number[24];
    struct audit_line line;
    struct audit_root root;
    size_t room = 0;
    ssize_t len;
    bool ok = true;
    long n = 0;

    if (!f)
        return error_set(err, ERR_AUDIT_FILE, arg_text("path", run->roots_path),
                         arg_text("reason", strerror(errno)));
    while (ok && (len = getline(&text, &room, f)) > 0) {
        n++;
        snprintf(number, sizeof number, "%ld", n);
        if (text[len - 1] != '\n' || !audit_line_read(text, (size_t)len - 1, &line, &root))
            ok = error_set(err, ERR_AUDIT_LINE, arg_text("path", run->roots_path),
                           arg_text("line", number));
        else if (!audit_check_root(check, AUDIT_OF_FILE, root.day, &line))
            ok = error_set(err, ERR_NO_MEMORY, arg_text("what", "audit"));
    }
    if (ok && n == 0)
        ok = error_set(err, ERR_AUDIT_NO_ROOTS, arg_text("path", run->roots_path));
    free(text);
    fclose(f);
    return ok;
}

/* ---- telling ---- */

static void json_args(struct buffer *b, const struct error *e)
{
    char text[INSTANT_TEXT_MAX];

    for (int i = 0; i < ERROR_ARGS_MAX && e->args[i].kind != ERROR_ARG_END; i++) {
        const struct error_arg *a = &e->args[i];

        buffer_printf(b, ",\"%s\":", a->name);
        if (a->kind == ERROR_ARG_NUMBER) {
            buffer_printf(b, "%" PRId64, a->number);
            continue;
        }
        if (a->kind == ERROR_ARG_DATE)
            date_format((int32_t)a->number, text);
        else if (a->kind == ERROR_ARG_INSTANT)
            instant_format(a->number, ZONE_VIETNAM_S, text);
        else
            snprintf(text, sizeof text, "%.*s", INSTANT_TEXT_MAX - 1, a->text);
        json_write(b, text, strlen(text));
    }
}

static void found(void *data, const struct error *finding, bool is_warning)
{
    struct run *run = data;
    char sentence[600];

    if (run->n_told++ >= TOLD_MOST)
        return;
    error_sentence(finding, setup_language(), run->zone_s, sentence, sizeof sentence);
    if (!run->is_json) {
        printf("%s%s\n", is_warning ? "warning: " : "", sentence);
        return;
    }
    buffer_printf(&run->json, "%s\n  {\"code\":\"%s\",\"is_warning\":%s", run->json.len ? "," : "",
                  error_word(finding->code), is_warning ? "true" : "false");
    json_args(&run->json, finding);
    buffer_text(&run->json, ",\"sentence\":");
    json_write(&run->json, sentence, strlen(sentence));
    buffer_char(&run->json, '}');
}

static void summarise(const struct run *run, const struct audit_report *r)
{
    char first[INSTANT_TEXT_MAX] = "", last[INSTANT_TEXT_MAX] = "";
    const char *believed = run->options.has_file ? run->roots_path : "the database itself";

    if (r->roots) {
        date_format(r->first_on, first);
        date_format(r->last_on, last);
    }
    if (run->is_json) {
        printf("{\"findings\":[%s%s],\n\"events\":%" PRId64 ",\"dossiers\":%" PRId64
               ",\"changes\":%" PRId64 ",\"security\":%" PRId64 ",\"roots\":%" PRId64
               ",\"first\":\"%s\",\"last\":\"%s\","
               "\"not_under_a_root\":%" PRId64 ",\"roots_from\":\"%s\",\"signatures_checked\":%s,"
               "\"warnings\":%" PRId64 ",\"count\":%" PRId64 "}\n",
               run->json.len ? run->json.data : "", run->json.len ? "\n" : "", r->events,
               r->dossiers, r->changes, r->security, r->roots, first, last, r->unrooted,
               run->options.has_file ? "file" : "database", run->options.n_keys ? "true" : "false",
               r->warnings, r->findings);
        return;
    }
    if (run->n_told > TOLD_MOST)
        printf("and %" PRId64 " more\n", run->n_told - TOLD_MOST);
    printf("%" PRId64 " events of %" PRId64 " dossiers, %" PRId64
           " edits of reference data; %" PRId64 " roots",
           r->events, r->dossiers, r->changes, r->roots);
    if (r->roots)
        printf(" from %s to %s, taken from %s", first, last, believed);
    printf("; %" PRId64 " events under no root yet\n", r->unrooted);
    if (!run->options.has_file)
        printf("warning: roots that lie beside what they prove are only as good as their "
               "signatures; say --folder or --roots\n");
    if (run->options.n_keys == 0)
        printf("warning: signatures were not checked; say --public-key\n");
    printf(r->findings ? "NOT WHOLE: %" PRId64 " findings\n" : "whole\n", r->findings);
}

/* ---- running ---- */

static int refuse(const struct error *err)
{
    (void)setup_refuse("audit", err);
    return setup_is_unreachable(err) ? AUDIT_UNREACHABLE : AUDIT_TAMPERED;
}

static int verify(struct run *run)
{
    struct audit_check *check = audit_check_new(&run->options);
    struct audit_report report = {0};
    struct error err = {0};
    bool ok = check || error_set(&err, ERR_NO_MEMORY, arg_text("what", "audit"));

    ok = ok && (!run->options.has_file || read_roots(run, check, &err)) &&
         (run->dump ? audit_dump_read(run->dump, check, &err)
                    : audit_database_read(run->database, run->has_progress, check, &err));
    if (ok && !audit_check_end(check, found, run, &report))
        ok = error_set(&err, ERR_NO_MEMORY, arg_text("what", "audit"));
    audit_check_free(check);
    if (!ok)
        return refuse(&err);
    summarise(run, &report);
    return report.findings ? AUDIT_TAMPERED : AUDIT_WHOLE;
}

int verb_audit(int argc, char **argv)
{
    static struct run run;
    struct error err = {0};
    int code;

    if (argc >= 2 && (!strcmp(argv[argc - 1], "--help") || !strcmp(argv[argc - 1], "-h")))
        return fputs(usage, stdout) < 0;
    if (argc < 2 || strcmp(argv[1], "verify") != 0 || !read_options(argc, argv, &run)) {
        fputs(usage, stderr);
        return AUDIT_USAGE;
    }
    if (!run.config && !run.database && !run.dump)
        run.database = getenv("DATABASE_URL");
    if (!run.config && !run.dump && (!run.database || !*run.database)) {
        fprintf(stderr, "motcuad audit: which database? (--config, --database or --dump)\n\n%s",
                usage);
        return AUDIT_USAGE;
    }
    log_set_level(LOG_WARN);
    run.has_progress = isatty(STDERR_FILENO) != 0;
    run.options.leaves = read_leaves;
    run.options.data = &run;
    if (!take_settings(&run, &err) || !load_keys(&run, &err) || !name_files(&run, &err)) {
        (void)setup_refuse("audit", &err);
        code = AUDIT_USAGE;
    } else {
        code = verify(&run);
    }
    for (int i = 0; i < run.n_key_paths; i++)
        ed25519_free(run.keys[i]);
    buffer_deinit(&run.json);
    return fflush(stdout) == 0 ? code : AUDIT_TAMPERED;
}
