/* Papers one behind the other for the printer, in the order of the shelf: by the code of their
 * dossiers. What comes out are the kept files themselves. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_print_batch;
