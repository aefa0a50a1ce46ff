#!/usr/bin/env python3
"""The command line at a terminal of 80 columns: no line of any view or help is wider, in both languages; a pipe gets whole lines
and no control characters; --json is JSON."""
import fcntl
import json
import os
import pathlib
import pty
import re
import struct
import sys
import termios
import unicodedata

import harness

PERIOD = ("--from", "2022-08-01", "--to", "2022-08-31")
FORMS = ("II.06a", "II.06b", "by-unit", "by-procedure", "lateness", "trend", "ageing", "index-766", "steps", "digital", "post", "supplements")
LISTS = [words.split() for words in (
    "me,health,procedures,queue late,queue office,search nguyen,dossiers,letters,deadlines,offices,officers,jobs,sweeps,calendars,causes,registers,"
    "form,form-sets,ruleset,objective,delegation,keys,retention,outbox,notices,backlog,closing,changes,session,token,role-policy").split(",")]
made = {}


def width(line):
    return sum(not unicodedata.combining(c) for c in line.rsplit("\r", 1)[-1])


class TerminalTest(harness.ApiTest):
    def at_terminal(self, *words, columns=80):
        """Exit status and what a terminal of so many columns got."""
        program = pathlib.Path(sys.argv[1]).resolve().parents[2] / "tools/cli/motcua"
        child, fd = pty.fork()
        if child == 0:
            os.execv(program, [str(program), "--data", str(harness.daemon.folder / "data"), *words])
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        out = b""
        while True:
            try:
                piece = os.read(fd, 65536)
            except OSError:  # the child has closed it
                break
            if not piece:
                break
            out += piece
        os.close(fd)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), out.decode().replace("\r\n", "\n")

    def test_1_a_district_with_something_to_show(self):
        for n in range(3):
            made["code"] = self.intake(name=f"Nguyễn Thị Thu Hương Giang {n}")["code"]
        self.act(made["code"], "request_supplement", "clerk1", reason="Thiếu giấy xác nhận " * 12, items=["Giấy xác nhận tình trạng hôn nhân"])
        self.assertEqual(self.cli("me").returncode, 0)  # writes the data folder
        self.cli("session")

    def test_2_every_view_fits(self):
        calls = LISTS + [["stats", "--form", form, *PERIOD] for form in FORMS]
        calls += [["show", made["code"], *part] for part in ((), ("events",), ("due",), ("documents",))]
        calls += [["--as", "inspector1", "show", made["code"], "reads"]]
        for lang in ("vi", "en"):
            for words in calls:
                status, out = self.at_terminal("--lang", lang, *words)
                self.assertEqual(status, 0, f"{words}: {out[-300:]}")
                wide = [line for line in out.split("\n") if width(line) > 80]
                self.assertFalse(wide, f"{lang} {words}")
                self.assertNotIn("\x1b", out)

    def test_3_a_table_that_is_too_wide_stands_in_bands_that_say_all_of_it(self):
        whole = self.cli("stats", "--form", "by-unit", *PERIOD).stdout.split("\n")
        row = next(line for line in whole if re.match(r"^1  +\S", line))
        figures = re.findall(r"(?<= )[\d.,%–-]+(?: %)?(?= |$)", row[row.index("  ") + 2:])
        status, out = self.at_terminal("--lang", "en", "stats", "--form", "by-unit", *PERIOD)
        self.assertEqual(status, 0)
        bands = [line for line in out.split("\n") if re.match(r"^1  +\S", line)]
        self.assertGreater(len(bands), 2)
        found = [f for band in bands for f in re.findall(r"(?<= )[\d.,%–-]+(?: %)?(?= |$)", band[band.index("  ") + 2:])]
        self.assertEqual(found, figures)

    def test_4_the_help_of_every_verb_fits(self):
        listed = self.cli("--help").stdout
        verbs = re.findall(r"^  ([a-z][a-z-]*)", listed.split("\n\n")[2], re.M)
        self.assertGreater(len(verbs), 100)
        for lang in ("vi", "en"):
            for words in [(), *((verb,) for verb in verbs)]:
                status, out = self.at_terminal(*words, "--help", "--lang", lang)
                self.assertEqual(status, 0, words)
                self.assertFalse([line for line in out.split("\n") if width(line) > 80], f"{lang} {words}")

    def test_5_a_pipe_gets_all_of_it_and_programs_get_json(self):
        shown = self.cli("show", made["code"])
        self.assertEqual(shown.returncode, 0)
        self.assertNotIn("…", shown.stdout)
        self.assertNotRegex(shown.stdout, r"[\x00-\x08\x0b-\x1f\x7f]")
        for words in (("me",), ("dossiers",), ("show", made["code"]), ("stats", "--form", "by-unit", *PERIOD), ("jobs",)):
            said = self.cli("--json", *words)
            self.assertEqual(said.returncode, 0, words)
            json.loads(said.stdout)


harness.main(demo=True, at="2022-08-26T09:00:00+07:00")
