/* Problems: the error's sentence put into the message of the table. */
#include "wire/problem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "wire/message.h"

static const struct {
    int status;
    const char *title[2];
} titles[] = {
    {400, {"Yêu cầu không hợp lệ", "Bad request"}},
    {401, {"Chưa đăng nhập", "Not logged in"}},
    {403, {"Không có quyền", "Not allowed"}},
    {404, {"Không tìm thấy", "Not found"}},
    {405, {"Không dùng được cách gọi này", "Method not allowed"}},
    {406, {"Không có định dạng này", "Not available in this form"}},
    {408, {"Quá thời gian chờ", "Timed out"}},
    {409, {"Trạng thái không cho phép", "Not possible in this state"}},
    {410, {"Không còn nữa", "Gone"}},
    {411, {"Thiếu độ dài nội dung", "Length needed"}},
    {412, {"Dữ liệu đã thay đổi", "Changed meanwhile"}},
    {413, {"Nội dung quá lớn", "Too large"}},
    {414, {"Địa chỉ quá dài", "Address too long"}},
    {415, {"Không nhận định dạng này", "Media type not taken"}},
    {416, {"Khoảng yêu cầu không có", "Range not available"}},
    {417, {"Không đáp ứng được", "Expectation failed"}},
    {421, {"Sai máy chủ", "Wrong server"}},
    {422, {"Nội dung không hợp lệ", "Content refused"}},
    {423, {"Đang bị khóa", "Locked"}},
    {426, {"Cần giao thức khác", "Another protocol needed"}},
    {428, {"Thiếu điều kiện", "Condition needed"}},
    {429, {"Quá nhiều yêu cầu", "Too many requests"}},
    {431, {"Phần đầu quá lớn", "Headers too large"}},
    {500, {"Lỗi hệ thống", "Internal error"}},
    {501, {"Chưa hỗ trợ", "Not supported"}},
    {502, {"Hệ thống bên ngoài trả lời sai", "Bad answer from another system"}},
    {503, {"Tạm thời chưa phục vụ được", "Not available for now"}},
    {504, {"Hệ thống bên ngoài không trả lời", "No answer from another system"}},
    {505, {"Không hỗ trợ phiên bản HTTP này", "HTTP version not supported"}},
    {507, {"Hết chỗ lưu trữ", "Storage is full"}},
};

const char *problem_title(int status, enum language lang)
{
    for (size_t i = 0; i < ARRAY_LEN(titles); i++)
        if (titles[i].status == status)
            return titles[i].title[lang];
    return lang == LANGUAGE_VI ? "Bị từ chối" : "Refused";
}

/* A path or header value may stand in an argument as it came. */
static void make_valid(char *s)
{
    ptrdiff_t fault;

    while ((fault = text_utf8_fault(s, strlen(s))) >= 0)
        s[fault] = '?';
}

static const char *argument_text(const struct error *err, const char *name, char buf[160])
{
    const struct error_arg *arg = error_arg(err, name);

    if (!arg)
        return NULL;
    switch (arg->kind) {
    case ERROR_ARG_TEXT:
    case ERROR_ARG_LABEL:
        snprintf(buf, 160, "%s", arg->text);
        make_valid(buf);
        return buf;
    case ERROR_ARG_NUMBER:
        snprintf(buf, 160, "%" PRId64, arg->number);
        return buf;
    case ERROR_ARG_DATE:
        date_format((int32_t)arg->number, buf);
        return buf;
    case ERROR_ARG_INSTANT:
        instant_format(arg->number, 0, buf);
        return buf;
    case ERROR_ARG_END:
        break;
    }
    return NULL;
}

void problem_write(const struct error *err, enum language lang, int32_t zone_s, const char *trace,
                   struct buffer *b)
{
    char type[sizeof PROBLEM_TYPE_BASE + ERROR_WORD_MAX], detail[2000], field[160], value[160];
    struct wire_problem p;
    struct error failed = {0};

    wire_problem_init(&p);
    error_sentence(err, lang, zone_s, detail, sizeof detail);
    make_valid(detail);
    snprintf(type, sizeof type, "%s%s", PROBLEM_TYPE_BASE, error_word(err->code));
    p.type = type;
    p.status = error_status(err->code);
    p.title = problem_title((int)p.status, lang);
    p.detail = detail;
    p.code = error_word(err->code);
    p.field = argument_text(err, "field", field);
    p.value = argument_text(err, "value", value);
    p.trace = trace;
    if (!wire_problem_encode(&p, zone_s, b, &failed))
        b->is_failed = true;
}
