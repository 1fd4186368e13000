"""What is kept for a while is removed when its time is over, and never because a clock is wrong."""

from __future__ import annotations

import pytest

from bot.domain.shared.errors import ChainFault, ChainUnavailable, ChallengeUnusable
from bot.domain.shared.types import Block, ChainId, MemberId, Timestamp
from bot.domain.spaces.space import DAY
from bot.domain.voting.ballot_signature_terms import CONTRACT_LIFE
from bot.domain.wallets.owner_signatures import SharedSigning
from bot.domain.wallets.wallet import Challenge
from bot.domain.wallets.web_ticket import TICKET_LIFE, Purpose, Ticket
from bot.ports import Confirmation
from bot.services.wallets.wallet_linking import MOVES_SHOWN
from tests.builders import CHAIN, GUILD, NOW, a_block, an_address
from tests.fakes import FakeChain
from tests.services.conftest import House
from tests.services.wallets.test_moved_wallets import issued, moved

MEMBER = MemberId(1_100_000_000_000_000_001)
DIGEST = "d" * 64
YEAR = 365 * DAY


class TwoChains(FakeChain):
    """Tells the time of two chains; a None is that of one that does not answer."""

    times: dict[ChainId, int | None]

    def chains(self) -> dict[ChainId, str]:
        return {chain: str(chain) for chain in self.times}

    async def newest(self, chain: ChainId, *, confirm: Confirmation = Confirmation.REQUIRED) -> Block:
        if (time := self.times[chain]) is None:
            raise ChainUnavailable(chain, ChainFault.UNREACHABLE)
        return a_block(1, chain=chain, timestamp=Timestamp(time))


async def under_way(house: House) -> Challenge:
    """A challenge, an address of a page, what owners sign at it, and a move: all of it wanted."""
    await house.member(1)
    await moved(house, await house.member(2))
    challenge = await issued(house, MemberId(3), 3)
    ticket = Ticket(
        digest=DIGEST,
        purpose=Purpose.LINK,
        guild=GUILD,
        member=MEMBER,
        guild_name="Hearthspan",
        member_name="finn",
        issued_at=Timestamp(NOW),
        expires_at=Timestamp(NOW + TICKET_LIFE),
        lasts_for=("key",),
        lasts_until=Timestamp(NOW + CONTRACT_LIFE),
    )
    shared = SharedSigning(
        key="key",
        guild=GUILD,
        member=MEMBER,
        wallet=an_address(9),
        chain=CHAIN,
        digest=b"d" * 32,
        written_at=Timestamp(NOW),
        expires_at=Timestamp(NOW + CONTRACT_LIFE),
        signatures={an_address(8): b"s" * 65},
    )
    async with house.app.store.write() as repos:
        await repos.tickets.add(ticket)
        await repos.shared.add(shared)
        await repos.commit()
    return challenge


async def kept(house: House, challenge: Challenge) -> list[bool]:
    async with house.app.store.read() as repos:
        found = [await repos.wallets.challenge(challenge.nonce), await repos.tickets.get(DIGEST)]
        moves = await repos.wallets.moves(GUILD, MemberId(1_100_000_000_000_000_001), Timestamp(0))
        return [one is not None for one in (*found, await repos.shared.get("key"))] + [bool(moves)]


@pytest.mark.parametrize("ahead", [DAY * 4, MOVES_SHOWN + DAY, 50 * YEAR], ids=["four days", "a month", "50 years"])
async def test_a_clock_that_is_ahead_takes_nothing_that_is_under_way(house: House, ahead: int) -> None:
    challenge = await under_way(house)
    house.chain.stands = NOW + 60
    house.clock.time += ahead
    assert await house.app.retention.remove_expired() == 0
    with pytest.raises(ChallengeUnusable, match="expired"):
        await house.app.owner_signatures.get(GUILD, MEMBER, "key")
    await issued(house, MemberId(4), 4)
    assert await kept(house, challenge) == [True] * 4
    house.clock.time = NOW + 60
    shared = await house.app.owner_signatures.get(GUILD, MEMBER, "key")
    assert shared.signatures, "once the clock is right again, owners go on"


async def test_what_is_over_by_both_clocks_is_removed(house: House) -> None:
    challenge = await under_way(house)
    house.clock.time = house.chain.stands = NOW + MOVES_SHOWN + 1
    assert await house.app.retention.remove_expired() == 5
    assert await kept(house, challenge) == [False] * 4


async def test_while_no_chain_tells_the_time_nothing_is_removed(house: House) -> None:
    challenge = await under_way(house)
    house.clock.time += 50 * YEAR
    house.chain.down = ChainFault.UNREACHABLE
    assert await house.app.retention.remove_expired() == 0
    assert await kept(house, challenge) == [True] * 4


@pytest.mark.parametrize(
    ("host", "chains", "reached"),
    [
        (0, [0, 0], 0),
        (YEAR, [5, 9], 9),
        (YEAR, [-YEAR, 9], 9),
        (YEAR, [9, 70 * YEAR], 9),
        (YEAR, [None, 9], 9),
        (YEAR, [None, None], None),
        (0, [70 * YEAR, None], 0),
        (0, [30, -30], 0),
        (-YEAR, [0, 0], -YEAR),
    ],
    ids=[
        "all agree",
        "the machine is ahead",
        "a chain has halted",
        "a chain is further ahead",
        "a chain does not answer",
        "none answers",
        "the only one is ahead",
        "within a minute",
        "the machine is behind",
    ],
)
async def test_the_time_that_is_reached_is_the_machines_and_a_chains(
    house: House, host: int, chains: list[int | None], reached: int | None
) -> None:
    chain = TwoChains(clock=house.clock)
    chain.times = {ChainId(number): time if time is None else NOW + time for number, time in enumerate(chains, 1)}
    clocks = type(house.app.clocks)(store=house.app.store, clock=house.clock, chain=chain)
    house.clock.time = NOW + host
    assert await clocks.reached() == (None if reached is None else NOW + reached)
    house.clock.time = NOW
