/* A year of a calendar against the law: what is missing, what is too much, and the rows that would
 * mend it. Only days on which people would otherwise work are judged: which of the days off are
 * holidays and which substitutes changes no count. */
#include <stdio.h>

#include "base/csv.h"
#include "base/instant.h"
#include "domain/calendar_text.h"
#include "domain/holiday_impl.h"
#include "domain/lunar.h"

#define ZONE_CHINA_S (8 * 3600)

/* What the calendar has on a day; false when it does not know the year. */
static bool look(const struct calendar *cal, int32_t on, struct calendar_info *ret)
{
    struct error ignored; /* an unknown year lacks every day */

    return calendar_day(cal, on, ret, &ignored);
}

static bool is_off_by_law(const struct calendar_info *day)
{
    return day->kind == CALENDAR_HOLIDAY || day->kind == CALENDAR_SUBSTITUTE;
}

static const struct holiday_day *law_day(const struct holiday_year *law, int32_t on)
{
    for (int i = 0; i < law->n; i++)
        if (law->days[i].on == on)
            return &law->days[i];
    return NULL;
}

/* Days on which law and calendar disagree whether people work. */
static int disagreements(const struct calendar *cal, const struct holiday_year *law)
{
    int n = 0;

    for (int32_t on = date_from_civil(law->year, 1, 1); on <= date_from_civil(law->year, 12, 31);
         on++) {
        struct calendar_info day;

        if (look(cal, on, &day) && date_weekday(on) < 6)
            n += is_off_by_law(&day) != (law_day(law, on) != NULL);
    }
    return n;
}

/* Takes each open choice as the calendar made it: the one that fits best, the proposed one first.
 */
static bool choose(const struct calendar *cal, int year, struct holiday_year *ret,
                   struct error *err)
{
    int before[HOLIDAY_COUNT], best;

    holiday_choices_default(before);
    if (!holiday_days(year, before, ret, err))
        return false;
    best = disagreements(cal, ret);
    for (int h = 0; h < HOLIDAY_COUNT; h++) {
        int least, n = holiday_choices((enum holiday)h, &least), taken = before[h];

        for (int i = 0; n > 1 && i < n; i++) {
            struct holiday_year other;
            int wrong;

            before[h] = least + i;
            if (!holiday_days(year, before, &other, err))
                return false;
            wrong = disagreements(cal, &other);
            if (wrong < best) {
                best = wrong;
                taken = before[h];
                *ret = other;
            }
        }
        before[h] = taken;
    }
    return true;
}

/* Is the day one of those off around the Chinese new year, where that is not ours? */
static bool is_chinese_tet(int32_t on, int year)
{
    int32_t there, here;

    if (year < LUNAR_YEAR_MIN || year > LUNAR_YEAR_MAX)
        return false;
    there = lunar_new_year_elsewhere(year, ZONE_CHINA_S);
    here = lunar_new_year_elsewhere(year, ZONE_VIETNAM_S);
    return there != here && on >= there - 2 && on <= there + 6;
}

/* Does a swapped day have a make-up day that pays it back, and a make-up day its swapped one? */
static bool has_other_half(const struct calendar *cal, const struct calendar_info *day)
{
    struct calendar_info other;

    if (day->kind == CALENDAR_MAKE_UP)
        return day->like_on != DATE_NONE && look(cal, day->like_on, &other) &&
               other.kind == CALENDAR_SWAPPED;
    for (int32_t on = day->on - 60; on <= day->on + 60; on++)
        if (look(cal, on, &other) && other.kind == CALENDAR_MAKE_UP && other.like_on == day->on)
            return true;
    return false;
}

static void add(struct holiday_check *c, struct holiday_finding f)
{
    c->n_missing += f.kind == HOLIDAY_MISSING;
    c->n_extra += f.kind == HOLIDAY_EXTRA;
    c->n_different += f.kind == HOLIDAY_DIFFERENT || f.kind == HOLIDAY_SWAP_HALF;
    if (c->n_findings < HOLIDAY_FINDINGS_MAX)
        c->findings[c->n_findings++] = f;
}

