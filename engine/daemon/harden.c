/* See harden.h. */
#include "daemon/harden.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

void harden_process(void)
{
    struct rlimit none = {0, 0};

    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* also where cores are piped to a collector */
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* Leaves a copy for the verb; "x" for each byte where the kernel shows the command line. */
static void hide(char **argument, size_t from)
{
    char *copy = strdup(*argument), *shown = *argument + from;

    if (!copy)
        return;
    memset(shown, 'x', strlen(shown));
    *argument = copy; /* as long as the process lives */
}

void harden_hide_values(int argc, char **argv)
{
    static const char option[] = "--database";
    size_t len = sizeof option - 1;

    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], option) && i + 1 < argc)
            hide(&argv[++i], 0);
        else if (!strncmp(argv[i], option, len) && argv[i][len] == '=')
            hide(&argv[i], len + 1);
    }
}

bool harden_refuse_root(struct error *err)
{
    uid_t uid = geteuid();

    return uid != 0 || error_set(err, ERR_USER_IS_ROOT, arg_number("uid", uid));
}
