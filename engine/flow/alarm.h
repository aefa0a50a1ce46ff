/* The daemon's own clockwork: one timer armed to the earliest alarm and re-read every minute, the
 * sweep of the night once its closing has passed, and what has to be tidied. */
#pragma once
#include "flow/app.h"

struct alarm;

MUST_CHECK
bool alarm_start(struct app *app, struct alarm **ret_alarm, struct error *err);
/* Stops the timer; `closed` is called from the loop, then the alarm is gone. */
void alarm_close(struct alarm *a, void (*closed)(void *data), void *data);
