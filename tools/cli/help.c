/* The help: everything it says is a row of verbs.def or options.def, so that it cannot lag behind.
 */
#include <string.h>

#include "cli/arguments.h"
#include "cli/view.h"

const struct global_option help_globals[] = {
    {"--json", {"In nguyên văn JSON của máy chủ", "print the daemon's JSON as it is"}},
    {"--as WHO",
     {"Dùng tài khoản khác trong tệp credentials của thư mục dữ liệu, ví dụ clerk1",
      "use another login of the data folder's credentials file, such as clerk1"}},
    {"--data DIR",
     {"Thư mục dữ liệu (hoặc biến MOTCUA_DATA)", "the data folder (or the variable MOTCUA_DATA)"}},
    {"--token-file FILE",
     {"Dùng khóa API trong tệp (- là đầu vào), không đăng nhập",
      "use the API token in a file (- is standard input) in place of a login"}},
    {"--lang vi|en",
     {"Ngôn ngữ; mặc định theo LANG", "language; vi where LANG begins with vi, else en"}},
    {"--no-wait",
     {"Không chờ việc chạy lâu xong; xem bằng motcua job ID",
      "do not wait for long work to end; motcua job ID tells of it"}},
    {"--help", {"Trợ giúp này, hoặc của một lệnh", "this help, or that of a verb"}},
    {"--man",
     {"Cả cuốn hướng dẫn, dạng man: motcua --man | man -l -",
      "the whole manual as a man page: motcua --man | man -l -"}},
};
const size_t help_n_globals = ARRAY_LEN(help_globals);

const char *const help_exits[5][2] = {
    {"đã xong", "done"},
    {"máy chủ từ chối; lý do ở đầu ra lỗi",
     "the daemon refused; its sentence is on standard error"},
    {"dòng lệnh hoặc tệp đầu vào sai", "the command line or an input file cannot be read"},
    {"không liên lạc được với máy chủ", "the daemon cannot be reached"},
    {"lỗi nội bộ", "internal error"},
};
const size_t help_n_exits = ARRAY_LEN(help_exits);

/* What is explained in a column of its own, broken to the terminal. */
static void help_line(FILE *to, const char *left, int column, const char *about, const char *more)
{
    char head[96], text[1024];

    snprintf(head, sizeof head, "  %-*s ", column, left);
    snprintf(text, sizeof text, "%s%s", about, more);
    view_wrapped(to, head, text, view_width(to));
}

static void help_print_tail(FILE *to, enum language language)
{
    fputs(language == LANGUAGE_VI ? "\nTùy chọn chung:\n" : "\nOptions of every verb:\n", to);
    for (size_t i = 0; i < help_n_globals; i++)
        help_line(to, help_globals[i].word, 24, help_globals[i].about[language], "");
    fputs(language == LANGUAGE_VI ? "\nMã kết thúc:\n" : "\nExit status:\n", to);
    for (size_t i = 0; i < help_n_exits; i++)
        fprintf(to, "  %zu  %s\n", i, help_exits[i][language]);
}

void help_print(FILE *to, enum language language)
{
    char left[80];

    fputs(language == LANGUAGE_VI
              ? "Cách dùng: motcua LỆNH [ĐỐI SỐ] [--TÙY-CHỌN ...]\n\n"
                "Bộ phận một cửa từ dòng lệnh. Trợ giúp của một lệnh: motcua LỆNH --help\n\nLệnh:\n"
              : "Usage: motcua VERB [ARGUMENTS] [--OPTION ...]\n\n"
                "The one-stop shop from the command line. Help of a verb: motcua VERB --help\n\n"
                "Verbs:\n",
          to);
    for (size_t i = 0; i < n_verbs; i++) {
        snprintf(left, sizeof left, "%s %s", verbs[i].word, verbs[i].arguments);
        help_line(to, left, 26, verbs[i].about[language], "");
    }
    help_print_tail(to, language);
}

static void help_print_option(FILE *to, const char *word, size_t len, enum language language)
{
    bool is_required = word[len - 1] == '!';
    const struct option_row *row;
    char left[80];

    len -= is_required;
    row = option_find(word, len);
    if (!row)
        return;
    snprintf(left, sizeof left, "--%s %s", row->word, row->value);
    help_line(to, left, 24, row->about[language],
              !is_required              ? ""
              : language == LANGUAGE_VI ? " (bắt buộc)"
                                        : " (required)");
}

void help_print_verb(FILE *to, const struct verb *verb, enum language language)
{
    const char *word = verb->options;

    fprintf(to, "%s: motcua %s %s%s[--%s ...]\n\n", language == LANGUAGE_VI ? "Cách dùng" : "Usage",
            verb->word, verb->arguments, verb->arguments[0] ? " " : "",
            language == LANGUAGE_VI ? "TÙY-CHỌN" : "OPTION");
    view_wrapped(to, "", verb->about[language], view_width(to));
    if (*word)
        fputs(language == LANGUAGE_VI ? "\nTùy chọn:\n" : "\nOptions:\n", to);
    while (*(word += strspn(word, " "))) {
        size_t len = strcspn(word, " ");

        help_print_option(to, word, len, language);
        word += len;
    }
    help_print_tail(to, language);
}
