#include "daemon/routes.h"

#include <string.h>

#include "flow/act.h"
#include "flow/attachment.h"
#include "flow/audit_list.h"
#include "flow/audit_read.h"
#include "flow/backlog.h"
#include "flow/blank_slip.h"
#include "flow/calendar_edit.h"
#include "flow/calendar_read.h"
#include "flow/cause_read.h"
#include "flow/chasing.h"
#include "flow/closing.h"
#include "flow/deadline_read.h"
#include "flow/declaration.h"
#include "flow/delegation.h"
#include "flow/demo_clock.h"
#include "flow/desk.h"
#include "flow/dossier_due.h"
#include "flow/dossier_paper.h"
#include "flow/dossier_read.h"
#include "flow/dossier_reads.h"
#include "flow/due.h"
#include "flow/evidence.h"
#include "flow/form_set.h"
#include "flow/form_template.h"
#include "flow/import.h"
#include "flow/intake.h"
#include "flow/job.h"
#include "flow/ledger_read.h"
#include "flow/letter_batch.h"
#include "flow/letter_certify.h"
#include "flow/letters.h"
#include "flow/lists.h"
#include "flow/live.h"
#include "flow/login.h"
#include "flow/me.h"
#include "flow/my_password.h"
#include "flow/objective.h"
#include "flow/office_edit.h"
#include "flow/office_merger.h"
#include "flow/outbox.h"
#include "flow/paper_check.h"
#include "flow/paper_register.h"
#include "flow/person_export.h"
#include "flow/person_find.h"
#include "flow/portal.h"
#include "flow/print_batch.h"
#include "flow/procedure.h"
#include "flow/public_lookup.h"
#include "flow/public_procedures.h"
#include "flow/public_statistics.h"
#include "flow/register_read.h"
#include "flow/retention.h"
#include "flow/role_policy.h"
#include "flow/rules_read.h"
#include "flow/ruleset.h"
#include "flow/seal_keys.h"
#include "flow/second_factor.h"
#include "flow/session_list.h"
#include "flow/statistics.h"
#include "flow/statistics_dossiers.h"
#include "flow/statistics_late.h"
#include "flow/statistics_late_intake.h"
#include "flow/statistics_letters.h"
#include "flow/statistics_period.h"
#include "flow/statistics_report.h"
#include "flow/sweep_order.h"
#include "flow/sweep_read.h"
#include "flow/system.h"
#include "flow/upload.h"
#include "http/rate.h"

