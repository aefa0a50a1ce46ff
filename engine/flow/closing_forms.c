#include "flow/closing_forms.h"

#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "flow/app.h"
#include "flow/statistics.h"
#include "flow/statistics_letters.h"
#include "flow/statistics_report.h"

const struct closing_form closing_forms[] = {
    {"II.06a", "field", &use_case_statistics, true, true},
    {"II.06a", "office", &use_case_statistics, true, true},
    {"by-unit", "office", &use_case_statistics_report, true, true},
    {"by-procedure", "procedure", &use_case_statistics_report, true, true},
    {"lateness", "office", &use_case_statistics_report, true, true},
    {"index-766", "none", &use_case_statistics_report, true, true},
    {"letters", NULL, &use_case_statistics_letters, false, false},
};
const int n_closing_forms = (int)ARRAY_LEN(closing_forms);

static void put(struct closing_ask *ask, const char *name, const char *value)
{
    struct uri_pair *p = &ask->query[ask->http.n_query];

    assert(ask->http.n_query < ARRAY_LEN(ask->query));
    if (!value)
        return;
    p->name = name;
    p->value = value;
    ask->http.n_query++;
}

static void prepare(struct request *child, void *data)
{
    struct closing_ask *ask = data;

    child->http = &ask->http;
    child->lang = LANGUAGE_VI; /* a snapshot is in one language */
    child->now = ask->req->now;
}

static void done(struct request *child, void *data)
{
    struct closing_ask *ask = data;

    ask->error = child->error;
    if (child->error.code == ERR_NONE) {
        ask->body = child->body;
        child->body = (struct buffer){0};
    }
    request_release(ask->req);
}

bool closing_ask(struct closing_ask *ask, struct request *req, const struct closing_form *form,
                 const char *office, int32_t from, int32_t to, int64_t known_at, const char *format)
{
    buffer_deinit(&ask->body);
    memset(ask, 0, sizeof *ask);
    ask->req = req;
    date_format(from, ask->from);
    date_format(to, ask->to);
    ask->params[0].name = "form";
    ask->params[0].value = form->form;
    ask->http.params = ask->params;
    ask->http.n_params = 1;
    ask->http.query = ask->query;
    put(ask, "from", ask->from);
    put(ask, "to", ask->to);
    put(ask, "office", office);
    put(ask, "group_by", form->group_by);
    put(ask, "format", format);
    if (form->has_moments) {
        put(ask, "as_of", ask->to);
        if (known_at != INSTANT_NONE) {
            instant_format(known_at, req->zone_s, ask->known_at);
            put(ask, "known_at", ask->known_at);
        }
    }
    request_hold(req);
    if (request_start(req->app, form->use_case, NULL, &req->principal, prepare, done, ask))
        return true;
    request_release(req);
    return error_set(&ask->error, ERR_NO_MEMORY, arg_text("what", "closing"));
}
