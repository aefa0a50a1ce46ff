/* Files inside the binary, made by tools/gen/embed.py: an array ended by an entry without a name.
 */
#pragma once
#include <stddef.h>
#include <string.h>

struct embedded {
    const char *name;  /* path below the folder they were taken from */
    const char *bytes; /* a NUL follows, so that text is a string */
    size_t len;        /* without that NUL */
};

/* The file called `name`, or NULL. */
static inline const struct embedded *embedded_find(const struct embedded *files, const char *name)
{
    for (; files->name; files++)
        if (!strcmp(files->name, name))
            return files;
    return NULL;
}
