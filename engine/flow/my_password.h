/* A password of one's own: changed with the old one, or set with a one-time code that an
 * administrator or the head of the office ordered, who never learns it. New officers begin with
 * such a code: no initial password exists. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_password, use_case_login_reset, use_case_recover;
