/* `motcuad --worker`: renders papers for the daemon until its standard input ends. */
#pragma once

int worker_main(void); /* returns the exit code */
