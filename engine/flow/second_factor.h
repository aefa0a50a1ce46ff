/* The second factor: a code of an authenticator, or a recovery code. Enrolling, confirming,
 * removing, and proving it at a login. */
#pragma once
#include "flow/request.h"

/* What was proven: the step whose code it was, or the hash of a recovery code. Whether it was used
 * before only the database can say, in the statement that uses it up. */
struct factor_proof {
    int64_t step; /* 0: none */
    bool is_recovery;
    unsigned char recovery[32];
};

/* Holds `code` against the sealed secret. False with req->error NONE: it is wrong. */
bool factor_prove(struct request *req, const void *sealed, size_t len, int64_t last_step,
                  const char *code, struct factor_proof *ret);
/* As parameters: step or NULL, hash or NULL. */
void factor_put(struct db_params *p, const struct factor_proof *proof);

/* A code for people, of 80 random bits: XXXX-XXXX-XXXX-XXXX. What is typed is hashed without
 * blanks and dashes, in either case; O, I and L cannot be confused: they stand for 0 and 1. */
#define PERSON_CODE_LEN 20
void person_code_make(char ret[PERSON_CODE_LEN]);
void person_code_hash(const char *typed, unsigned char ret[32]);

extern const struct use_case use_case_factor_new, use_case_factor_confirm, use_case_factor_remove;
