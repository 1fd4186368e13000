"""The repository of the log: a hash chain for each guild, and the salts of its references to persons."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import BindParameter, bindparam, insert, select

from bot.domain.announcements.announcement import Topic
from bot.domain.audit.hashing.canonical_json import Canonical
from bot.domain.audit.log.ballot_commitment import SEALED, ballot_commitment, signature_marks
from bot.domain.audit.log.entry_kinds import (
    FORGOTTEN,
    FORMER,
    VOTES,
    Cast,
    Facts,
    Kind,
    Posted,
    Row,
    StoredBallot,
    Subject,
    Votes,
)
from bot.domain.audit.log.hash_chain import Entry, clock_lead, entry, reference
from bot.domain.shared.types import GuildId, MemberId, Timestamp
from bot.domain.voting.ballot import Ballot
from bot.storage.driver.statements import AnyConnection, PreparedStatement, Stored
from bot.storage.repositories.audit.logged_rows import KEYED, everything, people_of, stored_rows
from bot.storage.repositories.shared.json_columns import from_json, from_units
from bot.storage.repositories.voting.ballots import to_ballot
from bot.storage.tables import ballots, log, outbox, proposals, salts

T = TypeVar("T")

SALT_BYTES = 32
_MANY = 200
"""Rows or ballots in one entry when the log begins and much exists already."""
_GUILD: BindParameter[int] = bindparam("same_guild")
_PREPARED_HEAD = PreparedStatement(
    select(log.c.seq, log.c.entry, log.c.hash).where(log.c.guild == _GUILD).order_by(log.c.seq.desc()).limit(1)
)
_PREPARED_ADD = PreparedStatement(insert(log))
_PREPARED_SALT = PreparedStatement(
    select(salts.c.salt).where(salts.c.guild == _GUILD, salts.c.member == bindparam("same_member"))
)
_PREPARED_ADD_SALT = PreparedStatement(insert(salts))
_PREPARED_ENTRIES = PreparedStatement(
    select(log.c.seq, log.c.entry, log.c.hash)
    .where(log.c.guild == _GUILD, log.c.seq > bindparam("behind"))
    .order_by(log.c.seq)
)
_PREPARED_BALLOTS = PreparedStatement(
    select(
        *ballots.c,
        proposals.c.number,
    )
    .join(proposals, ballots.c.proposal == proposals.c.id)
    .where(proposals.c.guild == _GUILD)
    .order_by(proposals.c.number, ballots.c.id)
)


_HASHED = 50
"""Ballots that are hashed between two turns of the event loop."""


class SqlLog:
    """Entries are only added, never changed. Statements that a press runs are prepared ones."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def append(
        self,
        guild: GuildId,
        kind: Kind,
        *,
        at: Timestamp,
        by: MemberId | None = None,
        about: Mapping[str, MemberId] | None = None,
        facts: Facts | None = None,
        subjects: Sequence[Subject] = (),
        votes: Votes | None = None,
    ) -> None:
        """Add an entry.

        Raises:
            ValueError: a fact has the name of a field that the entry has by itself, or `votes` sets one that entries
                of this kind do not have.

        """
        before = await self.head(guild)
        if before is None:
            await self.begin(
                guild, at, but=frozenset(ballot.receipt for ballot in votes.cast) if votes else frozenset()
            )
        content: dict[str, Canonical] = {"kind": kind.value, "at": at}
        known: dict[MemberId, str] = {}
        if by is not None:
            content["by"] = await self._reference(guild, by, known)
        if about:
            content["about"] = {role: await self._reference(guild, member, known) for role, member in about.items()}
        if subjects:
            content["rows"] = await self._rows(guild, subjects, known)
        if votes is not None:
            content["votes"] = told = await self._votes(guild, votes, known)
            if strange := told.keys() - {"proposal"} - VOTES.get(kind, frozenset()):
                raise ValueError(f"“{kind}” says nothing of ballots that are {', '.join(sorted(strange))}")
        if clash := (facts or {}).keys() & (content.keys() | {"seq"}):
            raise ValueError(f"an entry says its {', '.join(sorted(clash))} by itself")
        await self._add(guild, {**(facts or {}), **content, **clock_lead(before, at, facts or {})}, before)

    async def begin(self, guild: GuildId, at: Timestamp, but: frozenset[str] = frozenset()) -> None:
        """If there is no log yet, begin it with all that is stored, except the ballots whose receipts are in `but`."""
        if await self.head(guild) is not None:
            return
        stated: Mapping[str, Canonical] = {"kind": Kind.BEGUN.value, "at": at, "guild": str(guild)}
        await self._add(guild, stated)
        known: dict[MemberId, str] = {}
        for member in await people_of(self._connection, guild):
            await self._salt(guild, member, known)
        async for rows in everything(self._connection, guild, known):
            for some in _some(rows):
                told = {row.name: await self._stated(guild, row, known) for row in some}
                await self._add(guild, {**stated, "rows": told})
        stored = [
            (row.number, bool(row.counts), to_ballot(row))
            async for part in _PREPARED_BALLOTS.parts(self._connection, {"same_guild": guild})
            for row in part
            if row.receipt not in but
        ]
        for votes in _as_they_stand(stored):
            await self._add(guild, {**stated, "votes": await self._votes(guild, votes, known)})

    async def head(self, guild: GuildId) -> Entry | None:
        """Return the last entry."""
        found = await _PREPARED_HEAD.run(self._connection, {"same_guild": guild})
        return _entry(found[0]) if found else None

    async def entries(self, guild: GuildId, after: int = 0) -> AsyncIterator[list[Entry]]:
        """Yield the entries after number `after`, in batches."""
        async for part in _PREPARED_ENTRIES.parts(self._connection, {"same_guild": guild, "behind": after}):
            yield [_entry(row) for row in part]

    async def rows(self, guild: GuildId) -> AsyncIterator[list[Row]]:
        """Yield all rows that entries vouch for, as they are now, in batches."""
        async for part in everything(self._connection, guild, await self.salts(guild)):
            yield part

    async def ballots(self, guild: GuildId) -> AsyncIterator[list[StoredBallot]]:
        """Yield every ballot, grouped by proposal, in the order in which they were cast."""
        async for part in _PREPARED_BALLOTS.parts(self._connection, {"same_guild": guild}):
            for start in range(0, len(part), _HASHED):
                yield [
                    StoredBallot(proposal=row.number, counts=bool(row.counts), cast=_logged(ballot), power=ballot.power)
                    for row, ballot in ((row, to_ballot(row)) for row in part[start : start + _HASHED])
                ]
                await asyncio.sleep(0)  # hashes take their time, and others wait

    async def posted(self, guild: GuildId) -> list[Posted]:
        """Return the heads that were due to be posted, oldest first."""
        asked = select(outbox.c.facts).where(outbox.c.guild == guild, outbox.c.topic == Topic.LOG_HEAD)
        told = [from_json(row.facts) for row in await self._connection.execute(asked.order_by(outbox.c.id))]
        return [Posted(seq=facts["seq"], hash=facts["hash"], at=Timestamp(facts["at"])) for facts in told]

    async def salts(self, guild: GuildId) -> dict[MemberId, str]:
        """Return the salts of the members that entries name."""
        theirs = select(salts.c.member, salts.c.salt).where(salts.c.guild == guild).order_by(salts.c.member)
        return {MemberId(row.member): row.salt for row in await self._connection.execute(theirs)}

    async def salt(self, guild: GuildId, member: MemberId) -> str | None:
        """Return a member's salt, None if there is none yet."""
        found = await _PREPARED_SALT.run(self._connection, {"same_guild": guild, "same_member": member})
        return found[0].salt if found else None

    async def made_salt(self, guild: GuildId, member: MemberId) -> str:
        """Return a member's salt; it is created at first use."""
        return await self._salt(guild, member, {})

    async def _add(self, guild: GuildId, content: Mapping[str, Canonical], before: Entry | None = None) -> None:
        new = entry(before or await self.head(guild), content)
        row = {"guild": guild, "seq": new.seq, "entry": new.content, "hash": new.hash}
        await _PREPARED_ADD.run(self._connection, row)

    async def _salt(self, guild: GuildId, member: MemberId, known: dict[MemberId, str]) -> str:
        """Return a member's salt; it is created at first use, and kept in memory for the transaction only."""
        if member not in known:
            found = await _PREPARED_SALT.run(self._connection, {"same_guild": guild, "same_member": member})
            known[member] = found[0].salt if found else secrets.token_hex(SALT_BYTES)
            if not found:
                row = {"guild": guild, "member": member, "salt": known[member]}
                await _PREPARED_ADD_SALT.run(self._connection, row)
        return known[member]

    async def _reference(self, guild: GuildId, member: MemberId, known: dict[MemberId, str]) -> str:
        return FORGOTTEN if member == FORMER else reference(await self._salt(guild, member, known), member)

    async def _rows(
        self, guild: GuildId, subjects: Sequence[Subject], known: dict[MemberId, str]
    ) -> dict[str, Canonical]:
        told: dict[str, Canonical] = {}
        for subject in subjects:
            if (place := KEYED.get(str(subject[0]))) is not None:
                await self._salt(guild, MemberId(int(subject[place])), known)
            for name, row in (await stored_rows(self._connection, guild, subject, known)).items():
                told[name] = None if row is None else await self._stated(guild, row, known)
        return told

    async def _stated(self, guild: GuildId, row: Row, known: dict[MemberId, str]) -> Canonical:
        people = {
            column: None if member is None else await self._reference(guild, member, known)
            for column, member in row.people.items()
        }
        return {"digest": row.digest, **people}

    async def _votes(self, guild: GuildId, votes: Votes, known: dict[MemberId, str]) -> dict[str, Canonical]:
        told: dict[str, Canonical] = {"proposal": votes.proposal}
        if votes.cast:
            told["cast"] = [await self._cast(guild, _logged(ballot), known) for ballot in votes.cast]
        if votes.dropped:
            told["dropped"] = tuple(votes.dropped)
        if votes.rescored:
            told["rescored"] = {wallet: from_units(scores) for wallet, scores in votes.rescored.items()}
        return told

    async def _cast(self, guild: GuildId, ballot: Cast, known: dict[MemberId, str]) -> Canonical:
        told: dict[str, Canonical] = {
            "wallet": ballot.wallet,
            "commitment": ballot.commitment,
            "scores": from_units(ballot.scores),
            "member": await self._reference(guild, ballot.member, known),
        }
        if SEALED in ballot.signature:
            told[SEALED] = ballot.signature[SEALED]
        if ballot.via is not None:
            told["via"] = await self._reference(guild, ballot.via, known)
        return told


def _entry(row: Stored) -> Entry:
    return Entry(seq=row.seq, content=row.entry, hash=row.hash)


def _logged(ballot: Ballot) -> Cast:
    return Cast(
        wallet=ballot.wallet,
        commitment=ballot_commitment(ballot.cid or "", ballot),
        scores=ballot.scores,
        member=ballot.member,
        via=ballot.via,
        signature=signature_marks(ballot),
    )


def _some(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), _MANY):
        yield rows[start : start + _MANY]


def _as_they_stand(stored: Sequence[tuple[int, bool, Ballot]]) -> Iterator[Votes]:
    """Yield each proposal's ballots as they were cast, in their order, then its wallets without a counting ballot."""
    by_proposal: dict[int, list[tuple[bool, Ballot]]] = {}
    for proposal, counts, ballot in stored:
        by_proposal.setdefault(proposal, []).append((counts, ballot))
    for proposal, cast in by_proposal.items():
        for some in _some(cast):
            yield Votes(proposal=proposal, cast=[ballot for _, ballot in some])
        last = {ballot.wallet: counts for counts, ballot in cast}
        if dropped := [wallet for wallet, counts in last.items() if not counts]:
            yield Votes(proposal=proposal, dropped=dropped)
