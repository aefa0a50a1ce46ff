#include "document/revision.h"

#include <assert.h>
#include <string.h>

bool revision_begin(struct arena *a, const struct pdf_file *file, struct buffer *out,
                    struct revision *ret_revision, struct error *err)
{
    *ret_revision = (struct revision){
        .arena = a,
        .file = file,
        .out = out,
        .next = file ? file->n_objects : 1,
        .offsets = arena_array(a, REVISION_OBJECTS_MAX, sizeof(size_t)),
    };
    return ret_revision->offsets || error_set(err, ERR_NO_MEMORY, arg_text("what", "revision"));
}

int revision_number(struct revision *r)
{
    return r->next < REVISION_OBJECTS_MAX ? r->next++ : 0;
}

void revision_object(struct revision *r, int number)
{
    if (number > 0 && number < REVISION_OBJECTS_MAX)
        r->offsets[number] = r->out->len;
    buffer_printf(r->out, "%d 0 obj\n", number);
}

void revision_end_object(struct revision *r)
{
    buffer_text(r->out, "\nendobj\n");
}

static bool is_named(struct pdf_span name, const char *const *words)
{
    for (; *words; words++)
        if (name.len == strlen(*words) + 1 && !memcmp(name.at + 1, *words, name.len - 1))
            return true;
    return false;
}

void revision_rewrite(struct revision *r, struct pdf_span dictionary, const char *const *changed)
{
    struct pdf_span rest, name, value;

    buffer_text(r->out, "<<");
    if (dictionary.len < 4)
        return;
    rest = (struct pdf_span){dictionary.at + 2, dictionary.len - 4};
    while (pdf_next(&rest, &name) && pdf_next(&rest, &value)) {
        if (is_named(name, changed))
            continue;
        buffer_char(r->out, ' ');
        buffer_add(r->out, name.at, name.len);
        buffer_char(r->out, ' ');
        buffer_add(r->out, value.at, value.len);
    }
}

/* Strings pass as they are; only what stands outside them can be a reference. */
void revision_value(struct revision *r, struct pdf_span value, int shift)
{
    const char *p = value.at, *end = value.at + value.len;

    if (value.len >= 2 && !memcmp(p, "<<", 2)) {
        struct pdf_span rest = {p + 2, value.len - 4}, part;

        buffer_text(r->out, "<<");
        while (pdf_next(&rest, &part)) {
            buffer_char(r->out, ' ');
            revision_value(r, part, shift);
        }
        buffer_text(r->out, " >>");
    } else if (value.len >= 2 && *p == '[') {
        struct pdf_span rest = pdf_inside(value), part;

        buffer_char(r->out, '[');
        while (pdf_next(&rest, &part)) {
            buffer_char(r->out, ' ');
            revision_value(r, part, shift);
        }
        buffer_text(r->out, " ]");
    } else if (pdf_ref(value)) {
        buffer_printf(r->out, "%d 0 R", pdf_ref(value) + shift);
    } else {
        buffer_add(r->out, p, (size_t)(end - p));
    }
}

static bool is_skipped(int number, const int *skip)
{
    for (; *skip; skip++)
        if (*skip == number)
            return true;
    return false;
}

int revision_graft(struct revision *r, const struct pdf_file *from, const int *skip)
{
    int shift = r->next - 1;

    if (r->next + from->n_objects > REVISION_OBJECTS_MAX)
        return -1;
    r->next += from->n_objects - 1;
    for (int i = 1; i < from->n_objects; i++) {
        struct pdf_span value = pdf_object(from, i), bytes;

        if (!value.len || is_skipped(i, skip))
            continue;
        revision_object(r, i + shift);
        revision_value(r, value, shift);
        bytes = pdf_stream(from, i);
        if (bytes.at) {
            buffer_text(r->out, "\nstream\n");
            buffer_add(r->out, bytes.at, bytes.len);
            buffer_text(r->out, "\nendstream");
        }
        revision_end_object(r);
    }
    return shift;
}

/* The first table of a file names every number from 0 on. */
static void write_first_table(struct revision *r)
{
    buffer_printf(r->out, "xref\n0 %d\n", r->next);
    for (int i = 0; i < r->next; i++)
        if (r->offsets[i])
            buffer_printf(r->out, "%010zu 00000 n \n", r->offsets[i]);
        else
            buffer_text(r->out, "0000000000 65535 f \n");
}

/* Lines of the table, in runs of numbers that follow each other. */
static void write_table(struct revision *r)
{
    buffer_text(r->out, "xref\n0 1\n0000000000 65535 f \n");
    for (int from = 1, to; from < r->next; from = to) {
        to = from + 1;
        if (!r->offsets[from])
            continue;
        while (to < r->next && r->offsets[to])
            to++;
        buffer_printf(r->out, "%d %d\n", from, to - from);
        for (int i = from; i < to; i++)
            buffer_printf(r->out, "%010zu 00000 n \n", r->offsets[i]);
    }
}

bool revision_finish(struct revision *r, int root, int info, struct error *err)
{
    size_t at = r->out->len;

    assert(root || r->file); /* a first revision names its catalogue */
    if (r->next >= REVISION_OBJECTS_MAX)
        return error_set(err, ERR_DOCUMENT_LIMIT, arg_text("field", "objects"),
                         arg_number("limit", REVISION_OBJECTS_MAX));
    while (r->next > (r->file ? r->file->n_objects : 1) && !r->offsets[r->next - 1])
        r->next--; /* the size is one more than the last object there is */
    if (r->file)
        write_table(r);
    else
        write_first_table(r);
    buffer_printf(r->out, "trailer\n<< /Size %d /Root %d 0 R", r->next,
                  root ? root : r->file->root);
    if (info || (r->file && r->file->info))
        buffer_printf(r->out, " /Info %d 0 R", info ? info : r->file->info);
    if (r->file)
        buffer_printf(r->out, " /Prev %zu", r->file->xref_at);
    buffer_printf(r->out, " >>\nstartxref\n%zu\n%%%%EOF\n", at);
    return !r->out->is_failed || error_set(err, ERR_NO_MEMORY, arg_text("what", "pdf"));
}
