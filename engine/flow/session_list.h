/* Sessions that are open and API tokens: listed, ended, made. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_sessions, use_case_session_end, use_case_sessions_end;
extern const struct use_case use_case_tokens, use_case_token_new, use_case_token_end;
