/* The kinds of jobs: rows of proto/tables/jobs.def, and which use case does each. */
#include <string.h>

#include "flow/backlog.h"
#include "flow/calendar_job.h"
#include "flow/desk.h"
#include "flow/job_impl.h"
#include "flow/letter_batch.h"
#include "flow/objective_job.h"
#include "flow/office_merger.h"
#include "flow/retention.h"
#include "flow/seal_keys.h"
#include "flow/sweep.h"

static const struct kind_row {
    const char *word, *label[2];
    enum grant grant;
} rows[] = {
#define JOB_KIND(name, word, grant, vi, en) {word, {vi, en}, GRANT_##grant},
#include "tables/jobs.def"
#undef JOB_KIND
};

const struct use_case *const job_use_cases[JOB_KIND_COUNT] = {
    [JOB_CALENDAR_PREVIEW] = &use_case_calendar_preview,
    [JOB_CALENDAR_APPLY] = &use_case_calendar_apply,
    [JOB_OFFICE_MERGER_PREVIEW] = &use_case_office_merger_preview,
    [JOB_OFFICE_MERGER] = &walk_office_merger.use_case,
    [JOB_DESK_PREVIEW] = &walk_desk.use_case,
    [JOB_DESK_HAND_OVER] = &walk_desk.use_case,
    [JOB_RESEAL] = &use_case_reseal,
    [JOB_RETENTION] = &use_case_retention_job,
    [JOB_SWEEP] = &use_case_sweep,
    [JOB_LETTER_BATCH] = &list_letter_batch.use_case,
    [JOB_LETTER_NUMBERING] = &list_letter_batch.use_case,
    [JOB_OBJECTIVE_APPLY] = &walk_objective.use_case,
    [JOB_BACKLOG_CLOSE] = &list_backlog_close.use_case,
};

const char *job_kind_word(enum job_kind kind)
{
    return rows[kind].word;
}

const char *job_kind_label(enum job_kind kind, enum language lang)
{
    return rows[kind].label[lang];
}

enum grant job_kind_grant(enum job_kind kind)
{
    return rows[kind].grant;
}

bool job_kind_is_personal(enum job_kind kind)
{
    return kind == JOB_LETTER_BATCH || kind == JOB_LETTER_NUMBERING || kind == JOB_DESK_PREVIEW ||
           kind == JOB_DESK_HAND_OVER || kind == JOB_BACKLOG_CLOSE;
}

int job_kind_find(const char *word)
{
    for (int i = 0; i < JOB_KIND_COUNT; i++)
        if (!strcmp(rows[i].word, word))
            return i;
    return -1;
}

int job_kinds_runnable(enum job_kind only, const char *ret_words[JOB_KIND_COUNT])
{
    int n = 0;

    for (int i = 0; i < JOB_KIND_COUNT; i++)
        if (job_use_cases[i] && (only == JOB_KIND_COUNT ? i != JOB_SWEEP : i == (int)only))
            ret_words[n++] = rows[i].word;
    return n;
}
