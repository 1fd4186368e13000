"""Each table is held against the log, or docs/proof.md says why it need not be; roles that were given are held."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.roles.role_trouble import Trouble
from bot.domain.shared.types import MemberId
from bot.storage.repositories.audit.logged_rows import SOURCES
from bot.storage.tables import metadata
from bot.storage.tables.base import Audit, kept_of
from tests.builders import GUILD, an_address
from tests.fakes import FakeKeeper
from tests.logs import disagreements
from tests.services.conftest import House
from tests.services.roles.test_role_rules import rule, sweep
from tests.tables import connection_of

PROOF = (Path(__file__).parents[3] / "docs" / "proof.md").read_text()


def stated() -> dict[str, str]:
    """What the table of docs/proof.md says of each table."""
    part = PROOF[PROOF.index("| table | `/audit verify` |") :].split("\n\n")[0]
    rows = [line.split("|")[1:3] for line in part.splitlines()[2:]]
    return {name: how.strip() for names, how in rows for name in re.findall(r"`(\w+)`", names)}


def test_every_table_is_said_to_be_held_or_why_not() -> None:
    assert stated().keys() == metadata.tables.keys()


def test_what_is_said_to_be_held_by_its_digest_is() -> None:
    by_digest = {name for name, how in stated().items() if how == "each row, by its digest"}
    assert by_digest == {one.table.name for some in SOURCES.values() for one in some} - {"role_holders"}
    assert by_digest == {name for name, table in metadata.tables.items() if kept_of(table).audit is Audit.DIGEST}
    unheld = {name for name, how in stated().items() if how == "no"}
    assert unheld == {name for name, table in metadata.tables.items() if kept_of(table).audit is Audit.NO}


async def tamper(house: House, statement: str, *values: int | str) -> list[str]:
    house.tampered = True
    async with house.app.store.write() as repos:
        for place, _ in enumerate(values):
            statement = statement.replace("?", f":value{place}", 1)
        named = {f"value{place}": value for place, value in enumerate(values)}
        await connection_of(repos).execute(text(statement.replace('":', r'"\:')), named)
        await repos.commit()
    return await disagreements(house.app.store, GUILD)


@pytest.fixture
async def held(house: House) -> tuple[House, list[MemberId], FakeKeeper]:
    """Two hold enough and are given the role, one does not."""
    guild_roles = FakeKeeper()
    members = [await house.member(number, tokens) for number, tokens in ((1, 100), (2, 100), (3, 0))]
    house.chain.give(an_address(3), 1)
    await rule(house)
    await sweep(house, guild_roles)
    assert await disagreements(house.app.store, GUILD) == []
    return house, members, guild_roles


@pytest.mark.parametrize("step", ["given", "taking"])
async def test_a_role_that_the_bot_did_not_give_is_not_passed_off_for_one_that_it_did(
    held: tuple[House, list[MemberId], FakeKeeper], step: str
) -> None:
    house, (*_, other), _ = held
    (found,) = await tamper(house, "update role_holders set step = ? where member = ?", step, other)
    assert found.startswith("role held/")
    assert found.endswith("is stored, and no entry says so")


@pytest.mark.parametrize(
    "statement",
    [
        "update role_holders set step = 'none' where member = ?",
        "update role_holders set step = 'by hand' where member = ?",
        "delete from role_holders where member = ?",
    ],
)
async def test_a_role_that_the_bot_gave_is_not_forgotten_unseen(
    held: tuple[House, list[MemberId], FakeKeeper], statement: str
) -> None:
    house, (one, *_), _ = held
    (found,) = await tamper(house, statement, one)
    assert found.startswith("role held/")
    assert "is stored no more, and entry" in found


async def test_a_role_that_somebody_gave_to_another_is_named_on_both_sides(
    held: tuple[House, list[MemberId], FakeKeeper],
) -> None:
    house, (one, _, other), _ = held
    await tamper(house, "delete from role_holders where member = ?", other)
    found = await tamper(house, "update role_holders set member = ? where member = ?", other, one)
    assert len(found) == 2


async def test_every_way_in_which_a_role_ends_is_an_entry(held: tuple[House, list[MemberId], FakeKeeper]) -> None:
    house, (one, two, _), guild_roles = held

    async def agreed() -> None:
        assert await disagreements(house.app.store, GUILD) == []

    await house.app.roles.met(GUILD, MemberId(one), [])
    await agreed()
    await sweep(house, guild_roles)
    await agreed()
    guild_roles.gone = {MemberId(one)}
    house.chain.give(an_address(1), 0)
    await sweep(house, guild_roles)
    await agreed()
    preview = await house.app.privacy.preview(GUILD, MemberId(two))
    await house.app.privacy.forget(GUILD, MemberId(two), preview.agreed)
    await agreed()


async def test_roles_that_stay_when_their_rule_goes_are_the_bots_no_more(
    held: tuple[House, list[MemberId], FakeKeeper],
) -> None:
    house, (one, *_), _ = held
    (view,) = await house.app.roles.own(GUILD, MemberId(one))
    await house.app.roles.remove(
        await house.app.spaces.main(GUILD), view.view.rule.number, take=False, by=MemberId(one)
    )
    assert await disagreements(house.app.store, GUILD) == []


async def test_nobody_holds_a_role_that_is_gone(held: tuple[House, list[MemberId], FakeKeeper]) -> None:
    house, _, guild_roles = held
    guild_roles.bad = Trouble.GONE
    await sweep(house, guild_roles)
    assert await disagreements(house.app.store, GUILD) == []
