/* The client's shared words: what one run of motcua knows, and how it ends. */
#pragma once
#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "cli/arguments.h"
#include "cli/client.h"
#include "cli/home.h"
#include "cli/view.h"

struct cli {
    struct arena *arena; /* lives as long as the run */
    enum language language;
    bool is_json;       /* print what the daemon said, as it said it */
    bool is_unattended; /* --no-wait: long work is ordered, and not waited for */
    const struct verb *verb;
    struct arguments arguments;
    struct home home;
    struct client *client;
    struct error error; /* of our own side; the daemon's refusals are in the reply */
};

/* Prints the error's sentence on standard error and says how to end. */
enum cli_exit cli_fail(const struct cli *cli, enum cli_exit status);

/* Sends and waits for the reply; refusals are printed. CLI_DONE when the daemon agreed. */
enum cli_exit cli_call(struct cli *cli, struct client_request *request, struct client_reply *reply);

/* The same, then prints the reply by the verb's view, or as JSON. */
enum cli_exit cli_call_and_print(struct cli *cli, struct client_request *request);
enum cli_exit cli_print(struct cli *cli, enum view view, const struct client_reply *reply);

/* Writes a paper to a file, and says which. */
enum cli_exit cli_save(struct cli *cli, const char *out, const struct buffer *bytes);

/* After a 202: waits until the job has ended, with progress on standard error, and prints how; or,
 * with --no-wait, prints the job as it was ordered. */
enum cli_exit job_follow(struct cli *cli, const struct client_reply *accepted);

/* The same without printing: the job as it ended. CLI_REFUSED when it did not end well. */
enum cli_exit job_await(struct cli *cli, const struct client_reply *accepted,
                        struct client_reply *ret_ended);

/* Path of the request: the template with its {NAME}s replaced by arguments, percent-encoded, and in
 * a GET the options as its query. NULL with an error. */
char *cli_path(struct cli *cli, const char *template, bool with_query);

/* The options as the JSON body, or the file of --body with them on top. NULL with an error. */
cJSON *cli_body(struct cli *cli);
char *cli_body_text(struct cli *cli, const cJSON *body);

/* The functions of verbs.def. */
enum cli_exit run_send(struct cli *cli);
enum cli_exit run_post(struct cli *cli); /* the options as the body */
enum cli_exit run_health(struct cli *cli);
enum cli_exit run_intake(struct cli *cli);
enum cli_exit run_act(struct cli *cli);
enum cli_exit run_show(struct cli *cli);
enum cli_exit run_paper(struct cli *cli);
enum cli_exit run_document(struct cli *cli);
enum cli_exit run_form(struct cli *cli);
enum cli_exit run_attach(struct cli *cli);
enum cli_exit run_queue(struct cli *cli);
enum cli_exit run_letters(struct cli *cli);
enum cli_exit run_job(struct cli *cli);
enum cli_exit run_organisation(struct cli *cli);
enum cli_exit run_officer(struct cli *cli);
enum cli_exit run_closing(struct cli *cli);
enum cli_exit run_delegation(struct cli *cli);
enum cli_exit run_portal(struct cli *cli);
enum cli_exit run_file_office(struct cli *cli);
enum cli_exit run_declaration(struct cli *cli);
enum cli_exit run_sweep(struct cli *cli);
enum cli_exit run_sweeps(struct cli *cli);
enum cli_exit run_stats(struct cli *cli);
enum cli_exit run_figures(struct cli *cli);
enum cli_exit run_keys(struct cli *cli);
enum cli_exit run_retention(struct cli *cli);
enum cli_exit run_person(struct cli *cli);
enum cli_exit run_import(struct cli *cli);
enum cli_exit run_demo(struct cli *cli);
enum cli_exit run_objective(struct cli *cli);
enum cli_exit run_audit(struct cli *cli);
enum cli_exit run_calendar(struct cli *cli);
enum cli_exit run_procedure(struct cli *cli);
enum cli_exit run_ruleset(struct cli *cli);
enum cli_exit run_login(struct cli *cli);
enum cli_exit run_password(struct cli *cli);
enum cli_exit run_session(struct cli *cli);
enum cli_exit run_token(struct cli *cli);
enum cli_exit run_role_policy(struct cli *cli);
enum cli_exit run_logout(struct cli *cli);
enum cli_exit run_offline(struct cli *cli);
