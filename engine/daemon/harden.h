/* What a process of motcuad gives up before it does anything else (docs/security.md): the program
 * holds keys and people's names, so none of its memory goes to disk or to another process of its
 * user, nothing it starts can gain rights, and no secret stays on its command line. */
#pragma once
#include <stdbool.h>

#include "base/error.h"

/* No core file, not readable through ptrace or /proc by others of the same user, no new privileges
 * by set-user-id programs. Best effort: an old kernel's refusal is no reason not to serve. */
void harden_process(void);

/* The value of --database is copied away and overwritten where `ps` reads it. */
void harden_hide_values(int argc, char **argv);

/* Errors: USER_IS_ROOT {uid}. */
MUST_CHECK
bool harden_refuse_root(struct error *err);
