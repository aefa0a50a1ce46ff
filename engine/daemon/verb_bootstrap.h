/* The verbs that make an installation usable: a seal key, the first administrator, logins of a
 * demonstration. */
#pragma once
int verb_keygen(int argc, char **argv);
int verb_bootstrap(int argc, char **argv);
int verb_logins(int argc, char **argv);
