"""The repository of persons: which columns name one, everything stored about a member in a guild, and erasing it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from bot.domain.announcements.announcement import SOUGHT, Topic
from bot.domain.audit.log.entry_kinds import FORMER, Subject
from bot.domain.audit.log.hash_chain import reference
from bot.domain.roles.role_rules import Step
from bot.domain.shared.types import ChannelId, GuildId, MemberId, MessageId, ProposalId, Timestamp
from bot.domain.voting.recusal import FormerMember
from bot.storage.driver.statements import AnyConnection, Stored, values_of
from bot.storage.repositories.shared.json_columns import from_json, to_json
from bot.storage.tables import (
    ballots,
    log,
    mandates,
    metadata,
    outbox,
    power_changes,
    powers,
    proposals,
    role_holders,
    salts,
    votable,
    wallets,
)
from bot.storage.tables.base import Privacy, kept_of


def _of(privacy: Privacy) -> Mapping[Table, tuple[str, ...]]:
    return {table: kept_of(table).persons for table in metadata.tables.values() if kept_of(table).privacy is privacy}


THEIRS, NAMED = _of(Privacy.THEIRS), _of(Privacy.NAMED)
"""Tables with the columns that hold a member: those whose rows are deleted with the member, and those whose rows
stay."""
WALLETS = tuple(_of(Privacy.WALLET))
"""Tables of what was read about wallets."""
_ERASED = "erased: the member asked to be forgotten"
_NOBODY = "a former member"
_SALT_BYTES = 32


class SqlPeople:
    """Works through the tables above; a test compares them with all tables that exist."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def all_of(self, guild: GuildId, member: MemberId) -> dict[str, list[dict[str, Any]]]:
        """Return every row that names the member or is of a wallet of theirs, and the log's entries on them.

        Delegations for every guild are among them wherever they were given, as far as they are the member's own or
        their delegator has linked a wallet in this guild.
        """
        found: dict[str, list[dict[str, Any]]] = {}
        for table, columns in {**THEIRS, **NAMED}.items():
            mine = or_(*(table.c[column] == member for column in columns))
            found[table.name] = await self._rows(_in_guild(table, guild).where(mine))
        found[mandates.name] += await self._rows(_from_elsewhere(guild, member))
        held = [row["address"] for row in found[wallets.name]]
        for table in WALLETS:
            found[table.name] = await self._rows(_in_guild(table, guild).where(table.c.wallet.in_(held)))
        known = {row["id"] for row in found[proposals.name]}
        recused = [row for row in await self._recusing(guild, member) if row.id not in known]
        found[proposals.name] += [values_of(row, proposals) for row in recused]
        found[outbox.name] = [values_of(row, outbox) for row in await self._told(guild, member)]
        found[log.name] = []
        for row in found[salts.name]:
            mine_too = log.c.entry.contains(reference(row["salt"], member), autoescape=True)
            found[log.name] += await self._rows(_in_guild(log, guild).where(mine_too))
        return found

    async def counting_in(self, guild: GuildId, member: MemberId) -> list[ProposalId]:
        """Return the undecided proposals in which the member's ballots, or ballots they cast for others, count."""
        mine = or_(ballots.c.member == member, ballots.c.via == member)
        asked = select(proposals.c.id).where(
            proposals.c.guild == guild,
            _open(),
            exists().where(ballots.c.proposal == proposals.c.id, ballots.c.counts, mine),
        )
        return [ProposalId(row.id) for row in await self._connection.execute(asked.order_by(proposals.c.id))]

    async def shown_in(self, guild: GuildId, member: MemberId) -> list[ProposalId]:
        """Return the submitted proposals whose cards name the member."""
        authored = select(proposals.c.id).where(
            proposals.c.guild == guild, proposals.c.author == member, proposals.c.submitted_at.is_not(None)
        )
        found = {row.id for row in await self._connection.execute(authored)}
        found |= {row.id for row in await self._recusing(guild, member)}
        return [ProposalId(proposal) for proposal in sorted(found)]

    async def told_of(self, guild: GuildId, member: MemberId) -> list[tuple[ChannelId, MessageId]]:
        """Return the bot's known messages that name the member, other than cards."""
        return [
            (ChannelId(row.channel), MessageId(row.message))
            for row in await self._told(guild, member)
            if row.message is not None and row.topic != Topic.PROPOSAL_CARD and row.channel != member
        ]

    async def subjects_of(self, guild: GuildId, member: MemberId) -> list[Subject]:
        """Return the log's subjects whose rows are deleted or changed when the member is forgotten."""
        linked = await self._connection.execute(_in_guild(wallets, guild).where(wallets.c.member == member))
        found: list[Subject] = [("wallet", int(member), row.address) for row in linked]
        given = await self._connection.execute(_in_guild(mandates, guild).where(mandates.c.delegator == member))
        received = await self._connection.execute(_in_guild(mandates, guild).where(mandates.c.delegate == member))
        kept: list[Subject] = [("mandates", row.delegator, row.given_at) for row in received]
        mine = and_(role_holders.c.member == member, role_holders.c.step.in_([step for step in Step if step.held]))
        held = await self._connection.execute(_in_guild(role_holders, guild).where(mine))
        roles: list[Subject] = [("role held", int(member), row.rule) for row in held]
        return [*found, *roles, *kept, *(("mandate", row.id) for row in given)]

    async def erase(self, guild: GuildId, member: MemberId, ended: Timestamp) -> None:
        """Erase everything stored on a member except the salt, which the entry about the erasure still needs.

        `erase_salt` follows. Delegations that others gave the member end at `ended` and are kept without the member's
        id: in votes that are open, they still come before later ones of their delegators. Of a recusal from a vote that
        is open a salted mark stays, by which the member is recognised on return.
        """
        await self._erase_drafts(guild, member)
        await self._erase_powers(guild, member)
        for row in await self._recusing(guild, member):
            runs = row.counted_at is None and row.withdrawn_at is None
            await self._set(proposals, row.id, recusals=to_json(_without(from_json(row.recusals), member, keep=runs)))
        for row in await self._told(guild, member):
            await self._erase_told(row, member)
        received = update(mandates).where(mandates.c.guild == guild, mandates.c.delegate == member)
        cleared = func.coalesce(mandates.c.cleared_at, ended)
        await self._connection.execute(received.values(delegate=FORMER, cleared_at=cleared))
        for table, columns in THEIRS.items():
            if table is not salts:
                mine = or_(*(table.c[column] == member for column in columns))
                await self._connection.execute(delete(table).where(table.c.guild == guild, mine))
        for table, columns in NAMED.items():
            inside = _inside(table, guild)
            for column in columns:
                named = update(table).where(inside, table.c[column] == member)
                await self._connection.execute(named.values({column: FORMER}))

    async def erase_unvoted(self, proposal: ProposalId) -> None:
        """Erase what was read of wallets for a vote that is over, and marks of who was recused and forgotten.

        The result bundle keeps what is public of the power of linked wallets. Power stays stored where the wallet
        voted, and where a member of the guild still has the wallet linked.
        """
        await self._connection.execute(delete(votable).where(votable.c.proposal == proposal))
        asked = select(proposals.c.recusals).where(proposals.c.id == proposal)
        stored = (await self._connection.execute(asked)).scalar()
        if stored is not None and any("former" in entry for entry in from_json(stored)):
            left = [{name: value for name, value in entry.items() if name != "former"} for entry in from_json(stored)]
            await self._set(proposals, proposal, recusals=to_json(left))
        guild = select(proposals.c.guild).where(proposals.c.id == proposal).scalar_subquery()
        for table in (powers, power_changes):
            voted = exists().where(ballots.c.proposal == table.c.proposal, ballots.c.wallet == table.c.wallet)
            held = exists().where(wallets.c.guild == guild, wallets.c.address == table.c.wallet)
            await self._connection.execute(delete(table).where(table.c.proposal == proposal, ~voted, ~held))

    async def erase_salt(self, guild: GuildId, member: MemberId) -> None:
        """Erase the member's salt, without which the log's references no longer identify the member."""
        await self._connection.execute(delete(salts).where(salts.c.guild == guild, salts.c.member == member))

    async def _erase_drafts(self, guild: GuildId, member: MemberId) -> None:
        draft = and_(proposals.c.guild == guild, proposals.c.author == member, proposals.c.submitted_at.is_(None))
        drafts = select(proposals.c.id).where(draft)
        for table in metadata.tables.values():
            for column in _of_proposal(table):
                await self._connection.execute(delete(table).where(column.in_(drafts)))
        await self._connection.execute(delete(proposals).where(draft))

    async def _erase_powers(self, guild: GuildId, member: MemberId) -> None:
        """Erase the power of the member's wallets that cast nothing in votes that are over; open votes need it."""
        held = select(wallets.c.address).where(wallets.c.guild == guild, wallets.c.member == member)
        over = select(proposals.c.id).where(proposals.c.guild == guild, ~_open())
        for table in WALLETS:
            voted = exists().where(ballots.c.proposal == table.c.proposal, ballots.c.wallet == table.c.wallet)
            mine = and_(table.c.proposal.in_(over), table.c.wallet.in_(held), ~voted)
            await self._connection.execute(delete(table).where(mine))

    async def _erase_told(self, row: Stored, member: MemberId) -> None:
        facts = {name: _unnamed(value, member) for name, value in from_json(row.facts).items()}
        if row.topic == Topic.REASON:
            facts |= {"mark": "null", "text": ""}
        # Keys may hold the member's id; nonce and ref are derived from keys, so they are erased too.
        values: dict[str, object] = {"facts": to_json(facts), "key": f"erased/{row.id}", "nonce": "", "ref": ""}
        if row.channel == member:  # it was said to the member alone
            values["channel"] = FORMER
        if row.told_at is None and row.given_up_at is None and row.attempts and row.channel != member:
            # It may stand already, or be on its way: it is sought and deleted.
            if row.topic != Topic.TAKEN_DOWN:
                values |= {"topic": Topic.TAKEN_DOWN, "facts": to_json({SOUGHT: row.ref})}
        elif row.told_at is None and row.given_up_at is None:
            values |= {"given_up": _ERASED, "given_up_at": row.created_at}
        await self._set(outbox, row.id, **values)

    async def _recusing(self, guild: GuildId, member: MemberId) -> list[Stored]:
        """Return the proposals from which the member is recused, or in which the member recused somebody."""
        maybe = select(proposals).where(
            proposals.c.guild == guild, proposals.c.recusals.contains(str(member), autoescape=True)
        )
        return [
            row
            for row in await self._connection.execute(maybe.order_by(proposals.c.id))
            if any(member in (entry["member"], entry["by"]) for entry in from_json(row.recusals))
        ]

    async def _told(self, guild: GuildId, member: MemberId) -> list[Stored]:
        """Return the announcements that name the member, or were sent to the member alone."""
        named = or_(outbox.c.facts.contains(str(member), autoescape=True), outbox.c.channel == member)
        maybe = select(outbox).where(outbox.c.guild == guild, named)
        return [
            row
            for row in await self._connection.execute(maybe.order_by(outbox.c.id))
            if row.channel == member or any(_unnamed(v, member) != v for v in from_json(row.facts).values())
        ]

    async def _rows(self, query: Select[tuple[object, ...]]) -> list[dict[str, Any]]:
        return [dict(row) for row in (await self._connection.execute(query)).mappings()]

    async def _set(self, table: Table, row: int, **values: object) -> None:
        await self._connection.execute(update(table).where(table.c.id == row).values(values))


