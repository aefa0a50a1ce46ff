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
