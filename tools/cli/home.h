/* The data folder as the client sees it: where the daemon listens, whom to trust, the logins kept
 * there, and the tokens of logins already made. tools/up writes it. */
#pragma once
#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"

struct login {
    const char *alias; /* what --as names: admin, clerk1 */
    const char *login, *password;
};

struct home {
    const char *folder;
    const char *url;         /* "https://127.0.0.1:8443" */
    const char *certificate; /* the only certificate trusted; NULL: the system's authorities */
    struct login login;      /* the one chosen */
};

/* Reads FOLDER/credentials:
 *   url https://127.0.0.1:8443
 *   login ALIAS LOGIN PASSWORD [what follows is for people]
 * and picks `alias`, the first login when NULL. Without `needs_login`, because an API token stands
 * in for one or nobody is asked who he is, none needs to be there.
 *
 * Errors: CLI_NO_DATA {path} {reason}; CLI_NO_LOGIN {alias} {path}. */
MUST_CHECK
bool home_open(struct arena *a, const char *folder, const char *alias, bool needs_login,
               struct home *ret_home, struct error *err);

/* The token of an earlier run, or NULL; kept with mode 0600 under FOLDER/sessions. A token that
 * cannot be kept costs a login next time and nothing else. */
const char *home_token(struct arena *a, const struct home *home);
void home_keep_token(struct arena *a, const struct home *home, const char *token);
/* Puts a new password into the line of the chosen login; the file is replaced in one go, mode 0600.
 * Errors: CLI_FILE {path} {reason}. */
MUST_CHECK
bool home_keep_password(struct arena *a, const struct home *home, const char *password,
                        struct error *err);
void home_forget_token(struct arena *a, const struct home *home);

/* A whole file, or standard input for "-"; at most `limit` bytes.
 * Errors: CLI_FILE {path} {reason}. */
MUST_CHECK
bool file_read(struct arena *a, const char *path, size_t limit, const char **ret_bytes,
               size_t *ret_len, struct error *err);
