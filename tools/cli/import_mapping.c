#include "cli/import_mapping.h"

#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "base/json.h"
#include "cli/home.h"

#define MAPPING_MAX  (1u << 20)
#define CALENDAR_MAX 200000

static const struct {
    const char *name;
    bool is_required;
} columns[IMPORT_COLUMN_COUNT] = {
    [IMPORT_DOSSIER] = {"dossier", true},         [IMPORT_CHANNEL] = {"channel", false},
    [IMPORT_RECEIVED_AT] = {"received_at", true}, [IMPORT_DUE_AT] = {"due_at", false},
    [IMPORT_ENDED_AT] = {"ended_at", true},       [IMPORT_OUTCOME] = {"outcome", false},
    [IMPORT_EVENT_AT] = {"event_at", false},      [IMPORT_ACTIVITY] = {"activity", false},
    [IMPORT_OFFICER] = {"officer", false},
};

/* National codes of channels (KenhThucHien) and their words. */
static const char *const channel_words[] = {"", "direct", "online", "post"};

static const char *channel_word(const cJSON *value)
{
    const char *word = cJSON_GetStringValue(value);
    int code = cJSON_IsNumber(value) ? value->valueint : 0;

    for (size_t i = 1; i < ARRAY_LEN(channel_words); i++)
        if (code == (int)i || (word && strcmp(word, channel_words[i]) == 0))
            return channel_words[i];
    return NULL;
}

static bool mapping_fault(const char *path, const char *field, struct error *err)
{
    return error_set(err, ERR_IMPORT_MAPPING_FIELD, arg_text("path", path),
                     arg_text("field", field));
}

static const char *member_text(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

    return text && *text ? text : NULL;
}

/* A field nobody reads is a field misspelt. */
static bool mapping_check_names(const cJSON *json, const char *path, struct error *err)
{
    static const char *const known[] = {"source",   "office",        "zone",     "columns",
                                        "channels", "other_channel", "outcomes", "comment"};
    const cJSON *item;

    cJSON_ArrayForEach (item, json) {
        size_t i = 0;

        while (i < ARRAY_LEN(known) && strcmp(known[i], item->string) != 0)
            i++;
        if (i == ARRAY_LEN(known))
            return mapping_fault(path, item->string, err);
    }
    return true;
}

static bool mapping_columns(const cJSON *json, const char *path, struct import_mapping *m,
                            struct error *err)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "columns"), *item;

    cJSON_ArrayForEach (item, list) {
        size_t i = 0;

        while (i < IMPORT_COLUMN_COUNT && strcmp(columns[i].name, item->string) != 0)
            i++;
        if (i == IMPORT_COLUMN_COUNT || !cJSON_IsString(item))
            return mapping_fault(path, item->string, err);
        m->columns[i] = item->valuestring;
    }
    for (size_t i = 0; i < IMPORT_COLUMN_COUNT; i++)
        if (columns[i].is_required && !m->columns[i])
            return mapping_fault(path, columns[i].name, err);
    if (!m->columns[IMPORT_EVENT_AT] != !m->columns[IMPORT_ACTIVITY])
        return mapping_fault(path, "event_at", err); /* both or none */
    return true;
}

static bool mapping_words(const cJSON *json, const char *path, struct import_mapping *m,
                          struct error *err)
{
    static const char *const outcomes[] = {"granted", "refused", "stopped", "withdrawn", "closed"};
    const cJSON *other = cJSON_GetObjectItemCaseSensitive(json, "other_channel"), *item;

    m->channels = cJSON_GetObjectItemCaseSensitive(json, "channels");
    m->outcomes = cJSON_GetObjectItemCaseSensitive(json, "outcomes");
    m->other_channel = other ? channel_word(other) : "direct";
    if (!m->other_channel)
        return mapping_fault(path, "other_channel", err);
    cJSON_ArrayForEach (item, m->channels) {
        if (!channel_word(item))
            return mapping_fault(path, item->string ? item->string : "channels", err);
    }
    cJSON_ArrayForEach (item, m->outcomes) {
        size_t i = 0;

        while (i < ARRAY_LEN(outcomes) &&
               (!cJSON_IsString(item) || strcmp(outcomes[i], item->valuestring) != 0))
            i++;
        if (i == ARRAY_LEN(outcomes))
            return mapping_fault(path, item->string ? item->string : "outcomes", err);
    }
    return true;
}

/* The calendar is a file beside the mapping: its text takes the place of its name. */
static bool mapping_office(struct arena *a, cJSON *json, const char *path, struct import_mapping *m,
                           struct error *err)
{
    cJSON *office = cJSON_GetObjectItemCaseSensitive(json, "office");
    const char *name = member_text(office, "calendar"), *slash = strrchr(path, '/'), *file, *bytes;
    size_t len;

    m->office = office;
    if (!member_text(office, "key"))
        return mapping_fault(path, "office.key", err);
    if (!member_text(office, "name"))
        return mapping_fault(path, "office.name", err);
    if (!name)
        return true;
    file =
        slash && *name != '/' ? arena_printf(a, "%.*s/%s", (int)(slash - path), path, name) : name;
    if (!file)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", path));
    if (!file_read(a, file, CALENDAR_MAX, &bytes, &len, err))
        return false;
    cJSON_ReplaceItemInObjectCaseSensitive(office, "calendar", cJSON_CreateString(bytes));
    return true;
}

/* "+01:00" in seconds. */
static bool mapping_zone(const cJSON *json, const char *path, struct import_mapping *m,
                         struct error *err)
{
    const char *zone = member_text(json, "zone");
    char text[48];
    int64_t at;

    m->zone_s = INT32_MIN;
    if (!cJSON_GetObjectItemCaseSensitive(json, "zone"))
        return true;
    if (!zone || strlen(zone) != 6)
        return mapping_fault(path, "zone", err);
    snprintf(text, sizeof text, "2000-01-01T00:00:00%s", zone);
    if (!instant_parse(text, INT32_MIN, &at))
        return mapping_fault(path, "zone", err);
    m->zone_s = (int32_t)((date_instant(date_from_civil(2000, 1, 1), 0) - at) / INSTANT_SECOND);
    return true;
}

bool import_mapping_read(struct arena *a, const char *path, cJSON **ret_json,
                         struct import_mapping *ret_mapping, struct error *err)
{
    CLEANUP(json_freep) cJSON *json = NULL;
    struct import_mapping m = {0};
    const char *bytes;
    size_t len;

    if (!file_read(a, path, MAPPING_MAX, &bytes, &len, err) || !json_parse(bytes, len, &json, err))
        return false;
    if (!cJSON_IsObject(json))
        return error_set(err, ERR_IMPORT_MAPPING, arg_text("path", path), arg_text("reason", "{}"));
    m.source = member_text(json, "source");
    if (!m.source)
        return mapping_fault(path, "source", err);
    if (!mapping_check_names(json, path, err) || !mapping_columns(json, path, &m, err) ||
        !mapping_words(json, path, &m, err) || !mapping_zone(json, path, &m, err) ||
        !mapping_office(a, json, path, &m, err))
        return false;
    *ret_mapping = m;
    *ret_json = json;
    json = NULL; /* the caller owns it now */
    return true;
}

const char *import_channel(const struct import_mapping *m, const char *word, bool *ret_is_other)
{
    const char *ours = channel_word(cJSON_GetObjectItemCaseSensitive(m->channels, word));

    *ret_is_other = ours == NULL;
    return ours ? ours : m->other_channel;
}
