/* motcuad due: due dates on the command line, singly with an explanation or by the thousand.
 * Offline: it needs a calendar (the built-in one, or a file) and nothing else. */
#pragma once

int verb_due(int argc, char **argv);
