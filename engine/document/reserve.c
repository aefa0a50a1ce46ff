#include "document/reserve.h"

#include "document/revision.h"

const char *const reserved_names[RESERVED_KIND_COUNT] = {
    [RESERVED_PERSON] = "SignaturePerson",
    [RESERVED_OFFICE] = "SignatureOffice",
};

#define PAGES_MAX 400

static void write_fields(struct revision *r, const struct reserved *places, int n, const int *pages,
                         const int *fields)
{
    for (int i = 0; i < n; i++) {
        const struct reserved *p = &places[i];

        revision_object(r, fields[i]);
        buffer_printf(r->out,
                      "<< /Type /Annot /Subtype /Widget /FT /Sig /T (%s) /F 4 /P %d 0 R "
                      "/Rect [%.2f %.2f %.2f %.2f] >>",
                      reserved_names[p->kind], pages[p->page], p->left, p->bottom,
                      p->left + p->width, p->bottom + p->height);
        revision_end_object(r);
    }
}

/* The page again, with the fields that stand on it. */
static void write_page(struct revision *r, const struct reserved *places, int n, int page,
                       int number, const int *fields)
{
    revision_object(r, number);
    revision_rewrite(r, pdf_object(r->file, number), (const char *const[]){"Annots", NULL});
    buffer_text(r->out, " /Annots [");
    for (int i = 0; i < n; i++)
        if (places[i].page == page)
            buffer_printf(r->out, " %d 0 R", fields[i]);
    buffer_text(r->out, " ] >>");
    revision_end_object(r);
}

static void write_catalog(struct revision *r, int n, const int *fields)
{
    revision_object(r, r->file->root);
    revision_rewrite(r, pdf_object(r->file, r->file->root),
                     (const char *const[]){"AcroForm", NULL});
    buffer_text(r->out, " /AcroForm << /Fields [");
    for (int i = 0; i < n; i++)
        buffer_printf(r->out, " %d 0 R", fields[i]);
    buffer_text(r->out, " ] >> >>");
    revision_end_object(r);
}

bool reserve(struct arena *a, struct buffer *pdf, const struct reserved *places, int n,
             struct error *err)
{
    int pages[PAGES_MAX], fields[RESERVED_MAX], n_pages;
    struct revision r;
    struct pdf_file f;
    CLEANUP(buffer_deinit) struct buffer before = {0};

    if (n == 0)
        return true;
    buffer_add(&before, pdf->data, pdf->len); /* what is read must not move while it is written */
    if (before.is_failed)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "pdf"));
    if (!pdf_open(a, before.data, before.len, &f, err) || !revision_begin(a, &f, pdf, &r, err))
        return false;
    n_pages = pdf_pages(&f, pages, PAGES_MAX);
    for (int i = 0; i < n; i++) {
        if (places[i].page >= n_pages || places[i].page >= PAGES_MAX)
            return error_set(err, ERR_DOCUMENT_FOREIGN, arg_text("reason", "Pages"));
        fields[i] = revision_number(&r);
    }
    write_fields(&r, places, n, pages, fields);
    for (int page = 0; page < n_pages && page < PAGES_MAX; page++)
        for (int i = 0; i < n; i++)
            if (places[i].page == page) {
                write_page(&r, places, n, page, pages[page], fields);
                break;
            }
    write_catalog(&r, n, fields);
    return revision_finish(&r, 0, 0, err);
}
