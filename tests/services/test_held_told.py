"""Why a count waits is told when it is news, not each time that a number in it is another."""

from __future__ import annotations

import pytest

from bot.domain.proposals.proposal import GRACE, Proposal
from bot.domain.shared.endpoint_confirmation import Confirmation
from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import ChainId
from bot.services.proposals.counting.count_notices import PATIENCE
from tests.builders import CHAIN
from tests.services.conftest import House

_LATE = GRACE + PATIENCE


class Failing:
    """A chain whose newest block is not told, for reasons that come in turn."""

    def __init__(self, house: House, monkeypatch: pytest.MonkeyPatch, *reasons: tuple[ChainFault, str]) -> None:
        self.reasons, self.asked = reasons, 0
        monkeypatch.setattr(house.chain, "newest", self)

    async def __call__(self, chain: ChainId, *, confirm: Confirmation | None = None) -> None:
        fault, detail = self.reasons[self.asked % len(self.reasons)]
        self.asked += 1
        raise ChainUnavailable(CHAIN, fault, detail.format(19_000_000 + 7 * self.asked))


async def told(house: House) -> list[str]:
    return [key for key in await house.said() if "held/" in key]


async def swept(house: House, proposal: Proposal, times: int, seconds: int) -> int:
    for number in range(times):
        await house.end(proposal, late=_LATE + number * seconds)
        await house.app.lifecycle.close_due()
    return len(await told(house))


async def test_a_reason_in_which_a_number_moves_is_told_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = await house.submit()
    Failing(
        house,
        monkeypatch,
        (ChainFault.DISAGREEMENT, "the newest blocks of endpoints 1 and 2, 5 and {:,}, are far apart"),
    )
    assert await swept(house, proposal, times=30, seconds=30) == 1


@pytest.mark.parametrize("seconds", [1, 30])
async def test_reasons_that_take_turns_are_told_once_each_and_then_once_an_hour(
    house: House, seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = await house.submit()
    Failing(
        house,
        monkeypatch,
        (ChainFault.UNREACHABLE, "endpoint 1: it does not answer"),
        (ChainFault.DISAGREEMENT, "endpoints 1 and 2 differ: block {:,}"),
        (ChainFault.LAGGING, "endpoint 2: it does not have block {:,}"),
    )
    assert await swept(house, proposal, times=200, seconds=seconds) <= 3 + 200 * seconds // 3_600


async def test_another_reason_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = await house.submit()
    chain = Failing(house, monkeypatch, (ChainFault.UNREACHABLE, "endpoint 1: it does not answer"))
    assert await swept(house, proposal, times=2, seconds=700) == 1
    chain.reasons = ((ChainFault.DISAGREEMENT, "endpoints 1 and 2 differ"),)
    await house.end(proposal, late=_LATE + 1_400)
    await house.app.lifecycle.close_due()
    assert len(await told(house)) == 2
    assert "differ" in ((await house.stored(proposal)).held_reason or "")
