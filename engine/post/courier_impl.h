/* What courier.c and courier_transfer.c share: the settings, and one libcurl transfer. */
#pragma once
#include <stdatomic.h>

#include "post/courier.h"

struct courier_settings {
    char *smtp_url, *smtp_user, *smtp_password, *mail_from, *hook_url, *hook_secret, *ca_file;
    bool is_smtp_plain;
    int connect_ms, total_ms;
    atomic_bool is_stopping; /* read by the threads: they end what they carry */
};

bool courier_settings_init(struct courier_settings *s, const struct courier_options *o);
void courier_settings_deinit(struct courier_settings *s); /* wipes the secrets */

/* Makes e->easy, ready to go. Errors: NO_MEMORY. */
MUST_CHECK
bool courier_transfer_new(struct courier_settings *s, struct courier_errand *e, struct error *err);
void courier_transfer_free(struct courier_errand *e);
