"""Nobody is left in silence: a slow answer is told to be slow, and what comes of it stands in the same place."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.domain.power.chain_reads import Answers
from cogs._shared import replies
from cogs._shared.replies import STILL_WORKING, SlowNotice
from tests.cogs.conftest import World, said


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "SLOW", 0.01)


async def test_a_chain_that_hangs_is_told_and_then_the_answer_stands_in_its_place(
    world: World, monkeypatch: pytest.MonkeyPatch, slow: None
) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    told = asyncio.Event()
    read, tell = world.chain.read, SlowNotice._say

    async def say(self: SlowNotice) -> None:
        await tell(self)
        told.set()

    async def hanging(*arguments: Any, **options: Any) -> list[Answers]:
        while not told.is_set():  # noqa: ASYNC110 - the simulated Discord settles only what waits for a time
            await asyncio.sleep(0.01)
        return await read(*arguments, **options)

    monkeypatch.setattr(SlowNotice, "_say", say)
    monkeypatch.setattr(world.chain, "read", hanging)
    result = await ada.click(world.card(proposal), label="For")
    assert told.is_set()
    assert "Recorded: **For**" in said(result)
    assert STILL_WORKING not in said(result)


async def test_an_answer_that_is_quick_says_nothing_in_between(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)

    async def say(self: SlowNotice) -> None:
        raise AssertionError("it was told to be slow")

    monkeypatch.setattr(SlowNotice, "_say", say)
    assert "Recorded: **For**" in said(await ada.click(world.card(proposal), label="For"))


async def test_a_word_in_between_is_said_once_and_never_after_the_answer(slow: None) -> None:
    said: list[str] = []

    async def tell(text: str) -> None:
        said.append(text)

    async def ask(seconds: float) -> bool:
        notice = SlowNotice(tell)
        await asyncio.sleep(seconds)
        return await notice.end()

    assert not await asyncio.create_task(ask(0))
    await asyncio.sleep(0.05)
    assert said == []
    assert await asyncio.create_task(ask(0.05))
    assert said == [STILL_WORKING]


async def test_whoever_ends_without_an_answer_is_told_nothing_afterwards(slow: None) -> None:
    said: list[str] = []

    async def tell(text: str) -> None:
        said.append(text)

    async def ask() -> None:
        SlowNotice(tell)

    await asyncio.create_task(ask())
    await asyncio.sleep(0.05)
    assert said == []
