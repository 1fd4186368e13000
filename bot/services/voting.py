"""Casting ballots."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from weakref import WeakValueDictionary

from bot.domain.ballot import Ballot, Lent, Receipt
from bot.domain.errors import NoPower, NotFound, NotVoting, NoWallet, PowerUndefined, PowerUnknown, Recused
from bot.domain.power import VotingPower, depends_on_voters
from bot.domain.proposal import GRACE, Proposal, State
from bot.domain.types import Address, GuildId, MemberId, ProposalId, Timestamp, Units
from bot.domain.voting import SYSTEMS, Mark
from bot.ports import Books, Clock, Store
from bot.services.lookup import known, numbered
from bot.services.mandates import wallets_behind
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

        It is cast for the wallets of those who delegate to the member too, as far as they have not voted themselves;
        a delegator whose power can't be known now is left out, and named. The time of the call decides whether the
        window was open, and calls of one member are stored in the order in which they came. When this returns, the
        ballots are stored.

        Raises:
            NotFound: no such proposal in this guild.
            NotVoting: the window is not open.
            InvalidInput: the mark does not fit the ballot.
            NoWallet, NoPower: there is nothing to vote with.
            Recused: the member, or every wallet of theirs, takes no part.
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
                checked = SYSTEMS[found.voting].check_mark(mark, len(found.choices), found.options)
                wallets = await _taking_part(books, found, member)
                behind = await wallets_behind(books, found, member)
                voters = [*wallets, *behind]
                if not voters:
                    raise NoWallet
                read_before = await books.ballots.powers(proposal, voters)
                others = await _others(books, found, voters)
                before = await books.ballots.by_member(proposal, member) if behind else []
            spared = frozenset(behind) - {ballot.wallet for ballot in before}
            powers, theirs = await self._known(found, voters, spared, read_before, others)
            if not any(power.total for power in powers):
                raise _no_power(found)
            receipt = secrets.token_hex(4)
            async with self._store.write() as books:
                found = await known(books, proposal)
                _check_open(found, now)
                if found.terms is None or self._clock.now() >= found.terms.end + GRACE:
                    raise _not_voting(found, self._clock.now())
                if wallets != await _taking_part(books, found, member):
                    continue  # a link was taken away or added meanwhile; a wallet of somebody else's casts nothing
                if tries < _TRIES and await _others(books, found, voters) != others:
                    continue  # somebody voted meanwhile, and the powers depend on it
                owners = await wallets_behind(books, found, member) if behind else {}
                owners |= dict.fromkeys(wallets, member)
                cast = [
                    _ballot(found, owners[power.address], member, checked, power, now, receipt)
                    for power in powers
                    if power.total and power.address in owners
                ]
                if not cast:
                    raise _no_power(found)
                replaced = await books.ballots.by_member(proposal, member)
                gone = [b.wallet for b in replaced if b.via is not None and b.wallet not in owners]
                await books.ballots.drop(proposal, gone)
                await books.ballots.cast_all(proposal, cast)
                await books.ballots.rescore(proposal, theirs)
                if found.terms.rules.progress_shown:
                    await books.proposals.touch(proposal, now)
                await books.commit()
            known_of = {power.address for power in powers}
            earlier = _newest(replaced, member)
            return replace(
                _receipt(found, member, cast, [power for power in powers if power.address in wallets]),
                unread=tuple({owner: None for wallet, owner in owners.items() if wallet not in known_of}),
                replaced=earlier[0].mark if earlier else None,
                replaced_via=earlier[0].via if earlier and earlier[0].caster != member else None,
            )
        raise NoWallet  # not one reading long did the member's links stay the same

    async def status(self, guild: GuildId, number: int, member: MemberId) -> Receipt | None:
        """Return the receipt of the member's ballot that counts, None if there is none. Raises NotFound."""
        async with self._store.read() as books:
            proposal = await numbered(books, guild, number)
            if proposal.terms is None:
                raise NotFound("proposal", str(number))
            mine = _newest(await books.ballots.by_member(proposal.id, member), member)
            if not mine:
                return None
            own = [ballot.wallet for ballot in mine if ballot.member == member]
            powers = await books.ballots.powers(proposal.id, own)
        return _receipt(proposal, member, mine, [powers[wallet] for wallet in own])

    async def _known(
        self,
        proposal: Proposal,
        wallets: Sequence[Address],
        spared: frozenset[Address],
        known: Mapping[Address, VotingPower],
        others: Mapping[Address, tuple[Units, ...]],
    ) -> tuple[tuple[VotingPower, ...], list[VotingPower]]:
        """Return what `Power.of_proposal` does, leaving out `spared` wallets whose power can't be had.

        First those that are named, then all that were not read before: no delegator can keep a delegate from voting.
        """
        left_out: frozenset[Address] = frozenset()
        for last in (False, False, True):
            asked = [wallet for wallet in wallets if wallet not in left_out]
            try:
                return await self._power.of_proposal(proposal, asked, known, others)
            except (PowerUnknown, PowerUndefined) as error:
                named = frozenset(error.addresses if isinstance(error, PowerUnknown) else [error.address])
                if last or not named <= spared:
                    raise
                left_out = left_out | (spared - known.keys()) if left_out else named
        raise AssertionError  # pragma: no cover - the last one returns or raises


