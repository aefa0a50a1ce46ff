/* motcua.conf: lines "key = value" (docs/operations.md). What is not named has its default. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

#define CONFIG_TEXT_MAX 512

struct config {
    char database[CONFIG_TEXT_MAX];
    char address[64];
    int port;
    bool is_plain; /* no TLS: on a loopback address alone */
    char tls_certificate[CONFIG_TEXT_MAX], tls_key[CONFIG_TEXT_MAX];
    char seal_key[CONFIG_TEXT_MAX];
    char public_url[CONFIG_TEXT_MAX];
    char font[128];
    int32_t zone_s;
    int workers;         /* that draw documents */
    int catch_up_nights; /* swept one by one after a gap; older ones with the first of them */
    int log_level;
};

/* Errors: CONFIG_FILE {path} {reason}, CONFIG_LINE {path} {line}, CONFIG_VALUE {key} {value}. */
MUST_CHECK
bool config_read(const char *path, struct config *ret_config, struct error *err);
