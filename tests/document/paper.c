/* The two entry points of the daemon binary that need no daemon, for the tests of papers. */
#include <string.h>

#include "daemon/render.h"
#include "daemon/worker.h"

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "--worker"))
        return worker_main();
    return render_main(argc - 1, argv + 1);
}
