/* `motcuad demo`: lets the demonstration district live up to the day it is shown. */
#pragma once

int verb_demo(int argc, char **argv);