static void check_day(const struct calendar *cal, int32_t on, struct holiday_check *c)
{
    const struct holiday_day *law = law_day(&c->law, on);
    struct holiday_finding f = {.on = on, .holiday = -1, .found = CALENDAR_WORKDAY};
    struct calendar_info day;

    if (law) {
        f.holiday = (int)law->holiday;
        f.is_substitute = law->is_substitute;
        f.is_chosen = law->is_chosen;
    }
    if (!look(cal, on, &day)) {
        f.kind = HOLIDAY_MISSING;
        if (law)
            add(c, f);
        return;
    }
    f.found = day.kind;
    if (day.kind == CALENDAR_SWAPPED || day.kind == CALENDAR_MAKE_UP) {
        f.kind = has_other_half(cal, &day) ? HOLIDAY_SWAP : HOLIDAY_SWAP_HALF;
        add(c, f);
    }
    if (law && day.kind == CALENDAR_MAKE_UP) {
        f.kind = HOLIDAY_DIFFERENT;
        add(c, f);
    } else if (law && (is_off_by_law(&day) || !day.is_working)) {
        f.kind = HOLIDAY_AGREES;
        if (day.kind != CALENDAR_SWAPPED)
            add(c, f);
    } else if (law) {
        f.kind = HOLIDAY_MISSING;
        add(c, f);
    } else if (is_off_by_law(&day) && date_weekday(on) < 6) {
        f.kind = HOLIDAY_EXTRA;
        f.is_chinese = is_chinese_tet(on, c->law.year);
        add(c, f);
    }
}

bool holiday_check(const struct calendar *cal, int year, struct holiday_check *ret_check,
                   struct error *err)
{
    ret_check->n_findings = ret_check->n_missing = 0;
    ret_check->n_extra = ret_check->n_different = 0;
    ret_check->state = calendar_year_state(cal, year);
    if (!choose(cal, year, &ret_check->law, err))
        return false;
    for (int32_t on = date_from_civil(year, 1, 1); on <= date_from_civil(year, 12, 31); on++)
        check_day(cal, on, ret_check);
    return true;
}

/* ---- telling ---- */

const char *holiday_finding_word(enum holiday_finding_kind kind)
{
    static const char *const words[] = {"agrees",    "missing", "extra",
                                        "different", "swap",    "swap_half"};

    return words[kind];
}

/* The holiday with what it is there: "nghỉ bù Quốc khánh". */
static void write_holiday(const struct holiday_finding *f, enum language lang, struct buffer *b)
{
    const char *name = holiday_name((enum holiday)f->holiday, lang);

    if (!f->is_substitute)
        buffer_text(b, name);
    else if (lang == LANGUAGE_VI)
        buffer_printf(b, "nghỉ bù %s", name);
    else
        buffer_printf(b, "substitute for %s", name);
}

void holiday_finding_write(const struct holiday_finding *f, enum language lang, struct buffer *b)
{
    bool is_vi = lang == LANGUAGE_VI;
    const char *found = calendar_kind_phrase(f->found, lang);

    switch (f->kind) {
    case HOLIDAY_AGREES:
        write_holiday(f, lang, b);
        break;
    case HOLIDAY_MISSING:
        buffer_text(b, is_vi ? "lịch chưa có ngày nghỉ: " : "the calendar lacks the day off: ");
        write_holiday(f, lang, b);
        break;
    case HOLIDAY_EXTRA:
        buffer_printf(
            b, is_vi ? "lịch ghi %s, luật không có" : "the calendar has a %s, the law none", found);
        if (f->is_chinese)
            buffer_text(b, is_vi ? "; có lẽ lấy theo âm lịch Trung Quốc (UTC+8)"
                                 : "; it may follow the Chinese lunar calendar (UTC+8)");
        break;
    case HOLIDAY_DIFFERENT:
        buffer_printf(b, is_vi ? "lịch ghi %s vào " : "the calendar has a %s on ", found);
        write_holiday(f, lang, b);
        break;
    case HOLIDAY_SWAP:
        buffer_printf(b, is_vi ? "%s theo thông báo" : "%s by notice", found);
        break;
    case HOLIDAY_SWAP_HALF:
        buffer_printf(b,
                      is_vi ? "%s mà không thấy ngày đổi với nó"
                            : "a %s without the day it was exchanged for",
                      found);
        break;
    case HOLIDAY_FINDING_COUNT:
        break;
    }
    if (f->is_chosen && (f->kind == HOLIDAY_AGREES || f->kind == HOLIDAY_MISSING))
        buffer_text(b, is_vi ? " (ngày do Thủ tướng ấn định hằng năm)"
                             : " (a day that the Prime Minister fixes each year)");
}

