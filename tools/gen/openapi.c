/* Prints the OpenAPI document: gen-openapi VERSION. What tools/gen/api_reference.py and the tests
 * read. */
#include <stdio.h>

#include "wire/openapi.h"

int main(int argc, char **argv)
{
    struct buffer b = {0};

    if (argc != 2) {
        fprintf(stderr, "usage: gen-openapi VERSION\n");
        return 2;
    }
    openapi_write(argv[1], &b);
    if (b.is_failed || fwrite(b.data, 1, b.len, stdout) != b.len || fflush(stdout))
        return 1;
    buffer_deinit(&b);
    return 0;
}
