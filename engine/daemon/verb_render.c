/* The offline verb. The data file is a request as the worker reads it (document/request.h); --form
 * and
 * --template replace what the file says. Exit codes: 0 done, 1 refused or failed, 2 wrong usage. */
#include "daemon/verb_render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/instant.h"
#include "base/secret.h"
#include "document/request.h"
#include "document/signature.h"
#include "document/stamp.h"

#define RENDER_MEMORY_MAX (16u << 20)

static const char usage[] =
    "usage: motcuad render --data FILE.json --out FILE.pdf [--form CIRCULAR:NUMBER]\n"
    "                      [--template FILE.form] [--draft] [--lang vi|en]\n"
    "                      [--sign FILE.p12 [--password-file FILE] [--seal FILE.png]]\n"
    "       motcuad render --forms [--form CIRCULAR:NUMBER]\n\n"
    "  --data FILE      the paper's texts; docs/examples/documents/ shows each form\n"
    "  --out FILE       where the PDF goes; - for standard output\n"
    "  --form FORM      print another form with these texts, for example TT01/2018:04\n"
    "  --template FILE  try a template that is being edited\n"
    "  --sign FILE      try a certificate: sign the paper with it, as the daemon would\n"
    "  --password-file FILE  of the certificate, mode 0600\n"
    "  --seal FILE      the picture of the seal, a transparent PNG\n"
    "  --draft          watermark, and no number\n"
    "  --forms          list the built-in forms; with --form, print that one's template\n"
    "  --lang vi|en     language of refusals; otherwise that of the environment\n";

struct render_options {
    const char *form, *data, *out, *template, *lang, *sign, *password, *seal;
    bool is_draft, is_listing;
};

static bool render_read_options(int argc, char **argv, struct render_options *o)
{
    for (int i = 1; i < argc; i++) {
        const struct {
            const char *word;
            const char **field;
        } texts[] = {{"--form", &o->form}, {"--data", &o->data},
                     {"--out", &o->out},   {"--template", &o->template},
                     {"--sign", &o->sign}, {"--password-file", &o->password},
                     {"--seal", &o->seal}, {"--lang", &o->lang}};
        size_t j;

        for (j = 0; j < ARRAY_LEN(texts) && strcmp(argv[i], texts[j].word) != 0; j++)
            ;
        if (j < ARRAY_LEN(texts) && i + 1 < argc)
            *texts[j].field = argv[++i];
        else if (!strcmp(argv[i], "--draft"))
            o->is_draft = true;
        else if (!strcmp(argv[i], "--forms"))
            o->is_listing = true;
        else
            return false;
    }
    return o->is_listing || (o->data && o->out);
}

static enum language render_language(const struct render_options *o)
{
    const char *names[] = {o->lang, getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG")};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (names[i] && *names[i])
            return strncmp(names[i], "vi", 2) ? LANGUAGE_EN : LANGUAGE_VI;
    return LANGUAGE_EN;
}

static int render_fail(const struct render_options *o, const char *vi, const char *en,
                       const char *path)
{
    fprintf(stderr, "motcuad render: %s %s\n", render_language(o) == LANGUAGE_VI ? vi : en, path);
    return 1;
}

static bool render_read_file(const char *path, struct buffer *ret)
{
    FILE *f = fopen(path, "rb");
    char chunk[8192];
    size_t n;

    if (!f)
        return false;
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0 && ret->len <= REQUEST_JSON_MAX)
        buffer_add(ret, chunk, n);
    buffer_char(ret, '\0'); /* text for those who want a string */
    ret->len -= !ret->is_failed;
    n = (size_t)ferror(f);
    return fclose(f) == 0 && !n && !ret->is_failed;
}

static bool render_write_file(const char *path, const struct buffer *pdf)
{
    FILE *f = strcmp(path, "-") != 0 ? fopen(path, "wb") : stdout;
    bool is_good;

    if (!f)
        return false;
    is_good = fwrite(pdf->data, 1, pdf->len, f) == pdf->len;
    is_good = fflush(f) == 0 && is_good;
    return (f == stdout || fclose(f) == 0) && is_good;
}

