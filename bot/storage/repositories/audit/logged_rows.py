"""Which stored rows decide something, by what name the log knows each, and the digest of what it says.

A row's digest covers every column but those named here: ids, places of messages, preferences, and persons, who are
named by reference instead, so that the digest still holds once they are erased. Columns that came later are covered
where they are set, so that digests from before hold.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    BindParameter,
    Boolean,
    Column,
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    literal_column,
    or_,
    select,
    true,
)

from bot.domain.audit.hashing.canonical_json import MAX_INTEGER, Canonical, canonical
from bot.domain.audit.log.entry_kinds import Row, Subject
from bot.domain.audit.log.hash_chain import reference
from bot.domain.roles.role_rules import Step
from bot.domain.shared.types import MemberId
from bot.domain.spaces.space import MAIN
from bot.storage.driver.statements import AnyConnection, PreparedStatement, Stored
from bot.storage.repositories.shared.json_columns import from_json
from bot.storage.tables import (
    bundles,
    campaigns,
    mandates,
    milestones,
    proposals,
    role_holders,
    role_rules,
    spaces,
    texts,
    wallets,
    watches,
)

Salts = Mapping[MemberId, str]

_GUILD: BindParameter[int] = bindparam("same_guild")
_OF = "of"
_SPACE, _IN = "space", "in_space"
"""The digest covers the number of the row's space, except for rows of the main space."""
_ADDED = {"archived_at": None, "moderators": "[]", "voters": "[]"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """The rows of one table in a guild. Columns `name` name a row; with `keyed`, by a hash with that person's salt.

    `some` reads the rows whose key is in the subject. `unsaid` columns are not in the digest; those of `later` are left
    out where they hold the value that rows from before the column have.
    """

    kind: str
    table: Table
    query: Select[tuple[object, ...]]
    all: PreparedStatement
    some: PreparedStatement
    name: tuple[str, ...]
    unsaid: frozenset[str]
    later: Mapping[str, object]
    people: tuple[str, ...] = ()
    keyed: str | None = None


def _source(
    kind: str,
    table: Table,
    *,
    name: Sequence[str] = ("number",),
    key: Sequence[ColumnElement[object]] | None = None,
    unsaid: Sequence[str] = (),
    later: Mapping[str, object] | None = None,
    people: Sequence[str] = (),
    keyed: str | None = None,
    parent: Table | None = None,
    where: ColumnElement[bool] | None = None,
    chosen: ColumnElement[bool] | None = None,
) -> _Source:
    query: Select[tuple[object, ...]]
    if _SPACE in table.c:
        number = spaces.c.number.label(_IN)
        query = select(table, number).join(spaces, table.c.space == spaces.c.id).where(table.c.guild == _GUILD)
        unsaid = (*unsaid, _SPACE)
    elif parent is None:
        query = select(table).where(table.c.guild == _GUILD)
    else:
        inside = next(column for column in table.c if any(fk.column.table is parent for fk in column.foreign_keys))
        of = parent.c.number.label(_OF)
        query = select(table, of).join(parent, inside == parent.c.id).where(parent.c.guild == _GUILD)
        name, key, unsaid = (_OF, *name), key or (parent.c.number,), (*unsaid, inside.name)
    if where is not None:
        query = query.where(where)
    query = query.order_by(*table.primary_key.columns)
    if chosen is None:
        words = key if key is not None else (table.c.number,)
        chosen = and_(true(), *(column == bindparam(f"word{place}") for place, column in enumerate(words)))
    return _Source(
        kind=kind,
        table=table,
        query=query,
        all=PreparedStatement(query),
        some=PreparedStatement(query.where(chosen)),
        name=tuple(name),
        unsaid=frozenset((*unsaid, *people, *name, "guild", "id", *([keyed] if keyed else []))),
        later=later or {},
        people=tuple(people),
        keyed=keyed,
    )


_SUBMITTED = proposals.c.submitted_at.is_not(None)
SOURCES: Mapping[str, tuple[_Source, ...]] = {
    "space": (
        _source(
            "space",
            spaces,
            name=(),
            key=(),
            unsaid=("name", "number"),
            later={"public": True, **_ADDED},
            where=spaces.c.number == literal_column(str(MAIN)),
        ),
    ),
    "sub-space": (_source("sub-space", spaces, where=spaces.c.number > literal_column(str(MAIN))),),
    "wallet": (
        _source(
            "wallet",
            wallets,
            name=("address",),
            key=(wallets.c.member, wallets.c.address),
            unsaid=("label", "chosen"),
            keyed="member",
        ),
    ),
    "mandates": (
        _source(
            "mandate",
            mandates,
            name=("id",),
            later={"everywhere": False},
            people=("delegator", "delegate"),
            chosen=and_(
                mandates.c.delegator == bindparam("word0"),
                or_(mandates.c.given_at == bindparam("word1"), mandates.c.cleared_at == bindparam("word1")),
            ),
        ),
    ),
    "proposal": (
        _source(
            "proposal",
            proposals,
            unsaid=("channel", "card", "thread"),
            people=("author",),
            where=_SUBMITTED,
        ),
        _source("text", texts, name=("version",), people=("editor",), parent=proposals, where=_SUBMITTED),
        _source("bundle", bundles, name=(), parent=proposals),
    ),
    "watch": (_source("watch", watches, people=("added_by",)),),
    "campaign": (
        _source("campaign", campaigns, people=("author",)),
        _source("milestone", milestones, parent=campaigns),
    ),
    "role rule": (
        _source(
            "role rule",
            role_rules,
            unsaid=("checked_at", "unknown", "trouble", "removed_at"),
            people=("added_by",),
            where=role_rules.c.removed_at.is_(None),
        ),
    ),
    "role held": (
        _source(
            "role held",
            role_holders,
            name=("rule",),
            key=(role_holders.c.member, role_holders.c.rule),
            unsaid=("earned", "step", "checked_at", "found", "tries", "retry_at"),
            keyed="member",
            where=or_(*(role_holders.c.step == literal_column(f"'{step.value}'") for step in Step if step.held)),
        ),
    ),
}
"""By the first word of a subject."""


KEYED = {"wallet": 1, "role held": 1}
"""Where the person stands in a subject whose row is named by that person's salt."""


async def stored_rows(connection: AnyConnection, guild: int, subject: Subject, salts: Salts) -> dict[str, Row | None]:
    """Return a subject's stored rows by name; None for a row that the log may have named and that is gone."""
    kind, *key = subject
    found: dict[str, Row | None] = {name: None for name in [_gone(subject, salts)] if name}
    if kind == "mandate":
        return found
    for source in SOURCES[str(kind)]:
        words = {f"word{place}": word for place, word in enumerate(key)}
        for stored in await source.some.run(connection, {"same_guild": guild, **words}):
            row = _row(source, stored, salts)
            found[row.name] = row
    return found


async def everything(connection: AnyConnection, guild: int, salts: Salts) -> AsyncIterator[list[Row]]:
    """Return all rows of a guild that the log vouches for, in batches."""
    for source in _sources():
        async for part in source.all.parts(connection, {"same_guild": guild}):
            yield [_row(source, row, salts) for row in part]


async def people_of(connection: AnyConnection, guild: int) -> set[MemberId]:
    """Return every member whom those rows name."""
    found: set[MemberId] = set()
    for source in _sources():
        columns = [source.table.c[name] for name in (*source.people, *([source.keyed] if source.keyed else []))]
        if columns:
            query = source.query.with_only_columns(*columns).order_by(None).distinct()
            for row in await connection.execute(query, {"same_guild": guild}):
                found |= {MemberId(member) for member in row if member}
    return found


def _sources() -> Iterator[_Source]:
    for sources in SOURCES.values():
        yield from sources


def _gone(subject: Subject, salts: Salts) -> str | None:
    """Return the name of the row that may be gone, if the subject determines it, else None."""
    match subject:
        case ("wallet", int(member), str(address)):
            return _keyed("wallet", address, salts.get(MemberId(member)))
        case ("role held", int(member), int(rule)):
            return _keyed("role held", str(rule), salts.get(MemberId(member)))
        case ("watch" | "campaign" | "role rule" | "mandate" as kind, int(number)):
            return f"{kind}/{number}"
        case _:
            return None


def _row(source: _Source, stored: Stored, salts: Salts) -> Row:
    words = [str(getattr(stored, name)) for name in source.name]
    if source.keyed:
        name = _keyed(source.kind, words[0], salts.get(MemberId(getattr(stored, source.keyed))))
    else:
        name = "/".join([source.kind, *words])
    said = {
        column.name: value
        for column in source.table.c
        if column.name not in source.unsaid
        for value in [_plain(column, getattr(stored, column.name))]
        if column.name not in source.later or value != source.later[column.name]
    }
    if _SPACE in source.table.c and (number := getattr(stored, _IN)) != MAIN:
        said[_SPACE] = number
    return Row(
        name=name,
        digest=sha256(canonical(said)).hexdigest(),
        people={name: getattr(stored, name) for name in source.people},
    )


def _keyed(kind: str, word: str, salt: str | None) -> str:
    """Name a row by a hash with its person's salt; without a salt in clear, a name that no log entry has."""
    return f"{kind}/{word}" if salt is None else f"{kind}/{reference(salt, word)}"


def _plain(column: Column[Any], value: object) -> Canonical:
    name = column.name
    if isinstance(column.type, Boolean):
        return None if value is None else bool(value)
    if name == "recusals" and isinstance(value, str):
        return [[entry["at"], entry["wallets"]] for entry in from_json(value)]
    if isinstance(value, bytes):
        return sha256(value).hexdigest()
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value if abs(value) <= MAX_INTEGER else str(value)
    raise TypeError(f"{name} holds {type(value).__name__}, which has no plain form")
