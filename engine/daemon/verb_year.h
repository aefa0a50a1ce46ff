/* The verb `year`: events of dossiers filed long ago are taken off the table that everybody writes
 * to, and put back (docs/years.md). */
#pragma once

int verb_year(int argc, char **argv);
