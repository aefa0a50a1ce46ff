/* The import's two files: a mapping (JSON), after a NUL the CSV of another system. Whatever they
 * say, each dossier has a code and a row, and each fault has a sentence. */
#include <string.h>

#include "base/json.h"
#include "cli/import_read.h"
#include "file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void faults_hold(const struct import_faults *faults)
{
    size_t n = 0;

    for (const struct import_fault *f = faults->first; f; f = f->next, n++)
        assert(f->why.code != ERR_NONE && f->row >= 0);
    assert(n == faults->n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *a = arena_new((size_t)1 << 26);
    CLEANUP(json_freep) cJSON *json = NULL;
    const uint8_t *end = memchr(data, '\0', size);
    struct import_mapping mapping;
    struct import_file file;
    struct error err = {0};
    struct memory_file f;
    const char *csv = end ? (const char *)end + 1 : "";
    bool is_read;

    file_open(&f, data, end ? (size_t)(end - data) : size);
    is_read = import_mapping_read(a, f.path, &json, &mapping, &err);
    file_close(&f);
    if (!is_read) {
        assert(err.code != ERR_NONE);
        return 0;
    }
    if (!import_read(a, "x.csv", &mapping, csv, end ? size - (size_t)(end - data) - 1 : 0, &file,
                     &err)) {
        assert(err.code != ERR_NONE);
        return 0;
    }
    for (const struct import_dossier *d = file.first; d; d = d->next) {
        assert(d->code && d->row > 0 && d->channel && d->n_events <= IMPORT_EVENTS_MAX);
    }
    faults_hold(&file.refused);
    faults_hold(&file.warnings);
    return 0;
}
