/* The built-in templates; embed.py makes the table. */
#include <stdio.h>
#include <string.h>

#include "base/embed.h"
#include "document/document.h"

extern const struct document_template document_templates[];
extern const size_t document_templates_count;

extern const struct embedded document_examples[];

const struct document_template *document_template_at(size_t i)
{
    return i < document_templates_count ? &document_templates[i] : NULL;
}

const struct document_template *document_template_find(const char *circular, const char *form)
{
    for (size_t i = 0; i < document_templates_count; i++)
        if (!strcmp(document_templates[i].circular, circular) &&
            !strcmp(document_templates[i].form, form))
            return &document_templates[i];
    return NULL;
}

const struct document_template *document_template_of_kind(const char *circular, const char *kind)
{
    for (size_t i = 0; i < document_templates_count; i++)
        if (!strcmp(document_templates[i].circular, circular) && document_templates[i].kind &&
            !strcmp(document_templates[i].kind, kind))
            return &document_templates[i];
    return NULL;
}

const char *document_example(const char *kind)
{
    char name[80];
    const struct embedded *file;

    snprintf(name, sizeof name, "%s.json", kind ? kind : "");
    file = embedded_find(document_examples, name);
    return file ? file->bytes : NULL;
}
