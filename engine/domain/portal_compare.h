/* A dossier here and on the portal: do they agree, and if not, why most likely? Rules are functions
 * in the order of portal.def, each of which can be argued alone. Pure. */
#pragma once
#include "domain/index766.h"
#include "domain/portal.h"

enum portal_reason {
#define PORTAL_REASON(name, word, vi, en) PORTAL_##name,
#include "tables/portal.def"
#undef PORTAL_REASON
    PORTAL_REASON_COUNT
};
extern const struct portal_reason_row {
    const char *word, *label[2];
} portal_reasons[PORTAL_REASON_COUNT];

/* A dossier that both sides have. */
struct portal_pair {
    const struct dossier *d;
    const struct index766_time *time;
    const struct portal_dossier *theirs;
    int64_t at; /* the state: what is open ends there */
    int32_t zone_s;
};

/* As the portal judges it by its own dates: an end (or `at`) not after the appointment, by days
 * where an hour is missing; without an appointment in time. */
bool portal_is_in_time(const struct portal_dossier *theirs, int64_t at, int32_t zone_s);
/* Why they differ, in order. None: dates and judgement are the same. */
int portal_compare(const struct portal_pair *p, enum portal_reason ret[PORTAL_REASON_COUNT]);
