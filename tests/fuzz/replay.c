/* Runs a fuzz target over the files of a folder: the kept corpus as a test, without libFuzzer. TAP.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *folder, const char *name)
{
    static uint8_t data[1 << 20];
    char path[4096];
    FILE *file;
    size_t n;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (!file)
        return -1;
    n = fread(data, 1, sizeof data, file);
    fclose(file);
    return LLVMFuzzerTestOneInput(data, n);
}

int main(int argc, char **argv)
{
    struct dirent **entries;
    int n = argc == 2 ? scandir(argv[1], &entries, NULL, alphasort) : -1, count = 0, failed = 0;

    if (n < 0) {
        fprintf(stderr, "usage: replay FOLDER\n");
        return 2;
    }
    for (int i = 0; i < n; i++) {
        if (entries[i]->d_name[0] != '.') {
            int is_bad = replay(argv[1], entries[i]->d_name) != 0;

            printf("%sok %d - %s\n", is_bad ? "not " : "", ++count, entries[i]->d_name);
            failed += is_bad;
        }
        free(entries[i]);
    }
    free((void *)entries);
    printf("1..%d\n", count);
    return failed ? 1 : 0;
}
