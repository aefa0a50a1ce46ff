/* What forms count with, for the lists of dossiers behind their figures (statistics_behind.c): so
 * that both ask the same. */
#pragma once
#include "domain/index766.h"
#include "domain/procedure.h"
#include "flow/reference.h"
#include "flow/statistics_scope.h"

/* Of ageing: four parameters more, offices and beside each the first days of its classes. False:
 * the error is set. */
MUST_CHECK
bool report_ageing_put(struct request *req, const struct statistics_scope *s, struct db_params *p);

/* Of lateness: the class of days of a late dossier, by its word of form_column, from the day it was
 * due (DATE_NONE: none) to its end on the calendar of its office. */
const char *report_lateness_age(const struct reference *r, int64_t office, int32_t due_on,
                                int32_t end_on);

/* Of components: the papers of a procedure over all its cases, each name once, in the order of
 * cases and lists, from 1. The number of component `seq` (from 1) of a case; 0: it is not there. */
int report_paper_number(const struct reference *r, const struct procedure_case *c, int seq);
/* The components that are that paper: case by case its ids and numbers, borrowed from the arena;
 * 0: there is no such paper, or (*ret_cases NULL) memory ends. */
int report_paper_find(const struct reference *r, struct arena *arena, const char *procedure_key,
                      int number, int64_t **ret_cases, int64_t **ret_components);

/* Of limits and opinions: how many times a column counts a dossier, which is folded as of the
 * scope's moment; opinions of one office alone where `consulted` is its key, NULL: of all. -1: the
 * error is set. */
int report_limits_times(struct request *req, const struct statistics_scope *s, const char *word,
                        const char *consulted, const struct dossier *d, const struct history *h);

/* Of digital and post: does a column, by its word of form_column, count a dossier? */
bool report_digital_counts(const char *word, const struct index766_subject *s);
/* How many days before the period a dossier of that column may have ended. */
int report_digital_days_before(const char *word);
