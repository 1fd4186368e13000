"""Every statement that the repositories run keeps to the server that it is asked for, and leaves no order to chance."""

from __future__ import annotations

import ast
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import (
    Executable,
    Table,
    delete,
    func,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.roles.role_rules import RoleRule
from bot.domain.shared.types import GuildId, SpaceId
from bot.domain.treasury.campaigns import Watch
from bot.storage.repositories.roles import SqlRoles
from bot.storage.repositories.treasury.campaigns import SqlTreasury
from bot.storage.tables import (
    ballots,
    campaigns,
    mandates,
    metadata,
    milestones,
    proposals,
    role_holders,
    role_rules,
    wallets,
    watches,
)
from tests.builders import GUILD
from tests.storage.statements.recording import STORAGE, Said, places, record_prepared
from tests.storage.statements.scopes import conflicts_by, cuts_without_order, order_fault, scopes
from tests.storage.statements.walk import BEGINNING, said

pytestmark = pytest.mark.sqlite

OF_NO_SERVER = {
    "contract_events": "what contracts told that strategies read, whoever asks for it",
    "delegations": "events of the Delegate Registry, whoever asks for them",
    "event_extents": "in which blocks a chain's events are known",
    "leases": "which process works with the database",
    "readings": "what a chain says of a holding, whoever looks at it",
}
"""Tables whose rows are no server's, and what they are."""
SWEEPS = {
    ("treasury.holdings", "campaigns"): "one reading serves all who look at a holding",
    ("treasury.holdings", "watches"): "one reading serves all who look at a holding",
    ("treasury.lookers", "campaigns"): "a holding that cannot be read is told to each server that looks at it",
    ("treasury.lookers", "watches"): "a holding that cannot be read is told to each server that looks at it",
    ("treasury.open_campaigns", "campaigns"): "the job that looks for milestones serves all servers",
    ("treasury.open_campaigns", "milestones"): "the job that looks for milestones serves all servers",
    ("treasury.reached_since", "campaigns"): "the job that looks whether a chain took a milestone back",
    ("treasury.reached_since", "milestones"): "the job that looks whether a chain took a milestone back",
    ("member_delegations.around_circle(everywhere)", "mandates"): "one for every server may close a circle in any",
    ("outbox.due", "outbox"): "the job that makes announcements serves all servers",
    ("proposals.due_to_close", "proposals"): "the job that counts serves all servers",
    ("proposals.due_to_open", "proposals"): "the job that opens votes serves all servers",
    ("proposals.newest_submission(None)", "proposals"): "a delegation for every server counts in votes of all",
    ("proposals.stale_cards", "cards"): "the job that draws cards again serves all servers",
    ("proposals.stale_cards", "proposals"): "the job that draws cards again serves all servers",
    ("proposals.undecided", "proposals"): "what is read ahead is read for the votes of all servers",
    ("roles.guilds", "role_rules"): "the job that looks after roles goes from server to server",
    ("shared.forget", "shared_signings"): "what is over is forgotten in all servers at once",
    ("spaces.all", "spaces"): "jobs and checks at the start go from space to space",
    ("tickets.forget", "tickets"): "what is over is forgotten in all servers at once",
    ("wallets.forget", "challenges"): "what is over is forgotten in all servers at once",
    ("wallets.forget", "moves"): "what is over is forgotten in all servers at once",
}
"""What sees all servers, by method and table, and why it is meant to."""
WHOLE_SERVER = {
    "treasury.campaign_numbered": "numbers are the server's, and who asks sees whose it is",
    "log": "a server has one log, of all its spaces",
    "member_delegations.of": "what a member gave is theirs, and put apart by space where it is shown",
    "member_delegations.to": "what a member was given is put apart by space where it is shown",
    "people": "a member is one in all spaces of a server, and so is forgotten",
    "proposals.drafts": "how many drafts a member keeps is limited in the server",
    "proposals.numbered": "numbers are the server's, and who asks sees whose it is",
    "proposals.of": "notices and lists of a server's moderators",
    "proposals.visible": "what a member sees is put apart by space where it is shown",
    "roles.of": "a role has one rule in a server, and one look gives and takes all of its roles",
    "roles.remove": "one rule, by its number in the server",
    "roles.save": "one rule, by its number in the server",
}
"""What sees what all spaces of a server have, by method or by its repository, and why it is meant to."""
UNORDERED = {
    "ballots.add_powers": "a mapping by wallet",
    "ballots.by_member": "put in order by wallet, of which one ballot counts; a union on two indexes is faster so",
    "ballots.counted": "a mapping by wallet, of exact numbers that are added up",
    "ballots.powers": "a mapping by wallet",
    "ballots.voted_among": "a set",
    "ballots.votable": "a mapping by wallet",
    "treasury.holdings": "a set",
    "treasury.lookers": "a mapping by holding, of sets",
    "log.append": "the set of the members whom rows name, each of whom gets a salt",
    "log.begin": "the set of the members whom rows name, each of whom gets a salt",
    "people.shown_in": "a set, put in order by id",
}
"""What takes rows in any order, by method, and why nothing depends on it."""

ELSEWHERE = {
    ("driver/statements.py", "counters"): "numbers are given for all repositories, and it is walked with them",
    ("rows/ordered_rows.py", "log"): "a database is moved with the logs of all its servers",
}
"""Tables that a module outside the repositories asks, and why."""


@pytest.fixture
def walked(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Awaitable[list[Said]]]:
    record_prepared(monkeypatch)

    async def walk() -> list[Said]:
        return await said(engine)

    return walk


def of_a_space(table: Table) -> bool:
    """Whether each row of a table is one space's."""
    return any(key.column_keys == ["space"] for key in table.foreign_key_constraints)


def keys_to_a_space(table: Table) -> set[str]:
    """The columns that say whose a row is, where it is a space's: the server alone does not."""
    return keys_of(table) - ({"guild"} if of_a_space(table) else set())


def keys_of(table: Table) -> set[str]:
    """The columns that say whose a row is: its server's, its parent's, or the name that it alone has."""
    names = {"guild"} & set(table.c.keys())
    names |= {key.column_keys[0] for key in table.foreign_key_constraints if len(key.columns) == 1}
    alone = [list(table.primary_key), *([table.c.key] for _ in range("key" in table.c))]
    return names | {column.name for key in alone for column in key if len(key) == 1}


def everywhere(statement: Any, keys: Callable[[Table], set[str]] = keys_of) -> Iterator[str]:
    """The tables of which a statement takes, or changes, what is of any server, or (as the `keys` say) space."""
    for scope in scopes(statement):
        restricted = scope.restricted(keys)
        for source, table in scope.tables():
            if table.name not in OF_NO_SERVER and source not in restricted:
                yield table.name
    by = conflicts_by(statement)
    if by is not None and statement.table.name not in OF_NO_SERVER and not by & keys_of(statement.table):
        yield statement.table.name


def unordered(statement: Any) -> list[str]:
    """What a statement leaves to the engine's order."""
    return [fault for fault in (order_fault(statement), *cuts_without_order(statement)) if fault]


def forgetful(found: Sequence[Said]) -> set[tuple[str, str]]:
    return {(one.method, table) for one in found for table in everywhere(one.statement)}


async def test_every_statement_keeps_to_the_server_that_it_is_asked_for(
    walked: Callable[[], Awaitable[list[Said]]],
) -> None:
    assert forgetful(await walked()) == SWEEPS.keys()


async def test_what_is_a_spaces_is_asked_for_by_its_space(walked: Callable[[], Awaitable[list[Said]]]) -> None:
    found = {
        one.method.partition("(")[0]
        for one in await walked()
        for table in everywhere(one.statement, keys_to_a_space)
        if of_a_space(metadata.tables[table]) and (one.method, table) not in SWEEPS
    }
    repositories = {method.partition(".")[0] for method in found} & WHOLE_SERVER.keys()
    apart = {method for method in found if method.partition(".")[0] not in repositories}
    assert apart | repositories == WHOLE_SERVER.keys()


async def test_no_order_is_left_to_the_engine(walked: Callable[[], Awaitable[list[Said]]]) -> None:
    loose = {one.method.partition("(")[0] for one in await walked() if unordered(one.statement)}
    assert loose - {BEGINNING} == UNORDERED.keys()


async def test_every_place_that_runs_a_statement_is_walked(walked: Callable[[], Awaitable[list[Said]]]) -> None:
    ran = {(one.path, one.line) for one in await walked()}
    there = list(places())
    assert len(there) > 100
    assert [(path.name, lines) for path, lines in there if not any((path, line) in ran for line in lines)] == []


def test_no_other_module_asks_a_table_of_servers() -> None:
    taken = {
        (path.relative_to(STORAGE).as_posix(), alias.name)
        for path in STORAGE.rglob("*.py")
        if path.relative_to(STORAGE).parts[0] not in ("repositories", "tables")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bot.storage.tables")
        for alias in node.names
        if alias.name in metadata.tables.keys() - OF_NO_SERVER.keys()
    }
    assert taken == ELSEWHERE.keys()


def test_every_table_is_of_a_server_or_said_to_be_of_none() -> None:
    assert {table.name for table in metadata.tables.values() if not keys_of(table) - {"id", "key"}} <= {*OF_NO_SERVER}
    assert OF_NO_SERVER.keys() <= metadata.tables.keys()


class ForgetsTheServer(SqlTreasury):
    async def watches(self, space: SpaceId) -> list[Watch]:
        return await self._watches(watches.c.number > 0)


class TakesAnyOrder(SqlRoles):
    async def of(self, guild: GuildId) -> list[RoleRule]:
        await self._connection.execute(select(role_rules).where(role_rules.c.guild == guild))
        return []


async def test_a_repository_that_forgets_its_server_is_found(
    walked: Callable[[], Awaitable[list[Said]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SqlTreasury, "watches", ForgetsTheServer.watches)
    assert forgetful(await walked()) - SWEEPS.keys() == {("treasury.watches", "watches")}


async def test_a_repository_that_takes_any_order_is_found(
    walked: Callable[[], Awaitable[list[Said]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SqlRoles, "of", TakesAnyOrder.of)
    assert "roles.of" in {one.method for one in await walked() if unordered(one.statement)}


OF_GUILD = select(proposals.c.id).where(proposals.c.guild == GUILD)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (select(watches).where(watches.c.guild == GUILD), []),
        (select(watches).where(watches.c.number == 1), ["watches"]),
        (select(watches).where(watches.c.guild != GUILD), ["watches"]),
        (select(watches).where(watches.c.guild == watches.c.guild), ["watches"]),
        (select(watches).where(or_(watches.c.guild == GUILD, watches.c.number == 1)), ["watches"]),
        (select(watches).where(or_(watches.c.guild == GUILD, watches.c.guild == GUILD + 1)), []),
        (delete(role_holders).where(role_holders.c.rule == 1), ["role_holders"]),
        (update(wallets).where(wallets.c.member == 1).values(label=None), ["wallets"]),
        (select(ballots).where(ballots.c.proposal == 1), []),
        (select(ballots).where(ballots.c.wallet == "0x"), ["ballots"]),
        (select(ballots).where(ballots.c.proposal.in_(OF_GUILD)), []),
        (select(ballots).where(ballots.c.proposal.in_(select(proposals.c.id))), ["proposals"]),
        (select(ballots).join(proposals, proposals.c.id == ballots.c.proposal), ["ballots", "proposals"]),
        (select(ballots).join(proposals).where(proposals.c.guild == GUILD), []),
        (select(milestones).outerjoin(campaigns, campaigns.c.guild == GUILD), ["milestones"]),
        (select(campaigns).outerjoin(milestones).where(campaigns.c.guild == GUILD), []),
        (select(campaigns).outerjoin(milestones, milestones.c.campaign == 1), ["campaigns"]),
        (select(mandates).where(or_(mandates.c.guild == GUILD, mandates.c.everywhere)), []),
        (select(mandates).where(or_(mandates.c.space == 1, mandates.c.everywhere)), []),
        (select(mandates).where(or_(mandates.c.guild == GUILD, ~mandates.c.everywhere)), ["mandates"]),
        (union(select(watches.c.number), OF_GUILD), ["watches"]),
        (sqlite.insert(wallets).on_conflict_do_update(index_elements=["address"], set_={"label": ""}), ["wallets"]),
        (sqlite.insert(wallets).on_conflict_do_update(index_elements=["guild", "address"], set_={"label": ""}), []),
    ],
)
def test_a_condition_restricts_a_table_by_whose_its_rows_are(statement: Executable, found: Sequence[str]) -> None:
    assert sorted(everywhere(statement)) == found


RULES = select(role_rules).where(role_rules.c.guild == GUILD)


@pytest.mark.parametrize(
    ("statement", "certain"),
    [
        (RULES, False),
        (RULES.order_by(role_rules.c.number), True),
        (RULES.order_by(role_rules.c.number.desc()), True),
        (RULES.order_by(role_rules.c.added_at), False),
        (RULES.order_by(func.lower(role_rules.c.number)), False),
        (RULES.where(role_rules.c.number == 1), True),
        (RULES.where(role_rules.c.role == 1), True),
        (RULES.limit(1), False),
        (RULES.with_only_columns(role_rules.c.role).distinct().order_by(role_rules.c.role), True),
        (RULES.with_only_columns(func.count()), True),
        (RULES.with_only_columns(role_rules.c.match, func.count()).group_by(role_rules.c.match), False),
        (select(ballots).where(ballots.c.proposal == 1, ballots.c.counts).order_by(ballots.c.wallet), True),
        (select(ballots).where(ballots.c.proposal == 1).order_by(ballots.c.wallet), False),
        (select(ballots).join(proposals).where(proposals.c.guild == GUILD).order_by(proposals.c.number), False),
        (select(ballots).join(proposals).where(proposals.c.guild == GUILD).order_by(ballots.c.id), True),
        (select(ballots).where(ballots.c.proposal.in_(OF_GUILD.limit(1))).order_by(ballots.c.id), False),
        (union(OF_GUILD, OF_GUILD), False),
        (union(OF_GUILD, OF_GUILD).order_by("id"), True),
        (update(ballots).where(ballots.c.proposal == 1).values(counts=False), True),
        (update(ballots).where(ballots.c.proposal == 1).values(counts=False).returning(ballots.c.id), False),
    ],
)
def test_an_order_is_certain_where_no_two_rows_can_stand_either_way(statement: Executable, certain: bool) -> None:
    assert (not unordered(statement)) == certain
