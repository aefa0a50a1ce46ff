/* The mapping file: which column of another system's CSV is what (docs/import.md). */
#pragma once
#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

enum import_column {
    IMPORT_DOSSIER,
    IMPORT_CHANNEL,
    IMPORT_RECEIVED_AT,
    IMPORT_DUE_AT,
    IMPORT_ENDED_AT,
    IMPORT_OUTCOME,
    IMPORT_EVENT_AT,
    IMPORT_ACTIVITY,
    IMPORT_OFFICER,
    IMPORT_COLUMN_COUNT
};

struct import_mapping {
    const char *source;
    const char *columns[IMPORT_COLUMN_COUNT]; /* names in the header; NULL: the file has none */
    int32_t zone_s;                   /* of times without one; INT32_MIN: they are refused */
    const cJSON *channels, *outcomes; /* word of the file -> ours; NULL: none */
    const char *other_channel;        /* "direct" */
    const cJSON *office;              /* key, name, identifier; calendar already read in */
};

/* Reads and checks the file; `json` owns what the mapping borrows and is freed by the caller.
 * Errors: CLI_FILE, the JSON_ rows, IMPORT_MAPPING {path} {reason}, IMPORT_MAPPING_FIELD {path}
 * {field}. */
MUST_CHECK
bool import_mapping_read(struct arena *a, const char *path, cJSON **ret_json,
                         struct import_mapping *ret_mapping, struct error *err);

/* The channel's word on the wire; sets ret_is_other when the mapping does not name it. */
const char *import_channel(const struct import_mapping *m, const char *word, bool *ret_is_other);
