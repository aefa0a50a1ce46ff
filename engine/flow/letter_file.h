/* A letter under hand: its row, the applicant named in its frozen data, its paper. */
#pragma once
#include "flow/letter_data.h"
#include "flow/renderer.h"
#include "flow/snapshot.h"

struct letter_file {
    int64_t id, dossier_id, author_office, number, numbered_at;
    int64_t issuing_office; /* whose head and register the paper has: the author, or the body that
                               signed for it */
    int64_t register_office, signer; /* once numbered; once signed: officer id. 0: not yet */
    const char *code, *state, *data, *public_token;
    const char *template_text; /* it was approved with; NULL: the built-in one */
    unsigned char blob[32];    /* of the paper as it stands, the newest signature on it */
    bool has_blob;
    const char *form; /* "circular:form" */
    enum letter_trigger trigger;
    /* who it is addressed to, as typed; several: one name after another. owner_name: whose dossier
     * it is, where that is somebody else */
    const char *applicant_kind, *applicant_name, *address, *phone, *owner_name;
    struct wire_letter_addressee *addressees;
    size_t n_addressees;
    struct renderer_job job;
};

bool letter_file_send(struct request *req, int slot, int64_t id);
/* Reads the row. Errors: LETTER_UNKNOWN {letter}. */
bool letter_file_read(struct request *req, int slot, const char *asked, struct letter_file *ret);
/* Those it goes to, and the applicant. */
bool letter_file_person_send(struct request *req, int slot, struct letter_file *f);
bool letter_file_person_read(struct request *req, int slot, struct letter_file *f);

/* Draws the paper with a number (0: a draft) and its instant; the request waits. */
bool letter_file_draw(struct request *req, struct letter_file *f, int64_t number,
                      int64_t numbered_at);
/* Signatures of certificates on its paper. */
bool letter_file_revisions_send(struct request *req, int slot, int64_t id);
bool letter_file_revisions_read(struct request *req, int slot,
                                const struct wire_paper_signature **ret, size_t *ret_n);
/* After the wait: the job's error becomes the request's. */
bool letter_file_drawn(struct request *req, struct letter_file *f);
/* Keeps the drawn paper: blob, then the letter's reference to it. Sends two queries. */
bool letter_file_keep(struct request *req, int slot, struct letter_file *f);
