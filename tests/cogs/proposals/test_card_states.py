"""Every card in every state, as the gallery shows it: Discord takes it, and its text alone says how it stands."""

from __future__ import annotations

import pytest

from bot.domain.voting import OFFERED
from tests.cogs.proposals.card_states import TEXTS, shown_proposals
from tests.gallery.messages import Shown


@pytest.fixture(scope="module")
def everything() -> list[Shown]:
    return list(shown_proposals())


def test_every_state_is_shown_under_each_voting_system_and_in_each_text(everything: list[Shown]) -> None:
    names = {(one.section, one.name) for one in everything}
    assert len(names) == len(everything)
    ends = ("passed", "rejected or another first", "tied", "no quorum", "one voter", "nobody voted", "late")
    states = ("pending", "open", "closing", "held", "taken back by author", "taken back by moderator", *ends)
    for voting in OFFERED:
        assert {(voting, f"card, {state}, an everyday text") for state in states} <= names
        assert {(voting, f"result, {end}, an everyday text") for end in ends} <= names
        assert {(voting, f"result, ended, {kind}") for kind in TEXTS} <= names
        assert ((voting, "result, ended, 25 choices") in names) == (voting != "basic")
