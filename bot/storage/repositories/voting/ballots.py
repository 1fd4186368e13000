"""The repository of ballots, and of the power behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, insert, select, union_all, update

from bot.domain.power import VotingPower
from bot.domain.shared.types import Address, MemberId, ProposalId, Timestamp, Units
from bot.domain.voting import Mark
from bot.domain.voting.ballot import Ballot, PowerChange
from bot.domain.voting.ballot_listing import BallotListing
from bot.storage.driver.statements import AnyConnection, PreparedStatement, Stored, insert_new
from bot.storage.repositories.shared.json_columns import from_json, from_units, to_json, to_units
from bot.storage.repositories.voting import voting_power
from bot.storage.repositories.voting.ballot_listing import listed
from bot.storage.repositories.voting.ballot_signature_rows import from_signed, to_signed
from bot.storage.repositories.voting.counting_ballots import COUNTS, Memory, Row, counted, version
from bot.storage.tables import ballots, votable

_CHUNK = 1_000
"""Wallets named in one statement (SQLite takes at most 32,766)."""
# Built once, because building them takes as long as running them.
_DROP = (
    update(ballots)
    .where(
        ballots.c.proposal == bindparam("same_proposal"),
        ballots.c.wallet == bindparam("same_wallet"),
        COUNTS,
    )
    .values(counts=False)
)
_COUNT_NO_MORE = _DROP.returning(*ballots.c)
_ADD = insert(ballots)
_COUNTING = select(ballots).where(COUNTS, ballots.c.proposal == bindparam("same_proposal")).order_by(ballots.c.wallet)
# SQLite uses one index for a condition; with OR it would scan the whole vote.
_OF_PROPOSAL = select(ballots).where(COUNTS, ballots.c.proposal == bindparam("same_proposal"))
_BY_MEMBER = union_all(
    _OF_PROPOSAL.where(ballots.c.member == bindparam("same_member")),
    _OF_PROPOSAL.where(ballots.c.via.is_not(None), ballots.c.via == bindparam("same_member")),
)
_PREPARED_COUNT_NO_MORE, _PREPARED_ADD, _PREPARED_BY_MEMBER = (
    PreparedStatement(_COUNT_NO_MORE),
    PreparedStatement(_ADD),
    PreparedStatement(_BY_MEMBER),
)
_PREPARED_DROP, _PREPARED_COUNTING = PreparedStatement(_DROP), PreparedStatement(_COUNTING)


class SqlBallots:
    """Ballots are only ever added; an index lets one of each wallet and proposal count."""

    def __init__(self, connection: AnyConnection, memory: Memory | None = None) -> None:
        self._connection, self._memory = connection, memory

    async def cast(self, ballot: Ballot) -> Ballot | None:
        """Store a ballot, which counts from now on; return the one that did before."""
        same = {"same_proposal": ballot.proposal, "same_wallet": ballot.wallet}
        earlier = await _PREPARED_COUNT_NO_MORE.run(self._connection, same)
        await _PREPARED_ADD.run(self._connection, _columns(ballot))
        return to_ballot(earlier[0]) if earlier else None

    async def cast_all(self, proposal: ProposalId, cast: Sequence[Ballot]) -> None:
        """Store ballots of one proposal, which count from now on instead of those of the same wallets."""
        await self.drop(proposal, [ballot.wallet for ballot in cast])
        await _PREPARED_ADD.run_all(self._connection, [_columns(ballot) for ballot in cast])

    async def drop(self, proposal: ProposalId, wallets: Sequence[Address]) -> None:
        """Make the ballots of these wallets no longer count; they are kept as history."""
        rows = [{"same_proposal": proposal, "same_wallet": wallet} for wallet in wallets]
        await _PREPARED_DROP.run_all(self._connection, rows)

    async def in_force(self, proposal: ProposalId) -> list[Ballot]:
        """Return the ballots that count, by wallet."""
        found: list[Ballot] = []
        async for part in _PREPARED_COUNTING.parts(self._connection, {"same_proposal": proposal}):
            found.extend(to_ballot(row) for row in part)
        return found

    async def listed(self, proposal: ProposalId, asked: BallotListing) -> tuple[list[Ballot], int]:
        """Return the counting ballots that are asked for, and how many there are on all pages."""
        rows, many = await listed(self._connection, proposal, asked)
        return [to_ballot(row) for row in rows], many

    async def version(self, proposal: ProposalId) -> tuple[int, int]:
        """Return a value that changes whenever other ballots count; changes by `rescore` do not change it."""
        return await version(self._connection, proposal)

    async def counted(self, proposal: ProposalId, *, rescored: bool) -> Mapping[Address, Row]:
        """Return mark, power and scores of the ballots that count. Set `rescored` if `rescore` may change them."""
        return await counted(self._connection, proposal, None if rescored else self._memory)

    async def by_member(self, proposal: ProposalId, member: MemberId) -> list[Ballot]:
        """Return the ballots that count for this member, and those that they cast as a delegate, by wallet."""
        same = {"same_proposal": proposal, "same_member": member}
        found = [to_ballot(row) for row in await _PREPARED_BY_MEMBER.run(self._connection, same)]
        return sorted(found, key=lambda ballot: ballot.wallet)

    async def cast_themselves(
        self, proposal: ProposalId, members: Sequence[MemberId], wallets: Sequence[Address]
    ) -> list[Ballot]:
        """Return the ballots that count, of these members, then of these wallets, that no delegate cast, by wallet."""
        own = (
            select(ballots)
            .where(ballots.c.proposal == proposal, COUNTS, ballots.c.via.is_(None))
            .order_by(ballots.c.wallet)
        )
        found: list[Ballot] = []
        for column, named in ((ballots.c.member, members), (ballots.c.wallet, wallets)):
            for start in range(0, len(named), _CHUNK):
                some = own.where(column.in_(named[start : start + _CHUNK]))
                found += [to_ballot(row) for row in await self._connection.execute(some)]
        return found

    async def voted_among(self, proposal: ProposalId, wallets: Sequence[Address]) -> frozenset[Address]:
        """Return those of the wallets that have a counting ballot."""
        found: set[Address] = set()
        for start in range(0, len(wallets), _CHUNK):
            some = ballots.c.wallet.in_(wallets[start : start + _CHUNK])
            asked = select(ballots.c.wallet).where(ballots.c.proposal == proposal, COUNTS, some)
            found |= {Address(row.wallet) for row in await self._connection.execute(asked)}
        return frozenset(found)

    async def history(self, proposal: ProposalId, wallet: Address) -> list[Ballot]:
        """Return every ballot of a wallet, oldest first."""
        every = select(ballots).where(ballots.c.proposal == proposal, ballots.c.wallet == wallet)
        return [to_ballot(row) for row in await self._connection.execute(every.order_by(ballots.c.id))]

    async def powers(self, proposal: ProposalId, wallets: Sequence[Address]) -> dict[Address, VotingPower]:
        """Return the stored power by wallet, for those wallets for which it was read before."""
        return await voting_power.powers_of(self._connection, proposal, wallets)

    async def add_powers(
        self, proposal: ProposalId, powers_read: Sequence[VotingPower], at: Timestamp
    ) -> list[PowerChange]:
        """Store power read at the snapshot, and return what it changed. What two endpoints told stays as it is.

        Power of which a part is unknown was not read yet, so it is not stored.
        """
        return await voting_power.add(self._connection, proposal, powers_read, at)

    async def note_changes(self, proposal: ProposalId, changes: Sequence[PowerChange]) -> None:
        """Store how the power of wallets changed."""
        await voting_power.note_changes(self._connection, proposal, changes)

    async def changes(self, proposal: ProposalId, wallets: Sequence[Address]) -> list[PowerChange]:
        """Return how the power of wallets changed, oldest first."""
        return await voting_power.changes_of(self._connection, proposal, wallets)

    async def confirm_counting(self, proposal: ProposalId) -> None:
        """Note that two endpoints told the power of every wallet whose ballot counts."""
        await voting_power.confirm_counting(self._connection, proposal)

    async def add_votable(self, proposal: ProposalId, powers_read: Sequence[VotingPower]) -> None:
        """Store each linked wallet's part of the power that could vote, as of the submission."""
        rows = [{"proposal": proposal, "wallet": power.address, "power": str(power.total)} for power in powers_read]
        await insert_new(self._connection, votable, rows)

    async def votable(self, proposal: ProposalId, wallets: Sequence[Address]) -> dict[Address, Units]:
        """Return the parts of wallets in the power that could vote; those that were not linked are left out."""
        asked = select(votable).where(votable.c.proposal == proposal, votable.c.wallet.in_(wallets))
        return {Address(row.wallet): Units(int(row.power)) for row in await self._connection.execute(asked)}

    async def rescore(self, proposal: ProposalId, powers_read: Sequence[VotingPower]) -> None:
        """Replace the stored power of wallets, and that of their ballots that count; the history keeps its own."""
        for power in powers_read:
            await voting_power.put(self._connection, proposal, power)
            counting = (ballots.c.proposal == proposal, ballots.c.wallet == power.address, COUNTS)
            scores = to_json(from_units(power.scores))
            await self._connection.execute(
                update(ballots).where(*counting).values(scores=scores, power=str(power.total))
            )


def _columns(ballot: Ballot) -> dict[str, object]:
    return {
        "proposal": ballot.proposal,
        "wallet": ballot.wallet,
        "member": ballot.member,
        "mark": to_json(ballot.mark),
        "scores": to_json(from_units(ballot.scores)),
        "power": str(ballot.power),
        "cast_at": ballot.cast_at,
        "receipt": ballot.receipt,
        "counts": True,
        "via": ballot.via,
        "cid": ballot.cid,
        "signed": None if ballot.signed is None else from_signed(ballot.signed),
        "press": ballot.press,
    }


def to_ballot(row: Stored) -> Ballot:
    """Read a row."""
    return Ballot(
        proposal=ProposalId(row.proposal),
        wallet=Address(row.wallet),
        member=MemberId(row.member),
        mark=_mark(from_json(row.mark)),
        scores=to_units(from_json(row.scores)),
        power=Units(int(row.power)),
        cast_at=Timestamp(row.cast_at),
        receipt=row.receipt,
        via=None if row.via is None else MemberId(row.via),
        cid=row.cid,
        signed=None if row.signed is None else to_signed(row.signed),
        press=row.press,
    )


def _mark(entry: int | list[int]) -> Mark:
    return tuple(entry) if isinstance(entry, list) else entry
