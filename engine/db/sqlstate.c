/* The one table from SQLSTATEs to refusals. What is not in it is our own mistake or a sick server:
 * it is told by its five letters and logged where the reply is written. */
#include "db/sqlstate.h"

#include <libpq-fe.h>
#include <string.h>

#include "base/macros.h"

/* A state of five letters, or a class of two; the first row that fits counts. */
struct sqlstate_row {
    const char *state;
    enum error_code code;
};

static const struct sqlstate_row sqlstate_rows[] = {
    {"23505", ERR_DB_DUPLICATE},        /* unique_violation */
    {"23", ERR_DB_RULE},                /* the other integrity constraints */
    {"VD001", ERR_DB_HISTORY},          /* a fact's history */
    {"VD002", ERR_DB_HISTORY},          /* a final letter */
    {"VD003", ERR_DB_HISTORY},          /* an edit of reference data */
    {"VD005", ERR_DB_HISTORY},          /* a late episode */
    {"VD004", ERR_DB_HISTORY},          /* the register of an office that ended */
    {"VD006", ERR_DB_HISTORY},          /* the root of a day */
    {"VD011", ERR_PERSON_FORGOTTEN},    /* forgotten while a dossier named him */
    {"VD012", ERR_RETENTION_TOO_YOUNG}, /* the last twelve months */
    {"VD007", ERR_DB_HISTORY},          /* an event of a closed day */
    {"VD008", ERR_DB_HISTORY},          /* a closed period */
    {"VD009", ERR_DB_HISTORY},          /* an event of a detached year */
    {"42501", ERR_DB_DENIED},           /* insufficient_privilege */
    {"42P01", ERR_DB_DENIED},           /* undefined_table: who may not enter a schema sees none */
    {"42883", ERR_DB_DENIED},           /* undefined_function, likewise */
    {"42704", ERR_DB_DENIED},           /* undefined_object: a type, likewise */
    {"3F000", ERR_DB_DENIED},           /* invalid_schema_name */
    {"25006", ERR_DB_READ_ONLY},        /* read_only_sql_transaction: a standby */
    {"40", ERR_DB_CONFLICT},            /* serialisation, deadlock */
    {"55P03", ERR_DB_TIMEOUT},          /* lock_not_available */
    {"57014", ERR_DB_TIMEOUT},          /* query_canceled: statement_timeout */
    {"57", ERR_DB_UNAVAILABLE},         /* shutdown, starting up */
    {"08", ERR_DB_UNAVAILABLE},         /* connection */
    {"53", ERR_DB_RESOURCES},           /* disk full, memory, too many connections */
    {"58", ERR_DB_RESOURCES},           /* system error */
};

const char *sqlstate_of(const struct db_result *r)
{
    const char *state = r->pg ? PQresultErrorField(r->pg, PG_DIAG_SQLSTATE) : NULL;

    return state ? state : "";
}

bool sqlstate_is_retryable(const char *state)
{
    return strncmp(state, "40", 2) == 0;
}

bool sqlstate_error(const struct db_result *r, struct error *err)
{
    const char *state = sqlstate_of(r);
    const char *constraint = r->pg ? PQresultErrorField(r->pg, PG_DIAG_CONSTRAINT_NAME) : NULL;
    enum error_code code = ERR_DB_REFUSED;

    for (size_t i = 0; i < ARRAY_LEN(sqlstate_rows); i++) {
        if (strncmp(state, sqlstate_rows[i].state, strlen(sqlstate_rows[i].state)) == 0) {
            code = sqlstate_rows[i].code;
            break;
        }
    }
    if (code == ERR_DB_DUPLICATE || code == ERR_DB_RULE || code == ERR_DB_HISTORY) {
        /* lint-errors: DB_DUPLICATE DB_RULE DB_HISTORY */
        return error_set(err, code, arg_text("constraint", constraint ? constraint : state));
    }
    if (code == ERR_DB_UNAVAILABLE)
        return error_set(err, ERR_DB_UNAVAILABLE, arg_text("reason", state));
    /* lint-errors: PERSON_FORGOTTEN RETENTION_TOO_YOUNG DB_DENIED DB_READ_ONLY DB_CONFLICT
     * DB_TIMEOUT DB_RESOURCES DB_REFUSED */
    return error_set(err, code, arg_text("state", state));
}
