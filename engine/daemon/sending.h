/* From the settings to the sender: secrets are read, and what would send names or passwords in the
 * clear over a network is refused. */
#pragma once
#include "daemon/config.h"
#include "flow/app.h"
#include "flow/outbox.h"

/* Starts app->outbox. Errors: CONFIG_VALUE {key} {value}, CONFIG_MISSING {key} {other}, those of
 * secret_read() and outbox_start(). */
MUST_CHECK
bool sending_start(struct app *app, const struct config *config, struct error *err);
