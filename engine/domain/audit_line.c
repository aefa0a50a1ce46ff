/* See audit_line.h. */
#include "domain/audit_line.h"

#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "base/json.h"

static void put_hex(struct buffer *buf, const char *name, const unsigned char *bytes, size_t len)
{
    char hex[2 * 64 + 1];

    hex_encode(bytes, len, hex);
    buffer_printf(buf, ",\"%s\":\"%s\"", name, hex);
}

void audit_line_write(const struct audit_line *line, const struct audit_root *root,
                      struct buffer *buf)
{
    char day[INSTANT_TEXT_MAX], at[INSTANT_TEXT_MAX];

    date_format(root->day, day);
    instant_format(line->made_at, 0, at);
    buffer_printf(buf, "{\"day\":\"%s\",\"record\":", day);
    json_write(buf, line->record, strlen(line->record));
    put_hex(buf, "hash", line->hash, DIGEST_LEN);
    if (line->key_id[0]) {
        put_hex(buf, "signature", line->signature, sizeof line->signature);
        buffer_printf(buf, ",\"key\":\"%s\"", line->key_id);
    }
    buffer_printf(buf, ",\"made_at\":\"%s\"}\n", at);
}

static const char *text_of(const cJSON *json, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
}

static bool read_hex(const char *hex, unsigned char *ret, size_t len)
{
    return hex && strlen(hex) == 2 * len && hex_decode(hex, len, ret);
}

bool audit_line_read(const char *text, size_t len, struct audit_line *ret_line,
                     struct audit_root *ret_root)
{
    CLEANUP(json_freep) cJSON *json = NULL;
    struct audit_line line = {0};
    struct error ignored;
    const char *record, *key, *made;

    if (!json_parse(text, len, &json, &ignored))
        return false;
    record = text_of(json, "record");
    key = text_of(json, "key");
    made = text_of(json, "made_at");
    if (!record || !audit_root_read(record, strlen(record), ret_root) ||
        strlen(record) >= sizeof line.record ||
        !read_hex(text_of(json, "hash"), line.hash, DIGEST_LEN) || !made ||
        !instant_parse(made, INT32_MIN, &line.made_at))
        return false;
    if (key && (strlen(key) >= sizeof line.key_id ||
                !read_hex(text_of(json, "signature"), line.signature, sizeof line.signature)))
        return false;
    snprintf(line.record, sizeof line.record, "%s", record);
    snprintf(line.key_id, sizeof line.key_id, "%s", key ? key : "");
    *ret_line = line;
    return true;
}
