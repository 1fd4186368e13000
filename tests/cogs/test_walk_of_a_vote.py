"""How much of the code a vote passes from the button to its stored row: nothing of it grows unseen."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

from tests.cogs.conftest import World

ROOT = Path(__file__).parents[2]
OURS = (f"{ROOT / 'bot'}/", f"{ROOT / 'cogs'}/")
CALLS, FILES = 600, 40


class Walk:
    """Counts calls of our functions, also in the database's thread, until a receipt is drawn."""

    def __init__(self) -> None:
        self.calls, self.files, self.on = 0, set[str](), False

    def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
        if not self.on or event != "call":
            return
        file, name = frame.f_code.co_filename, frame.f_code.co_name
        if name == "receipt_card":
            self.on = False
        elif file.startswith(OURS):
            self.calls += 1
            self.files.add(file)


@pytest.fixture
def walk() -> Iterator[Walk]:
    """It is there before the database's thread begins."""
    walk = Walk()
    before = sys.getprofile()
    threading.setprofile(walk)
    sys.setprofile(walk)
    yield walk
    sys.setprofile(before)
    threading.setprofile(before)


async def test_a_vote_takes_few_calls_from_the_button_to_its_row(walk: Walk, world: World) -> None:
    ada, bob = await world.member("ada", 5, researcher=True), await world.member("bob", 5)
    proposal = await world.open_proposal(ada)
    card = world.card(proposal)
    await ada.click(card, label="Against")
    sys.setprofile(walk)
    walk.on = True
    await bob.click(card, label="For")
    assert not walk.on
    async with world.app.store.read() as repos:
        assert {ballot.mark for ballot in await repos.ballots.in_force(proposal.id)} == {1, 2}
    assert 300 < walk.calls <= CALLS, f"{walk.calls} calls in {len(walk.files)} files"
    assert 30 < len(walk.files) <= FILES, f"{walk.calls} calls in {len(walk.files)} files"
