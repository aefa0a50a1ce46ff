/* The verb `year`: events of dossiers filed long ago are taken off the table that everybody writes
 * to, and put back (docs/operations.md, old years). */
#pragma once

int verb_year(int argc, char **argv);
