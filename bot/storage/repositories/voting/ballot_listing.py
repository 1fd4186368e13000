"""Reads the ballots of a vote as a list: sorted, searched, a page at a time."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Executable, func, select

from bot.domain.shared.types import ProposalId
from bot.domain.voting.ballot_listing import BallotListing, Order
from bot.storage.driver.statements import AnyConnection, Stored
from bot.storage.repositories.voting.counting_ballots import COUNTS
from bot.storage.tables import ballots

_ORDERS: dict[Order, tuple[ColumnElement[object], ...]] = {
    # Powers are whole numbers in decimal digits: the longer text is the larger number.
    Order.POWER: (func.length(ballots.c.power).desc(), ballots.c.power.desc()),
    Order.WALLET: (),
    Order.TIME: (ballots.c.cast_at.desc(),),
}


async def listed(connection: AnyConnection, proposal: ProposalId, asked: BallotListing) -> tuple[list[Stored], int]:
    """Return the rows that are asked for, and how many there are on all pages."""
    which: list[ColumnElement[bool]] = [ballots.c.proposal == proposal]
    if asked.without:
        which.append(ballots.c.wallet.not_in(sorted(asked.without)))
    if asked.begins or asked.ends:
        which.append(ballots.c.wallet.like(f"0x{asked.begins}%{asked.ends}"))
    counted: Executable = select(func.count()).select_from(ballots).where(COUNTS, *which)
    many = await connection.scalar(counted) or 0
    page = (
        select(ballots)
        .where(COUNTS, *which)
        .order_by(*_ORDERS[asked.order], ballots.c.wallet)
        .limit(asked.limit)
        .offset(asked.offset)
    )
    return list(await connection.execute(page)), many
