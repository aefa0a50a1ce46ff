/* Are decisions written, as far as this daemon has seen? A full disk, a clock that is behind, a
 * database that takes no writes and a right that was taken away refuse them, while reading may go
 * on: /readyz and /metrics tell it before anybody calls. */
#pragma once
#include "base/buffer.h"
#include "base/error.h"

enum {
    WRITES_CLOCK_BEHIND,
    WRITES_DISK_FULL,
    WRITES_READ_ONLY,
    WRITES_DENIED,
    WRITES_REASON_COUNT
};

struct writes {
    struct error refused; /* the last refusal of these kinds; code ERR_NONE: none since `done` */
    uint64_t n_refused[WRITES_REASON_COUNT];
};

/* Notes how a request ended; errors of other kinds say nothing. */
void writes_refused(struct writes *w, const struct error *err);
/* Notes that a decision was written. */
void writes_done(struct writes *w);
/* For /metrics. */
void writes_figures(const struct writes *w, struct buffer *b);
