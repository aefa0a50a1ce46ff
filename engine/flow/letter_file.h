/* A letter under hand: its row, the applicant named in its frozen data, its paper. */
#pragma once
#include "flow/letter_data.h"
#include "flow/renderer.h"
#include "flow/snapshot.h"

struct letter_file {
    int64_t id, dossier_id, author_office, number, numbered_at;
    int64_t issuing_office; /* whose head and register the paper has: the author, or the body that
                               signed for it */
    const char *code, *state, *data, *public_token;
    unsigned char blob[32];
    bool has_blob;
    /* of the version frozen in the data */
    const char *applicant_kind, *applicant_name, *address, *phone;
    struct renderer_job job;
};

bool letter_file_send(struct request *req, int slot, int64_t id);
/* Reads the row. Errors: LETTER_UNKNOWN {letter}. */
bool letter_file_read(struct request *req, int slot, const char *asked, struct letter_file *ret);
/* The applicant frozen in the data; nothing is sent when the data name none. */
bool letter_file_person_send(struct request *req, int slot, struct letter_file *f);
bool letter_file_person_read(struct request *req, int slot, struct letter_file *f);

/* Draws the paper with a number (0: a draft) and its instant; the request waits. */
bool letter_file_draw(struct request *req, struct letter_file *f, int64_t number,
                      int64_t numbered_at);
/* After the wait: the job's error becomes the request's. */
bool letter_file_drawn(struct request *req, struct letter_file *f);
/* Keeps the drawn paper: blob, then the letter's reference to it. Sends two queries. */
bool letter_file_keep(struct request *req, int slot, struct letter_file *f);
