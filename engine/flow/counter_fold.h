/* Keeps the counters of form II.06a folded: every few seconds what decisions appended is added to
 * days and running totals (sql/functions/counter_fold.sql). Several daemons take turns; a report
 * reads what is not folded yet as well, so nothing is ever missing. */
#pragma once
#include "base/error.h"
#include "base/macros.h"

struct app;
struct counter_folder;

MUST_CHECK
bool counter_folder_start(struct app *app, struct counter_folder **ret_folder, struct error *err);
/* `closed` is called when it is gone. */
void counter_folder_close(struct counter_folder *f, void (*closed)(void *data), void *data);
