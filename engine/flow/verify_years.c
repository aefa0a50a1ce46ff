/* Years that were detached: what their table holds is what was counted when it was. Each of their
 * dossiers is held against the table as against a partition (event_ever). */
#include <inttypes.h>
#include <stdio.h>

#include "flow/verify_impl.h"

bool verify_years(struct verify *v)
{
    struct db_call call = {0};
    bool ok = verify_query(v, DB_VERIFY_YEARS, NULL, &call);
    const struct db_result *r = &call.result;

    for (int i = 0; ok && i < db_rows(r); i++) {
        int year = (int)db_int(r, i, 0);
        char counted[24], found[24];

        if (db_bool(r, i, 1)) {
            verify_warns(v, NULL, "begun", "not completed", "detaching of year %d", year);
            continue;
        }
        snprintf(counted, sizeof counted, "%" PRId64, db_int(r, i, 2));
        snprintf(found, sizeof found, "%" PRId64, db_int(r, i, 3));
        if (db_int(r, i, 2) != db_int(r, i, 3))
            verify_differs(v, NULL, counted, found, "events of the detached year %d", year);
        else if (!db_bool(r, i, 4))
            verify_differs(v, NULL, "another", "the one of its events",
                           "sum of the detached year %d", year);
    }
    db_call_deinit(&call);
    return ok;
}
