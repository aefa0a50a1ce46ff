/* Papers attached to a dossier: their list, their bytes, a small picture, and taking one off again.
 * Source: law:digitising. */
#pragma once
#include "flow/request.h"
#include "flow/snapshot.h"
#include "wire/message.h"

extern const struct use_case use_case_attachments, use_case_attachment_file,
    use_case_attachment_thumbnail, use_case_attachment_detach;

/* A row of attachment_list or attachment_find as a reader sees it. */
void attachment_view(struct request *req, const struct dossier *d, const struct db_result *r, int i,
                     struct wire_attachment *ret);
/* May whoever asks attach papers to this dossier, or take them off? Sets RIGHT_MISSING. */
bool attachment_may(struct request *req, const struct dossier *d, enum action action);