/* ---- rows ---- */

/* Tết carries the name of its year in the cycle of sixty. */
static void write_name_vi(struct buffer *name, const struct holiday_finding *f, int year)
{
    static const char *const stems[] = {"Canh", "Tân",  "Nhâm", "Quý", "Giáp",
                                        "Ất",   "Bính", "Đinh", "Mậu", "Kỷ"};
    static const char *const branches[] = {"Thân", "Dậu", "Tuất", "Hợi", "Tý",  "Sửu",
                                           "Dần",  "Mão", "Thìn", "Tỵ",  "Ngọ", "Mùi"};

    buffer_printf(name, "%s%s", f->is_substitute ? "Nghỉ bù " : "",
                  holiday_name((enum holiday)f->holiday, LANGUAGE_VI));
    if (f->holiday == HOLIDAY_TET)
        buffer_printf(name, " %s %s", stems[year % 10], branches[year % 12]);
}

static void write_row(const struct holiday_finding *f, int32_t to_on, int year, struct buffer *b)
{
    struct calendar_row row = {
        .type = CALENDAR_ROW_DAY,
        .from_on = f->on,
        .to_on = to_on,
        .kind = f->is_substitute ? CALENDAR_SUBSTITUTE : CALENDAR_HOLIDAY,
        .like_on = DATE_NONE,
    };
    struct buffer vi = {0}, en = {0}, source = {0};

    write_name_vi(&vi, f, year);
    buffer_printf(&en, "%s%s", f->is_substitute ? "Substitute for " : "",
                  holiday_name((enum holiday)f->holiday, LANGUAGE_EN));
    buffer_printf(&source, "%s [%s]",
                  holiday_instrument((enum holiday)f->holiday, f->is_substitute),
                  holiday_confidence((enum holiday)f->holiday, f->is_substitute));
    row.name_vi = vi.data;
    row.name_en = en.data;
    row.source = source.data;
    if (vi.is_failed || en.is_failed || source.is_failed)
        b->is_failed = true;
    else
        calendar_text_write_row(b, &row);
    buffer_deinit(&vi);
    buffer_deinit(&en);
    buffer_deinit(&source);
}

void holiday_rows_write(const struct holiday_check *check, struct buffer *b)
{
    if (check->state == CALENDAR_YEAR_MISSING)
        buffer_printf(b, "year,%d,,provisional,,,,\n", check->law.year);
    for (int i = 0; i < check->n_findings; i++) {
        const struct holiday_finding *f = &check->findings[i];
        int last = i;

        if (f->kind != HOLIDAY_MISSING)
            continue;
        while (last + 1 < check->n_findings && f[last + 1 - i].kind == HOLIDAY_MISSING &&
               f[last + 1 - i].on == f->on + (last + 1 - i) &&
               f[last + 1 - i].holiday == f->holiday &&
               f[last + 1 - i].is_substitute == f->is_substitute)
            last++;
        write_row(f, check->findings[last].on, check->law.year, b);
        i = last;
    }
}
