/* Fields that say who asks: what is found lies inside the field and holds only what a token may. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "http/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *field = malloc(size + 1);
    const char *value, *token;
    size_t len;

    assert(field);
    memcpy(field, data, size);
    field[size] = '\0';
    if (session_cookie_find(field, "session", &value, &len)) {
        assert(len && value > field && value + len <= field + strlen(field));
        for (size_t i = 0; i < len; i++)
            assert(value[i] > ' ' && value[i] <= '~' && !strchr("\";,\\", value[i]));
    }
    token = session_bearer(field);
    assert(!token || (*token && !strpbrk(token, " \t\r\n,;\"")));
    assert(session_language(field) == LANGUAGE_VI || session_language(field) == LANGUAGE_EN);
    (void)session_takes_gzip(field);
    free(field);
    return 0;
}
