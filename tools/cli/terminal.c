#include "cli/terminal.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

bool terminal_ask(const char *question, bool is_secret, char *buf, size_t size, struct error *err)
{
    bool is_terminal = isatty(STDIN_FILENO);
    struct termios before, silent;
    bool is_read, is_hidden = false;

    if (is_terminal) {
        fprintf(stderr, "%s: ", question);
        fflush(stderr);
        is_hidden = is_secret && tcgetattr(STDIN_FILENO, &before) == 0;
    }
    if (is_hidden) {
        silent = before;
        silent.c_lflag &= ~(tcflag_t)ECHO;
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    is_read = fgets(buf, (int)size, stdin) != NULL;
    if (is_hidden) {
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        fputc('\n', stderr);
    }
    if (!is_read)
        return error_set(err, ERR_CLI_TERMINAL, arg_text("what", question));
    buf[strcspn(buf, "\r\n")] = '\0';
    return buf[0] != '\0' || error_set(err, ERR_CLI_TERMINAL, arg_text("what", question));
}
