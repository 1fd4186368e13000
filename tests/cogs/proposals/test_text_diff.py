"""What changed in a text is shown so that nobody can hide a change, and nobody has to look for one."""

from __future__ import annotations

import random
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.proposals.proposal import Text
from bot.presentation.catalogue.messages import speaking
from cogs.proposals.text_diff import _MOST, _compared, changes
from tests.builders import a_text, a_version
from tests.presentation.catalogue.pseudo import PSEUDO

LONG = (
    "We propose to fund a trial of twelve months in three arms, paid by the treasury in May and in June of this year, "
    "and to report about it to all of the members."
)


def _body(before: str, after: str) -> list[str]:
    return changes(a_version(text=a_text(body=before)), a_version(2, text=a_text(body=after))).split("\n")


def test_only_the_parts_that_changed_are_shown() -> None:
    before = a_version()
    after = a_version(2, text=replace(before.text, title="Fund the yeast study"), choices=("For", "Abstain", "Against"))
    assert changes(before, after).split("\n") == [
        "@@ Title @@",
        "- Fund the mouse study",
        "+ Fund the yeast study",
        "@@ Choices @@",
        "  1. For",
        "- 2. Against",
        "+ 2. Abstain",
        "- 3. Abstain",
        "+ 3. Against",
    ]
    assert changes(before, a_version(2)) == ""


def test_lines_that_stay_are_shown_only_next_to_a_change() -> None:
    before = "\n".join(str(line) for line in range(9))
    assert _body(before, before.replace("4", "four")) == ["@@ Proposal @@", "  3", "- 4", "+ four", "  5"]
    assert _body(before, before + "\n9") == ["@@ Proposal @@", "  8", "+ 9"]
    assert _body(before, before.replace("0\n", "")) == ["@@ Proposal @@", "- 0", "  1"]


def test_a_changed_word_in_a_long_paragraph_is_shown_with_the_words_around_it() -> None:
    assert _body(LONG, LONG.replace("twelve", "fifteen").replace("all of the", "no")) == [
        "@@ Proposal @@",
        "- … to fund a trial of twelve months in three arms, paid …",
        "+ … to fund a trial of fifteen months in three arms, paid …",
        "- … to report about it to all of the members.",
        "+ … to report about it to no members.",
    ]


def test_scripts_without_spaces_are_compared_sign_by_sign() -> None:
    text = "我们提议资助一项为期十二个月的试验由国库支付并向所有成员报告其结果请大家在投票之前仔细阅读全文" * 2
    (_, gone, new) = _body(text, text.replace("十二", "十五", 1))
    assert gone.startswith("- … ")
    assert len(gone) < 30
    assert "十五" in new


def test_a_paragraph_of_which_little_stays_is_shown_whole() -> None:
    other = "Nothing of what was said before is meant any more, since " + "the study was cancelled " * 4
    assert _body(LONG, other)[1:] == [f"- {LONG}", f"+ {other}"]


@pytest.mark.parametrize(
    ("before", "after", "sign"),
    [
        ("pay 100", "pay\u200b 100", "⟨U+200B⟩"),
        ("pay 100", "pay\u00a0100", "⟨U+00A0⟩"),
        ("pay 100", "\u202epay 100", "⟨U+202E⟩"),
        ("pay 100", "pay 100\x0b", "⟨U+000B⟩"),
    ],
)
def test_a_change_that_can_not_be_seen_is_shown_by_its_number(before: str, after: str, sign: str) -> None:
    (_, gone, new) = _body(before, after)
    assert gone == f"- {before}"
    assert sign in new


def test_no_text_breaks_out_of_the_frame() -> None:
    assert "`" not in changes(a_version(), a_version(2, text=a_text(body="```\n@everyone **Passed**\n```")))


@given(
    before=st.text("ab \n", max_size=60),
    after=st.text("ab \n", max_size=60),
)
def test_the_comparison_leads_from_one_text_to_the_other(before: str, after: str) -> None:
    old, new = before.split("\n"), after.split("\n")
    made: list[str] = []
    for kind, i1, i2, j1, j2 in _compared(old, new):
        if kind == "equal":
            assert old[i1:i2] == new[j1:j2]
        made += new[j1:j2]
    assert made == new


@given(
    before=st.builds(Text, title=st.text(), summary=st.text(), body=st.text("ab \n`\u200b"), discussion=st.text()),
    after=st.builds(Text, title=st.text(), summary=st.text(), body=st.text("ab \n`\u200b"), discussion=st.text()),
)
def test_something_is_shown_exactly_where_something_differs(before: Text, after: Text) -> None:
    shown = changes(a_version(text=before), a_version(2, text=after))
    assert bool(shown) is (before != after)
    assert "`" not in shown


def test_a_text_made_to_be_slow_is_compared_quickly() -> None:
    rng = random.Random(5)  # noqa: S311 - a test
    tangled = [
        [f"x {word}" if word % 2 else "y" for word in range(_MOST)],
        [f"{word} x" if word % 2 else "y" for word in range(_MOST)],
        rng.choices("ab", k=_MOST),
        rng.choices("ab", k=_MOST),
        ["x"] * 4_000,
        ["z", *["x"] * 3_000, "z"],
    ]
    began = time.process_time()
    for one in tangled:
        for other in tangled:
            _compared(one, other)
    assert time.process_time() - began < 5


def test_the_parts_of_a_text_are_named_in_the_language_that_is_spoken() -> None:
    with speaking(PSEUDO):
        told = _body("3", "4")
    assert told == ["@@ ⟦Própósál⟧ @@", "- 3", "+ 4"]
