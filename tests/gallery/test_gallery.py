"""The gallery shows what every room has, each with words for those who do not see it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.gallery import Entry
from tests.gallery.page import ROOT, page
from tests.presentation.pictures.result_cases import cases


def test_one_page_shows_what_rooms_have_in_each_state(tmp_path: Path) -> None:
    file = tmp_path / "gallery.html"
    command = [sys.executable, "-m", "tests.gallery", str(file), "pictures", "wallets"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(file)
    text = file.read_text(encoding="utf-8")
    names = re.findall(r"<h3>(.*?)</h3>", text)
    assert set(cases()) <= set(names)
    images = re.findall(r"<img [^>]*>", text)
    drawn = text.count("<article>") - text.count('class="dark message"') // 2
    assert len(images) >= 3 * drawn
    assert all(re.search(r' alt="[^"]+"', image) for image in images)
    assert not re.search(r'(?:src|href)="(?!data:|#)', text)


def test_sections_stand_together_and_names_stay_words() -> None:
    shown = [Entry(section=section, name=name, shown="") for section, name in (("B", "<i>"), ("A", "2"), ("B", "3"))]
    text = page(shown)
    assert re.findall(r"<h[23](?: id=\"\w\")?>(.*?)</h", text) == ["B", "&lt;i&gt;", "3", "A", "2"]
