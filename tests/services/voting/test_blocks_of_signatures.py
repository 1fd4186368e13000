"""A contract's ballot keeps a block that stays, where the contract says the same there."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.clock_agreement import CLOCK_SKEW
from bot.domain.shared.errors import ChainFault, SignatureRejected
from bot.domain.shared.types import Block
from bot.domain.voting.ballot_signature_terms import ASKED_WITHIN, SETTLED
from bot.domain.wallets.signature_claim import Claim, Invalid, Unknown, Valid, Verdict
from bot.domain.wallets.signature_flaw import Flaw
from tests.services.conftest import House
from tests.services.voting.test_ballot_signing import (
    ANA,
    a_key,
    address,
    cast,
    house,
    link,
    opened,
)

__all__ = ["house"]
KEY = a_key("1")


@pytest.fixture
async def vote(house: House) -> Proposal:
    """A vote on the chain's newest block, with some blocks behind it, of which the last two are not final."""
    await link(house, ANA, KEY, 700)
    house.chain.contracts.add(address(KEY))
    found = await opened(house)
    house.chain.mine(4)
    house.chain.unfinal = 2
    return found


async def block_of(house: House, vote: Proposal) -> Block | None:
    await cast(house, vote, ANA, KEY, 1)
    (ballot,) = await house.ballots(vote)
    assert ballot.signed is not None
    return ballot.signed.block


async def test_the_block_that_is_kept_is_final(house: House, vote: Proposal) -> None:
    assert await block_of(house, vote) == house.chain.blocks[-3]


async def unsettled(house: House, vote: Proposal) -> None:
    """Assert that a ballot is refused, because its contract says yes only since a block that may still be replaced."""
    with pytest.raises(SignatureRejected) as caught:
        await cast(house, vote, ANA, KEY, 1)
    assert (caught.value.flaw, caught.value.expected, caught.value.asked) == (
        Flaw.UNSETTLED,
        address(KEY),
        house.chain.name,
    )
    assert not await house.ballots(vote)


async def test_what_a_contract_says_only_since_its_newest_block_is_taken_a_little_later(
    house: House, vote: Proposal
) -> None:
    """Its chain may replace that block by one at which it says no, and a true result would look false."""
    house.chain.said_since[address(KEY)] = since = house.chain.head.number
    await unsettled(house, vote)
    house.chain.mine(10)
    house.clock.time += 120
    house.chain.unfinal = 15
    kept = await block_of(house, vote)
    assert kept is not None
    assert since <= kept.number <= house.chain.head.number - 5


async def test_a_contract_that_says_yes_at_its_newest_block_alone_casts_nothing(
    house: House, vote: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = house.chain._signed

    def only_now(claim: Claim, block: Block) -> Verdict:
        return said(claim, block) if block == house.chain.head else Invalid(flaw=Flaw.REFUSED, block=block)

    monkeypatch.setattr(house.chain, "_signed", only_now)
    for _ in range(3):
        await unsettled(house, vote)
        house.chain.mine(20)
        house.clock.time += 240


async def test_a_newest_block_that_nothing_followed_for_minutes_is_kept(house: House, vote: Proposal) -> None:
    """On a chain that makes blocks only when something happens, nobody can wait for the next one."""
    house.chain.said_since[address(KEY)] = house.chain.head.number
    house.clock.time = house.chain.head.timestamp + SETTLED + CLOCK_SKEW - 1
    await unsettled(house, vote)
    house.clock.time += 1
    assert await block_of(house, vote) == house.chain.head


async def test_what_a_contract_says_for_a_minute_is_kept_at_a_block_that_hardly_any_chain_replaces(
    house: House, vote: Proposal
) -> None:
    """It approved the ballot on chain some blocks ago: the newest one may be gone a moment later."""
    house.chain.mine(8)
    house.chain.unfinal = 10
    house.clock.time += 120
    head = house.chain.head
    minute = max(
        (one for one in house.chain.blocks if one.timestamp <= head.timestamp - 60), key=lambda one: one.number
    )
    house.chain.said_since[address(KEY)] = minute.number
    assert house.chain.blocks[-11].number < minute.number < head.number
    assert await block_of(house, vote) == minute


async def test_what_a_contract_says_for_less_than_a_minute_is_not_taken_yet(house: House, vote: Proposal) -> None:
    house.chain.mine(8)
    house.chain.unfinal = 10
    house.clock.time += 120
    house.chain.said_since[address(KEY)] = house.chain.head.number - 4
    await unsettled(house, vote)


async def test_no_block_from_before_the_snapshot_is_kept(house: House, vote: Proposal) -> None:
    house.chain.unfinal = 5
    assert vote.terms is not None
    assert house.chain.blocks[-6].number < vote.terms.snapshot[house.chain.chain].number
    await unsettled(house, vote)
    house.chain.mine(1)
    house.clock.time += 12
    assert await block_of(house, vote) == vote.terms.snapshot[house.chain.chain]


async def test_the_block_of_the_snapshot_itself_may_be_kept(house: House, vote: Proposal) -> None:
    house.chain.unfinal = 4
    assert vote.terms is not None
    assert await block_of(house, vote) == vote.terms.snapshot[house.chain.chain]


async def test_no_block_is_kept_that_is_too_old_for_the_ballot(house: House, vote: Proposal) -> None:
    house.clock.time = house.chain.blocks[-3].timestamp + ASKED_WITHIN + 6
    assert await block_of(house, vote) == house.chain.head, "nothing came after it for an hour"


async def test_a_final_block_that_cannot_be_read_keeps_nobody_from_voting(
    house: House, vote: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(*_: int, **__: Any) -> None:
        house.chain.down = ChainFault.UNREACHABLE
        try:
            house.chain._answer(house.chain.chain)
        finally:
            house.chain.down = None

    monkeypatch.setattr(house.chain, "finalized", lost)
    house.chain.mine(2)
    house.clock.time += 24
    assert await block_of(house, vote) == house.chain.blocks[-6], "the newest one up to a minute before"


async def test_a_wallet_that_says_no_now_does_not_vote_by_what_it_said_at_the_final_block(
    house: House, vote: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An owner who was removed a minute ago is none, whatever block is kept."""
    said = house.chain._signed

    def removed(claim: Claim, block: Block) -> Valid | Invalid | Unknown:
        return said(claim, house.chain.blocks[0]) if block == house.chain.head else said(claim, block)

    house.chain.said_since[address(KEY)] = house.chain.blocks[1].number
    monkeypatch.setattr(house.chain, "_signed", removed)
    with pytest.raises(SignatureRejected):
        await cast(house, vote, ANA, KEY, 1)
    assert not await house.ballots(vote)
