/* The verb `import`: another system's dossiers from a CSV file. */
#include "cli/cli.h"

enum cli_exit run_import(struct cli *cli)
{
    return run_offline(cli);
}
