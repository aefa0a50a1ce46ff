/* How the process ends; docs/cli.md tells scripts the same. */
#pragma once

enum cli_exit {
    CLI_DONE = 0,
    CLI_REFUSED = 1,     /* the daemon refused; its sentence is on standard error */
    CLI_USAGE = 2,       /* the command line, or a file named on it, cannot be read */
    CLI_UNREACHABLE = 3, /* no answer from the daemon */
    CLI_INTERNAL = 4
};
