"""Sentences on delegations fit a message, however many there are."""

from __future__ import annotations

from bot.domain.shared.types import SpaceId
from cogs._shared.cards import ROOM
from cogs.delegation.delegation_cards import ended_card
from tests.builders import AUTHOR, VOTER, a_member_delegation


def test_of_many_delegations_taken_back_at_once_the_first_are_named() -> None:
    names = {SpaceId(n): f"“Space {n}”" for n in range(1, 26)}
    topics = (None, "basic", "weighted")
    every = [a_member_delegation(VOTER, AUTHOR, space=space, topic=topic) for space in names for topic in topics]
    text = ended_card(every, every, None, everywhere=None, names=names).text()
    assert text.count(f"(<@{AUTHOR}>)") == 20
    assert text.count(" and 65 more.") == 2
    assert len(text) < ROOM
    two = ended_card(every[:2], [], None, everywhere=None, names=names).text()
    assert f"all proposals in “Space 1” (<@{AUTHOR}>) and basic proposals in “Space 1” (<@{AUTHOR}>)." in two
