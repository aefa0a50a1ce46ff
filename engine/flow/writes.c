/* See writes.h. */
#include "flow/writes.h"

#include <string.h>

#define STATE_DISK_FULL "53100"

static const char *const reason_words[WRITES_REASON_COUNT] = {"clock_behind", "disk_full",
                                                              "read_only", "denied"};

static int reason_of(const struct error *err)
{
    const struct error_arg *state = error_arg(err, "state");

    if (err->code == ERR_CLOCK_BEHIND)
        return WRITES_CLOCK_BEHIND;
    if (err->code == ERR_DB_READ_ONLY)
        return WRITES_READ_ONLY;
    if (err->code == ERR_DB_DENIED)
        return WRITES_DENIED;
    if (err->code == ERR_DB_RESOURCES && state && !strcmp(state->text, STATE_DISK_FULL))
        return WRITES_DISK_FULL;
    return -1;
}

void writes_refused(struct writes *w, const struct error *err)
{
    int reason = reason_of(err);

    if (reason < 0)
        return;
    w->refused = *err;
    w->n_refused[reason]++;
}

void writes_done(struct writes *w)
{
    w->refused.code = ERR_NONE;
}

void writes_figures(const struct writes *w, struct buffer *b)
{
    buffer_text(b, "# HELP motcua_writes_refused_total Decisions and work refused by the clock, a "
                   "full disk, a read-only database or a missing right\n"
                   "# TYPE motcua_writes_refused_total counter\n");
    for (int i = 0; i < WRITES_REASON_COUNT; i++)
        buffer_printf(b, "motcua_writes_refused_total{reason=\"%s\"} %llu\n", reason_words[i],
                      (unsigned long long)w->n_refused[i]);
    buffer_printf(b,
                  "# HELP motcua_writes_failing 1 from such a refusal until a decision is written\n"
                  "# TYPE motcua_writes_failing gauge\nmotcua_writes_failing %d\n",
                  w->refused.code != ERR_NONE);
}
