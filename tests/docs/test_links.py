"""Links lead somewhere, files that are named are there, and each picture is shown and says what it shows."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from tests.docs.pages import NOW, PAGES, ROOT, Page, named

ELSEWHERE = re.compile(r"^(https?:|mailto:)")
A_PATH = re.compile(r"(?:(?:bot|cogs|tests|docs|\.ci|\.github)/[\w./*-]+|[\w.-]+\.(?:md|toml|lock|yaml))")
A_MODULE = re.compile(r"(?:bot|cogs)(?:\.\w+)+")
OF_THE_READER = {"config.toml", "vote.example.org"}
"""What is made by whoever follows the page."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_anchors_lead_somewhere(page: Page) -> None:
    for _, _, target in page.links:
        if ELSEWHERE.match(target):
            continue
        where, _, anchor = target.partition("#")
        path = (page.path.parent / where).resolve() if where else page.path
        assert path.exists(), target
        assert path.is_relative_to(ROOT), target
        if anchor:
            assert anchor in Page(path).anchors, target


@pytest.mark.parametrize("page", NOW, ids=lambda page: page.name)
def test_files_that_are_named_are_there(page: Page) -> None:
    for span in page.spans:
        if A_PATH.fullmatch(span) and span not in OF_THE_READER:
            places = (ROOT, page.path.parent)
            assert any(list(place.glob(span.rstrip("/"))) for place in places), span


@pytest.mark.parametrize("page", NOW, ids=lambda page: page.name)
def test_modules_that_are_named_can_be_imported(page: Page) -> None:
    for span in page.spans:
        if A_MODULE.fullmatch(span):
            assert importlib.util.find_spec(span) is not None, span


def test_every_picture_is_shown_and_says_what_it_shows() -> None:
    shown: set[Path] = set()
    for page in PAGES:
        for picture, words, target in page.links:
            if picture:
                assert len(words) > 10, target
                shown.add((page.path.parent / target).resolve())
    assert shown == set((ROOT / "docs" / "images").iterdir())


def test_the_map_leads_to_every_page() -> None:
    guide = named("docs/README.md")
    led = {(guide.path.parent / target.partition("#")[0]).resolve() for _, _, target in guide.links}
    missing = {page.path for page in PAGES if not page.name.startswith("docs/decisions/")} - led
    assert missing == {guide.path, ROOT / "README.md"}
    assert ROOT / "docs" / "decisions" / "README.md" in led


def test_the_readme_leads_on_and_is_read_in_three_minutes() -> None:
    readme = named("README.md")
    assert len(readme.text.splitlines()) <= 150
    led = {(ROOT / target).resolve() for _, _, target in readme.links if not ELSEWHERE.match(target)}
    assert {page.path for page in PAGES if page.path.parent == ROOT / "docs"} <= led
