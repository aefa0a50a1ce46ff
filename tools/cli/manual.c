/* The manual page: the same rows as the help, in the language of man(7). */
#include <string.h>

#include "cli/arguments.h"

/* A text of the tables as one line of roff: a backslash, a leading dot or quote, and the hyphens of
 * what is typed are written so that they stay what they are. */
static void put(FILE *to, const char *text, size_t len, bool is_typed)
{
    if (len && (*text == '.' || *text == '\''))
        fputs("\\&", to);
    for (size_t i = 0; i < len; i++)
        if (text[i] == '\\')
            fputs("\\e", to);
        else if (text[i] == '-' && is_typed)
            fputs("\\-", to);
        else
            fputc(text[i], to);
}

static void put_text(FILE *to, const char *text)
{
    put(to, text, strlen(text), false);
}

static void put_typed(FILE *to, const char *text)
{
    put(to, text, strlen(text), true);
}

static void put_option(FILE *to, const char *word, const char *value, const char *about,
                       const char *tail)
{
    fputs(".TP\n\\fB", to);
    put_typed(to, word);
    fputs("\\fR", to);
    if (*value) {
        fputs(" \\fI", to);
        put_typed(to, value);
        fputs("\\fR", to);
    }
    fputc('\n', to);
    put_text(to, about);
    put_text(to, tail);
    fputc('\n', to);
}

static void put_verb(FILE *to, const struct verb *verb, enum language language)
{
    const char *word = verb->options;

    fputs(".SS ", to);
    put_typed(to, verb->word);
    if (*verb->arguments) {
        fputc(' ', to);
        put_typed(to, verb->arguments);
    }
    fputc('\n', to);
    put_text(to, verb->about[language]);
    fputc('\n', to);
    while (*(word += strspn(word, " "))) {
        size_t len = strcspn(word, " ");
        bool is_required = word[len - 1] == '!';
        const struct option_row *row = option_find(word, len - is_required);
        char name[80];

        word += len;
        if (!row)
            continue;
        snprintf(name, sizeof name, "--%s", row->word);
        put_option(to, name, row->value, row->about[language],
                   !is_required              ? ""
                   : language == LANGUAGE_VI ? " (bắt buộc)"
                                             : " (required)");
    }
}

void help_print_manual(FILE *to, enum language language)
{
    bool is_vi = language == LANGUAGE_VI;

    fputs(is_vi ? ".TH MOTCUA 1 \"\" \"motcua\" \"Hướng dẫn dòng lệnh\"\n.SH TÊN\n"
                  "motcua \\- bộ phận một cửa từ dòng lệnh\n.SH CÚ PHÁP\n"
                : ".TH MOTCUA 1 \"\" \"motcua\" \"The command line\"\n.SH NAME\n"
                  "motcua \\- the one-stop shop from the command line\n.SH SYNOPSIS\n",
          to);
    fputs("\\fBmotcua\\fR \\fIVERB\\fR [\\fIARGUMENTS\\fR] [\\fB\\-\\-OPTION\\fR ...]\n", to);
    fputs(is_vi ? ".SH TÙY CHỌN CHUNG\n" : ".SH OPTIONS OF EVERY VERB\n", to);
    for (size_t i = 0; i < help_n_globals; i++)
        put_option(to, help_globals[i].word, "", help_globals[i].about[language], "");
    fputs(is_vi ? ".SH LỆNH\n" : ".SH VERBS\n", to);
    for (size_t i = 0; i < n_verbs; i++)
        put_verb(to, &verbs[i], language);
    fputs(is_vi ? ".SH MÃ KẾT THÚC\n" : ".SH EXIT STATUS\n", to);
    for (size_t i = 0; i < help_n_exits; i++) {
        fprintf(to, ".TP\n%zu\n", i);
        put_text(to, help_exits[i][language]);
        fputc('\n', to);
    }
    fputs(is_vi ? ".SH BIẾN MÔI TRƯỜNG\n" : ".SH ENVIRONMENT\n", to);
    put_option(to, "MOTCUA_DATA", "", is_vi ? "Thư mục dữ liệu" : "The data folder", "");
    put_option(to, "LC_ALL, LC_MESSAGES, LANG", "",
               is_vi ? "Tiếng Việt khi bắt đầu bằng vi" : "Vietnamese where it begins with vi", "");
}
