/* See calendar_watch.h. */
#include "flow/calendar_watch.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/instant.h"
#include "base/log.h"

#define WATCH_FROM_MONTH 10 /* the Prime Minister's notice comes in the last quarter */

static bool is_in_use(const struct reference *r, const struct calendar *cal)
{
    for (int i = 0; i < r->n_offices; i++)
        if (r->offices[i].calendar == cal)
            return true;
    return false;
}

static bool is_good(enum calendar_year_state state)
{
    return state == CALENDAR_YEAR_PUBLISHED || state == CALENDAR_YEAR_SYNTHETIC;
}

int calendar_watch(const struct reference *r, int64_t now, int32_t zone_s,
                   struct calendar_gap ret[CALENDAR_WATCH_MAX])
{
    struct civil today = date_civil(instant_date(now, zone_s));
    int last = today.year + (today.month >= WATCH_FROM_MONTH), n = 0;

    for (int i = 0; i < r->n_calendars; i++)
        for (int year = today.year; year <= last; year++) {
            const struct calendar_ref *c = &r->calendars[i];
            enum calendar_year_state state = calendar_year_state(c->calendar, year);

            if (is_good(state) || !is_in_use(r, c->calendar))
                continue;
            if (n < CALENDAR_WATCH_MAX)
                ret[n] = (struct calendar_gap){c->key, c->name, year, state};
            n++;
        }
    return n;
}

void calendar_watch_sentence(const struct calendar_gap *g, enum language lang, struct buffer *b)
{
    static const char *const sentences[2][2] = {
        {"“%s” chưa có lịch năm %d: ngày hẹn rơi vào năm đó sẽ bị từ chối.",
         "“%s” lacks the year %d: dates that fall into it will be refused."},
        {"“%s” có lịch năm %d mới là tạm tính, chưa công bố.",
         "“%s” has the year %d provisionally, it is not published yet."},
    };

    /* Both take the name and the year. */
    buffer_printf(b, sentences[g->state == CALENDAR_YEAR_PROVISIONAL][lang], g->name, g->year);
}

void calendar_watch_tick(struct app *app)
{
    struct calendar_gap gaps[CALENDAR_WATCH_MAX];
    int64_t now = clock_business();
    int32_t today = instant_date(now, app->zone_s);
    int n;

    if (!app->reference || app->calendar_watched_on == today)
        return;
    app->calendar_watched_on = today;
    n = calendar_watch(app->reference, now, app->zone_s, gaps);
    for (int i = 0; i < n && i < CALENDAR_WATCH_MAX; i++)
        log_event(LOG_WARN, "calendar_year_not_published", arg_text("calendar", gaps[i].key),
                  arg_number("year", gaps[i].year),
                  arg_text("state", calendar_year_state_word(gaps[i].state)));
}
