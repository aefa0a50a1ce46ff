/* See mail.h. Whatever is not plain ASCII goes out in base64: then no letter of it can end a
 * header, begin a boundary or be a line of its own to SMTP. */
#include "post/mail.h"

#include <assert.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/instant.h"

#define LINE_BYTES 57 /* 76 characters of base64 */
#define WORD_BYTES 39 /* of an encoded word: 64 characters, a header line has 76 at most */
#define PLAIN_MAX  60

static void mail_base64(const unsigned char *bytes, size_t len, struct buffer *out)
{
    char line[4 * ((LINE_BYTES + 2) / 3) + 1];

    assert(len <= LINE_BYTES);
    EVP_EncodeBlock((unsigned char *)line, bytes, (int)len);
    buffer_text(out, line);
}

static void mail_lines(const void *bytes, size_t len, struct buffer *out)
{
    const unsigned char *p = bytes;

    for (size_t n; len > 0; p += n, len -= n) {
        n = len < LINE_BYTES ? len : LINE_BYTES;
        mail_base64(p, n, out);
        buffer_text(out, "\r\n");
    }
}

static bool mail_is_ascii(const char *text)
{
    for (const char *p = text; *p; p++)
        if (*p < ' ' || *p > '~')
            return false;
    return true;
}

static bool mail_is_plain(const char *text)
{
    return mail_is_ascii(text) && strlen(text) <= PLAIN_MAX && !strstr(text, "=?");
}

/* How many bytes of `text` fit one encoded word without cutting a character. */
static size_t mail_word_len(const char *text)
{
    size_t n = strlen(text);

    if (n <= WORD_BYTES)
        return n;
    n = WORD_BYTES;
    while (n > 1 && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    return n;
}

/* A header's text: as it is where that is safe, else as encoded words (RFC 2047), a line each.
 * Control characters become blanks. */
static void mail_words(const char *text, struct buffer *out)
{
    char word[WORD_BYTES];

    if (mail_is_plain(text)) {
        buffer_text(out, text);
        return;
    }
    for (size_t n; *text; text += n) {
        n = mail_word_len(text);
        for (size_t i = 0; i < n; i++)
            word[i] = (unsigned char)text[i] < ' ' || text[i] == 0x7f ? ' ' : text[i];
        buffer_text(out, "=?UTF-8?B?");
        mail_base64((const unsigned char *)word, n, out);
        buffer_text(out, text[n] ? "?=\r\n " : "?=");
    }
}

static void mail_from(const struct mail *m, struct buffer *out)
{
    buffer_text(out, "From: ");
    if (m->from_name && *m->from_name && mail_is_plain(m->from_name)) {
        buffer_char(out, '"'); /* a phrase of ASCII is quoted: it may hold commas and dots */
        for (const char *p = m->from_name; *p; p++)
            buffer_char(out, *p == '"' || *p == '\\' ? '\'' : *p);
        buffer_text(out, "\"\r\n ");
    } else if (m->from_name && *m->from_name) {
        mail_words(m->from_name, out);
        buffer_text(out, "\r\n ");
    }
    buffer_printf(out, "<%s>\r\n", m->from);
}

/* "Tue, 30 Aug 2022 10:00:00 +0700" */
static void mail_date(int64_t at, int32_t zone_s, struct buffer *out)
{
    static const char days[] = "MonTueWedThuFriSatSun",
                      months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int32_t on = instant_date(at, zone_s);
    struct civil c = date_civil(on);
    int s = (int)(instant_day_offset(at, zone_s) / INSTANT_SECOND), zone = abs(zone_s) / 60;

    buffer_printf(out, "Date: %.3s, %02d %.3s %d %02d:%02d:%02d %c%02d%02d\r\n",
                  days + 3 * (date_weekday(on) - 1), c.day, months + 3 * (c.month - 1), c.year,
                  s / 3600, s / 60 % 60, s % 60, zone_s < 0 ? '-' : '+', zone / 60, zone % 60);
}

static void mail_text(const char *text, struct buffer *out)
{
    CLEANUP(buffer_deinit) struct buffer lines = {0};

    for (const char *p = text; *p; p++)
        if (*p == '\n')
            buffer_text(&lines, "\r\n");
        else if (*p != '\r')
            buffer_char(&lines, *p);
    buffer_text(&lines, "\r\n");
    buffer_text(out, "Content-Type: text/plain; charset=UTF-8\r\n"
                     "Content-Transfer-Encoding: base64\r\n\r\n");
    if (lines.is_failed)
        out->is_failed = true;
    else
        mail_lines(lines.data, lines.len, out);
}

/* A file's name as a header may carry it. */
static void mail_file_name(const char *name, struct buffer *out)
{
    for (const char *p = name; *p; p++)
        buffer_char(out, strchr("\"\\/;\r\n", *p) || *p < ' ' || *p > '~' ? '_' : *p);
}

static void mail_parts(const struct mail *m, struct buffer *out)
{
    unsigned char digest[DIGEST_LEN];
    char boundary[2 * 12 + 1];

    /* Not in the parts: they are base64, which knows no "=_" but at its end. */
    digest_sha256(m->message_id, strlen(m->message_id), digest);
    hex_encode(digest, 12, boundary);
    buffer_printf(out, "Content-Type: multipart/mixed; boundary=\"=_%s\"\r\n\r\n--=_%s\r\n",
                  boundary, boundary);
    mail_text(m->text, out);
    buffer_printf(out,
                  "--=_%s\r\nContent-Type: %s\r\nContent-Transfer-Encoding: base64\r\n"
                  "Content-Disposition: attachment; filename=\"",
                  boundary, m->file_type);
    mail_file_name(m->file_name, out);
    buffer_text(out, "\"\r\n\r\n");
    mail_lines(m->file, m->file_len, out);
    buffer_printf(out, "--=_%s--\r\n", boundary);
}

void mail_compose(const struct mail *m, struct buffer *out)
{
    assert(mail_address_is_good(m->from) && mail_address_is_good(m->to));
    assert(mail_is_ascii(m->message_id) && !strpbrk(m->message_id, "<> "));
    mail_from(m, out);
    buffer_printf(out, "To: <%s>\r\nSubject: ", m->to);
    mail_words(m->subject, out);
    buffer_text(out, "\r\n");
    mail_date(m->at, m->zone_s, out);
    /* Nobody reads what a machine's absence note answers to this (RFC 3834). */
    buffer_printf(out,
                  "Message-ID: <%s>\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n",
                  m->message_id);
    if (m->file)
        mail_parts(m, out);
    else
        mail_text(m->text, out);
}

static bool mail_atom(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Letters, digits and `others`; no dot at either end, no two beside each other. */
static bool mail_dotted(const char *s, size_t len, const char *others)
{
    if (len == 0 || s[0] == '.' || s[len - 1] == '.')
        return false;
    for (size_t i = 0; i < len; i++) {
        bool is_dot = s[i] == '.';

        if (is_dot ? s[i + 1] == '.' : !mail_atom(s[i]) && !(s[i] && strchr(others, s[i])))
            return false;
    }
    return true;
}

bool mail_address_is_good(const char *address)
{
    const char *at = strchr(address, '@');

    return at && strlen(address) <= MAIL_ADDRESS_MAX && at - address <= 64 &&
           mail_dotted(address, (size_t)(at - address), "!#$%&'*+-/=?^_`{|}~") &&
           mail_dotted(at + 1, strlen(at + 1), "-");
}
