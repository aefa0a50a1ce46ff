/* Asking whoever sits at the terminal; never the command line, which every process of the machine
 * can read. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Shows the question and reads a line. At a terminal what is typed is not shown when is_secret;
 * where standard input is no terminal the next line of it is taken, without a question.
 * Errors: CLI_TERMINAL {what}: nothing was given. */
MUST_CHECK
bool terminal_ask(const char *question, bool is_secret, char *buf, size_t size, struct error *err);
