/* Any table of figures (the message report): its rows with the columns it names itself, the total,
 * the notes. */
#pragma once
#include <cjson/cJSON.h>
#include <stdio.h>

#include "base/error.h"

/* `width` of the terminal, 0: as wide as it needs. */
void report_view_print(FILE *to, const cJSON *report, enum language language, int width);