/* clang-format off */
const struct use_case *const route_use_cases[ROUTE_COUNT] = {
    [ROUTE_LOGIN]           = &use_case_login,
    [ROUTE_LOGOUT]          = &use_case_logout,
    [ROUTE_ME]              = &use_case_me,
    [ROUTE_RECOVER]         = &use_case_recover,
    [ROUTE_PASSWORD]        = &use_case_password,
    [ROUTE_FACTOR_NEW]      = &use_case_factor_new,
    [ROUTE_FACTOR_CONFIRM]  = &use_case_factor_confirm,
    [ROUTE_FACTOR_REMOVE]   = &use_case_factor_remove,
    [ROUTE_SESSIONS]        = &use_case_sessions,
    [ROUTE_SESSIONS_END]    = &use_case_sessions_end,
    [ROUTE_SESSION_END]     = &use_case_session_end,
    [ROUTE_TOKENS]          = &use_case_tokens,
    [ROUTE_TOKEN_NEW]       = &use_case_token_new,
    [ROUTE_TOKEN_END]       = &use_case_token_end,
    [ROUTE_ROLE_POLICIES]   = &use_case_role_policies,
    [ROUTE_ROLE_POLICY_SAVE] = &use_case_role_policy_save,
    [ROUTE_LOGIN_RESET]     = &use_case_login_reset,
    [ROUTE_HEALTH]          = &use_case_health,
    [ROUTE_READY]           = &use_case_ready,
    [ROUTE_METRICS]         = &use_case_metrics,
    [ROUTE_OPENAPI]         = &use_case_openapi,
    [ROUTE_DOSSIERS]        = &use_case_dossiers,
    [ROUTE_DOSSIER_NEW]     = &use_case_intake,
    [ROUTE_DOSSIER]         = &use_case_dossier,
    [ROUTE_DOSSIER_EVENTS]  = &use_case_dossier_events,
    [ROUTE_DOSSIER_DUE]     = &use_case_dossier_due,
    [ROUTE_DOSSIER_DUE_PAPER] = &use_case_dossier_due_paper,
    [ROUTE_DOSSIER_CAUSE]   = &use_case_dossier_cause,
    [ROUTE_DOSSIER_PAPERS]  = &use_case_dossier_papers,
    [ROUTE_DOSSIER_READS]   = &use_case_dossier_reads,
    [ROUTE_DOSSIER_SLIP]    = &use_case_slip,
    [ROUTE_DOSSIER_PAPER]   = &use_case_dossier_paper,
    [ROUTE_REGISTER]        = &use_case_register,
    [ROUTE_DOSSIER_ACTION]  = &use_case_act,
    [ROUTE_QUEUE]           = &use_case_queue,
    [ROUTE_DEADLINES]       = &use_case_deadlines,
    [ROUTE_SEARCH]          = &use_case_search,
    [ROUTE_DUE]             = &use_case_due,
    [ROUTE_OFFICES]         = &use_case_offices,
    [ROUTE_OFFICE_NEW]      = &use_case_office_new,
    [ROUTE_OFFICE_CHANGE]   = &use_case_office_change,
    [ROUTE_OFFICE_END]      = &use_case_office_end,
    [ROUTE_OFFICE_MERGER]   = &use_case_office_merger,
    [ROUTE_OFFICER_HAND_OVER] = &use_case_desk_hand_over,
    [ROUTE_DELEGATIONS]     = &use_case_delegations,
    [ROUTE_DELEGATION_NEW]  = &use_case_delegation_new,
    [ROUTE_DELEGATION_WITHDRAW] = &use_case_delegation_withdraw,
    [ROUTE_OFFICERS]        = &use_case_officers,
    [ROUTE_OFFICER_NEW]     = &use_case_officer_new,
    [ROUTE_OFFICER_ROLES]   = &use_case_officer_roles,
    [ROUTE_PROCEDURES]      = &use_case_procedures,
    [ROUTE_PROCEDURE]       = &use_case_procedure,
    [ROUTE_PROCEDURE_SAVE]  = &use_case_procedure_save,
    [ROUTE_PROCEDURE_VERSIONS] = &use_case_procedure_versions,
    [ROUTE_PROCEDURE_END]   = &use_case_procedure_end,
    [ROUTE_CAUSES]          = &use_case_causes,
    [ROUTE_RULESETS]        = &use_case_rulesets,
    [ROUTE_RULESET]         = &use_case_ruleset,
    [ROUTE_RULESET_CHANGE]  = &use_case_ruleset_change,
    [ROUTE_FORM_SETS]       = &use_case_form_sets,
    [ROUTE_FORM_SET_SAVE]   = &use_case_form_set_save,
    [ROUTE_CALENDARS]       = &use_case_calendars,
    [ROUTE_CALENDAR]        = &use_case_calendar,
    [ROUTE_CALENDAR_NEW]    = &use_case_calendar_new,
    [ROUTE_CALENDAR_DAYS]   = &use_case_calendar_days,
    [ROUTE_CALENDAR_CHECK]  = &use_case_calendar_check,
    [ROUTE_CALENDAR_EXPORT] = &use_case_calendar_export,
    [ROUTE_CALENDAR_CHANGE] = &use_case_calendar_change,
    [ROUTE_CHANGES]         = &use_case_changes,
    [ROUTE_OBJECTIVES]      = &use_case_objectives,
    [ROUTE_OBJECTIVE]       = &use_case_objective,
    [ROUTE_OBJECTIVE_NEW]   = &use_case_objective_new,
    [ROUTE_OBJECTIVE_CHANGE] = &use_case_objective_change,
    [ROUTE_OBJECTIVE_WITHDRAW] = &use_case_objective_withdraw,
    [ROUTE_LETTERS]         = &use_case_letters,
    [ROUTE_OBLIGATIONS]     = &use_case_obligations,
    [ROUTE_AUDIT_ROOTS]     = &use_case_audit_roots,
    [ROUTE_AUDIT_LIST]      = &use_case_audit_list,
    [ROUTE_AUDIT_READS]     = &use_case_audit_reads,
    [ROUTE_LATE_EPISODES]   = &use_case_late_episodes,
    [ROUTE_LETTER_BATCH]    = &use_case_letter_batch,
    [ROUTE_BACKLOG]         = &use_case_backlog,
    [ROUTE_BACKLOG_CLOSE]   = &use_case_backlog_close,
    [ROUTE_LETTER]          = &use_case_letter,
    [ROUTE_LETTER_DOCUMENT] = &use_case_letter_document,
    [ROUTE_LETTER_ACTION]   = &use_case_letter_action,
    [ROUTE_SWEEPS]          = &use_case_sweeps,
    [ROUTE_SWEEP_RUN]       = &use_case_sweep_run,
    [ROUTE_SWEEP_PREVIEW]   = &use_case_sweep_preview,
    [ROUTE_SWEEP]           = &use_case_sweep_record,
    [ROUTE_SWEEP_ITEMS]     = &use_case_sweep_items,
    [ROUTE_SWEEP_DUE]       = &use_case_sweep_due,
    [ROUTE_IMPORT]          = &use_case_import,
    [ROUTE_JOBS]            = &use_case_jobs,
    [ROUTE_JOB]             = &use_case_job,
    [ROUTE_JOB_ITEMS]       = &use_case_job_items,
    [ROUTE_JOB_ACTION]      = &use_case_job_action,
    [ROUTE_STREAM]          = &use_case_stream,
    [ROUTE_NOTICES]         = &use_case_notices,
    [ROUTE_OUTBOX]          = &use_case_outbox,
    [ROUTE_OUTBOX_OUTCOME]  = &use_case_outbox_outcome,
    [ROUTE_OUTBOX_RESEND]   = &use_case_outbox_resend,
    [ROUTE_OUTBOX_CALLBACK] = &use_case_outbox_callback,
    [ROUTE_KEYS]            = &use_case_keys,
    [ROUTE_KEYS_RESEAL]     = &use_case_keys_reseal,
    [ROUTE_RETENTION]       = &use_case_retention,
    [ROUTE_RETENTION_SET]   = &use_case_retention_set,
    [ROUTE_RETENTION_RUN]   = &use_case_retention_run,
    [ROUTE_PERSON_FIND] = &use_case_person_find,
    [ROUTE_PERSON_EXPORT]   = &use_case_person_export,
    [ROUTE_STATISTICS]      = &use_case_statistics,
    [ROUTE_PORTAL_FILES]    = &use_case_portal_files,
    [ROUTE_PORTAL_FILE_NEW] = &use_case_portal_file_new,
    [ROUTE_FILE_OFFICES]    = &use_case_file_offices,
    [ROUTE_FILE_OFFICE_SET] = &use_case_file_office_set,
    [ROUTE_DECLARATIONS]    = &use_case_declarations,
    [ROUTE_DECLARATION_NEW] = &use_case_declaration_new,
    [ROUTE_DECLARATION_WITHDRAW] = &use_case_declaration_withdraw,
    [ROUTE_STATISTICS_DOSSIERS] = &use_case_statistics_dossiers,
    [ROUTE_STATISTICS_PERIODS] = &use_case_statistics_periods,
    [ROUTE_STATISTICS_REPORT] = &use_case_statistics_report,
    [ROUTE_EVIDENCE] = &use_case_evidence,
    [ROUTE_BLANK_SLIPS] = &use_case_blank_slips,
    [ROUTE_BLANK_SLIPS_ORDER] = &use_case_blank_slips_order,
    [ROUTE_BLANK_SLIPS_VOID] = &use_case_blank_slips_void,
    [ROUTE_BLANK_SLIP_BATCHES] = &use_case_blank_slip_batches,
    [ROUTE_BLANK_SLIP_DOCUMENT] = &use_case_blank_slip_document,
    [ROUTE_CHASING] = &use_case_chasing,
    [ROUTE_CHASING_SLIPS] = &use_case_chasing_slips,
    [ROUTE_CHASE] = &use_case_chase,
    [ROUTE_CHASING_DOCUMENT] = &use_case_chasing_document,
    [ROUTE_CHASING_ANSWER] = &use_case_chasing_answer,
    [ROUTE_STATISTICS_LATE] = &use_case_statistics_late,
    [ROUTE_STATISTICS_LATE_INTAKE] = &use_case_statistics_late_intake,
    [ROUTE_CLOSINGS]        = &use_case_closings,
    [ROUTE_CLOSING_NEW]     = &use_case_closing_new,
    [ROUTE_CLOSING]         = &use_case_closing,
    [ROUTE_CLOSING_OBSTACLES] = &use_case_closing_obstacles,
    [ROUTE_CLOSING_ACCEPT]  = &use_case_closing_accept,
    [ROUTE_CLOSING_CLOSE]   = &use_case_closing_close,
    [ROUTE_CLOSING_REOPEN]  = &use_case_closing_reopen,
    [ROUTE_CLOSING_CONTENT] = &use_case_closing_content,
    [ROUTE_CLOSING_DOCUMENT] = &use_case_closing_document,
    [ROUTE_CLOSING_CORRECTIONS] = &use_case_closing_corrections,
    [ROUTE_STATISTICS_LETTERS] = &use_case_statistics_letters,
    [ROUTE_CLOCK]           = &use_case_clock,
    [ROUTE_CLOCK_MOVE]      = &use_case_clock_move,
    [ROUTE_PUBLIC_LOOKUP]   = &use_case_lookup,
    [ROUTE_PUBLIC_PROCEDURES] = &use_case_public_procedures,
    [ROUTE_PUBLIC_STATISTICS] = &use_case_public_statistics,
    [ROUTE_PUBLIC_DOCUMENT] = &use_case_public_document,
    [ROUTE_PUBLIC_CHECK]    = &use_case_public_check,
    [ROUTE_PUBLIC_LETTER]   = &use_case_lookup_letter,
    [ROUTE_LETTER_HAND_BACK] = &use_case_letter_hand_back,
    [ROUTE_PRINT_BATCH]     = &use_case_print_batch,
    [ROUTE_PAPER_REGISTERS] = &use_case_paper_registers,
    [ROUTE_PAPER_REGISTER_OPEN] = &use_case_paper_register_open,
    [ROUTE_PAPER_REGISTER_ENTRIES] = &use_case_paper_register_entries,
    [ROUTE_FORMS]           = &use_case_forms,
    [ROUTE_FORM_TEXT]       = &use_case_form_text,
    [ROUTE_FORM_PREVIEW]    = &use_case_form_preview,
    [ROUTE_FORM_SAVE]       = &use_case_form_save,
    [ROUTE_UPLOAD_NEW]      = &use_case_upload_new,
    [ROUTE_UPLOAD]          = &use_case_upload,
    [ROUTE_UPLOAD_PIECE]    = &use_case_upload_piece,
    [ROUTE_UPLOAD_FINISH]   = &use_case_upload_finish,
    [ROUTE_ATTACHMENTS]     = &use_case_attachments,
    [ROUTE_ATTACHMENT_FILE] = &use_case_attachment_file,
    [ROUTE_ATTACHMENT_THUMBNAIL] = &use_case_attachment_thumbnail,
    [ROUTE_ATTACHMENT_DETACH] = &use_case_attachment_detach,
};
/* clang-format on */

/* What a stranger may try secrets at is counted strictly by address. */
static int rate_of(const struct route *r)
{
    if (r->who != ROUTE_WHO_PUBLIC || r->flags & ROUTE_FLAG_OPEN)
        return 0;
    return strncmp(r->path, "/public/", 8) == 0 ? RATE_PUBLIC : RATE_LOGIN;
}

const struct http_route *routes_for_server(size_t *ret_n)
{
    static struct http_route rows[ROUTE_COUNT];
    size_t n = 0;

    for (size_t i = 0; i < ROUTE_COUNT; i++)
        if (route_use_cases[i])
            rows[n++] = (struct http_route){
                routes[i].method, routes[i].path, (int)i,
                routes[i].flags & ROUTE_FLAG_LARGE ? ROUTE_LARGE_BODY : 0, rate_of(&routes[i])};
    *ret_n = n;
    return rows;
}
