/* PostgreSQL's binary form: big endian, instants and dates counted from 2000-01-01. A growing
 * buffer holds all values of a statement, so that a call allocates a handful of times whatever its
 * size. */
#include "db/params.h"

#include <endian.h>
#include <string.h>

#include "base/macros.h"
#include "db/binary.h"

void db_params_init(struct db_params *p)
{
    memset(p, 0, sizeof *p);
}

void db_params_deinit(struct db_params *p)
{
    buffer_deinit(&p->bytes);
    p->n = 0;
}

void db_params_clear(struct db_params *p)
{
    buffer_clear(&p->bytes);
    p->n = 0;
}

bool db_params_ok(const struct db_params *p)
{
    return !p->bytes.is_failed;
}

static void params_put(struct db_params *p, const void *bytes, size_t len)
{
    assert(p->n < DB_PARAMS_MAX);
    p->offset[p->n] = p->bytes.len;
    p->len[p->n++] = (int)len;
    buffer_add(&p->bytes, bytes, len);
}

void db_put_null(struct db_params *p)
{
    assert(p->n < DB_PARAMS_MAX);
    p->offset[p->n] = p->bytes.len;
    p->len[p->n++] = -1;
}

void db_put_bool(struct db_params *p, bool v)
{
    unsigned char byte = v;

    params_put(p, &byte, 1);
}

void db_put_int2(struct db_params *p, int v)
{
    uint16_t x = htobe16((uint16_t)v);

    params_put(p, &x, sizeof x);
}

void db_put_int4(struct db_params *p, int32_t v)
{
    uint32_t x = htobe32((uint32_t)v);

    params_put(p, &x, sizeof x);
}

void db_put_int8(struct db_params *p, int64_t v)
{
    uint64_t x = htobe64((uint64_t)v);

    params_put(p, &x, sizeof x);
}

void db_put_id(struct db_params *p, int64_t id)
{
    if (id)
        db_put_int8(p, id);
    else
        db_put_null(p);
}

void db_put_text(struct db_params *p, const char *s)
{
    db_put_bytes(p, s, s ? strlen(s) : 0);
}

void db_put_text_len(struct db_params *p, const char *s, size_t len)
{
    db_put_bytes(p, s, len);
}

void db_put_bytes(struct db_params *p, const void *bytes, size_t len)
{
    if (bytes)
        params_put(p, bytes, len);
    else
        db_put_null(p);
}

void db_put_instant(struct db_params *p, int64_t at)
{
    if (at == INSTANT_NONE)
        db_put_null(p);
    else
        db_put_int8(p, binary_instant(at));
}

void db_put_date(struct db_params *p, int32_t on)
{
    if (on == DATE_NONE)
        db_put_null(p);
    else
        db_put_int4(p, on - BINARY_EPOCH_DAYS);
}

static void buffer_int4(struct buffer *b, int32_t v)
{
    uint32_t x = htobe32((uint32_t)v);

    buffer_add(b, &x, sizeof x);
}

/* Header of a one-dimensional array: dimensions, has NULLs, element type, length, lower bound. */
static void array_head(struct buffer *b, uint32_t type, int n)
{
    buffer_int4(b, n ? 1 : 0);
    buffer_int4(b, 1);
    buffer_int4(b, (int32_t)type);
    if (n) {
        buffer_int4(b, n);
        buffer_int4(b, 1);
    }
}

size_t db_array_begin(struct db_params *p, uint32_t type, int n)
{
    size_t from = p->bytes.len;

    array_head(&p->bytes, type, n);
    return from;
}

void db_array_element(struct db_params *p, const void *bytes, int len)
{
    buffer_int4(&p->bytes, len);
    if (len > 0)
        buffer_add(&p->bytes, bytes, (size_t)len);
}

static void array_int8(struct db_params *p, int64_t v)
{
    uint64_t x = htobe64((uint64_t)v);

    db_array_element(p, &x, sizeof x);
}

void db_array_end(struct db_params *p, size_t from)
{
    assert(p->n < DB_PARAMS_MAX);
    p->offset[p->n] = from;
    p->len[p->n++] = (int)(p->bytes.len - from);
}

void db_put_int8_array(struct db_params *p, const int64_t *v, int n)
{
    size_t from = db_array_begin(p, BINARY_OID_INT8, n);

    for (int i = 0; i < n; i++)
        array_int8(p, v[i]);
    db_array_end(p, from);
}

void db_put_id_array(struct db_params *p, const int64_t *id, int n)
{
    size_t from = db_array_begin(p, BINARY_OID_INT8, n);

    for (int i = 0; i < n; i++) {
        if (id[i])
            array_int8(p, id[i]);
        else
            db_array_element(p, NULL, -1);
    }
    db_array_end(p, from);
}

void db_put_pieces(struct db_params *p, const void *bytes, size_t len, size_t piece)
{
    size_t from = db_array_begin(p, BINARY_OID_BYTEA, (int)((len + piece - 1) / piece));

    for (size_t at = 0; at < len; at += piece)
        db_array_element(p, (const char *)bytes + at, (int)(len - at < piece ? len - at : piece));
    db_array_end(p, from);
}

