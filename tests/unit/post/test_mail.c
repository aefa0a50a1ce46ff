/* Mails as bytes: whatever is put into them, their headers are ours alone and every line is one
 * SMTP can carry. */
#include <openssl/evp.h>

#include "../test.h"
#include "base/instant.h"
#include "base/macros.h"
#include "post/mail.h"

static struct mail plain_mail(void)
{
    return (struct mail){.from = "motcua@tanky.example",
                         .to = "dao@example.org",
                         .subject = "Hello",
                         .text = "One\nTwo",
                         .message_id = "outbox-7.0123@tanky.example",
                         .at = INT64_C(1661828400000000), /* 2022-08-30 10:00 at the office */
                         .zone_s = ZONE_VIETNAM_S};
}

static char *compose(const struct mail *m)
{
    struct buffer b = {0};

    mail_compose(m, &b);
    assert_false(b.is_failed);
    return buffer_take(&b);
}

/* Lines end with CRLF, are ASCII, shorter than 79 and begin with no dot. */
static void assert_lines(const char *text)
{
    for (const char *p = text, *end; *p; p = end + 2) {
        end = strstr(p, "\r\n");
        assert_non_null(end);
        assert_true(end - p <= 78);
        assert_true(*p != '.');
        for (const char *c = p; c < end; c++)
            assert_true((*c >= ' ' && *c <= '~') || *c == '\t');
    }
}

/* Number of header lines that begin with `name`. */
static int headers(const char *text, const char *name)
{
    const char *end = strstr(text, "\r\n\r\n");
    int n = strncmp(text, name, strlen(name)) == 0;

    for (const char *p = text; (p = strstr(p, "\r\n")) && p < end; p += 2)
        n += strncmp(p + 2, name, strlen(name)) == 0;
    return n;
}

/* The encoded words of a header, decoded. */
static char *decode_words(const char *text, const char *name)
{
    static char out[2000];
    const char *p = strstr(text, name);
    size_t n = 0;

    assert_non_null(p);
    for (p += strlen(name); strncmp(p, "=?UTF-8?B?", 10) == 0; p += *p == ' ' ? 1 : 0) {
        const char *end = strstr(p + 10, "?=");
        int len = EVP_DecodeBlock((unsigned char *)out + n, (const unsigned char *)p + 10,
                                  (int)(end - p - 10));

        assert_true(len > 0 && end + 2 - p <= 75);
        n += (size_t)len - (end[-1] == '=') - (end[-2] == '=');
        p = strncmp(end, "?=\r\n ", 5) == 0 ? end + 5 : end + 2;
    }
    out[n] = '\0';
    return out;
}

static void a_plain_mail_reads_as_it_is(void **state)
{
    struct mail m = plain_mail();
    CLEANUP(buffer_deinit) struct buffer b = {0};

    (void)state;
    mail_compose(&m, &b);
    assert_string_equal(b.data, "From: <motcua@tanky.example>\r\n"
                                "To: <dao@example.org>\r\n"
                                "Subject: Hello\r\n"
                                "Date: Tue, 30 Aug 2022 10:00:00 +0700\r\n"
                                "Message-ID: <outbox-7.0123@tanky.example>\r\n"
                                "Auto-Submitted: auto-generated\r\n"
                                "MIME-Version: 1.0\r\n"
                                "Content-Type: text/plain; charset=UTF-8\r\n"
                                "Content-Transfer-Encoding: base64\r\n\r\n"
                                "T25lDQpUd28NCg==\r\n");
}

static void vietnamese_survives_in_words_that_fit(void **state)
{
    static const char subject[] =
        "Hồ sơ 000.01.22.H41-220830-0001: đã tiếp nhận, hẹn trả kết quả ngày "
        "05/9/2022 tại Bộ phận tiếp nhận và trả kết quả huyện Tân Kỳ";
    struct mail m = plain_mail();
    char *text;

    (void)state;
    m.subject = subject;
    m.from_name = "Bộ phận một cửa huyện Tân Kỳ";
    text = compose(&m);
    assert_lines(text);
    assert_string_equal(decode_words(text, "Subject: "), subject);
    assert_string_equal(decode_words(text, "From: "), m.from_name);
    free(text);
}

static void nothing_typed_breaks_out_of_a_header(void **state)
{
    static const char *const evil[] = {"x\r\nBcc: all@example.org",
                                       "x\nBcc: all@example.org",
                                       "x\r\n\r\nbody",
                                       "=?UTF-8?Q?x?=\r\nBcc: a@b.c",
                                       "\"quoted\" <bcc@example.org>, y",
                                       "Đào\r\nBcc: all@example.org\r\n"};
    struct mail m = plain_mail();

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(evil); i++) {
        char *text;

        m.subject = m.from_name = evil[i];
        text = compose(&m);
        assert_lines(text);
        assert_int_equal(headers(text, "Bcc"), 0);
        assert_int_equal(headers(text, "Subject: "), 1);
        assert_int_equal(headers(text, "From: "), 1);
        assert_non_null(strstr(text, " <motcua@tanky.example>\r\n"));
        free(text);
    }
}

static void a_file_is_attached_whole(void **state)
{
    static unsigned char file[1000], back[1100];
    struct mail m = plain_mail();
    char *text, *p, *end;
    int n = 0;

    (void)state;
    for (size_t i = 0; i < sizeof file; i++)
        file[i] = (unsigned char)(i * 7);
    m.file = file;
    m.file_len = sizeof file;
    m.file_name = "phieu\"; x=\r\n12.pdf";
    m.file_type = "application/pdf";
    text = compose(&m);
    assert_lines(text);
    p = strstr(text, "Content-Disposition: attachment; filename=\"phieu__ x=__12.pdf\"\r\n\r\n");
    assert_non_null(p);
    for (p = strstr(p, "\r\n\r\n") + 4; strncmp(p, "--=_", 4) != 0; p = end + 2) {
        end = strstr(p, "\r\n");
        n += EVP_DecodeBlock(back + n, (const unsigned char *)p, (int)(end - p)) -
             (end[-1] == '=') - (end[-2] == '=');
    }
    assert_int_equal(n, sizeof file);
    assert_memory_equal(back, file, sizeof file);
    free(text);
}

static void addresses_are_plain_or_refused(void **state)
{
    static const char *const good[] = {"a@b", "dao.nguyen+hs@mail.tanky.example", "a_b@x-y.vn"};
    static const char *const bad[] = {
        "",           "a",       "@b",          "a@",    "a b@c", "a@b@c",      "a@b\n",
        "a@b>",       "<a@b>",   "a..b@c",      ".a@b",  "a.@b",  "a@b..c",     "đào@b.vn",
        "a@\r\nRCPT", "\"a\"@b", "a@[1.2.3.4]", "a,b@c", "a@b c", "a@b;RCPT TO"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(mail_address_is_good(good[i]));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (mail_address_is_good(bad[i]))
            fail_msg("%s was taken for an address", bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_mail_reads_as_it_is),
        cmocka_unit_test(vietnamese_survives_in_words_that_fit),
        cmocka_unit_test(nothing_typed_breaks_out_of_a_header),
        cmocka_unit_test(a_file_is_attached_whole),
        cmocka_unit_test(addresses_are_plain_or_refused),
    };

    return cmocka_run_group_tests_name("mail", tests, NULL, NULL);
}
