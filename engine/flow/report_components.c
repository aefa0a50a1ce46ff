/* For which papers applicants are sent back: each component of each case, of the dossiers received
 * in the period. The papers at the top of the list are where to simplify. */
#include <stdlib.h>
#include <string.h>

#include "flow/app.h"
#include "flow/report_behind.h"
#include "flow/report_form.h"

enum { C_CASE, C_COMPONENT, C_DOSSIERS, C_REQUESTS };

struct asked {
    const char *procedure, *paper, *key; /* key: of the procedure */
    int number;                          /* of the paper */
    int64_t dossiers, requests;
};

/* ---- papers by number ---- */

/* Where a case's first `n` components have a paper of that name, from 1; 0: nowhere. */
static int seq_of(const struct procedure_case *c, int n, const char *name)
{
    for (int i = 0; i < n; i++)
        if (!strcmp(c->components[i].name, name))
            return i + 1;
    return 0;
}

/* Does it stand earlier, in a case before or in the same one? */
static bool is_repeated(const struct reference *r, int at, int i)
{
    const struct procedure_case *own = &r->cases[at];

    for (int k = 0; k <= at; k++) {
        const struct procedure_case *c = &r->cases[k];

        if (!strcmp(c->procedure_key, own->procedure_key) &&
            seq_of(c, k == at ? i : c->n_components, own->components[i].name))
            return true;
    }
    return false;
}

/* Where the numbered paper of a procedure stands first. */
static bool find_first(const struct reference *r, const char *procedure_key, int number,
                       int *ret_case, int *ret_component)
{
    for (int k = 0; k < r->n_cases; k++)
        for (int i = 0; i < r->cases[k].n_components; i++)
            if (!strcmp(r->cases[k].procedure_key, procedure_key) && !is_repeated(r, k, i) &&
                --number == 0) {
                *ret_case = k;
                *ret_component = i;
                return true;
            }
    return false;
}

int report_paper_number(const struct reference *r, const struct procedure_case *c, int seq)
{
    int k = 0, i = 0;

    for (int number = 1; find_first(r, c->procedure_key, number, &k, &i); number++)
        if (!strcmp(c->components[seq - 1].name, r->cases[k].components[i].name))
            return number;
    return 0;
}

int report_paper_find(const struct reference *r, struct arena *arena, const char *procedure_key,
                      int number, int64_t **ret_cases, int64_t **ret_components)
{
    int k = 0, i = 0, n = 0, most = 1;

    for (int a = 0; a < r->n_cases; a++)
        most += r->cases[a].n_components;
    *ret_cases = arena_array(arena, (size_t)most, sizeof **ret_cases);
    *ret_components = arena_array(arena, (size_t)most, sizeof **ret_components);
    if (!*ret_components)
        *ret_cases = NULL;
    if (!*ret_cases || !find_first(r, procedure_key, number, &k, &i))
        return 0;
    for (int a = 0; a < r->n_cases; a++) {
        const struct procedure_case *c = &r->cases[a];

        if (strcmp(c->procedure_key, procedure_key) != 0)
            continue;
        for (int b = 0; b < c->n_components; b++)
            if (!strcmp(c->components[b].name, r->cases[k].components[i].name)) {
                (*ret_cases)[n] = c->id;
                (*ret_components)[n++] = b + 1;
            }
    }
    return n;
}

/* ---- the table ---- */

static bool components_send(struct report_run *run)
{
    struct db_params p;
    bool sent;

    run->table.has_total = false;
    db_params_init(&p);
    statistics_scope_put(&run->base, &run->scope, &p);
    sent = request_query(&run->base, 0, DB_LANE_READ, DB_STATISTICS_COMPONENTS, &p);
    db_params_deinit(&p);
    return sent;
}

/* The paper of that name in that procedure: versions and cases that ask for the same are one. */
static struct asked *find(struct asked *list, int *n, const char *key, const char *paper)
{
    for (int i = 0; i < *n; i++)
        if (!strcmp(list[i].key, key) && !strcmp(list[i].paper, paper))
            return &list[i];
    list[*n] = (struct asked){.key = key, .paper = paper};
    return &list[(*n)++];
}

