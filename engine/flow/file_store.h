/* Where the bytes of attached papers are: in the database, piece by piece, or in files of a folder
 * that every daemon shares. A file of the folder is written beside the others, made durable, and
 * gets its name (that of its content) last; it is never changed. */
#pragma once
#include <uv.h>

#include "base/digest.h"
#include "flow/blob.h"

/* A piece of work with the folder, in the thread pool, for a request that waits. */
struct file_work {
    uv_work_t work; /* private, as all below but `error` and `bytes` */
    struct request *request;
    char from[700], to[700];
    int64_t at;
    const void *data;
    size_t len;
    void (*run)(struct file_work *w);
    struct buffer bytes; /* what was read; the caller frees it */
    struct error error;  /* BLOB_FOLDER {path} {reason} */
};

/* Where a file of this content lies. */
void file_store_path(const char *folder, const unsigned char sha256[DIGEST_LEN], char ret[700]);

/* Writes bytes of an upload at their place, durable. The bytes are borrowed until it is done. */
void file_store_write(struct request *req, struct file_work *w, int64_t upload, int64_t at,
                      const void *bytes, size_t len);
/* Reads up to `len` bytes of an upload. */
void file_store_read_upload(struct request *req, struct file_work *w, int64_t upload, int64_t at,
                            size_t len);
/* The upload becomes the file of its content; one that is there already stays. */
void file_store_name(struct request *req, struct file_work *w, int64_t upload,
                     const unsigned char sha256[DIGEST_LEN]);
/* Removes an upload's bytes; none is no error. */
void file_store_drop(struct request *req, struct file_work *w, int64_t upload);

/* The next piece of a kept file, wherever it lies. */
struct file_piece {
    void (*done)(struct file_piece *p); /* once, from the loop */
    void *data;
    struct app *app;
    bool is_in_folder;
    unsigned char sha256[DIGEST_LEN];
    int ordinal;
    const void *bytes; /* the answer, valid until the next read or file_piece_deinit() */
    size_t len;
    struct error error;
    /* private */
    struct db_call call;
    uv_work_t work;
    struct buffer read;
    char path[700];
};
/* Errors, at once or in `error`: those of the database, BLOB_FOLDER. */
MUST_CHECK
bool file_piece_read(struct file_piece *p, struct error *err);
void file_piece_deinit(struct file_piece *p);
