/* An e-mail as bytes: headers that nothing typed by anybody can break out of, a Vietnamese subject,
 * a plain text body and at most one attachment (RFC 5322, 2045, 2047). Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

#define MAIL_ADDRESS_MAX 254

struct mail {
    const char *from;       /* address; mail_address_is_good() */
    const char *from_name;  /* as people read it; NULL: the address alone */
    const char *to;         /* address; mail_address_is_good() */
    const char *subject;    /* UTF-8 */
    const char *text;       /* UTF-8, lines end with \n */
    const char *message_id; /* without its brackets; the same whenever this mail is sent again */
    int64_t at;             /* the Date header */
    int32_t zone_s;
    const char *file_name, *file_type; /* of the attachment, ASCII; NULL: none */
    const void *file;
    size_t file_len;
};

/* Is this one address that can stand in an envelope as it is: ASCII, local@domain, nothing that
 * means something to SMTP or to a header? */
bool mail_address_is_good(const char *address);

/* Appends the message, every line ended by CRLF and no line beginning with a dot. */
void mail_compose(const struct mail *m, struct buffer *out);
