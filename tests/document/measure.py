"""Reads a rendered paper back with poppler and qpdf: words with their boxes, strokes, fonts, codes."""

import html
import re
import subprocess
import tempfile
import pathlib

MM = 72 / 25.4


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


class Word:
    def __init__(self, page, left, top, right, bottom, text):
        self.page, self.text = page, text
        self.left, self.top, self.right, self.bottom = (v / MM for v in (left, top, right, bottom))

    def __repr__(self):
        return f"{self.text}@{self.page}({self.left:.1f},{self.top:.1f})"


class Paper:
    """Millimetres from the top left corner; pages count from 1."""

    def __init__(self, path):
        self.path = str(path)
        text = run("pdftotext", "-bbox", self.path, "-").decode()
        self.words, self.sizes = [], []
        for part in re.split(r"<page ", text)[1:]:
            width, height = re.match(r'width="([\d.]+)" height="([\d.]+)"', part).groups()
            self.sizes.append((float(width) / MM, float(height) / MM))
            for m in re.finditer(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>', part):
                self.words.append(Word(len(self.sizes), *map(float, m.groups()[:4]), html.unescape(m[5])))
        self.text = run("pdftotext", "-layout", self.path, "-").decode()
        self.flow = " ".join(run("pdftotext", self.path, "-").decode().split())

    def on(self, page):
        return [w for w in self.words if w.page == page]

    def find(self, phrase, page=None):
        """The words of the first occurrence of a phrase, in drawing order."""
        want = phrase.split()
        for i in range(len(self.words) - len(want) + 1):
            run_ = self.words[i:i + len(want)]
            if [w.text for w in run_] == want and (page is None or run_[0].page == page):
                return run_
        raise AssertionError(f"{phrase!r} is not on the paper")

    def rules(self, page=1):
        """Horizontal strokes of a page: (left, right, y)."""
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "q.pdf"
            run("qpdf", "--qdf", "--object-streams=disable", "--pages", self.path, str(page), "--", self.path, str(out))
            data = out.read_bytes().decode("latin-1")
        height = self.sizes[page - 1][1]
        found = []
        # cairo turns the page over once, so y counts from the top in the strokes
        for x, y, x2, y2 in re.findall(r"([-\d.]+) ([-\d.]+) m ([-\d.]+) ([-\d.]+) l S", data):
            if abs(float(y) - float(y2)) < 0.01:
                found.append((float(x) / MM, float(x2) / MM, float(y) / MM))
        assert all(0 <= y <= height for _, _, y in found)
        return found

    def fonts(self):
        """(name, embedded) of each font."""
        lines = run("pdffonts", self.path).decode().splitlines()[2:]
        return [(line.split()[0].split("+")[-1], re.search(r"\s(yes|no)\s+(yes|no)\s+(yes|no)\s", line)[1] == "yes") for line in lines]

    def code(self, page=1, dpi=150):
        """What a QR reader finds on the printed page."""
        with tempfile.TemporaryDirectory() as folder:
            stem = pathlib.Path(folder) / "page"
            run("pdftoppm", "-r", str(dpi), "-f", str(page), "-l", str(page), "-gray", "-png", self.path, str(stem))
            image = next(pathlib.Path(folder).iterdir())
            return run("zbarimg", "-q", "--raw", str(image)).decode().strip()


def width(words):
    return words[-1].right - words[0].left


def centre(words):
    return (words[-1].right + words[0].left) / 2
