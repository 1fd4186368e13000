"""Compares clocks, so that no single clock opens a vote, ends it, or dates a ballot."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from bot.domain.announcements.moderator_notice import ClockDiffers, CountWouldWait
from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.clock_agreement import CLOCK_SKEW, FAR, INSIDE, agree, moment
from bot.domain.shared.endpoint_confirmation import Confirmation
from bot.domain.shared.errors import ChainUnavailable, ClocksDiffer
from bot.domain.shared.types import ChainId, ProposalId, Timestamp
from bot.domain.spaces.space import DAY
from bot.ports import ChainReader, Clock, Store
from bot.services.announcements.moderator_notices import notice
from bot.services.shared.lookup import known

_log = logging.getLogger(__name__)

_REMEMBERED = 3_600
"""Seconds for which a chain's last known time is used if its endpoints do not answer."""
_FRESH, _LATELY = 180, 60
"""Seconds for which a chain's time is used without asking: to show a vote, and where it agrees with the machine's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """The timestamp of a chain's newest block, and when it was read by the machine's clock and by a monotonic one."""

    at: Timestamp
    host: Timestamp
    steady: float


class Clocks:
    """Decides the time at which a request counts, and how far a chain has come."""

    def __init__(self, *, store: Store, clock: Clock, chain: ChainReader) -> None:
        self._store, self._clock, self._chain = store, clock, chain
        self._heads: dict[ChainId, _Head] = {}

    async def asked(self, proposal: ProposalId, said: Timestamp | None) -> Timestamp:
        """Return the time, in seconds, at which a request on a vote counts that Discord received at `said`.

        If `said` is None, the caller has judged the time already, and the machine's clock is used.

        Raises:
            NotFound: no such proposal.
            ClocksDiffer: it can't be told whether voting was open; nothing may be stored.

        """
        host = self._clock.now()
        if said is None or agree(said, host):
            return host if said is None else said
        async with self._store.read() as repos:
            found = await known(repos, proposal)
        if found.terms is None:
            return said
        head: Timestamp | None
        try:
            head = await self.head(found)
        except ChainUnavailable:
            head = self._remembered(found)
        return self._judged(found, host, said, head)

    async def came(self, proposal: Proposal) -> Timestamp:
        """Return the time, in seconds, at which a request counts that one of our web pages received just now.

        Raises:
            ClocksDiffer: as `asked`.
            ChainUnavailable: the chain does not tell the time, and start or end of the vote is near.

        """
        host = self._clock.now()
        if proposal.terms is None:
            return host
        head = self._remembered(proposal, _LATELY)
        if head is None or not agree(host, head):
            try:
                head = await self.head(proposal)
            except ChainUnavailable:
                head = self._remembered(proposal)
                if head is None and not proposal.terms.start + INSIDE <= host <= proposal.terms.end - INSIDE:
                    raise
        return self._judged(proposal, host, None, head)

    async def head(self, proposal: Proposal, *, confirm: Confirmation = Confirmation.WANTED) -> Timestamp:
        """Return the time of the newest block on the chain of the snapshot (that of the first strategy).

        If that chain's clock was far ahead when the vote was submitted, the lead is subtracted. `confirm` is that of
        `ChainReader`. Raises ChainUnavailable.
        """
        home = home_of(proposal)
        block = await self._chain.newest(home, confirm=confirm)
        self._heads[home] = _Head(at=block.timestamp, host=self._clock.now(), steady=asyncio.get_running_loop().time())
        return _corrected(proposal, block.timestamp)

    async def reached(self) -> Timestamp | None:
        """Return the time that the machine's clock and a chain's have both reached; None while no chain tells it.

        A chain whose clock is ahead of the machine's is ignored if there is another whose clock is not.
        """
        asked = (self._newest(chain) for chain in self._chain.chains())
        heads = [head for head in await asyncio.gather(*asked) if head is not None]
        host = self._clock.now()
        if not heads:
            return None
        return min(host, max((head for head in heads if head <= host + CLOCK_SKEW), default=host))

    async def _newest(self, chain: ChainId) -> Timestamp | None:
        try:
            return (await self._chain.newest(chain, confirm=Confirmation.WANTED)).timestamp
        except ChainUnavailable:
            return None

    def now(self, proposal: Proposal) -> Timestamp:
        """Return the time by which a vote is shown: the machine's, unless its chain says that it is not over yet.

        A vote that was opened counts as begun even if the machine's clock was set back since.
        """
        host, terms = self._clock.now(), proposal.terms
        if terms is None or proposal.result is not None or terms.start <= host <= terms.end:
            return host
        read = self._heads.get(home_of(proposal))
        if read is None or asyncio.get_running_loop().time() - read.steady > _FRESH:
            return host
        head = _corrected(proposal, read.at)
        if host < terms.start:
            return terms.start if proposal.opened_at is not None and head >= terms.start else host
        return host if agree(read.host, head) else min(host, Timestamp(max(head + host - read.host, terms.start)))

    async def watch(self) -> int:
        """Tell moderators and operator of each chain that differs from the machine's clock, once a day.

        Before a vote ends they are also told if its count would wait because too few endpoints answer. The chains are
        those of the votes that are not counted yet. Return how many differ. Safe to run late, twice, or cut short; a
        chain that cannot be read is skipped.
        """
        now = self._clock.now()
        async with self._store.read() as repos:
            waiting = await repos.proposals.due_to_close(Timestamp(2**53))
        by_chain: dict[ChainId, list[Proposal]] = {}
        for proposal in waiting:
            by_chain.setdefault(home_of(proposal), []).append(proposal)
        return sum(await asyncio.gather(*(self._watch(chain, some, now) for chain, some in by_chain.items())))

    async def _watch(self, chain: ChainId, proposals: list[Proposal], now: Timestamp) -> bool:
        """Tell of one chain; return whether it differs."""
        try:
            head = await self.head(proposals[0])
        except ChainUnavailable as error:
            await self._warn(proposals, error)
            return False
        try:
            await self.head(proposals[0], confirm=Confirmation.REQUIRED)
        except ChainUnavailable as error:
            await self._warn(proposals, error)
        off = self._clock.now() - head
        if -CLOCK_SKEW <= off <= FAR:
            return False
        await self._tell(chain, proposals, off, now)
        return True

    async def _warn(self, proposals: list[Proposal], error: ChainUnavailable) -> None:
        """Tell of votes that end within a day that their count would wait, once a vote and a day."""
        now = self._clock.now()
        near = [p for p in proposals if p.terms is not None and p.terms.start <= now <= p.terms.end <= now + DAY]
        async with self._store.write() as repos:
            for proposal in near:
                assert proposal.terms is not None  # noqa: S101 - those without terms are left out
                fact = CountWouldWait(number=proposal.number, end=proposal.terms.end, error=str(error))
                key = f"endpoints/{proposal.id}/{now // DAY}"
                began = proposal.submitted_at or proposal.created_at
                if await notice(repos, proposal.guild, key=key, fact=fact, at=now, since=began, space=proposal.space):
                    _log.warning("the count of proposal %s would wait: %s", proposal.id, error)
            await repos.commit()

    async def _tell(self, chain: ChainId, proposals: list[Proposal], off: int, now: Timestamp) -> None:
        name = self._chain.chains().get(chain, f"chain {chain}")
        fact, day = ClockDiffers(chain=name, seconds=off), now // DAY
        began = Timestamp(day * DAY)
        async with self._store.write() as repos:
            told = [
                await notice(repos, guild, key=f"clock/{chain}/{day}", fact=fact, at=now, since=began)
                for guild in dict.fromkeys(proposal.guild for proposal in proposals)
            ]
            if any(told):
                side = "older than" if off > 0 else "ahead of"
                minutes = max(1, abs(off) // 60)
                _log.warning("the newest block of %s is %s minutes %s the clock of this machine", name, minutes, side)
                await repos.commit()

    def _judged(self, proposal: Proposal, host: Timestamp, said: Timestamp | None, head: Timestamp | None) -> Timestamp:
        assert proposal.terms is not None  # noqa: S101 - the callers have seen to it
        found = moment(proposal.terms.start, proposal.terms.end, host=host, said=said, head=head)
        if found is None:
            error = ClocksDiffer(number=proposal.number, host=host, said=said, head=head)
            _log.warning("a request was refused because clocks differ: %s", error)
            raise error
        return found

    def _remembered(self, proposal: Proposal, most: int = _REMEMBERED) -> Timestamp | None:
        """Return the chain's time extrapolated from the last reading, None if that is over `most` seconds old."""
        read = self._heads.get(home_of(proposal))
        if read is None:
            return None
        since = asyncio.get_running_loop().time() - read.steady
        return _corrected(proposal, Timestamp(read.at + int(since))) if since <= most else None


def home_of(proposal: Proposal) -> ChainId:
    """Return the chain of the first strategy; the snapshot's other blocks are not later than its block."""
    assert proposal.terms is not None  # noqa: S101 - what has no terms has no snapshot
    return proposal.terms.strategies[0].network


def _corrected(proposal: Proposal, at: Timestamp) -> Timestamp:
    ahead = proposal.ahead(home_of(proposal))
    return Timestamp(at - ahead if ahead > CLOCK_SKEW else at)
