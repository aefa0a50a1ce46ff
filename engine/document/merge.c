#include "document/merge.h"

#include "document/document.h"
#include "document/revision.h"

struct merging {
    struct revision revision;
    int tree, catalog; /* numbers of objects */
    int pages[DOCUMENT_PAGES_MAX * 4];
    int n_pages;
};

/* A signature's field becomes a picture: what is seen stays, what was signed is not this file. */
static void write_field(struct revision *r, struct pdf_span field, int number, int shift)
{
    if (!pdf_get(field, "AP").len) /* an empty place: its page finds nothing there */
        return;
    revision_object(r, number);
    buffer_text(r->out, "<< /Type /Annot /Subtype /Stamp /F 4 /Rect ");
    revision_value(r, pdf_get(field, "Rect"), shift);
    buffer_text(r->out, " /AP ");
    revision_value(r, pdf_get(field, "AP"), shift);
    buffer_text(r->out, " >>");
    revision_end_object(r);
}

/* Those of a page's pictures that were kept. */
static void write_pictures(struct revision *r, const struct pdf_file *f, struct pdf_span array,
                           int shift)
{
    struct pdf_span rest = pdf_inside(array), value;

    buffer_text(r->out, " /Annots [");
    while (pdf_next(&rest, &value))
        if (pdf_get(pdf_object(f, pdf_ref(value)), "AP").len)
            buffer_printf(r->out, " %d 0 R", pdf_ref(value) + shift);
    buffer_text(r->out, " ]");
}

static void write_page(struct merging *m, const struct pdf_file *f, int original, int shift)
{
    struct revision *r = &m->revision;
    struct pdf_span page = pdf_object(f, original);
    struct pdf_span rest = {page.at + 2, page.len - 4}, name, value;

    revision_object(r, original + shift);
    buffer_printf(r->out, "<< /Parent %d 0 R", m->tree);
    while (pdf_next(&rest, &name) && pdf_next(&rest, &value)) {
        if (pdf_is(name, "/Parent"))
            continue;
        if (pdf_is(name, "/Annots")) {
            write_pictures(r, f, value, shift);
            continue;
        }
        buffer_char(r->out, ' ');
        buffer_add(r->out, name.at, name.len);
        buffer_char(r->out, ' ');
        revision_value(r, value, shift);
    }
    buffer_text(r->out, " >>");
    revision_end_object(r);
}

/* What is not copied as it is: the head of the file, its pages, its fields and signatures. */
static bool is_special(const struct pdf_file *f, int number, struct pdf_span value)
{
    struct pdf_span type = pdf_get(value, "Type");

    return number == f->root || number == f->info || pdf_is(type, "/Pages") ||
           pdf_is(type, "/Page") || pdf_is(type, "/Sig") || pdf_is(pdf_get(value, "FT"), "/Sig");
}

static bool add_file(struct merging *m, struct arena *a, const struct merge_file *file,
                     struct error *err)
{
    int pages[DOCUMENT_PAGES_MAX], n, shift, n_special = 0;
    struct revision *r = &m->revision;
    struct pdf_file f;
    int *special;

    if (!pdf_open(a, file->bytes, file->len, &f, err))
        return false;
    special = arena_array(a, (size_t)f.n_objects + 1, sizeof *special);
    if (!special)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "merge"));
    for (int i = 1; i < f.n_objects; i++)
        if (is_special(&f, i, pdf_object(&f, i)))
            special[n_special++] = i;
    n = pdf_pages(&f, pages, DOCUMENT_PAGES_MAX);
    shift = revision_graft(r, &f, special);
    if (shift < 0 || n > DOCUMENT_PAGES_MAX || m->n_pages + n > (int)ARRAY_LEN(m->pages))
        return error_set(err, ERR_DOCUMENT_LIMIT, arg_text("field", "pages"),
                         arg_number("limit", (int)ARRAY_LEN(m->pages)));
    for (int i = 0; i < n_special; i++) {
        struct pdf_span value = pdf_object(&f, special[i]);

        if (pdf_is(pdf_get(value, "FT"), "/Sig"))
            write_field(r, value, special[i] + shift, shift);
    }
    for (int i = 0; i < n; i++) {
        m->pages[m->n_pages++] = pages[i] + shift;
        write_page(m, &f, pages[i], shift);
    }
    return true;
}

bool merge_papers(struct arena *a, const struct merge_file *files, size_t n, struct buffer *ret_pdf,
                  struct error *err)
{
    struct merging m = {0};
    struct revision *r = &m.revision;
    CLEANUP(buffer_deinit) struct buffer out = {0};

    if (n == 0 || n > MERGE_FILES_MAX)
        return error_set(err, ERR_DOCUMENT_LIMIT, arg_text("field", "files"),
                         arg_number("limit", MERGE_FILES_MAX));
    if (!revision_begin(a, NULL, &out, r, err))
        return false;
    buffer_text(&out, "%PDF-1.5\n%\xB5\xED\xAE\xFB\n");
    m.tree = revision_number(r);
    m.catalog = revision_number(r);
    for (size_t i = 0; i < n; i++)
        if (!add_file(&m, a, &files[i], err))
            return false;
    revision_object(r, m.tree);
    buffer_printf(&out, "<< /Type /Pages /Count %d /Kids [", m.n_pages);
    for (int i = 0; i < m.n_pages; i++)
        buffer_printf(&out, " %d 0 R", m.pages[i]);
    buffer_text(&out, " ] >>");
    revision_end_object(r);
    revision_object(r, m.catalog);
    buffer_printf(&out, "<< /Type /Catalog /Pages %d 0 R >>", m.tree);
    revision_end_object(r);
    if (!revision_finish(r, m.catalog, 0, err))
        return false;
    buffer_add(ret_pdf, out.data, out.len);
    return !ret_pdf->is_failed || error_set(err, ERR_NO_MEMORY, arg_text("what", "pdf"));
}
