#!/usr/bin/env python3
"""The citations of docs/law.md as a table of C, so that an explanation names the article and not only the key.

    law.py docs/law.md OUT.c

"NĐ 118/2025 Đ.19.5" becomes "Điều 19 khoản 5 NĐ 118/2025" and "Article 19 clause 5, NĐ 118/2025". A row keeps one
citation for each instrument, so that a reader is told the decree in force at receipt alone.
"""
import pathlib
import re
import sys

ROW = re.compile(r"^\| law:([a-z0-9-]+) \| ([^|]+?) \|", re.M)
ITEM = r"\d+(?:\.\d+)?(?:-\d+)?[a-zđ]?(?:-[a-zđ])?(?!\d)"
PLACES = re.compile(rf",? ?Đ\.\s?({ITEM}(?:, (?:Đ\.)?{ITEM})*)")
PLACE = re.compile(r"(\d+)(?:-(\d+))?(?:\.(\d+(?:-\d+)?))?([a-zđ](?:-[a-zđ])?)?$")

# What the instrument column says in English, for Vietnamese readers; what is not here stands as it is.
PHRASES = [
    ("speaks of dossiers expected to be late", "nói về hồ sơ dự kiến quá hạn"),
    ("procedure texts of civil status, Ministry of Justice, 2025 edition", "thủ tục hộ tịch của Bộ Tư pháp, bản 2025"),
    ("in force ", "hiệu lực từ "),
    (" by analogy", ", áp dụng tương tự"),
    ("practice of the Thanh Hóa one-stop system", "thực tiễn của hệ thống một cửa Thanh Hóa"),
    ("practice of Lâm Hà district", "thực tiễn của huyện Lâm Hà"),
    ("practice of published internal processes (quy trình nội bộ)", "thực tiễn của quy trình nội bộ đã công bố"),
    ("one-stop units work at least 8 hours a day", "bộ phận một cửa làm việc ít nhất 8 giờ một ngày"),
    (" as added by ", " được bổ sung bởi "),
    ("absence of a rule for open dossiers", "không quy định về hồ sơ đang giải quyết"),
    ("print templates of a running system", "mẫu in của hệ thống đang dùng"),
    ("the arrangement of communes of Nghệ An in 2025, in a public list (items 78-84)",
     "sắp xếp các xã của Nghệ An năm 2025, theo danh sách công khai (mục 78-84)"),
    (" of 15/09/2025", " ngày 15/9/2025"),
    (" of 08/08/1967", " ngày 08/8/1967"),
    ("the published procedure", "thủ tục đã công bố"),
    ("national status codes", "mã trạng thái quốc gia"),
    ("national status", "mã trạng thái quốc gia"),
    ("project rule, no instrument", "quy tắc của phần mềm, không có văn bản"),
    ("project rule", "quy tắc của phần mềm"),
    (" silent", " không quy định"),
    ("practice of ", "thực tiễn của "),
    ("absence", "không quy định khác"),
    (" and ", " và "),
]
NAMES = [("Bộ luật Dân sự", "Civil Code"), ("Bộ luật Lao động", "Labour Code"), ("Luật Hộ tịch", "Law on Civil Status"),
         ("Nghị định", "Decree"), ("Thông tư", "Circular"), ("Nghị quyết", "Resolution"), ("Phụ lục", "Annex"),
         ("NĐ ", "Decree "), ("TT ", "Circular ")]


def place(text, article, clause, point):
    m = PLACE.match(text.removeprefix("Đ."))
    if not m:
        return f"{article} {text}"
    words = [f"{article} {m[1]}" + (f"-{m[2]}" if m[2] else "")]
    if m[3]:
        words.append(f"{clause} {m[3]}")
    if m[4]:
        words.append(f"{point} {m[4]}")
    return " ".join(words)


def turned(part, words, comma):
    """The articles before the instrument, as people cite them."""
    m = PLACES.search(part)
    if not m:
        return part
    places = ", ".join(place(p, *words) for p in m[1].split(", "))
    rest = (part[:m.start()] + part[m.end():]).strip(" ,")
    return f"{places}{comma}{rest}" if rest else places


def vietnamese(part):
    for english, words in PHRASES:
        part = part.replace(english, words)
    return turned(part, ("Điều", "khoản", "điểm"), " ")


def english(part):
    part = turned(part, ("Article", "clause", "point"), ", ")
    for name, words in NAMES:
        part = part.replace(name, words)
    return part


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main():
    source, out = map(pathlib.Path, sys.argv[1:3])
    rows = sorted(ROW.findall(source.read_text(encoding="utf-8")))
    if not rows:
        sys.exit(f"{source}: no rows")
    lines = ["/* Made from docs/law.md by tools/gen/law.py. */", '#include "domain/law.h"', "",
             "const struct law_row law_rows[] = {"]
    for key, cited in rows:
        parts = [p.strip() for p in cited.split(";")]
        vi = "; ".join(map(vietnamese, parts))
        en = "; ".join(map(english, parts))
        lines.append(f"    {{{quoted(key)}, {quoted(vi)}, {quoted(en)}}},")
    lines += ["};", f"const int n_law_rows = {len(rows)};", ""]
    out.write_text("\n".join(lines), encoding="utf-8")


main()
