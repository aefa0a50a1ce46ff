/* See demo_people.h. */
#include "daemon/demo_people.h"

#include <stdio.h>

#include "base/macros.h"

uint64_t demo_random_next(struct demo_random *r)
{
    uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

int demo_random_below(struct demo_random *r, int n)
{
    return (int)(demo_random_next(r) % (uint64_t)n);
}

double demo_random_between(struct demo_random *r, double from, double to)
{
    return from + (to - from) * ((double)(demo_random_next(r) >> 11) / 9007199254740992.0);
}

bool demo_random_chance(struct demo_random *r, int permille)
{
    return demo_random_below(r, 1000) < permille;
}

static const char *const families[] = {"Nguyễn", "Trần", "Lê",    "Phạm", "Hoàng", "Phan", "Vũ",
                                       "Võ",     "Đặng", "Bùi",   "Đỗ",   "Hồ",    "Ngô",  "Dương",
                                       "Lý",     "Vi",   "Lương", "Cao",  "Thái",  "Đậu"};
static const char *const middles[2][8] = {
    {"Văn", "Đức", "Hữu", "Quang", "Xuân", "Công", "Minh", "Đình"},
    {"Thị", "Thu", "Thanh", "Ngọc", "Thị Mỹ", "Thị Kim", "Minh", "Thị Hoài"}};
static const char *const givens[2][16] = {
    {"An", "Bình", "Cường", "Dũng", "Hải", "Hùng", "Khánh", "Long", "Nam", "Phong", "Quân", "Sơn",
     "Thắng", "Tùng", "Việt", "Trung"},
    {"Anh", "Chi", "Dung", "Hà", "Hương", "Lan", "Linh", "Mai", "Nga", "Oanh", "Phương", "Thảo",
     "Trang", "Yến", "Hoa", "Nhung"}};

void demo_person_make(struct demo_random *r, int serial, const char *place, struct demo_person *ret)
{
    int sex = demo_random_below(r, 2);

    snprintf(ret->name, sizeof ret->name, "%s %s %s",
             families[demo_random_below(r, (int)ARRAY_LEN(families))],
             middles[sex][demo_random_below(r, 8)], givens[sex][demo_random_below(r, 16)]);
    snprintf(ret->identity, sizeof ret->identity, "040%d%02d%06d", 8 + sex,
             demo_random_below(r, 100), serial % 1000000);
    snprintf(ret->phone, sizeof ret->phone, "010%07d", serial % 10000000);
    snprintf(ret->address, sizeof ret->address, "Xóm %d, %s, huyện Tân Kỳ, tỉnh Nghệ An",
             1 + demo_random_below(r, 14), place);
}
