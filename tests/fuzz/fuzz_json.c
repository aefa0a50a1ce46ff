/* What the scan lets through, cJSON reads whole and prints, and the print passes the scan again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/macros.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(json_freep) cJSON *json = NULL;
    CLEANUP(json_freep) cJSON *again = NULL;
    struct error err = {0};
    char *printed;

    if (!json_parse((const char *)data, size, &json, &err)) {
        assert(err.code != ERR_NONE && err.code != ERR_NO_MEMORY);
        return 0;
    }
    printed = cJSON_PrintUnformatted(json);
    assert(printed);
    if (!json_parse(printed, strlen(printed), &again, &err))
        abort();
    free(printed);
    return 0;
}
