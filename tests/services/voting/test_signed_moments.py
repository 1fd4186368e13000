"""A contract is asked at a block by which `verify` takes its ballot too, or the ballot is not taken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.audit.bundle.checking.ballot_signatures import message_problems
from bot.domain.audit.bundle.checking.bundle_checks import read
from bot.domain.audit.bundle.reading.bundle_file import unpacked
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import ChainFault, ChainUnavailable, ClocksDiffer
from bot.domain.shared.types import Timestamp
from bot.domain.voting.ballot_signature_terms import lead
from tests.builders import CHAIN, GUILD
from tests.services.conftest import House
from tests.services.voting.test_ballot_signing import ANA, a_key, address, cast, house, vote  # noqa: F401 - two are fixtures

# ruff: noqa: F811


@pytest.mark.parametrize(("later", "taken"), [(0, True), (1, False)])
async def test_a_contract_is_asked_at_no_block_that_is_later_than_the_ballot(
    house: House, vote: Proposal, later: int, taken: bool
) -> None:
    """By a machine's clock that is slow the ballot would be older than what its contract said."""
    house.chain.contracts.add(address(a_key("1")))
    assert vote.terms is not None
    house.clock.time = vote.terms.start + 1_000
    house.chain.stands = house.clock.time + lead(vote, CHAIN) + later
    house.chain.blocks.append(replace(house.chain.mine(), timestamp=Timestamp(house.chain.stands)))
    if not taken:
        with pytest.raises(ClocksDiffer):
            await cast(house, vote, ANA, a_key("1"), 1)
        assert await house.ballots(vote) == []
        return
    await cast(house, vote, ANA, a_key("1"), 1)
    house.chain.stands = None
    await house.end(vote)
    assert await house.app.lifecycle.close_due() == 1
    contents = read(unpacked(await house.app.results.bundle(GUILD, vote.number)))
    assert (len(contents.ballots), list(message_problems(contents))) == (1, [])


async def test_a_contract_is_not_asked_at_a_block_from_before_the_snapshot(house: House, vote: Proposal) -> None:
    """Endpoints that lag may know none behind it."""
    house.chain.contracts.add(address(a_key("1")))
    assert vote.terms is not None
    house.chain.blocks = [block for block in house.chain.blocks if block.number < vote.terms.snapshot[CHAIN].number]
    house.clock.time = house.chain.head.timestamp + 1_200
    house.chain.stands = house.clock.time
    with pytest.raises(ChainUnavailable) as refused:
        await cast(house, vote, ANA, a_key("1"), 1)
    assert refused.value.fault is ChainFault.LAGGING
    assert await house.ballots(vote) == []
