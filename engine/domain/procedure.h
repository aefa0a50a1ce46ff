/* What the law offers, as data: a procedure version, its cases (trường hợp), each with components,
 * a limit and steps. Plain data: loaded once, immutable, shared by reference through struct
 * reference of the flow. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "domain/limit.h"
#include "domain/vocabulary.h"

#define PROCEDURE_STEPS_MAX      32
#define PROCEDURE_COMPONENTS_MAX 100

struct procedure_step {
    int seq; /* 1.. */
    const char *name;
    enum step_office office;
    int64_t office_id; /* where office is STEP_OFFICE_NAMED */
    enum role role;
    int32_t budget_minutes;  /* working minutes */
    int32_t least_minutes;   /* likewise; -1: none of its own, the ruleset gives it */
    bool is_decision;        /* the step in which `decide` is expected */
    int32_t nominal_minutes; /* the budget as published, 8 hours to the working day */
    int32_t nominal_least;   /* likewise; -1: none of its own */
};

struct procedure_component {
    const char *name;
    const char *kind; /* original | copy | certified */
    int copies;
    bool is_required;
};

/* One case of one version of a procedure. */
struct procedure_case {
    int64_t id;           /* of the case */
    int64_t procedure_id; /* of the version */
    int64_t field_id;
    const char *procedure_key; /* local key, always */
    const char *national_code; /* "1.001193" or "" */
    const char *procedure_name;
    const char *case_key, *case_name;
    const char *level; /* district | commune | province */
    struct limit limit;
    int64_t fee_dong;
    bool is_place_free;                 /* taken in anywhere in the country (law:place-free) */
    bool returns_at_once;               /* may be accepted, decided and returned in one action */
    enum hold_effect supplement_effect; /* default restart */
    enum hold_effect financial_effect;  /* default resume where the sector excludes it */
    int n_steps, n_components;
    const struct procedure_step *steps;
    const struct procedure_component *components;
    const char *result_name, *legal_basis, *decision; /* "" when not given */
    int32_t valid_from, valid_to;                     /* dates; DATE_NONE: open */
};
