/* See history_rows.h. */
#include "flow/history_rows.h"

int history_rows_end(const struct db_result *r, int from, int64_t id)
{
    while (from < db_rows(r) && db_int(r, from, 0) == id)
        from++;
    return from;
}

bool history_rows_read(const struct db_result *r, int from, int to, struct arena *arena,
                       struct history *ret, struct error *err)
{
    struct event *events = event_room(arena, to - from);

    if (!events)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "events"));
    for (int i = from; i < to; i++) {
        size_t len;
        const char *bytes = db_bytes(r, i, 2, &len);

        if (!event_decode(arena, bytes, len, &events[i - from], err))
            return false;
    }
    *ret = (struct history){events, to - from};
    return true;
}
