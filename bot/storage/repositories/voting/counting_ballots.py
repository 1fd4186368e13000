"""The ballots that count, as counting needs them; what was read once of a vote is not read again.

What is remembered of a vote is brought up to a reader's moment by the ballots added since. It is used only if its
newest ballot is still in the database, recognised by its receipt, and it has as many ballots as count at that moment.
Then both are the same, because ids only grow with each commit, a ballot that stopped counting never counts again, and
one ballot of each wallet counts. (If the newest is gone, or another has its id, the database went back to an earlier
state, for example because a lagging replica replaced the server.)

- Remembered before that moment: whatever counts then was remembered or is added, so nothing is missing.
- Remembered after it, and its newest id not beyond the reader's newest: every remembered ballot counted at that
  moment already, so none is extra.

In both cases one of the two sets contains the other, so with equally many ballots they are equal.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import bindparam, func, select, text

from bot.domain.shared.types import Address, ProposalId, Units
from bot.domain.voting import Mark
from bot.storage.driver.statements import AnyConnection, PreparedStatement
from bot.storage.repositories.shared.json_columns import from_json, to_units
from bot.storage.tables import ballots

COUNTS = text("ballots.counts")
"""Written exactly as in the partial indexes: SQLite uses such an index only for a query that repeats its condition."""
_VOTES = 8
"""Votes that are remembered at a time."""
_OF_PROPOSAL = (COUNTS, ballots.c.proposal == bindparam("same_proposal"))
_VERSION = PreparedStatement(
    select(func.max(ballots.c.id).label("newest"), func.count().label("many")).where(*_OF_PROPOSAL)
)
_ADDED = PreparedStatement(
    select(ballots.c.wallet, ballots.c.mark, ballots.c.power, ballots.c.scores).where(
        *_OF_PROPOSAL, ballots.c.id > bindparam("after")
    )
)

_RECEIPT = PreparedStatement(select(ballots.c.receipt).where(ballots.c.id == bindparam("newest")))

Row = tuple[Mark, Units, tuple[Units, ...]]
"""Mark, power, and the score of each strategy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vote:
    """The ballots that counted at some moment, by wallet; the newest id among them, and the receipt of that one."""

    newest: int
    receipt: str | None
    rows: Mapping[Address, Row]


class Memory:
    """Votes as committed transactions left them."""

    def __init__(self) -> None:
        self._votes: OrderedDict[ProposalId, _Vote] = OrderedDict()

    def get(self, proposal: ProposalId) -> _Vote | None:
        """Return what is remembered of a vote."""
        if proposal in self._votes:
            self._votes.move_to_end(proposal)
        return self._votes.get(proposal)

    def keep(self, proposal: ProposalId, vote: _Vote) -> None:
        """Remember a vote, and forget the least recently used one if there are more than `_VOTES`."""
        self._votes[proposal] = vote
        self._votes.move_to_end(proposal)
        if len(self._votes) > _VOTES:
            self._votes.popitem(last=False)


async def version(connection: AnyConnection, proposal: ProposalId) -> tuple[int, int]:
    """Return the newest id among those that count, and how many they are.

    If the newest one that counts is still the same, none was added that counts now; and if they are as many, none
    was dropped.
    """
    ((newest, many),) = await _VERSION.run(connection, {"same_proposal": proposal})
    return newest or 0, many


async def counted(connection: AnyConnection, proposal: ProposalId, memory: Memory | None) -> Mapping[Address, Row]:
    """Return the ballots that count, by wallet.

    `memory` is for transactions that only read, and for votes whose ballots are never changed by `rescore`.
    """
    if memory is None:
        return await _added(connection, proposal, 0)
    newest, many = await version(connection, proposal)
    known = memory.get(proposal)
    if known is not None and known.newest <= newest and await _receipt(connection, known.newest) == known.receipt:
        if (known.newest, len(known.rows)) == (newest, many):
            return known.rows
        rows = {**known.rows, **await _added(connection, proposal, known.newest)}
        if len(rows) == many:
            memory.keep(proposal, _Vote(newest=newest, receipt=await _receipt(connection, newest), rows=rows))
            return rows
    rows = await _added(connection, proposal, 0)
    memory.keep(proposal, _Vote(newest=newest, receipt=await _receipt(connection, newest), rows=rows))
    return rows


async def _receipt(connection: AnyConnection, ballot: int) -> str | None:
    found = await _RECEIPT.run(connection, {"newest": ballot})
    return next((str(row.receipt) for row in found), None)


async def _added(connection: AnyConnection, proposal: ProposalId, after: int) -> dict[Address, Row]:
    found: dict[Address, Row] = {}
    async for part in _ADDED.parts(connection, {"same_proposal": proposal, "after": after}):
        found.update((row.wallet, (_mark(row.mark), Units(int(row.power)), _scores(row.scores))) for row in part)
    return found


@lru_cache(maxsize=4_096)
def _mark(stored: str) -> Mark:
    entry: int | list[int] = from_json(stored)
    return tuple(entry) if isinstance(entry, list) else entry


def _scores(stored: str) -> tuple[Units, ...]:
    return to_units(from_json(stored))
