/* Files on their way in. A client announces a file, sends it in pieces of BLOB_PIECE bytes, asks
 * how far it came when it was interrupted, and has it attached when it is whole. What is half sent
 * counts for nothing and is dropped after two days. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_upload_new, use_case_upload, use_case_upload_piece,
    use_case_upload_finish;