static int render_list(const struct render_options *o)
{
    const struct document_template *t;

    for (size_t i = 0; (t = document_template_at(i)); i++) {
        char name[96];

        snprintf(name, sizeof name, "%s:%s", t->circular, t->form);
        if (!o->form)
            puts(name);
        else if (!strcmp(o->form, name))
            return fputs(t->text, stdout) < 0;
    }
    return o->form ? render_fail(o, "chưa có mẫu", "there is no form", o->form) : 0;
}

#define PASSWORD_MAX 256

static bool render_sign(const struct render_options *o, struct arena *a, struct buffer *pdf,
                        struct error *err)
{
    int64_t now = clock_real();
    struct stamp stamp = {
        .place = RESERVED_OFFICE, .image = o->seal, .at = now, .zone_s = ZONE_VIETNAM_S};
    struct certificate *c = NULL;
    struct buffer signed_pdf = {0};
    char password[PASSWORD_MAX] = "", at[INSTANT_TEXT_MAX];
    bool is_good =
        (!o->password || secret_read_line(o->password, password, sizeof password, err)) &&
        certificate_load(o->sign, password, &c, err);

    if (is_good) {
        instant_format(now - now % INSTANT_SECOND, ZONE_VIETNAM_S, at);
        stamp.name = certificate_facts(c)->subject;
        stamp.words = arena_printf(a, "%s\n%s", stamp.name, at);
        is_good = stamp_prepare(a, pdf->data, pdf->len, &stamp, &signed_pdf, err) &&
                  signature_write(c, now, signed_pdf.data, signed_pdf.len, err);
    }
    explicit_bzero(password, sizeof password);
    certificate_free(c);
    if (is_good) {
        buffer_deinit(pdf);
        *pdf = signed_pdf;
    } else {
        buffer_deinit(&signed_pdf);
    }
    return is_good;
}

static bool render_file(const struct render_options *o, struct arena *a, struct buffer *data,
                        struct buffer *template, struct buffer *pdf, struct error *err)
{
    struct document_request request;
    char *form = arena_strdup(a, o->form), *mark = form ? strrchr(form, ':') : NULL;

    if (!request_decode(a, data->data, data->len, &request, err))
        return false;
    if (o->form && !mark)
        return error_set(err, ERR_DOCUMENT_FORM_UNKNOWN, arg_text("form", o->form));
    if (mark) {
        *mark = '\0';
        request.circular = form;
        request.form = mark + 1;
    }
    if (o->template)
        request.template_text = template->data;
    request.is_draft |= o->is_draft;
    request.has_places |= o->sign != NULL;
    return document_render(&request, pdf, err) && (!o->sign || render_sign(o, a, pdf, err));
}

static int render_run(const struct render_options *o, struct buffer *data, struct buffer *template,
                      struct buffer *pdf)
{
    CLEANUP(arena_freep) struct arena *a = arena_new(RENDER_MEMORY_MAX);
    struct error err = {0};
    char sentence[512];

    if (!render_read_file(o->data, data))
        return render_fail(o, "không đọc được", "cannot read", o->data);
    if (o->template && !render_read_file(o->template, template))
        return render_fail(o, "không đọc được", "cannot read", o->template);
    if (!a || !render_file(o, a, data, template, pdf, &err)) {
        (void)error_sentence(&err, render_language(o), ZONE_VIETNAM_S, sentence, sizeof sentence);
        fprintf(stderr, "motcuad render: %s\n", sentence);
        return 1;
    }
    if (!render_write_file(o->out, pdf))
        return render_fail(o, "không ghi được", "cannot write", o->out);
    return 0;
}

int verb_render(int argc, char **argv)
{
    struct render_options o = {0};
    struct buffer data = {0}, template = {0}, pdf = {0};
    int code;

    if (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")))
        return fputs(usage, stdout) < 0;
    if (!render_read_options(argc, argv, &o)) {
        fputs(usage, stderr);
        return 2;
    }
    code = o.is_listing ? render_list(&o) : render_run(&o, &data, &template, &pdf);
    buffer_deinit(&data);
    buffer_deinit(&template);
    buffer_deinit(&pdf);
    document_shutdown();
    return code;
}
