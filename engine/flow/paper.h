/* A paper under way: its form chosen, its values put together in the request's arena, drawn by a
 * worker, sent as a PDF. */
#pragma once
#include "document/document.h"
#include "domain/dossier.h"
#include "flow/form_template.h"
#include "flow/reference.h"
#include "flow/renderer.h"
#include "flow/request.h"
#include "flow/snapshot.h"

#define PAPER_VALUES 40
#define PAPER_LISTS  4

#define PAPER(name, ...) PAPER_##name,
enum paper_kind {
#include "tables/papers.def"
    PAPER_KIND_COUNT
};
#undef PAPER

/* A row of proto/tables/papers.def. */
struct paper_row {
    const char *kind, *file, *label[2], *symbol;
    bool is_marked; /* printed again, it says so */
};
extern const struct paper_row paper_rows[PAPER_KIND_COUNT];

struct paper {
    struct document_request request;
    struct document_value values[PAPER_VALUES];
    struct document_list lists[PAPER_LISTS];
    struct renderer_job job;
    struct form_use use;
    /* A paper that is handed out: kept as it was drawn first (paper_print.h). dossier_id 0: it is
     * drawn anew each time. */
    int64_t dossier_id;
    enum paper_kind kind;
    int number;     /* which of its kind in the dossier, 1.. */
    int64_t office; /* that issues it; 0: none is known */
    /* The register that numbers it; 0: none. */
    int64_t register_office;
    int register_year;
};

void paper_init(struct paper *p, int64_t made_at);
/* A form by its own name, in no circular: "motcua", "due". */
void paper_use_form(struct paper *p, const char *circular, const char *form);
/* The form of this kind in force on a day, with the template of the office that issues it (NULL:
 * everybody's); the reply says which, and when another set has to stand
 * in. Errors: PAPER_NOT_IN_SET {form} {key}. */
MUST_CHECK
bool paper_choose_form(struct request *req, struct paper *p, enum paper_kind kind,
                       const struct office_ref *office, int32_t issued_on);

/* NULL and "" are absent; texts are borrowed. */
void paper_put(struct paper *p, const char *key, const char *text);
/* "17 giờ 00 phút, ngày 05 tháng 8 năm 2022"; INSTANT_NONE is absent. */
void paper_put_instant(struct request *req, struct paper *p, const char *key, int64_t at);
void paper_put_list(struct paper *p, const char *key, const struct document_row *rows, size_t n);
/* The head: who issues it, where, and when. NULL: the one-stop unit. */
void paper_put_head(struct request *req, struct paper *p, const struct office_ref *office,
                    int64_t at);
/* What most papers of a dossier say of it: code, procedure, applicant, one-stop unit. */
void paper_put_dossier(struct request *req, struct paper *p, const struct dossier *d,
                       const struct snapshot_persons *persons);

/* The lines above the head's signature: "CHỦ TỊCH". */
const char *paper_head_title(const struct office_ref *office);

/* One row with room for n cells, filled by the caller; NULL when memory ends. */
const char **paper_cells(struct request *req, struct document_row *row, size_t n);
const char *paper_instant_words(struct request *req, int64_t at);
/* "Bản in lại lần 2, 08 giờ 15 phút, ngày 05 tháng 8 năm 2022": what a reprint says of itself; n 0:
 * one of many in a file. */
const char *paper_reprint_mark(struct arena *arena, int64_t n, int64_t at, int32_t zone_s);
const char *paper_date_words(struct request *req, int32_t on); /* "05/08/2022", as in tables */

/* It is handed out: what was drawn first is what everybody gets until its data change. `office`
 * issues it; NULL: none is known. */
void paper_keep(struct paper *p, int64_t dossier_id, enum paper_kind kind, int number,
                const struct office_ref *office);

/* It is numbered when it is handed out first, from the register of its kind's symbol, this office
 * and the year it is dated in; nothing for a kind without a symbol. */
void paper_number(struct request *req, struct paper *p, enum paper_kind kind,
                  const struct office_ref *office);

/* What a kind of paper is called, by its word; the word itself of one that is unknown. */
const char *paper_title(const char *kind, enum language lang);

/* Hands it to a worker; the request waits and goes on with `step`. Without workers there is no
 * paper. Errors: those of renderer_draw(), ITEM_UNKNOWN. */
enum step_result paper_draw(struct request *req, struct paper *p, int step);
/* After it: the PDF, or why there is none. */
enum step_result paper_reply(struct request *req, struct paper *p, const char *file);