def _open() -> ColumnElement[bool]:
    """Return the condition that a proposal may still be counted."""
    return and_(proposals.c.counted_at.is_(None), proposals.c.withdrawn_at.is_(None))


def _inside(table: Table, guild: GuildId) -> ColumnElement[bool]:
    """Return the condition that a row is of a guild, by its own column or by its proposal's."""
    if "guild" in table.c:
        return table.c.guild == guild
    (column,) = _of_proposal(table)
    return column.in_(select(proposals.c.id).where(proposals.c.guild == guild))


def _in_guild(table: Table, guild: GuildId) -> Select[tuple[object, ...]]:
    return select(table).where(_inside(table, guild)).order_by(*table.primary_key)


def _from_elsewhere(guild: GuildId, member: MemberId) -> Select[tuple[object, ...]]:
    linked = mandates.c.delegator.in_(select(wallets.c.member).where(wallets.c.guild == guild))
    theirs = or_(mandates.c.delegator == member, and_(mandates.c.delegate == member, linked))
    elsewhere = select(mandates).where(mandates.c.everywhere, mandates.c.guild != guild, theirs)
    return elsewhere.order_by(mandates.c.id)


def _of_proposal(table: Table) -> Iterator[ColumnElement[int]]:
    yield from (column for column in table.c if any(key.column.table is proposals for key in column.foreign_keys))


def _without(recusals: list[dict[str, Any]], member: MemberId, *, keep: bool) -> list[dict[str, Any]]:
    """Return recusals without a member; with `keep`, a salted mark stays by which a returning member is recognised.

    Whether a moderator asked for one stays told when both are erased.
    """
    made = {"former": asdict(FormerMember.of(secrets.token_hex(_SALT_BYTES), member))}
    return [
        entry
        | ({} if entry["by"] == entry["member"] else {"moderated": True})
        | {role: FORMER for role in ("member", "by") if entry[role] == member}
        | (made if keep and entry["member"] == member else {})
        for entry in recusals
    ]


def _unnamed(value: object, member: MemberId) -> object:
    """Return a fact without the member in it."""
    if isinstance(value, str):
        return value.replace(f"<@{member}>", _NOBODY).replace(str(member), str(FORMER))
    return FORMER if value == member and not isinstance(value, bool) else value
