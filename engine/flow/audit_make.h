/* The roots of days: made by the daemon itself, shortly after each midnight of the business clock
 * and at start for the days that were missed; written where somebody else keeps them
 * (docs/audit.md). Several daemons may run this on one database: a day has one root, whoever comes
 * second finds it made. */
#pragma once
#include "base/ed25519.h"
#include "flow/app.h"

struct audit;

struct audit_options {
    const struct ed25519 *key; /* borrowed; NULL: roots are not signed, and the log warns */
    const char *folder;        /* where roots.jsonl and leaves are written; "": nowhere */
};

MUST_CHECK
bool audit_start(struct app *app, const struct audit_options *options, struct audit **ret_audit,
                 struct error *err);
/* What is under way ends first. */
void audit_close(struct audit *a, void (*closed)(void *data), void *data);
