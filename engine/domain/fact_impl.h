/* What facts, counters and the alarm share about one dossier; not for other layers. */
#pragma once
#include "domain/fact.h"

/* What is true of an accepted dossier as it stands; validity is left open on both sides. */
void fact_of(const struct dossier *d, int32_t zone_s, struct fact *ret);

/* dossier_judgement() as reports count it: no promise is on time, stopped is never early. */
enum judgement fact_judgement(const struct dossier *d, int32_t zone_s);
bool fact_is_stopped(enum outcome outcome);
