"""Names of wallets are remembered for a while, and nobody waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.domain.shared.errors import ChainFault
from bot.services.wallets import ens_names
from bot.services.wallets.ens_names import REMEMBERED
from tests.builders import an_address
from tests.services.conftest import House

ONE, TWO = an_address(1), an_address(2)


async def test_names_are_asked_for_once_a_while(house: House) -> None:
    house.chain.ens = {ONE: "one.eth"}
    for _ in range(3):
        assert await house.app.names.of([ONE, TWO]) == {ONE: "one.eth"}
    assert house.chain.asked_names == [(ONE, TWO)]
    house.chain.ens = {TWO: "two.eth"}
    house.clock.time += REMEMBERED
    assert await house.app.names.of([ONE, TWO]) == {TWO: "two.eth"}


async def test_a_chain_that_does_not_answer_is_asked_again_and_shows_no_old_name(house: House) -> None:
    house.chain.ens = {ONE: "one.eth"}
    await house.app.names.of([ONE])
    house.clock.time += REMEMBERED
    house.chain.down = ChainFault.UNREACHABLE
    assert await house.app.names.of([ONE]) == {}
    house.chain.down = None
    assert await house.app.names.of([ONE]) == {ONE: "one.eth"}


async def test_nobody_waits_long_for_a_name(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ens_names, "_PATIENCE", 0.05)

    async def slow(_wallets: Sequence[str]) -> None:
        await asyncio.sleep(5)

    monkeypatch.setattr(house.chain, "names", slow)
    assert await house.app.names.of([ONE]) == {}


async def test_what_is_remembered_is_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ens_names, "_MOST", 3)
    for number in range(1, 12):
        await house.app.names.of([an_address(number)])
    assert len(house.app.names._known) <= 5
