/* The verb `serve`: the daemon itself, in the foreground. */
#pragma once
int verb_serve(int argc, char **argv);