def _newest(ballots: Sequence[Ballot], member: MemberId) -> list[Ballot]:
    """Return those of the newest press: of the member's own if there is one, else of their delegate's."""
    cast = [ballot for ballot in ballots if ballot.caster == member] or ballots
    receipt = max(cast, key=lambda ballot: ballot.cast_at).receipt if cast else ""
    return [ballot for ballot in cast if ballot.receipt == receipt]


def _receipt(proposal: Proposal, member: MemberId, ballots: Sequence[Ballot], powers: Sequence[VotingPower]) -> Receipt:
    first = ballots[0]
    lent: dict[MemberId, int] = {}
    for ballot in ballots:
        if ballot.via == member:
            lent[ballot.member] = lent.get(ballot.member, 0) + ballot.power
    return Receipt(
        id=first.receipt,
        proposal=proposal.id,
        number=proposal.number,
        mark=first.mark,
        powers=tuple(powers),
        power=Units(sum(ballot.power for ballot in ballots)),
        cast_at=first.cast_at,
        replaced=None,
        lent=tuple(Lent(member=delegator, power=Units(power)) for delegator, power in lent.items()),
        via=None if first.caster == member else first.via,
    )


async def _others(books: Books, proposal: Proposal, wallets: Sequence[Address]) -> dict[Address, tuple[Units, ...]]:
    """Return the scores of all other wallets that have voted, where power depends on them; else nothing."""
    if proposal.terms is None or not any(depends_on_voters(strategy) for strategy in proposal.terms.strategies):
        return {}
    mine = frozenset(wallets)
    voted = {
        ballot.wallet: ballot.scores for ballot in await books.ballots.of(proposal.id) if ballot.wallet not in mine
    }
    # Who is recused votes for nobody else either: their power is theirs, and out.
    gone = await books.ballots.powers(proposal.id, sorted(proposal.recused - voted.keys()))
    return voted | {wallet: power.scores for wallet, power in gone.items()}


async def _taking_part(books: Books, proposal: Proposal, member: MemberId) -> list[Address]:
    """Return the member's wallets that are not recused. Raises Recused if none of some is left, or the member is."""
    linked = [wallet.address for wallet in await books.wallets.of(proposal.guild, member)]
    left = [wallet for wallet in linked if wallet not in proposal.recused]
    if proposal.recusal_of(member) or len(left) < min(len(linked), 1):
        raise Recused(number=proposal.number)
    return left


def _ballot(
    proposal: Proposal,
    owner: MemberId,
    caster: MemberId,
    mark: Mark,
    power: VotingPower,
    at: Timestamp,
    receipt: str,
) -> Ballot:
    return Ballot(
        proposal=proposal.id,
        wallet=power.address,
        member=owner,
        mark=mark,
        scores=power.scores,
        power=Units(sum(power.scores)),
        cast_at=at,
        receipt=receipt,
        via=None if caster == owner else caster,
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
