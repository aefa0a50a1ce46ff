/* Randomness, only from OpenSSL. */
#pragma once
#include <stddef.h>

void random_bytes(void *buf, size_t len); /* aborts when the generator fails */
void random_token(char *buf,
                  size_t n_bytes); /* 2 x n_bytes hex digits and a terminator; n_bytes <= 64 */
