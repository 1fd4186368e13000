"""The pages as they are read: their prose, frames, links, headings and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FRAME = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|!?\[[^\]]*\])*)\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """One file of Markdown."""

    path: Path

    @property
    def name(self) -> str:
        """Where it is, from the root of the tree."""
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        """All of it."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def frames(self) -> list[tuple[str, str]]:
        """What stands in frames: the language, and the text."""
        return [(match[1], match[2]) for match in _FRAME.finditer(self.text)]

    @cached_property
    def prose(self) -> str:
        """What stands around frames."""
        return _FRAME.sub("", self.text)

    @cached_property
    def spans(self) -> list[str]:
        """What is written as code within sentences; a line's end within is a blank."""
        return [re.sub(r"\s+", " ", span) for span in _CODE.findall(self.prose)]

    @cached_property
    def links(self) -> list[tuple[bool, str, str]]:
        """Whether it is a picture, its words, and where it leads."""
        return [(mark == "!", words, target) for mark, words, target in _LINK.findall(self.prose)]

    @cached_property
    def anchors(self) -> set[str]:
        """What a link to a heading may name, as GitHub makes it."""
        return {
            re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()).replace(" ", "-")
            for heading in _HEADING.findall(self.prose)
        }

    def table(self, head: str) -> list[list[str]]:
        """The rows of the table that begins with this line, cell by cell."""
        lines = iter(self.text[self.text.index(head) :].splitlines()[2:])
        return [[cell.strip() for cell in line.strip().strip("|").split(" | ")] for line in _until_blank(lines)]


def _until_blank(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if not line.lstrip().startswith("|"):
            return
        yield line


def named(name: str) -> Page:
    """The page at this path."""
    return Page(ROOT / name)


def code_in(cell: str) -> list[str]:
    """What a cell writes as code."""
    return _CODE.findall(cell)


HISTORY = "CHANGELOG.md"
"""Tells what was true when it was written."""
PAGES = [
    Page(path)
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / ".github").rglob("*.md")])
]
NOW = [page for page in PAGES if page.name != HISTORY]
"""The pages that tell what is true now."""