/* The most often asked for first; then by name, so that the order is one. */
static int by_requests(const void *a, const void *b)
{
    const struct asked *x = a, *y = b;
    int names = strcmp(x->key, y->key);

    if (x->requests != y->requests)
        return x->requests < y->requests ? 1 : -1;
    return names ? names : strcmp(x->paper, y->paper);
}

/* Dossiers of the cases whose list has the paper, whether it was asked for there or not. */
static int64_t received_of(const struct reference *ref, const struct db_result *r,
                           const struct asked *one)
{
    int64_t n = 0;

    for (int i = 0; i < db_rows(r); i++) {
        const struct procedure_case *c = reference_case(ref, db_int(r, i, C_CASE));

        if (c && db_int(r, i, C_COMPONENT) == 0 && !strcmp(c->procedure_key, one->key) &&
            seq_of(c, c->n_components, one->paper))
            n += db_int(r, i, C_DOSSIERS);
    }
    return n;
}

static enum report_progress components_read(struct report_run *run)
{
    struct request *req = &run->base;
    const struct db_result *r = &request_result(req, 0)->result;
    struct asked *list = arena_array(req->arena, (size_t)db_rows(r) + 1, sizeof *list);
    int n = 0;

    if (!list) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "report"));
        return REPORT_FAILED;
    }
    for (int i = 0; i < db_rows(r); i++) {
        const struct procedure_case *c = reference_case(req->reference, db_int(r, i, C_CASE));
        int64_t component = db_int(r, i, C_COMPONENT);
        struct asked *one;

        if (!c || component < 1 || component > c->n_components)
            continue;
        one = find(list, &n, c->procedure_key, c->components[component - 1].name);
        one->procedure = c->procedure_name;
        one->number = report_paper_number(req->reference, c, (int)component);
        one->dossiers += db_int(r, i, C_DOSSIERS);
        one->requests += db_int(r, i, C_REQUESTS);
    }
    qsort(list, (size_t)n, sizeof *list, by_requests);
    for (int i = 0; i < n; i++) {
        struct report_line *line =
            report_table_add(&run->table, list[i].key, list[i].paper, &req->error);

        if (!line)
            return REPORT_FAILED;
        report_put_text(&run->table, line, "procedure", list[i].procedure);
        report_put(&run->table, line, "received", received_of(req->reference, r, &list[i]));
        report_put(&run->table, line, "sent_back", list[i].dossiers);
        report_put(&run->table, line, "requests", list[i].requests);
        line->cut =
            arena_printf(req->arena, "procedure=%s&component=%d", list[i].key, list[i].number);
    }
    return REPORT_READ;
}

static const char *components_about[][2] = {
    {"Hồ sơ tiếp nhận trong kỳ. Giấy tờ được tính khi phiếu yêu cầu ghi đúng tên trong thành phần "
     "hồ sơ; nội dung "
     "khác không tính ở đây. Yêu cầu trước ngày có số liệu này không tính.",
     "Dossiers received in the period. A paper is counted when the request names it as the list of "
     "components does; "
     "other wording is not counted here, nor are requests from before this was kept."},
    {NULL, NULL},
};

/* clang-format off */
static const struct report_column components_columns[] = {
    {"procedure", {"Thủ tục", "Procedure"}, REPORT_TEXT, NULL, NULL},
    {"received", {"Tiếp nhận trong kỳ", "Received in the period"}, REPORT_COUNT, NULL, "column=paper_received"},
    {"sent_back", {"Hồ sơ phải bổ sung giấy này", "Sent back for it"}, REPORT_COUNT, NULL, "column=paper_asked"},
    {"share", {"Tỷ lệ", "Share"}, REPORT_RATE, "sent_back/received", NULL},
    {"requests", {"Lượt yêu cầu", "Requests"}, REPORT_COUNT, NULL, "column=paper_requests"},
};
/* clang-format on */

const struct report_form report_form_components = {
    .key = "components",
    .title = {"YÊU CẦU BỔ SUNG THEO THÀNH PHẦN HỒ SƠ", "Supplements by component"},
    .head = {"Giấy tờ", "Paper"},
    .columns = components_columns,
    .n_columns = ARRAY_LEN(components_columns),
    .about = components_about,
    .send = components_send,
    .read = components_read,
};
