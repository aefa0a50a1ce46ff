/* What anybody may learn of a paper: whether this installation issued it and whether it stands; by
 * its QR code, or by the hash of its file. Nothing of the applicant is told. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_public_document, use_case_public_check;
