#!/usr/bin/env python3
"""Measures rendered papers against the layout of law:layout, within a millimetre. Speaks TAP.

usage: test_papers.py MOTCUAD ROOT     the program under test and the source tree
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import measure
from measure import Paper, centre, width

MOTCUAD, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
EXAMPLES = ROOT / "docs" / "examples" / "documents"
FOLDER = pathlib.Path(tempfile.mkdtemp())
TESTS = []


def test(function):
    TESTS.append(function)
    return function


def example(name):
    return json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def render(request, template=None):
    """Returns the path of the PDF, or the sentence of the refusal."""
    data, out = FOLDER / "request.json", FOLDER / "out.pdf"
    data.write_text(json.dumps(request, ensure_ascii=False), encoding="utf-8")
    extra = []
    if template:
        (FOLDER / "t.form").write_text(template, encoding="utf-8")
        extra = ["--template", str(FOLDER / "t.form")]
    done = subprocess.run([MOTCUAD, "render", "--lang", "vi", "--data", str(data), "--out", str(out), *extra], stderr=subprocess.PIPE)
    return out if done.returncode == 0 else done.stderr.decode()


def paper(name, **changes):
    request = example(name)
    request["values"].update(changes)
    out = render(request)
    assert isinstance(out, pathlib.Path), out
    return Paper(out)


def near(a, b, tolerance=1.0):
    assert abs(a - b) <= tolerance, f"{a:.2f} is not {b:.2f}"


@test
def every_example_is_a_sound_pdf_with_its_fonts_inside():
    for path in sorted(EXAMPLES.glob("*.json")):
        out = render(example(path.stem))
        measure.run("qpdf", "--check", str(out))
        fonts = Paper(out).fonts()
        assert fonts and all(embedded for _, embedded in fonts), fonts
        assert all("LiberationSerif" in name or "TimesNewRoman" in name for name, _ in fonts), fonts


@test
def the_sheet_is_a5_and_text_keeps_its_margins():
    for name in ("apology", "receipt"):
        p = paper(name)
        near(p.sizes[0][0], 148, 0.1)
        near(p.sizes[0][1], 210, 0.1)
        for w in p.words:
            assert w.left >= 10 and w.right <= 138.5 and w.top >= 10 and w.bottom <= 200.5, w


@test
def the_head_has_two_columns_and_one_second_row():
    p = paper("apology")
    state, motto = p.find("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), p.find("Độc lập - Tự do - Hạnh phúc")
    near(state[0].top, state[-1].top, 0.1)  # on one line
    near(centre(state), centre(motto), 0.5)
    office = p.find("ỦY BAN NHÂN DÂN")
    near(office[0].top, state[0].top, 0.2)
    assert office[-1].right < state[0].left
    number, place = p.find("Số: 05/PXL"), p.find("Tân Kỳ, ngày 04 tháng 8 năm 2022")
    near(number[0].bottom, place[0].bottom, 0.2)  # level
    near(centre(place), centre(state), 1)


@test
def rules_have_the_lengths_of_the_law():
    for changes in ({}, {"office_name": "Sở Y tế"}, {"superior_name": "Ủy ban nhân dân tỉnh Nghệ An"}):
        p = paper("apology", **changes)
        rules = p.rules()
        assert len(rules) == 2, rules
        motto = p.find("Độc lập - Tự do - Hạnh phúc")
        left, right, y = max(rules)
        near(right - left, width(motto), 0.5)
        near((left + right) / 2, centre(motto), 0.5)
        left, right, y = min(rules)
        name = p.find("SỞ Y TẾ") if "office_name" in changes else p.find("ỦY BAN NHÂN DÂN")
        assert 0.33 <= (right - left) / width(name) <= 0.5, (right - left, width(name))


@test
def the_end_mark_is_never_alone():
    for n in range(1, 60, 3):
        p = paper("apology", reason="Lũ " * n + "lụt.")
        assert "./." not in [w.text for w in p.words]
        assert any(w.text.endswith("./.") and len(w.text) > 3 for w in p.words)


@test
def pages_are_numbered_from_the_second_in_the_top_margin():
    p = paper("apology", reason="Mưa lũ kéo dài làm hư hỏng đường vào khu đất. " * 60)
    assert len(p.sizes) >= 3
    assert p.on(1)[0].text != "1"
    for page in range(2, len(p.sizes) + 1):
        number = next(w for w in p.on(page) if w.text == str(page) and w.bottom < 13)
        near((number.left + number.right) / 2, (12 + 138) / 2)


@test
def the_signature_is_never_parted_nor_alone():
    for n in range(0, 40):
        p = paper("apology", reason="Mưa lũ kéo dài làm hư hỏng đường. " * n or "Mưa.")
        title, name, receivers = p.find("KT. CHỦ TỊCH")[0], p.find("Phạm Văn Hóa")[0], p.find("Nơi nhận:")[0]
        assert title.page == name.page == receivers.page == len(p.sizes)
        near(title.bottom, receivers.bottom, 0.5)
        body = [w for w in p.on(title.page) if w.top < title.top - 2 and not (w.text.isdigit() and w.bottom < 13)]
        assert len({round(w.top) for w in body}) >= 2, n
        blank = (name.top - p.find("PHÓ CHỦ TỊCH")[0].bottom) / (13 * 1.2 / measure.MM)
        assert 3.5 <= blank <= 5.2, blank


@test
def sizes_follow_the_table():
    # heights of words in poppler are ascent plus descent: 1.107 of the size for these types
    p = paper("apology")
    for phrase, points in (("CỘNG HÒA", 12), ("Độc lập", 13), ("Số: 05/PXL", 13), ("PHIẾU XIN", 13), ("Kính gửi:", 12),
                           ("Nơi nhận:", 12), ("Như trên;", 11), ("PHÓ CHỦ", 13), ("Phạm Văn Hóa", 13)):
        w = p.find(phrase)[0]
        near((w.bottom - w.top) * measure.MM / 1.107, points, 0.3)


@test
def stacked_marks_are_read_back():
    name = "Nguyễn Ẫng Ộc Ữu Ặng Ổi Ẵm"
    p = paper("apology", applicant_name=name, office_name="Sở Ẫ Ộ Ữ Ằ Ẵ Ậ Ẩ Ể Ễ Ệ")
    assert name in p.flow
    assert "SỞ Ẫ Ộ Ữ Ằ Ẵ Ậ Ẩ" in " ".join(w.text for w in p.words)


@test
def the_code_reads_back_from_150_dpi():
    for name in ("apology", "receipt"):
        assert paper(name).code() == example(name)["qr"]
    request = example("apology")
    request["qr"] = "https://motcua.example.vn/" + "Ab3x" * 18
    long = Paper(render(request))
    assert long.code(len(long.sizes)) == request["qr"]


@test
def the_same_data_gives_the_same_bytes():
    first = render(example("apology")).read_bytes()
    assert render(example("apology")).read_bytes() == first
    assert b"20220804" in first


@test
def both_wordings_and_salutations_are_chosen_by_data():
    assert "dự kiến không thể trả" in paper("apology").flow
    after = paper("apology", wording="after", applicant_kind="organisation", applicant_name="Công ty TNHH Đông Á")
    assert "đến nay Ủy ban nhân dân huyện Tân Kỳ chưa trả kết quả" in after.flow
    assert "Kính gửi: Công ty TNHH Đông Á" in after.flow and "Quý cơ quan, tổ chức" in after.flow


@test
def two_copies_are_two_pages_marked():
    p = paper("receipt")
    assert len(p.sizes) == 2
    p.find("Liên 1: Lưu", page=1)
    p.find("Liên 2: Giao người nộp", page=2)
    assert not [w for w in p.words if w.text == "2" and w.bottom < 11]  # each copy counts from 1


@test
def a_draft_is_marked_and_has_no_number():
    request = example("apology")
    request["draft"] = True
    p = Paper(render(request))
    assert "05/PXL" not in p.flow and "BẢN NHÁP" in p.flow.replace(" ", " ") or "NHÁP" in "".join(w.text for w in p.words)


@test
def names_from_1_to_300_characters_stay_inside():
    for n in (1, 2, 50, 150, 300):
        for name in (("Ẫng " * 75)[:n].strip() or "Ẫ", "W" * n):
            p = paper("apology", applicant_name=name, signer_name=name, office_name=name, address=name)
            for w in p.words:
                assert w.left >= 10 and w.right <= 139 and w.bottom <= 205, (n, w)


@test
def hostile_texts_are_refused_or_printed_as_typed():
    for text in ("<b>x</b>", "{reason}", "**x**", "&amp;", "a|b", "\\"):
        assert text in paper("apology", reason=text).flow
    for text in ("a\u202eb", "a\u0007b"):
        request = example("apology")
        request["values"]["reason"] = text
        assert "reason" in render(request)
    Paper(render({**example("apology"), "values": {**example("apology")["values"], "reason": "😀 مرحبا שלום 漢字 x\u0301"}}))


@test
def lists_from_0_to_200_rows_run_over_pages():
    for n in (0, 1, 2, 40, 200):
        request = example("receipt")
        request["lists"]["components"] = [[f"Giấy tờ số {i} kèm theo hồ sơ", "bản chính", "01"] for i in range(1, n + 1)]
        p = Paper(render(request))
        assert p.flow.count("Giấy tờ số") == 2 * n
        for w in p.words:
            assert w.bottom <= 200.5, w


@test
def table_heads_are_repeated_on_each_page():
    template = ("form: x:1\nname: n\npaper: A4-landscape\nmargins: 20 15 20 30\ntitle: SỔ THEO DÕI\n"
                "table rows: 8c TT | 60 Tên giấy tờ | 20c Loại\ncells: {#} | {1} | {2?}\n")
    request = {"form": "x:1", "made_at": "2022-08-04T16:00:00+07:00",
               "lists": {"rows": [[f"Giấy tờ {i}", "bản chính"] for i in range(1, 201)]}}
    p = Paper(render(request, template))
    near(p.sizes[0][0], 297, 0.1)
    assert len(p.sizes) > 4
    for page in range(1, len(p.sizes) + 1):
        p.find("Tên giấy tờ", page=page)
    assert p.flow.count("bản chính") == 200


@test
def the_register_lies_across_and_repeats_its_head():
    request = example("register")
    rows = request["lists"]["rows"]
    request["lists"]["rows"] = [[f"{row[0][:-4]}{i:04}", *row[1:]] for i in range(1, 81) for row in [rows[i % len(rows)]]]
    p = Paper(render(request))
    near(p.sizes[0][0], 297, 0.1)
    near(p.sizes[0][1], 210, 0.1)
    assert len(p.sizes) > 5
    for page in range(1, len(p.sizes) + 1):
        p.find("Ghi chú (15)".split()[0], page=page)
    for w in p.words:
        assert 14.5 <= w.left and w.right <= 285.5 and w.bottom <= 195.5, w
    assert p.flow.count("Tại quầy") == 80
    codes = "".join(p.flow.split())
    assert all(f"-{i:04}" in codes for i in range(1, 81))
    near(centre(p.find("SỔ THEO DÕI HỒ SƠ")), (15 + 285) / 2)
    request["lists"] = {}
    assert "Không có hồ sơ trong kỳ" in Paper(render(request)).flow


@test
def the_control_sheet_tells_each_hand_over():
    p = paper("control")
    near(p.sizes[0][0], 148, 0.1)
    for words in ("1. Giao: Bộ phận Tiếp nhận", "Người nhận: Đặng Thị Anh", "Quá hạn", "Bổ sung hồ sơ: từ 08 giờ 00"):
        assert words in p.flow, words
    request = example("control")
    request["lists"]["moves"] *= 30
    long = Paper(render(request))
    assert len(long.sizes) > 5 and long.flow.count("Quá hạn") == 30
    for page in range(1, len(long.sizes)):
        long.find("GHI CHÚ", page=page)
    del request["lists"]
    assert "chưa được chuyển giao" in Paper(render(request)).flow


@test
def each_paper_of_2018_has_its_kin_of_2025():
    for name, form in (("receipt", "01"), ("supplement", "02"), ("refusal", "03"), ("control", "06"), ("register", "07")):
        request = example(name)
        before = Paper(render(request)).flow
        request["form"] = f"TT03/2025:{form}"
        assert Paper(render(request)).flow == before, name


@test
def a_stop_notice_says_who_asked_and_when():
    p = paper("stop")
    for words in ("THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ", "lúc 15 giờ 30 phút, ngày 06 tháng 10 năm 2025", "Không còn nhu cầu kinh doanh", "Số: 31/TB"):
        assert words in p.flow, words


@test
def a_faulty_template_is_refused_with_its_line():
    assert "dòng 2" in render(example("apology"), "form: TT01/2018:04\nnonsense: x\n")


def main():
    missing = [tool for tool in ("pdftotext", "pdffonts", "pdftoppm", "qpdf", "zbarimg") if not shutil.which(tool)]
    if missing:
        print(f"1..0 # SKIP {', '.join(missing)} not installed")
        return 0
    print(f"1..{len(TESTS)}")
    failed = 0
    for i, function in enumerate(TESTS, 1):
        name = function.__name__.replace("_", " ")
        try:
            function()
            print(f"ok {i} - {name}", flush=True)
        except (AssertionError, subprocess.CalledProcessError, StopIteration) as fault:
            failed += 1
            print(f"not ok {i} - {name}")
            print("\n".join(f"# {line}" for line in (str(fault) or repr(fault)).splitlines()), flush=True)
    shutil.rmtree(FOLDER)
    return 1 if failed else 0


sys.exit(main())
