"""The book of ballots, and of the power behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, insert, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ballot import Ballot
from bot.domain.power import PowerPart, VotingPower
from bot.domain.types import Address, ChainId, MemberId, ProposalId, Timestamp, Units
from bot.domain.voting import Mark
from bot.storage.counted import COUNTS, Memory, Row, counted, version
from bot.storage.hot import Hot
from bot.storage.signed_rows import from_signed, to_signed
from bot.storage.statements import Stored, conflicting_insert, insert_new
from bot.storage.tables import ballots, powers, votable
from bot.storage.texts import from_json, from_units, to_json, to_units

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
# One index serves a condition: asked with OR, SQLite would look through the whole vote.
_OF_PROPOSAL = select(ballots).where(COUNTS, ballots.c.proposal == bindparam("same_proposal"))
_BY_MEMBER = union_all(
    _OF_PROPOSAL.where(ballots.c.member == bindparam("same_member")),
    _OF_PROPOSAL.where(ballots.c.via.is_not(None), ballots.c.via == bindparam("same_member")),
)
_POWERS = select(powers).where(
    powers.c.proposal == bindparam("same_proposal"), powers.c.wallet.in_(bindparam("some_wallets", expanding=True))
)
_HOT_COUNT_NO_MORE, _HOT_ADD, _HOT_BY_MEMBER = Hot(_COUNT_NO_MORE), Hot(_ADD), Hot(_BY_MEMBER)
_HOT_DROP, _HOT_COUNTING = Hot(_DROP), Hot(_COUNTING)
_HOT_POWER = Hot(
    select(powers).where(powers.c.proposal == bindparam("same_proposal"), powers.c.wallet == bindparam("same_wallet"))
)


class SqlBallots:
    """Ballots are only ever added; an index lets one of each wallet and proposal count."""

    def __init__(self, connection: AsyncConnection, memory: Memory | None = None) -> None:
        self._connection, self._memory = connection, memory

    async def cast(self, ballot: Ballot) -> Ballot | None:
        """Store a ballot, which counts from now on; return the one that did before."""
        same = {"same_proposal": ballot.proposal, "same_wallet": ballot.wallet}
        earlier = await _HOT_COUNT_NO_MORE.run(self._connection, same)
        await _HOT_ADD.run(self._connection, _columns(ballot))
        return to_ballot(earlier[0]) if earlier else None

    async def cast_all(self, proposal: ProposalId, cast: Sequence[Ballot]) -> None:
        """Store ballots of one proposal, which count from now on instead of those of the same wallets."""
        await self.drop(proposal, [ballot.wallet for ballot in cast])
        await _HOT_ADD.run_all(self._connection, [_columns(ballot) for ballot in cast])

    async def drop(self, proposal: ProposalId, wallets: Sequence[Address]) -> None:
        """Have the ballots of those wallets count no more; they are kept as history."""
        rows = [{"same_proposal": proposal, "same_wallet": wallet} for wallet in wallets]
        await _HOT_DROP.run_all(self._connection, rows)

    async def of(self, proposal: ProposalId) -> list[Ballot]:
        """Return the ballots that count, by wallet."""
        found: list[Ballot] = []
        async for part in _HOT_COUNTING.parts(self._connection, {"same_proposal": proposal}):
            found.extend(to_ballot(row) for row in part)
        return found

    async def version(self, proposal: ProposalId) -> tuple[int, int]:
        """Return what differs whenever other ballots count; what `rescore` changes in them is not told."""
        return await version(self._connection, proposal)

    async def counted(self, proposal: ProposalId, *, rescored: bool) -> Mapping[Address, Row]:
        """Return mark, power and scores on the ballots that count; `rescored` says that `rescore` may change them."""
        return await counted(self._connection, proposal, None if rescored else self._memory)

    async def by_member(self, proposal: ProposalId, member: MemberId) -> list[Ballot]:
        """Return the ballots that count for this member, and those that they cast as a delegate, by wallet."""
        same = {"same_proposal": proposal, "same_member": member}
        found = [to_ballot(row) for row in await _HOT_BY_MEMBER.run(self._connection, same)]
        return sorted(found, key=lambda ballot: ballot.wallet)

    async def cast_themselves(
        self, proposal: ProposalId, members: Sequence[MemberId], wallets: Sequence[Address]
    ) -> list[Ballot]:
        """Return the ballots that count, of these members or wallets, that no delegate cast."""
        own = select(ballots).where(ballots.c.proposal == proposal, COUNTS, ballots.c.via.is_(None))
        found: list[Ballot] = []
        for column, named in ((ballots.c.member, members), (ballots.c.wallet, wallets)):
            for start in range(0, len(named), _CHUNK):
                some = own.where(column.in_(named[start : start + _CHUNK]))
                found += [to_ballot(row) for row in await self._connection.execute(some)]
        return found

    async def history(self, proposal: ProposalId, wallet: Address) -> list[Ballot]:
        """Return every ballot of a wallet, oldest first."""
        every = select(ballots).where(ballots.c.proposal == proposal, ballots.c.wallet == wallet)
        return [to_ballot(row) for row in await self._connection.execute(every.order_by(ballots.c.id))]

    async def powers(self, proposal: ProposalId, wallets: Sequence[Address]) -> dict[Address, VotingPower]:
        """Return the power read earlier for this proposal, for those wallets it was read for."""
        if len(wallets) == 1:
            same = {"same_proposal": proposal, "same_wallet": wallets[0]}
            return {Address(row.wallet): _power(row) for row in await _HOT_POWER.run(self._connection, same)}
        found: dict[Address, VotingPower] = {}
        for start in range(0, len(wallets), _CHUNK):
            asked = {"same_proposal": proposal, "some_wallets": wallets[start : start + _CHUNK]}
            rows = await self._connection.execute(_POWERS, asked)
            found |= {Address(row.wallet): _power(row) for row in rows}
        return found

    async def add_powers(self, proposal: ProposalId, powers_read: Sequence[VotingPower]) -> None:
        """Store power read at the snapshot; what is stored already stays.

        Power of which a part is unknown was not read yet, so it is not stored.
        """
        rows = [
            {"proposal": proposal, "wallet": power.address, "scale": power.scale, "parts": _parts(power)}
            for power in powers_read
            if power.total is not None
        ]
        await insert_new(self._connection, powers, rows)

    async def add_votable(self, proposal: ProposalId, powers_read: Sequence[VotingPower]) -> None:
        """Store what each linked wallet is of the power that could vote, as it was at submission."""
        rows = [{"proposal": proposal, "wallet": power.address, "power": str(power.total)} for power in powers_read]
        await insert_new(self._connection, votable, rows)

    async def votable(self, proposal: ProposalId, wallets: Sequence[Address]) -> dict[Address, Units]:
        """Return what wallets are of it; those that were not linked are left out."""
        asked = select(votable).where(votable.c.proposal == proposal, votable.c.wallet.in_(wallets))
        return {Address(row.wallet): Units(int(row.power)) for row in await self._connection.execute(asked)}

    async def rescore(self, proposal: ProposalId, powers_read: Sequence[VotingPower]) -> None:
        """Replace the stored power of wallets, and that of their ballots that count; the history keeps its own."""
        for power in powers_read:
            fresh = {"scale": power.scale, "parts": _parts(power)}
            stored = conflicting_insert(self._connection, powers).values(
                proposal=proposal, wallet=power.address, **fresh
            )
            await self._connection.execute(
                stored.on_conflict_do_update(index_elements=["proposal", "wallet"], set_=fresh)
            )
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
    )


def _mark(entry: int | list[int]) -> Mark:
    return tuple(entry) if isinstance(entry, list) else entry


def _parts(power: VotingPower) -> str:
    return to_json(
        [
            {
                "strategy": part.strategy,
                "network": part.network,
                "contract": part.contract,
                "symbol": part.symbol,
                "decimals": part.decimals,
                "amount": str(part.amount),
            }
            for part in power.parts
        ]
    )


def _power(row: Stored) -> VotingPower:
    return VotingPower(
        address=Address(row.wallet),
        scale=row.scale,
        parts=tuple(
            PowerPart(
                strategy=part["strategy"],
                network=ChainId(part["network"]),
                contract=None if part["contract"] is None else Address(part["contract"]),
                symbol=part["symbol"],
                decimals=part["decimals"],
                amount=Units(int(part["amount"])),
            )
            for part in from_json(row.parts)
        ),
    )
