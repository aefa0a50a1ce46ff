/* What the use cases of closing share; not for others. Each is a list of steps that go on to the
 * next one: parse, find the closing, act, and tell how it stands. */
#pragma once
#include "flow/closing.h"
#include "flow/closing_forms.h"
#include "flow/reference.h"
#include "wire/message.h"

#define CLOSING_SETTLED (30 * INSTANT_SECOND) /* nobody records anything older any more */

struct closing_row {
    int64_t id, office_id, prepared_by, prepared_at;
    const struct office_ref *office;
    int32_t from, to;
    int version; /* that is being prepared, or stands */
    bool is_draft, was_closed;
};

struct closing_flow {
    struct request base; /* first */
    int64_t id;          /* of the path, or made */
    struct closing_row row;
    const int64_t *offices; /* the office and those below it */
    int n_offices;
    const int64_t *unreported; /* of these, those that owe days of a file */
    int n_unreported;
    int64_t state_at, known_at; /* the end of the period; what a snapshot made now would know */
    int64_t limit;
    int version; /* of the path */
    union {
        struct wire_closing_new new_;
        struct wire_closing_accept accept;
        struct wire_closing_reopen reopen;
        struct wire_closing_query query;
        struct wire_closing_obstacle_query obstacles;
    } in;
    struct closing_ask ask;
};

enum { CLOSING_SLOT_ROW, CLOSING_SLOT_EDIT, CLOSING_SLOT_VERSIONS, CLOSING_SLOT_COUNTS };

struct closing_flow *closing_of(struct request *req);
enum step_result closing_on(struct request *req); /* waits, then the next step */

/* Steps. */
enum step_result
closing_parse_id(struct request *req);               /* {id}, and {version} where the path has it */
enum step_result closing_find(struct request *req);  /* asks for the row */
enum step_result closing_again(struct request *req); /* the same after an edit */
/* Takes the row, with the right that the route asks for, and asks how it stands. */
enum step_result closing_ask_state(struct request *req);
enum step_result closing_reply(struct request *req);

/* Takes the row that closing_find() asked for; the principal must hold the grant at its office.
 * Errors: CLOSING_UNKNOWN {value}, GRANT_MISSING, NO_MEMORY. */
MUST_CHECK
bool closing_take(struct closing_flow *f, enum grant grant);
void closing_row_read(const struct request *req, const struct db_result *r, int i,
                      struct closing_row *ret);
void closing_fill(const struct request *req, const struct closing_row *row,
                  struct wire_closing *ret);
/* Of the queries over obstacles: from, to, state_at, known_at, now, today, offices, unreported. */
void closing_put_period(const struct closing_flow *f, struct db_params *p);
