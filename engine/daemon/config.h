/* motcua.conf: lines "key = value" (docs/operations.md). What is not named has its default. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "http/address.h"
#include "http/rate.h"

#define CONFIG_TEXT_MAX 512

struct config {
    char database[CONFIG_TEXT_MAX];
    char replica[CONFIG_TEXT_MAX]; /* a standby for reads; empty: none */
    int replica_max_age_s;
    char address[64];
    int port;
    bool is_port_shared; /* several daemons of this machine listen there */
    bool is_plain;       /* no TLS: on a loopback address alone */
    char tls_certificate[CONFIG_TEXT_MAX], tls_key[CONFIG_TEXT_MAX];
    char seal_key[CONFIG_TEXT_MAX];
    char audit_key[CONFIG_TEXT_MAX];    /* signs the roots of days; empty: they are not signed */
    char audit_folder[CONFIG_TEXT_MAX]; /* where they are written too; empty: nowhere */
    char public_url[CONFIG_TEXT_MAX];
    struct address_list trusted_proxies, metrics_from;
    struct rate rates[RATE_COUNT];
    char font[128];
    int32_t zone_s;
    int workers;         /* that draw documents */
    int catch_up_nights; /* swept one by one after a gap; older ones with the first of them */
    int log_level;
    char signature_folder[CONFIG_TEXT_MAX], signature_trust[CONFIG_TEXT_MAX]; /* signing.h */
    char attachment_folder[CONFIG_TEXT_MAX]; /* empty: attachments are kept in the database */
    int attachment_mib;                      /* the largest that is taken */
    /* what leaves the house (sending.h); empty: nothing is sent that way */
    char smtp_url[CONFIG_TEXT_MAX], smtp_user[128], smtp_password_file[CONFIG_TEXT_MAX];
    char mail_from[256];
    bool is_smtp_plain; /* smtp_tls = none */
    char hook_url[CONFIG_TEXT_MAX], hook_secret_file[CONFIG_TEXT_MAX], hook_channel[32];
    char send_ca_file[CONFIG_TEXT_MAX];
    int send_timeout_s, send_attempts, send_first_delay_s, send_max_delay_s, send_stale_hours;
};

/* Errors: CONFIG_FILE {path} {reason}, CONFIG_LINE {path} {line}, CONFIG_VALUE {key} {value}. */
MUST_CHECK
bool config_read(const char *path, struct config *ret_config, struct error *err);
