/* Delegations: who stands in for whom while he is away. Everybody says it for himself, a head for
 * his office, an administrator for all. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_delegations, use_case_delegation_new,
    use_case_delegation_withdraw;
