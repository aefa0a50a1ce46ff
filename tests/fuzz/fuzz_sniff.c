/* What a file is does not depend on how it came: the first byte chooses the size of its pieces. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "flow/sniff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The type, or the code of the refusal in `ret_code`. */
static const char *told(const uint8_t *data, size_t size, size_t step, enum error_code *ret_code)
{
    struct error err = {0};
    struct sniff s;
    bool is_good;

    sniff_init(&s);
    for (size_t at = 0; at < size; at += step)
        sniff_add(&s, data + at, size - at < step ? size - at : step);
    is_good = sniff_end(&s, &err);
    *ret_code = err.code;
    assert(is_good == (err.code == ERR_NONE));
    return is_good ? sniff_type(&s) : "";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum error_code whole_code, cut_code;
    const char *whole, *cut;
    size_t step;

    if (size < 2)
        return 0;
    step = 8u + data[0] % 100u; /* a first piece shorter than the mark of a type is never sent */
    whole = told(data + 1, size - 1, size, &whole_code);
    cut = told(data + 1, size - 1, step, &cut_code);
    assert(whole_code == cut_code && !strcmp(whole, cut));
    return 0;
}
