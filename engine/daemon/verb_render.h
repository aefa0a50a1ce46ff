/* motcuad render --data FILE.json --out FILE.pdf: one paper from plain data, without a database;
 * the way to look at a template while editing it. */
#pragma once

int verb_render(int argc, char **argv);
