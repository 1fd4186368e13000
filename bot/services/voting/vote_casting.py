"""Casting ballots."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from weakref import WeakValueDictionary

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import (
    ChainUnavailable,
    NoPower,
    NotFound,
    NoWallet,
    PowerUndefined,
    PowerUnknown,
    StorageFault,
    StorageUnavailable,
)
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import Address, GuildId, MemberId, MessageId, ProposalId, RoleId, Timestamp, Units
from bot.domain.voting.ballot import Receipt, Signed
from bot.ports import Clock, Repositories, Store
from bot.services.power.voting_power import Power
from bot.services.shared.clock_checks import Clocks
from bot.services.shared.lookup import known, numbered
from bot.services.voting.cast_transaction import cast, newest, receipt_of
from bot.services.voting.vote_request import Missing, Overtaken, Read, VoteRequest

_TRIES = 8
"""How often powers that depend on who votes are read for a request. The next ballot, and the count, read all again."""


class Voting:
    """Stores ballots with the power their wallets had at the proposal's snapshot."""

    def __init__(self, *, store: Store, clock: Clock, power: Power, clocks: Clocks) -> None:
        self._store, self._clock, self._power, self._clocks = store, clock, power, clocks
        self._turns: WeakValueDictionary[tuple[ProposalId, MemberId], asyncio.Lock] = WeakValueDictionary()

    async def cast(
        self,
        guild: GuildId,
        proposal: ProposalId,
        member: MemberId,
        mark: object,
        *,
        signed: Signed | None = None,
        said: Timestamp | None = None,
        order: int | None = None,
        card: tuple[MessageId, Timestamp] | None = None,
        seen: bool = False,
        roles: Collection[RoleId] | None = None,
    ) -> tuple[Receipt, Proposal]:
        """Cast the same mark for each of the member's wallets that has power; the last ballot of a wallet counts.

        It is cast for the wallets of those who delegate to the member too, as far as they have not voted themselves;
        a delegator whose power can't be known now is left out, and named. Calls of one member are stored in the order
        in which they came. When this returns, with the proposal as it was then, the ballots are stored.

        `order` grows with each request of Discord's, whose acknowledgements may overtake each other: one that is older
        than what was stored for the member replaces nothing, and has the receipt of what counts.

        `said` is when Discord took the request: that decides whether the window was open, as far as another clock
        agrees (`Clocks.asked`). Without it the time of the call does, which its caller has judged.

        `card` is the message that was pressed, and when it was posted: another proposal's is refused, and so is any
        but the proposal's own card unless the caller has seen to it that the member sees the proposal (`seen`). `roles`
        are the member's; without them the caller has seen to it that the member may vote.

        A ballot that is `signed`, as `Signing` has checked, is cast for the wallet that signed it, and no other.

        Raises:
            NotFound: no such proposal in this guild.
            NotVoting: the window is not open.
            NoVoter: only some roles vote, and the member has none of them.
            SignatureNeeded: this vote takes signed ballots alone.
            PressedElsewhere: not the proposal's own card was pressed, and it is not `seen`.
            InvalidInput: the mark does not fit the ballot, or what was pressed is another proposal's.
            NoWallet, NoPower: there is nothing to vote with.
            Recused: the member, or every wallet of theirs, takes no part.
            ClocksDiffer: it can't be told whether the window was open.
            ChainUnavailable, PowerUnknown: the power is not known now; nothing was stored.
            PowerUndefined: a formula has no result for a wallet.

        """
        came = self._clock.now()
        at = await self._clocks.asked(proposal, said)
        request = VoteRequest(
            guild=guild,
            proposal=proposal,
            member=member,
            mark=mark,
            at=at,
            ahead=came - at,
            receipt=secrets.token_hex(16),
            signed=signed,
            card=card,
            seen=seen,
            press=order,
            roles=None if roles is None else frozenset(roles),
        )
        return await self._in_turn(request)

    async def could_cast(
        self,
        guild: GuildId,
        proposal: ProposalId,
        member: MemberId,
        *,
        said: Timestamp | None = None,
        roles: Collection[RoleId] | None = None,
    ) -> Units:
        """Return the power with which the member could vote now, with that of delegators; nothing is cast.

        Raises as `cast` does, except for SignatureNeeded: where ballots are signed, it is the power of own wallets.
        """
        came = self._clock.now()
        at = await self._clocks.asked(proposal, said)
        request = VoteRequest(
            guild=guild,
            proposal=proposal,
            member=member,
            mark=(),
            at=at,
            ahead=came - at,
            receipt="",
            roles=None if roles is None else frozenset(roles),
            asks=True,
        )
        receipt, _ = await self._in_turn(request)
        return receipt.power

    async def _in_turn(self, request: VoteRequest) -> tuple[Receipt, Proposal]:
        turn = self._turns.setdefault((request.proposal, request.member), asyncio.Lock())
        async with turn:
            while True:
                try:
                    return await self._cast(request)
                except NoPower as none:
                    raise await self._explained(none, request.proposal) from None
                except Overtaken:
                    if (counting := await self._counting(request)) is not None:
                        return counting

    async def _counting(self, request: VoteRequest) -> tuple[Receipt, Proposal] | None:
        """Return the member's ballot that counts, None if none does any more. Raises NotFound, as `cast`."""
        async with self._store.read() as repos:
            proposal = await known(repos, request.proposal)
        receipt = await self.own_receipt(request.guild, proposal.number, request.member)
        return None if receipt is None else (receipt, proposal)

    async def _cast(self, request: VoteRequest) -> tuple[Receipt, Proposal]:
        read: Read | None = None
        for tries in range(_TRIES + 1):

            async def once(
                repos: Repositories, read: Read | None = read, last: bool = tries == _TRIES
            ) -> tuple[Receipt, Proposal] | Missing:
                return await cast(repos, request, self._clock.now(), read, last=last)

            try:
                found = await self._store.run_in_transaction(once)
            except StorageUnavailable as error:
                if error.fault is StorageFault.IN_DOUBT and (stored := await self._stored(request)) is not None:
                    return stored
                raise
            if not isinstance(found, Missing):
                return found
            read = await self._read(found)
        raise NoWallet  # pragma: no cover - the last try asks for nothing

    async def _stored(self, request: VoteRequest) -> tuple[Receipt, Proposal] | None:
        """Return the request's stored ballots after an uncertain commit; nothing if that cannot be told now."""
        with suppress(StorageUnavailable):
            counting = await self._counting(request)
            return counting if counting is not None and counting[0].id == request.receipt else None
        return None

    async def _explained(self, none: NoPower, number: ProposalId) -> NoPower:
        """Add to a refusal why each strategy gives zero."""
        async with self._store.read() as repos:
            proposal = await known(repos, number)
        if proposal.terms is None:
            return none
        why = await self._power.why(proposal.terms.strategies, none.powers, proposal.terms.snapshot)
        return NoPower(symbol=none.symbol, block=none.block, powers=none.powers, why=why)

    async def own_receipt(self, guild: GuildId, number: int, member: MemberId) -> Receipt | None:
        """Return the receipt of the member's ballot that counts, None if there is none. Raises NotFound."""
        async with self._store.read() as repos:
            proposal = await numbered(repos, guild, number)
            if proposal.terms is None:
                raise NotFound(Thing.PROPOSAL, str(number))
            mine = newest(await repos.ballots.by_member(proposal.id, member), member)
            if not mine:
                return None
            own = [ballot.wallet for ballot in mine if ballot.member == member]
            powers = await repos.ballots.powers(proposal.id, own)
            changes = await repos.ballots.changes(proposal.id, own)
        receipt = receipt_of(proposal, member, mine, [powers[wallet] for wallet in own])
        return replace(receipt, changes=tuple(changes))

    async def _read(self, missing: Missing) -> Read:
        """Read the powers that are missing, without the spared wallets whose power can't be read.

        A power that only one endpoint told is read again. If the chain can't be read now, the earlier answer counts,
        because the count reads all powers anew; a zero does not, so that nobody loses a vote by it. The named wallets
        are read first, then all that were not read before: no delegator can keep a delegate from voting.
        """
        left_out: frozenset[Address] = frozenset()
        for last in (False, False, True):
            asked = [wallet for wallet in missing.wallets if wallet not in left_out]
            try:
                powers, fresh = await self._power.of_proposal(missing.proposal, asked, missing.known, missing.others)
            except (PowerUnknown, PowerUndefined) as error:
                named = frozenset(error.addresses if isinstance(error, PowerUnknown) else [error.address])
                if last or not named <= missing.spared:
                    raise
                left_out = left_out | (missing.spared - missing.known.keys()) if left_out else named
            except ChainUnavailable:
                kept = {**missing.known, **{wallet: power for wallet, power in missing.unsure.items() if power.total}}
                if not kept.keys() >= set(asked):
                    raise
                return Read(powers={wallet: kept[wallet] for wallet in asked}, fresh=(), seen=missing.seen)
            else:
                return Read(
                    powers={power.address: power for power in powers},
                    fresh=fresh,
                    seen=missing.seen,
                    doubted=self._power.doubted(missing.proposal, powers),
                )
        raise AssertionError  # pragma: no cover - the last one returns or raises
