/* Figures of /metrics that only the database knows: open dossiers by warning, letters that wait.
 * Asked for beside the requests, on the lane of jobs: at most every 30 seconds, while somebody
 * reads them, and never for more than a fiftieth of the time. */
#pragma once
#include "base/buffer.h"
#include "flow/app.h"

struct figures;

MUST_CHECK
bool figures_start(struct app *app, struct figures **ret_figures, struct error *err);
void figures_close(struct figures *f, void (*closed)(void *data), void *data);

/* Writes what was counted last in Prometheus' text form, nothing before the first count; f may be
 * NULL. Being asked keeps the counting alive. */
void figures_write(struct figures *f, struct buffer *b);
