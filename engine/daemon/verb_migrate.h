/* motcuad migrate --database URL: brings a database up to the schema of this program. */
#pragma once

int verb_migrate(int argc, char **argv);
