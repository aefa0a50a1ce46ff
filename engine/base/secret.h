/* Files that hold a secret: a key, a password. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Reads what a secret's file holds, terminated and cut to `size`. The caller wipes it.
 * Errors: KEY_FILE {path} {reason}, KEY_FILE_OPEN_TO_OTHERS {path} when it is not a plain file of
 * this user with mode 0600 or less. */
MUST_CHECK
bool secret_read(const char *path, char *buf, size_t size, struct error *err);

/* The one line that a secret's file holds, without its end. Errors: those of secret_read(),
 * KEY_FILE_FORMAT {path} when there is nothing in it. */
MUST_CHECK
bool secret_read_line(const char *path, char *buf, size_t size, struct error *err);
