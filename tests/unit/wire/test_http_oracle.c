/* The strict reader against a lenient one: whatever ours accepts, the other accepts too, and reads
 * the same method, target, body and end. A request on which two readers disagree, and which ours
 * lets through, would be a way to smuggle. The requests are those of tests/cases/http_request.case
 * and random mutations of them; the seed is printed. */
#include <strings.h>

#include "../test.h"
#include "base/macros.h"
#include "http_oracle.h"
#include "wire/http_reader.h"

#define N_MUTATIONS 200000
#define SEED        20220805u

static const char *cases_path;
static char cases[256][1024];
static size_t lens[256], n_cases;

/* Reads with ours; returns whether it accepted, and compares then. */
static bool agrees(const char *bytes, size_t len)
{
    static struct oracle_reading other;
    const struct http_limits limits = {512, 1024, 20, 1024};
    struct error err = {0};
    struct http_reader r;
    size_t used = 0, n;
    enum http_read got;
    char target[600];

    http_reader_init(&r, &limits);
    do {
        got = http_reader_feed(&r, bytes + used, len - used, &n, &err);
        used += n;
    } while (got == HTTP_READ_HEAD);
    if (got == HTTP_READ_DONE) {
        oracle_read(bytes, used, &other);
        snprintf(target, sizeof target, "%s%s%s", r.path, r.query ? "?" : "",
                 r.query ? r.query : "");
        if (!other.is_complete)
            fail_msg("the other refuses, %s: %.*s", other.reason, (int)len, bytes);
        assert_string_equal(other.method, http_method_word(r.method));
        assert_int_equal(other.minor, r.minor);
        assert_int_equal(other.body_len, r.body.len);
        assert_memory_equal(other.body, r.body.len ? r.body.data : "", r.body.len);
        if (other.target[0] == '/') /* the absolute form was taken apart */
            assert_string_equal(other.target, target);
        assert_in_range(other.end, used - 1, used); /* it stops at the last byte or behind it */
    }
    http_reader_deinit(&r);
    return got == HTTP_READ_DONE;
}

static void load_cases(void)
{
    FILE *f = fopen(cases_path, "r");
    char line[1024];

    assert_non_null(f);
    while (n_cases < ARRAY_LEN(cases) && fgets(line, sizeof line, f)) {
        char *bytes = strstr(line, " | "), *to = cases[n_cases];

        bytes = bytes ? strstr(bytes + 3, " | ") : NULL;
        if (line[0] == '#' || !bytes)
            continue;
        for (bytes += 3; *bytes && *bytes != '\n'; bytes++) {
            char hex[3] = {0};

            if (*bytes != '\\') {
                *to++ = *bytes;
                continue;
            }
            bytes++;
            if (*bytes == 'x') {
                memcpy(hex, bytes + 1, 2);
                *to++ = (char)strtol(hex, NULL, 16);
                bytes += 2;
            } else {
                *to++ = *bytes == 'r' ? '\r' : *bytes == 'n' ? '\n' : '\t';
            }
        }
        lens[n_cases] = (size_t)(to - cases[n_cases]);
        n_cases++;
    }
    fclose(f);
}

/* The next place of the word, in any case, from `at` on; `len` when there is none. */
static size_t find_word(const char *bytes, size_t len, size_t at, const char *word)
{
    size_t n = strlen(word);

    for (; at + n < len; at++)
        if (!strncasecmp(bytes + at, word, n))
            return at;
    return len;
}

/* Three things are the other's own: it goes further than asked with an upgrade, it takes any name
 * that begins with Transfer-Encoding for that field, and it judges a Content-Length among the
 * trailers. */
static bool is_comparable(const char *bytes, size_t len)
{
    static const char coding[] = "transfer-encoding";
    size_t at = find_word(bytes, len, 0, coding);
    bool has_coding = at < len;

    for (; at < len; at = find_word(bytes, len, at + 1, coding))
        if (bytes[at + sizeof coding - 1] != ':')
            return false;
    return find_word(bytes, len, 0, "upgrade") == len &&
           !(has_coding && find_word(bytes, len, 0, "content-length") < len);
}

static void every_case_we_accept_is_read_alike(void **state)
{
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < n_cases; i++)
        n += is_comparable(cases[i], lens[i]) && agrees(cases[i], lens[i]);
    assert_in_range(n, 20, n_cases);
}

static uint32_t random_below(uint32_t *seed, uint32_t limit)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed % limit;
}

/* One to three edits: a byte replaced, dropped, doubled, or a piece of another case put in. */
static size_t mutate(char *bytes, size_t len, size_t size, uint32_t *seed)
{
    static const char bait[] = "\r\n\t :;,0123456789aAchunked\x00\x7f\xff/?%";

    for (uint32_t edits = 1 + random_below(seed, 3); edits && len; edits--) {
        size_t at = random_below(seed, (uint32_t)len);
        size_t donor = random_below(seed, (uint32_t)n_cases), from, n;

        switch (random_below(seed, 4)) {
        case 0:
            bytes[at] = bait[random_below(seed, sizeof bait - 1)];
            break;
        case 1:
            memmove(bytes + at, bytes + at + 1, len - at - 1);
            len--;
            break;
        default:
            from = random_below(seed, (uint32_t)lens[donor]);
            n = 1 + random_below(seed, 20);
            n = n < lens[donor] - from ? n : lens[donor] - from;
            if (len + n > size)
                break;
            memmove(bytes + at + n, bytes + at, len - at);
            memcpy(bytes + at, cases[donor] + from, n);
            len += n;
        }
    }
    return len;
}

static void every_mutation_we_accept_is_read_alike(void **state)
{
    uint32_t seed = SEED, n = 0;

    (void)state;
    for (int i = 0; i < N_MUTATIONS; i++) {
        size_t from = random_below(&seed, (uint32_t)n_cases), len;
        char bytes[ORACLE_MAX];

        memcpy(bytes, cases[from], lens[from]);
        len = mutate(bytes, lens[from], sizeof bytes, &seed);
        n += is_comparable(bytes, len) && agrees(bytes, len);
    }
    print_message("# seed %u: %u of %d mutations accepted by both\n", SEED, n, N_MUTATIONS);
    assert_in_range(n, N_MUTATIONS / 100, N_MUTATIONS);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_we_accept_is_read_alike),
        cmocka_unit_test(every_mutation_we_accept_is_read_alike),
    };

    if (argc != 2)
        return 2;
    cases_path = argv[1];
    cmocka_set_message_output(CM_OUTPUT_TAP);
    load_cases();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
