"""The power behind ballots: what was read, whether two endpoints told it, and how it changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select, update

from bot.domain.power import PowerPart, VotingPower
from bot.domain.shared.types import Address, ChainId, ProposalId, Timestamp, Units
from bot.domain.voting.ballot import ChangeReason, PowerChange
from bot.storage.driver.statements import AnyConnection, PreparedStatement, Stored, conflicting_insert, insert_new
from bot.storage.repositories.shared.json_columns import from_json, from_units, to_json, to_units
from bot.storage.tables import ballots, power_changes, powers

_CHUNK = 1_000
"""Wallets named in one statement (SQLite takes at most 32,766)."""
_POWERS = select(powers).where(
    powers.c.proposal == bindparam("same_proposal"), powers.c.wallet.in_(bindparam("some_wallets", expanding=True))
)
_PREPARED_POWER = PreparedStatement(
    select(powers).where(powers.c.proposal == bindparam("same_proposal"), powers.c.wallet == bindparam("same_wallet"))
)


async def powers_of(
    connection: AnyConnection, proposal: ProposalId, wallets: Sequence[Address]
) -> dict[Address, VotingPower]:
    """Return the power read earlier for a proposal, for those wallets it was read for."""
    if len(wallets) == 1:
        same = {"same_proposal": proposal, "same_wallet": wallets[0]}
        return {Address(row.wallet): _power(row) for row in await _PREPARED_POWER.run(connection, same)}
    found: dict[Address, VotingPower] = {}
    for start in range(0, len(wallets), _CHUNK):
        asked = {"same_proposal": proposal, "some_wallets": wallets[start : start + _CHUNK]}
        rows = await connection.execute(_POWERS, asked)
        found |= {Address(row.wallet): _power(row) for row in rows}
    return found


async def add(
    connection: AnyConnection, proposal: ProposalId, powers_read: Sequence[VotingPower], at: Timestamp
) -> list[PowerChange]:
    """Store power read at the snapshot, and return what it changed. What two endpoints told stays as it is.

    Power of which a part is unknown was not read yet, so it is not stored.
    """
    read = [power for power in powers_read if power.total is not None]
    stored = await powers_of(connection, proposal, [power.address for power in read])
    rows = [{"proposal": proposal, **_columns(power)} for power in read if power.address not in stored]
    await insert_new(connection, powers, rows)
    changed: list[PowerChange] = []
    for power in read:
        before = stored.get(power.address)
        if before is None or before.confirmed or before == power:
            continue
        await put(connection, proposal, power)
        if before.scores != power.scores:
            changed.append(
                PowerChange(
                    wallet=power.address, before=before.scores, after=power.scores, at=at, why=ChangeReason.READ_AGAIN
                )
            )
    await note_changes(connection, proposal, changed)
    return changed


async def put(connection: AnyConnection, proposal: ProposalId, power: VotingPower) -> None:
    """Store the power of a wallet instead of what is stored of it."""
    fresh = _columns(power)
    stored = conflicting_insert(connection, powers).values(proposal=proposal, **fresh)
    await connection.execute(stored.on_conflict_do_update(index_elements=["proposal", "wallet"], set_=fresh))


async def confirm_counting(connection: AnyConnection, proposal: ProposalId) -> None:
    """Note that two endpoints told the power of every wallet whose ballot counts."""
    voted = select(ballots.c.wallet).where(ballots.c.proposal == proposal, ballots.c.counts)
    mine = (powers.c.proposal == proposal, ~powers.c.confirmed, powers.c.wallet.in_(voted))
    await connection.execute(update(powers).where(*mine).values(confirmed=True))


async def note_changes(connection: AnyConnection, proposal: ProposalId, changes: Sequence[PowerChange]) -> None:
    """Keep what changed."""
    if changes:
        rows = [
            {
                "proposal": proposal,
                "wallet": change.wallet,
                "scores_before": to_json(from_units(change.before)),
                "scores_after": to_json(from_units(change.after)),
                "at": change.at,
                "why": change.why.value,
            }
            for change in changes
        ]
        await connection.execute(insert(power_changes), rows)


async def changes_of(connection: AnyConnection, proposal: ProposalId, wallets: Sequence[Address]) -> list[PowerChange]:
    """Return how the power of wallets changed, oldest first."""
    asked = select(power_changes).where(power_changes.c.proposal == proposal, power_changes.c.wallet.in_(wallets))
    return [
        PowerChange(
            wallet=Address(row.wallet),
            before=to_units(from_json(row.scores_before)),
            after=to_units(from_json(row.scores_after)),
            at=Timestamp(row.at),
            why=ChangeReason(row.why),
        )
        for row in await connection.execute(asked.order_by(power_changes.c.id))
    ]


def _columns(power: VotingPower) -> dict[str, object]:
    return {
        "wallet": power.address,
        "scale": power.scale,
        "parts": _parts(power),
        "confirmed": power.confirmed,
    }


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
        confirmed=bool(row.confirmed),
    )