void db_put_text_array(struct db_params *p, const char *const *v, int n)
{
    size_t from = db_array_begin(p, BINARY_OID_TEXT, n);

    for (int i = 0; i < n; i++)
        db_array_element(p, v[i], v[i] ? (int)strlen(v[i]) : -1);
    db_array_end(p, from);
}

void db_put_instant_array(struct db_params *p, const int64_t *v, int n)
{
    size_t from = db_array_begin(p, BINARY_OID_TIMESTAMPTZ, n);

    for (int i = 0; i < n; i++) {
        if (v[i] == INSTANT_NONE)
            db_array_element(p, NULL, -1);
        else
            array_int8(p, binary_instant(v[i]));
    }
    db_array_end(p, from);
}

void db_rows_init(struct db_rows *r, uint32_t type, int n_attributes)
{
    memset(r, 0, sizeof *r);
    r->type = type;
    r->n_attributes = n_attributes;
}

void db_rows_deinit(struct db_rows *r)
{
    buffer_deinit(&r->bytes);
}

void db_rows_clear(struct db_rows *r)
{
    buffer_clear(&r->bytes);
    r->n = 0;
}

void db_rows_begin(struct db_rows *r)
{
    r->row_at = r->bytes.len;
    r->n_given = 0;
    buffer_int4(&r->bytes, 0); /* its length, known at the end */
    buffer_int4(&r->bytes, r->n_attributes);
}

void db_rows_end(struct db_rows *r)
{
    uint32_t len;

    assert(r->n_given == r->n_attributes);
    r->n++;
    if (r->bytes.is_failed)
        return;
    len = htobe32((uint32_t)(r->bytes.len - r->row_at - 4));
    memcpy(r->bytes.data + r->row_at, &len, sizeof len);
}

static void rows_attribute(struct db_rows *r, uint32_t oid, const void *bytes, int32_t len)
{
    r->n_given++;
    buffer_int4(&r->bytes, (int32_t)oid);
    buffer_int4(&r->bytes, len);
    if (len > 0)
        buffer_add(&r->bytes, bytes, (size_t)len);
}

/* record_recv() holds each attribute's type against the declared one, of NULLs too. */
static void rows_int8_of(struct db_rows *r, uint32_t oid, int64_t v)
{
    uint64_t x = htobe64((uint64_t)v);

    rows_attribute(r, oid, &x, sizeof x);
}

void db_rows_bool(struct db_rows *r, bool v)
{
    unsigned char byte = v;

    rows_attribute(r, BINARY_OID_BOOL, &byte, 1);
}

void db_rows_int2(struct db_rows *r, int v)
{
    uint16_t x = htobe16((uint16_t)v);

    rows_attribute(r, BINARY_OID_INT2, &x, sizeof x);
}

void db_rows_int4(struct db_rows *r, int32_t v)
{
    uint32_t x = htobe32((uint32_t)v);

    rows_attribute(r, BINARY_OID_INT4, &x, sizeof x);
}

void db_rows_int8(struct db_rows *r, int64_t v)
{
    rows_int8_of(r, BINARY_OID_INT8, v);
}

void db_rows_id(struct db_rows *r, int64_t id)
{
    if (id)
        db_rows_int8(r, id);
    else
        rows_attribute(r, BINARY_OID_INT8, NULL, -1);
}

void db_rows_no_int2(struct db_rows *r)
{
    rows_attribute(r, BINARY_OID_INT2, NULL, -1);
}

void db_rows_no_int4(struct db_rows *r)
{
    rows_attribute(r, BINARY_OID_INT4, NULL, -1);
}

void db_rows_no_bool(struct db_rows *r)
{
    rows_attribute(r, BINARY_OID_BOOL, NULL, -1);
}

void db_rows_text(struct db_rows *r, const char *s)
{
    rows_attribute(r, BINARY_OID_TEXT, s, s ? (int32_t)strlen(s) : -1);
}

void db_rows_bytes(struct db_rows *r, const void *bytes, size_t len)
{
    rows_attribute(r, BINARY_OID_BYTEA, bytes, bytes ? (int32_t)len : -1);
}

void db_rows_instant(struct db_rows *r, int64_t at)
{
    if (at == INSTANT_NONE)
        rows_attribute(r, BINARY_OID_TIMESTAMPTZ, NULL, -1);
    else
        rows_int8_of(r, BINARY_OID_TIMESTAMPTZ, binary_instant(at));
}

void db_rows_date(struct db_rows *r, int32_t on)
{
    uint32_t x = htobe32((uint32_t)on - BINARY_EPOCH_DAYS);

    if (on == DATE_NONE)
        rows_attribute(r, BINARY_OID_DATE, NULL, -1);
    else
        rows_attribute(r, BINARY_OID_DATE, &x, sizeof x);
}

void db_put_rows(struct db_params *p, const struct db_rows *r)
{
    size_t from = p->bytes.len;

    array_head(&p->bytes, r->type, r->n);
    buffer_add(&p->bytes, r->bytes.data, r->bytes.len);
    if (r->bytes.is_failed)
        p->bytes.is_failed = true;
    db_array_end(p, from);
}
