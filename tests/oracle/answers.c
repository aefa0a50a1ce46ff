/* Answers questions about a calendar, a line each, for an oracle to compare:
 *
 *   answers CALENDAR.csv < questions
 *   hours FROM N       the instant N working hours after FROM
 *   minutes FROM N     the same in working minutes
 *   back TO N          the instant from which N working minutes lead up to TO
 *   days ON N          the N-th working day after the date ON
 *   between A B        working seconds from A to B
 *
 * Instants are seconds since 1970 UTC, dates days since then. An answer is a number, or "refused".
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "domain/calendar_text.h"

static struct calendar *calendar_load(const char *path)
{
    CLEANUP(calendar_builder_freep) struct calendar_builder *b = NULL;
    CLEANUP(buffer_deinit) struct buffer text = {0};
    struct calendar *cal = NULL;
    struct error err = {0};
    char block[16384], sentence[300];
    FILE *f = fopen(path, "rb");
    size_t n;

    while (f && (n = fread(block, 1, sizeof block, f)) > 0)
        buffer_add(&text, block, n);
    if (f)
        fclose(f);
    if (f && calendar_builder_new("", 0, &b, &err) &&
        calendar_text_read(b, CALENDAR_COUNTRY, text.data ? text.data : "", text.len, &err) &&
        calendar_builder_build(b, &cal, &err))
        return cal;
    error_sentence(&err, LANGUAGE_EN, 0, sentence, sizeof sentence);
    fprintf(stderr, "answers: %s: %s\n", path, f ? sentence : "cannot be read");
    return NULL;
}

static bool answer(const struct calendar *cal, const char *question, int64_t a, int64_t b,
                   int64_t *ret)
{
    struct error ignored;
    int32_t on;
    bool is_known;

    if (!strcmp(question, "days")) {
        is_known = calendar_next_working(cal, (int32_t)a, (int)b, &on, &ignored);
        *ret = is_known ? on : 0;
        return is_known;
    }
    if (!strcmp(question, "between"))
        is_known =
            calendar_work_between(cal, a * INSTANT_SECOND, b * INSTANT_SECOND, ret, &ignored);
    else if (!strcmp(question, "back"))
        is_known = calendar_sub_work(cal, a * INSTANT_SECOND, b * INSTANT_MINUTE, ret, &ignored);
    else
        is_known = calendar_add_work(cal, a * INSTANT_SECOND,
                                     b * (*question == 'h' ? INSTANT_HOUR : INSTANT_MINUTE), ret,
                                     &ignored);
    *ret = is_known ? *ret / INSTANT_SECOND : 0;
    return is_known;
}

/* Cuts a line into its word, which stays at the start, and two numbers. */
static bool question_read(char *line, int64_t *ret_a, int64_t *ret_b)
{
    char *first = strchr(line, ' '), *second, *end;

    if (!first)
        return false;
    *ret_a = strtoll(first + 1, &second, 10);
    *ret_b = strtoll(second, &end, 10);
    *first = '\0';
    return second > first + 1 && end > second && *end == '\n';
}

int main(int argc, char **argv)
{
    CLEANUP(calendar_unrefp) struct calendar *cal = argc == 2 ? calendar_load(argv[1]) : NULL;
    char line[128];
    int64_t a, b, got = 0;

    if (!cal)
        return EXIT_FAILURE;
    while (fgets(line, sizeof line, stdin)) {
        if (!question_read(line, &a, &b))
            return EXIT_FAILURE;
        if (answer(cal, line, a, b, &got))
            printf("%" PRId64 "\n", got);
        else
            puts("refused");
    }
    return EXIT_SUCCESS;
}
