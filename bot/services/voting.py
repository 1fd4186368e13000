"""Casting ballots."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from weakref import WeakValueDictionary

from bot.domain.ballot import Ballot, Receipt
from bot.domain.errors import NoPower, NotFound, NotVoting, NoWallet
from bot.domain.power import VotingPower, depends_on_voters
from bot.domain.proposal import GRACE, Proposal, State
from bot.domain.types import Address, GuildId, MemberId, ProposalId, Timestamp, Units
from bot.domain.voting import SYSTEMS, Mark
from bot.ports import Books, Clock, Store
from bot.services.lookup import known, numbered
from bot.services.power import Power

_TRIES = 8
"""How often powers that depend on who votes are read for one press. The next ballot, and the count, read all again."""


class Voting:
    """Stores ballots with the power their wallets had at the proposal's snapshot."""

    def __init__(self, *, store: Store, clock: Clock, power: Power) -> None:
        self._store, self._clock, self._power = store, clock, power
        self._turns: WeakValueDictionary[tuple[ProposalId, MemberId], asyncio.Lock] = WeakValueDictionary()

    async def cast(self, guild: GuildId, proposal: ProposalId, member: MemberId, mark: object) -> Receipt:
        """Cast the same mark for each of the member's wallets that has power; the last ballot of a wallet counts.

        The time of the call decides whether the window was open, and calls of one member are stored in the order in
        which they came. When this returns, the ballots are stored.

        Raises:
            NotFound: no such proposal in this guild.
            NotVoting: the window is not open.
            InvalidInput: the mark does not fit the ballot.
            NoWallet, NoPower: there is nothing to vote with.
            ChainUnavailable, PowerUnknown: the power is not known now; nothing was stored.
            PowerUndefined: a formula has no result for a wallet.

        """
        now = self._clock.now()
        turn = self._turns.setdefault((proposal, member), asyncio.Lock())
        async with turn:
            return await self._cast(guild, proposal, member, mark, now)

    async def _cast(
        self, guild: GuildId, proposal: ProposalId, member: MemberId, mark: object, now: Timestamp
    ) -> Receipt:
        for tries in range(1, _TRIES + 1):
            async with self._store.read() as books:
                found = await known(books, proposal)
                if found.guild != guild:
                    raise NotFound("proposal", "")
                _check_open(found, now)
                checked = SYSTEMS[found.voting].check_mark(mark, len(found.choices))
                wallets = [wallet.address for wallet in await books.wallets.of(guild, member)]
                if not wallets:
                    raise NoWallet
                read_before = await books.ballots.powers(proposal, wallets)
                others = await _others(books, found, wallets)
            powers, theirs = await self._power.of_proposal(found, wallets, read_before, others)
            total = Units(sum(power.total or 0 for power in powers))
            if not total:
                raise _no_power(found)
            receipt = secrets.token_hex(4)
            async with self._store.write() as books:
                found = await known(books, proposal)
                _check_open(found, now)
                if found.terms is None or self._clock.now() >= found.terms.end + GRACE:
                    raise _not_voting(found, self._clock.now())
                if wallets != [wallet.address for wallet in await books.wallets.of(guild, member)]:
                    continue  # a link was taken away or added meanwhile; a wallet of somebody else's casts nothing
                if tries < _TRIES and await _others(books, found, wallets) != others:
                    continue  # somebody voted meanwhile, and the powers depend on it
                replaced = await books.ballots.by_member(proposal, member)
                for power in powers:
                    if power.total:
                        await books.ballots.cast(_ballot(found, member, checked, power, now, receipt))
                await books.ballots.rescore(proposal, theirs)
                await books.proposals.touch(proposal, now)
                await books.commit()
            return Receipt(
                id=receipt,
                proposal=proposal,
                number=found.number,
                mark=checked,
                powers=powers,
                power=total,
                cast_at=now,
                replaced=max(replaced, key=lambda ballot: ballot.cast_at).mark if replaced else None,
            )
        raise NoWallet  # not one reading long did the member's links stay the same

    async def status(self, guild: GuildId, number: int, member: MemberId) -> Receipt | None:
        """Return the receipt of the member's ballot that counts, None if there is none. Raises NotFound."""
        async with self._store.read() as books:
            proposal = await numbered(books, guild, number)
            if proposal.terms is None:
                raise NotFound("proposal", str(number))
            ballots = await books.ballots.by_member(proposal.id, member)
            if not ballots:
                return None
            newest = max(ballots, key=lambda ballot: ballot.cast_at)
            mine = [ballot for ballot in ballots if ballot.receipt == newest.receipt]
            powers = await books.ballots.powers(proposal.id, [ballot.wallet for ballot in mine])
        return Receipt(
            id=newest.receipt,
            proposal=proposal.id,
            number=proposal.number,
            mark=newest.mark,
            powers=tuple(powers[ballot.wallet] for ballot in mine),
            power=Units(sum(ballot.power for ballot in mine)),
            cast_at=newest.cast_at,
            replaced=None,
        )


async def _others(books: Books, proposal: Proposal, wallets: Sequence[Address]) -> dict[Address, tuple[Units, ...]]:
    """Return the scores of all other wallets that have voted, where power depends on them; else nothing."""
    if proposal.terms is None or not any(depends_on_voters(strategy) for strategy in proposal.terms.strategies):
        return {}
    return {
        ballot.wallet: ballot.scores for ballot in await books.ballots.of(proposal.id) if ballot.wallet not in wallets
    }


def _ballot(
    proposal: Proposal, member: MemberId, mark: Mark, power: VotingPower, at: Timestamp, receipt: str
) -> Ballot:
    return Ballot(
        proposal=proposal.id,
        wallet=power.address,
        member=member,
        mark=mark,
        scores=power.scores,
        power=Units(sum(power.scores)),
        cast_at=at,
        receipt=receipt,
    )


def _check_open(proposal: Proposal, now: Timestamp) -> None:
    if proposal.state(now) is not State.VOTING:
        raise _not_voting(proposal, now)


def _not_voting(proposal: Proposal, now: Timestamp) -> NotVoting:
    terms = proposal.terms
    return NotVoting(
        number=proposal.number,
        state=proposal.state(now),
        start=terms.start if terms else None,
        end=terms.end if terms else None,
    )


def _no_power(proposal: Proposal) -> NoPower | NotFound:
    if proposal.terms is None:
        return NotFound("proposal", str(proposal.number))
    home = proposal.terms.strategies[0].network
    return NoPower(symbol=proposal.terms.symbol, block=proposal.terms.snapshot[home])
