/* Lists of the statistics: pages of JSON for the screen, and the whole as a file. A file is a
 * stream: a round reads the dossiers of a stretch of ids, its rows go out as CSV or into a
 * spreadsheet that a worker keeps, and are forgotten. State and knowledge are those of the
 * beginning, so that all rounds agree; memory is that of one, whatever the list's length. */
#pragma once
#include "domain/vocabulary.h"
#include "flow/book.h"
#include "flow/statistics_scope.h"
#include "flow/stream_reply.h"

/* A column of the file: a field of the message. */
struct list_column {
    const char *field, *label[2]; /* the field is the head of the CSV, the label of the sheet */
    double width;                 /* characters */
    enum sheet_kind kind;
    const struct vocabulary *words; /* that a sheet says in full; NULL: the text as it is */
};

struct listing;

struct listing_kind {
    const char *file, *title[2];
    const struct codec_message *row, *page;
    const struct list_column *columns;
    size_t n_columns;
    bool takes_place; /* step and officer can be asked of */
    /* Asks for rows of dossiers with after < id <= upto, by id, the id their first column. */
    bool (*send)(struct listing *l, int slot, int64_t after, int64_t upto, int32_t limit);
    /* A second question, about the rows that came: its answer is in LISTING_SLOT_ALSO while they
     * are filled. NULL: none. */
    bool (*also)(struct listing *l, int slot, const struct db_result *rows);
    int round; /* most dossiers of a round; 0: the usual. Pages ask for so many too: few are of it
                */
    /* Fills a row; ret_is_of_it: after all the list is without it. False: req->error is set. */
    bool (*fill)(struct listing *l, const struct db_result *r, int i, void *ret_row,
                 bool *ret_is_of_it);
};

struct listing {
    struct request base;
    const struct listing_kind *kind;
    struct wire_statistics_query in;
    struct statistics_scope scope;
    /* private */
    const char *format;
    int64_t limit, after, upto;
    int32_t asked; /* rows, of the round under way */
    int also_row;  /* of the second answer: where the next dossier's begin */
    void *items;   /* of a page; n rows */
    int n;
    struct codec_field const **fields; /* of the columns */
    void *row;                         /* of a file */
    struct stream_reply out;
    struct book book;
    struct buffer rows;
};

#define LISTING_SLOT_ALSO 3

/* Texts of a row: they live as long as its round. */
struct arena *listing_arena(const struct listing *l);
/* Parameters $1 to $12 of a list that asks nothing else: those of the scope, and the stretch of ids
 * that one round reads. */
void listing_put_stretch(const struct listing *l, int64_t after, int64_t upto, int32_t limit,
                         struct db_params *p);
/* The name of the applicant, where whoever asks may read dossiers of the office, as masks.def has
 * it; NULL elsewhere. */
const char *listing_applicant(struct listing *l, int64_t office, const char *name);

/* Steps of every list; LISTING_PARSE is the use case's own: it sets `kind` and returns
 * listing_parse(). */
enum {
    LISTING_PARSE,
    LISTING_RESOLVE,
    LISTING_BEGIN,
    LISTING_BEGUN,
    LISTING_ASK,
    LISTING_ALSO,
    LISTING_TAKE,
    LISTING_ADDED,
    LISTING_BOUND,
    LISTING_PIECE,
    LISTING_SENT
};
enum step_result listing_parse(struct listing *l);
enum step_result listing_resolve(struct request *req), listing_begin(struct request *req),
    listing_begun(struct request *req), listing_ask(struct request *req),
    listing_also(struct request *req), listing_take(struct request *req),
    listing_added(struct request *req), listing_bound(struct request *req),
    listing_piece(struct request *req), listing_sent(struct request *req);
#define LISTING_STEPS(parse)                                                                       \
    {                                                                                              \
        [LISTING_PARSE] = {"parse", (parse)}, [LISTING_RESOLVE] = {"resolve", listing_resolve},    \
        [LISTING_BEGIN] = {"begin", listing_begin}, [LISTING_BEGUN] = {"begun", listing_begun},    \
        [LISTING_ASK] = {"ask", listing_ask}, [LISTING_ALSO] = {"also", listing_also},             \
        [LISTING_TAKE] = {"take", listing_take}, [LISTING_ADDED] = {"added", listing_added},       \
        [LISTING_BOUND] = {"bound", listing_bound}, [LISTING_PIECE] = {"piece", listing_piece},    \
        [LISTING_SENT] = {"sent", listing_sent},                                                   \
    }
