/* `motcuad render --form TT01/2018:04 --data FILE.json --out FILE.pdf`: one paper from plain data,
 * without a daemon or a database; the way to look at a template while editing it. */
#pragma once

int render_main(int argc, char **argv); /* argv[0] is the verb; returns the exit code */
