/* The certificates that this installation signs papers with, one folder of files named after whom
 * they are of (docs/operations.md):
 *   office-KEY.p12, .password, .png     an office: certificate, its password, picture of the seal
 *   officer-LOGIN.p12, .password, .png  an officer: likewise, picture of the signature
 * Read once, at start; a file that cannot be used stops the start. */
#pragma once
#include "document/signature.h"
#include "document/stamp.h"

struct signing;

struct signing_key {
    const char *name; /* of office or officer */
    const struct certificate *certificate;
    const char *image; /* path of the picture, NULL: none */
};

/*   folder  "": no certificates
 *   trust   PEM file of the roots that handed back signatures must lead to; "": none
 * Errors: CERTIFICATE_FILE {path} {reason}, those of secret_read_line(), NO_MEMORY. */
MUST_CHECK
bool signing_open(const char *folder, const char *trust, struct signing **ret_signing,
                  struct error *err);
struct signing *signing_close(struct signing *s); /* takes NULL; returns NULL */

/* NULL: it has none. `s` may be NULL. */
const struct signing_key *signing_of(const struct signing *s, enum reserved_kind kind,
                                     const char *name);
int signing_count(const struct signing *s);
const struct signature_trust *signing_trust(const struct signing *s); /* NULL: not asked */
