"""Every message and form that a room shows: Discord takes it, it is whole, and its text alone says how it stands."""

from __future__ import annotations

import re
from collections import Counter
from types import ModuleType

import pytest

from tests.gallery.messages import Shown
from tests.gallery.page import rooms

_UNFIT = re.compile(r"\bNone\b|\bnan\b|<[A-Za-z_]+\.|\bobject at 0x|\{\w*\}|\b(VITA) \1\b|(?<![.\d])\.\.(?!\.)| ,| \. ")
"""What no text of ours has: values that were not put into words, units twice, marks that came together."""


def _named(room: ModuleType) -> str:
    return room.__name__.split(".")[-2]


@pytest.fixture(scope="module", params=[room for room in rooms() if hasattr(room, "shown")], ids=_named)
def everything(request: pytest.FixtureRequest) -> list[Shown]:
    return list(request.param.shown())


def test_each_has_a_name_of_its_own(everything: list[Shown]) -> None:
    names = Counter((one.section, one.name) for one in everything)
    assert [name for name, many in names.items() if many > 1] == []


def test_discord_takes_each_of_them(everything: list[Shown]) -> None:
    assert {f"{one.section}, {one.name}": one.faults() for one in everything if one.faults()} == {}


def test_each_says_how_it_stands_in_words_alone(everything: list[Shown]) -> None:
    unsaid = {
        f"{one.section}, {one.name}": [words for words in one.says if words not in one.text()] for one in everything
    }
    assert {name: words for name, words in unsaid.items() if words} == {}
    assert [one.name for one in everything if not one.text().strip()] == []


def test_each_is_whole_words(everything: list[Shown]) -> None:
    found = {f"{one.section}, {one.name}": [each[0] for each in _UNFIT.finditer(one.text())] for one in everything}
    assert {name: words for name, words in found.items() if words} == {}
