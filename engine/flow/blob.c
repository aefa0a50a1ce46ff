#include "flow/blob.h"

#include "base/clock.h"

bool blob_put_send(struct request *req, int slot, const void *bytes, size_t len, const char *type,
                   unsigned char ret_sha256[DIGEST_LEN])
{
    struct db_params p;
    bool sent;

    digest_sha256(bytes, len, ret_sha256);
    db_params_init(&p);
    db_put_bytes(&p, ret_sha256, DIGEST_LEN);
    db_put_int8(&p, (int64_t)len);
    db_put_text(&p, type);
    db_put_pieces(&p, bytes, len, BLOB_PIECE);
    db_put_instant(&p, clock_real());
    sent = request_query(req, slot, DB_LANE_JOB, DB_BLOB_PUT, &p);
    db_params_deinit(&p);
    return sent;
}

bool blob_get_send(struct request *req, int slot, const unsigned char sha256[DIGEST_LEN])
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_bytes(&p, sha256, DIGEST_LEN);
    sent = request_query(req, slot, DB_LANE_READ, DB_BLOB_GET, &p);
    db_params_deinit(&p);
    return sent;
}

bool blob_get_take(struct request *req, int slot, struct buffer *ret_bytes)
{
    const struct db_result *r = &request_result(req, slot)->result;

    for (int i = 0; i < db_rows(r); i++) {
        size_t len;
        const void *bytes = db_bytes(r, i, 0, &len);

        buffer_add(ret_bytes, bytes, len);
    }
    if (ret_bytes->is_failed)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "paper"));
    return db_rows(r) > 0 || error_set(&req->error, ERR_INTERNAL, arg_text("what", "blob"));
}
