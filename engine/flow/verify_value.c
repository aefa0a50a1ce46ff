/* Values of columns: stored, computed, compared, and written for people. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/instant.h"
#include "flow/verify_impl.h"

struct verify_value verify_text(const char *text)
{
    return (struct verify_value){VERIFY_TEXT, !text, 0, text};
}

struct verify_value verify_number(int64_t number)
{
    return (struct verify_value){VERIFY_NUMBER, false, number, NULL};
}

struct verify_value verify_id(int64_t id)
{
    return (struct verify_value){VERIFY_NUMBER, id == 0, id, NULL};
}

struct verify_value verify_bool(bool is)
{
    return (struct verify_value){VERIFY_BOOL, false, is, NULL};
}

struct verify_value verify_instant(int64_t at)
{
    return (struct verify_value){VERIFY_INSTANT, at == INSTANT_NONE, at, NULL};
}

struct verify_value verify_date(int32_t on)
{
    return (struct verify_value){VERIFY_DATE, on == DATE_NONE, on, NULL};
}

void verify_format(const struct verify_value *value, int32_t zone_s, char buf[VERIFY_VALUE_MAX])
{
    if (value->is_null) {
        snprintf(buf, VERIFY_VALUE_MAX, "nothing");
        return;
    }
    switch (value->kind) {
    case VERIFY_TEXT:
        snprintf(buf, VERIFY_VALUE_MAX, "%.*s", VERIFY_VALUE_MAX - 1, value->text);
        return;
    case VERIFY_NUMBER:
        snprintf(buf, VERIFY_VALUE_MAX, "%" PRId64, value->number);
        return;
    case VERIFY_BOOL:
        snprintf(buf, VERIFY_VALUE_MAX, "%s", value->number ? "true" : "false");
        return;
    case VERIFY_INSTANT:
        if (value->number == INSTANT_FOREVER)
            snprintf(buf, VERIFY_VALUE_MAX, "infinity");
        else
            instant_format(value->number, zone_s, buf);
        return;
    case VERIFY_DATE:
        date_format((int32_t)value->number, buf);
        return;
    }
}

struct verify_value verify_stored(const struct db_result *r, int row, int column,
                                  enum verify_kind kind)
{
    bool is_null = db_is_null(r, row, column);
    struct verify_value value = {kind, is_null, 0, NULL};

    if (is_null)
        return value;
    switch (kind) {
    case VERIFY_TEXT:
        value.text = db_text(r, row, column);
        break;
    case VERIFY_NUMBER:
    case VERIFY_BOOL:
        value.number = db_int(r, row, column);
        break;
    case VERIFY_INSTANT:
        value.number = db_instant(r, row, column);
        break;
    case VERIFY_DATE:
        value.number = db_date(r, row, column);
        break;
    }
    return value;
}

bool verify_same(const struct verify_value *a, const struct verify_value *b)
{
    if (a->is_null || b->is_null)
        return a->is_null && b->is_null;
    return a->kind == VERIFY_TEXT ? strcmp(a->text, b->text) == 0 : a->number == b->number;
}

void verify_columns(struct verify_dossier *d, const struct verify_span *span, int row,
                    const struct verify_column *columns, int n, const void *subject,
                    const char *prefix)
{
    for (int i = 0; i < n; i++) {
        struct verify_value computed = columns[i].compute(subject);
        struct verify_value stored =
            verify_stored(span->r, row, db_column(span->r, columns[i].name), computed.kind);

        d->v->report.columns++;
        verify_compare(d, &stored, &computed, "%s %s", prefix, columns[i].name);
    }
}
