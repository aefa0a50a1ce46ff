/* The reader of template files: joins continued lines, splits a line into keyword, name, condition
 * and parts, and hands the wording of each part to inline.c. It refuses everything it does not
 * know, with the line, because an office edits these files and must not find a mistake on a signed
 * paper. */
#include "document/template.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "document/inline.h"

struct reader {
    struct arena *arena;
    struct template *template;
    struct block **tail;
    const char *form;
    int line; /* where the logical line began */
    struct error *err;
};

static bool reader_no_memory(struct reader *r)
{
    return error_set(r->err, ERR_NO_MEMORY, arg_text("what", "template"));
}

static bool reader_bad_value(struct reader *r, const char *word, const char *value)
{
    return error_set(r->err, ERR_TEMPLATE_VALUE, arg_text("form", r->form),
                     arg_number("line", r->line), arg_text("word", word), arg_text("value", value));
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static char *trim(char *s)
{
    size_t len;

    while (is_blank(*s))
        s++;
    len = strlen(s);
    while (len && is_blank(s[len - 1]))
        s[--len] = '\0';
    return s;
}

/* ---- settings ---- */

static bool read_number(const char **s, double low, double high, double *ret)
{
    char *end;
    double v;

    errno = 0;
    v = strtod(*s, &end);
    if (end == *s || errno || !(v >= low && v <= high))
        return false;
    *ret = v;
    *s = end;
    return true;
}

static bool set_numbers(struct reader *r, const char *word, const char *value, double low,
                        double high, double *ret, size_t n)
{
    const char *s = value;

    for (size_t i = 0; i < n; i++)
        if (!read_number(&s, low, high, &ret[i]))
            return reader_bad_value(r, word, value);
    while (is_blank(*s))
        s++;
    return !*s || reader_bad_value(r, word, value);
}

static bool set_paper(struct reader *r, const char *value)
{
    static const struct {
        const char *name;
        double width, height;
    } papers[] = {{"A4", 210, 297},
                  {"A5", 148, 210},
                  {"A4-landscape", 297, 210},
                  {"A5-landscape", 210, 148},
                  {"A3-landscape", 420, 297}};

    for (size_t i = 0; i < ARRAY_LEN(papers); i++)
        if (!strcmp(value, papers[i].name)) {
            r->template->width_mm = papers[i].width;
            r->template->height_mm = papers[i].height;
            return true;
        }
    return reader_bad_value(r, "paper", value);
}

static bool set_copies(struct reader *r, char *value)
{
    struct template *t = r->template;

    for (char *part = value, *next; part; part = next) {
        next = strchr(part, '|');
        if (next)
            *next++ = '\0';
        if (t->n_copies == ARRAY_LEN(t->copies) || !*trim(part))
            return reader_bad_value(r, "copies", part);
        t->copies[t->n_copies++] = trim(part);
    }
    return true;
}

/* Sets `ret_is_setting` when the word is one. */
static bool read_setting(struct reader *r, const char *word, char *value, bool *ret_is_setting)
{
    struct template *t = r->template;
    const struct {
        const char *word;
        double low, high, *field;
        size_t n;
    } numbers[] = {
        {"margins", 5, 60, t->margins_mm, 4},     {"size", 12, 16, &t->size, 1},
        {"table-size", 9, 16, &t->table_size, 1}, {"head-size", 12, 14, &t->head_size, 1},
        {"leading", 1.1, 2, &t->leading, 1},      {"space", 0, 24, &t->space, 1},
        {"indent", 0, 30, &t->indent_mm, 1},      {"blank-lines", 1, 8, &t->blank_lines, 1},
    };

    *ret_is_setting = true;
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        if (!strcmp(word, numbers[i].word))
            return set_numbers(r, word, value, numbers[i].low, numbers[i].high, numbers[i].field,
                               numbers[i].n);
    if (!strcmp(word, "paper"))
        return set_paper(r, value);
    if (!strcmp(word, "copies"))
        return set_copies(r, value);
    if (!strcmp(word, "form")) {
        t->form = r->form = value;
        return *value || reader_bad_value(r, word, value);
    }
    if (!strcmp(word, "name")) {
        t->name = value;
        return *value || reader_bad_value(r, word, value);
    }
    if (!strcmp(word, "kind")) {
        t->kind = value;
        return inline_is_key(value, strlen(value)) || reader_bad_value(r, word, value);
    }
    *ret_is_setting = false;
    return true;
}

/* ---- blocks ---- */

static bool read_test(struct reader *r, struct block *b, char *text)
{
    char *s = trim(text), *equals = strchr(s, '=');
    struct test *t = &b->tests[b->n_tests];

    if (b->n_tests == TEMPLATE_TESTS_MAX)
        return reader_bad_value(r, "[]", s);
    if (*s == '!') {
        t->is_negated = true;
        s++;
    }
    if (equals) {
        if (equals > s && equals[-1] == '!') {
            t->is_negated = true;
            equals[-1] = '\0';
        }
        *equals = '\0';
        t->value = trim(equals + 1);
    }
    t->key = trim(s);
    b->n_tests++;
    return inline_is_key(t->key, strlen(t->key)) || reader_bad_value(r, "[]", text);
}

static bool read_tests(struct reader *r, struct block *b, char *text)
{
    for (char *next; text; text = next) {
        next = strchr(text, ',');
        if (next)
            *next++ = '\0';
        if (!read_test(r, b, text))
            return false;
    }
    return true;
}

/* Splits at bars that stand in no brace and behind no backslash. */
static char *next_part(char *s)
{
    int depth = 0;

    for (; *s; s++) {
        if (*s == '\\' && s[1])
            s++;
        else if (*s == '{')
            depth++;
        else if (*s == '}')
            depth--;
        else if (*s == '|' && depth <= 0) {
            *s = '\0';
            return s + 1;
        }
    }
    return NULL;
}

/* "12c Số lượng": a table's column begins with its width, and c where its cells are centred. */
static bool read_width(struct reader *r, struct block *b, char **text)
{
    const char *s = trim(*text);
    size_t i = b->n_parts;

    if (!read_number(&s, 1, 1000, &b->widths[i]))
        return reader_bad_value(r, "table", *text);
    b->is_centred[i] = *s == 'c';
    *text += (s - *text) + (*s == 'c');
    return is_blank(**text) || reader_bad_value(r, "table", *text);
}

/* "Trong kỳ > Trực tuyến": heads that neighbouring columns share stand before the column's own. */
static bool read_above(struct reader *r, struct block *b, char **text)
{
    const char **above = b->above[b->n_parts];
    size_t n = 0;

    for (char *at; (at = strstr(*text, " > ")) != NULL; *text = at + 3) {
        *at = '\0';
        if (n == TEMPLATE_ABOVE_MAX || !*trim(*text))
            return reader_bad_value(r, "table", *text);
        above[n++] = arena_strdup(r->arena, trim(*text));
    }
    return true;
}

static bool read_parts(struct reader *r, struct block *b, const char *word, char *text,
                       size_t least, size_t most)
{
    for (char *next; text; text = next) {
        struct inline_place place = {r->form, r->line};

        next = next_part(text);
        if (b->n_parts == most)
            return reader_bad_value(r, word, text);
        if (b->kind == BLOCK_TABLE && (!read_width(r, b, &text) || !read_above(r, b, &text)))
            return false;
        if (!inline_parse(r->arena, &place, trim(text), &b->parts[b->n_parts++], r->err))
            return false;
    }
    return b->n_parts >= least || reader_bad_value(r, word, "");
}

static const struct {
    const char *word;
    size_t least, most;
    enum block_kind kind;
} block_rows[] = {
#define TEMPLATE_BLOCK_ROW(word, kind, least, most) {(word), (least), (most), (kind)},
    TEMPLATE_BLOCKS(TEMPLATE_BLOCK_ROW)
#undef TEMPLATE_BLOCK_ROW
};

static bool block_has_name(enum block_kind kind)
{
    return kind == BLOCK_LET || kind == BLOCK_LIST || kind == BLOCK_TABLE;
}

static bool read_block(struct reader *r, char *keyword, char *name, char *tests, char *value,
                       bool is_unverified)
{
    for (size_t i = 0; i < ARRAY_LEN(block_rows); i++) {
        struct block *b;

        if (strcmp(keyword, block_rows[i].word) != 0)
            continue;
        b = arena_new_of(r->arena, struct block);
        if (!b)
            return reader_no_memory(r);
        b->kind = block_rows[i].kind;
        b->line = r->line;
        b->is_unverified = is_unverified;
        if (block_has_name(b->kind) != (name != NULL) ||
            (name && !inline_is_key(name, strlen(name))))
            return reader_bad_value(r, keyword, name ? name : "");
        b->name = name;
        *r->tail = b;
        r->tail = &b->next;
        return (!tests || read_tests(r, b, tests)) &&
               read_parts(r, b, keyword, value, block_rows[i].least, block_rows[i].most);
    }
    return error_set(r->err, ERR_TEMPLATE_WORD, arg_text("form", r->form),
                     arg_number("line", r->line), arg_text("word", keyword));
}

/* keyword[?] [name] ["[" tests "]"] ":" value */
static bool read_line(struct reader *r, char *line)
{
    char *colon = line, *tests = NULL, *close, *name = NULL, *word;
    bool is_unverified = false, is_setting;

    while (*colon && *colon != ':' && *colon != '[')
        colon++;
    if (*colon == '[') {
        tests = colon + 1;
        close = strchr(tests, ']');
        if (!close)
            return reader_bad_value(r, "[", tests);
        *colon = *close = '\0';
        colon = close + 1;
        while (is_blank(*colon))
            colon++;
    }
    if (*colon != ':')
        return reader_bad_value(r, ":", line);
    *colon++ = '\0';
    word = trim(line);
    name = strpbrk(word, " \t");
    if (name) {
        *name++ = '\0';
        name = trim(name);
    }
    if (*word && word[strlen(word) - 1] == '?') {
        is_unverified = true;
        word[strlen(word) - 1] = '\0';
    }
    if (!name && !tests && !is_unverified) {
        if (!read_setting(r, word, trim(colon), &is_setting))
            return false;
        if (is_setting)
            return true;
    }
    return read_block(r, word, name, tests, trim(colon), is_unverified);
}

/* ---- the file ---- */

/* Reads the logical line at *next: continuation lines begin with a blank and are joined with one.
 */
static char *take_line(char **next, int *n_lines)
{
    char *line = *next, *write = NULL, *end;

    while ((end = strchr(*next, '\n'))) {
        char *after = end + 1;

        ++*n_lines;
        if (end > *next && end[-1] == '\r')
            end[-1] = ' ';
        *end = '\0';
        *next = after;
        if (!is_blank(*after) || *line == '#' || !line[strspn(line, " \t")])
            return line;
        write = end;
        while (is_blank(**next))
            ++*next;
        if (**next == '\n' || **next == '\0') /* a line of blanks ends the paragraph */
            return line;
        *write = ' ';
        /* Close the gap, so that the joined line is one string. */
        memmove(write + 1, *next, strlen(*next) + 1);
        *next = write + 1;
    }
    ++*n_lines;
    *next += strlen(*next);
    return line;
}

static bool template_complete(struct reader *r, int n_lines)
{
    const struct template *t = r->template;
    const char *missing = !t->form ? "form" : !t->name ? "name" : t->width_mm <= 0 ? "paper" : NULL;
    bool has_head = false;

    for (const struct block *b = t->blocks; b; b = b->next) {
        has_head |= b->kind == BLOCK_HEAD || b->kind == BLOCK_TITLE;
        if (b->kind == BLOCK_TABLE &&
            (!b->next || b->next->kind != BLOCK_CELLS || b->next->n_parts != b->n_parts)) {
            r->line = b->line;
            return reader_bad_value(r, "table", b->name);
        }
    }
    if (!missing && !has_head)
        missing = "title";
    return !missing || error_set(r->err, ERR_TEMPLATE_MISSING, arg_text("form", r->form),
                                 arg_text("word", missing), arg_number("line", n_lines));
}

bool template_parse(struct arena *a, const char *form, const char *text, size_t len,
                    struct template **ret_template, struct error *err)
{
    struct template *t = arena_new_of(a, struct template);
    struct reader r = {a, t, NULL, form, 0, err};
    char *copy, *next;
    int n_lines = 0;

    if (len > TEMPLATE_BYTES_MAX)
        return error_set(err, ERR_DOCUMENT_LIMIT, arg_text("field", "template"),
                         arg_number("limit", TEMPLATE_BYTES_MAX));
    if (memchr(text, '\0', len))
        return reader_bad_value(&r, "NUL", "\\0");
    copy = t ? arena_strndup(a, text, len) : NULL;
    if (!copy)
        return reader_no_memory(&r);
    r.tail = &t->blocks;
    t->size = 13;
    t->head_size = 12;
    t->leading = 1.25;
    t->space = 6;
    t->indent_mm = 10;
    t->blank_lines = 4;
    t->margins_mm[0] = t->margins_mm[2] = t->margins_mm[1] = 20;
    t->margins_mm[3] = 30;
    for (next = copy; *next;) {
        char *line;

        r.line = n_lines + 1;
        line = take_line(&next, &n_lines);
        if (*line == '#' || !*trim(line))
            continue;
        if (!read_line(&r, line))
            return false;
    }
    if (!template_complete(&r, n_lines))
        return false;
    *ret_template = t;
    return true;
}
