"""Every table says what it holds of persons and how it is audited; it has a migration, a repository and docs."""

from __future__ import annotations

import re
from typing import get_type_hints

import pytest
from sqlalchemy import Table

from bot.ports import Repositories
from bot.storage import tables
from bot.storage.repositories.audit.personal_data import NAMED, THEIRS, WALLETS
from bot.storage.tables import metadata
from bot.storage.tables.base import Privacy, kept_of
from bot.storage.unit_of_work import SqlRepositories
from tests.recipes.reading import ROOT, text

STORAGE = [path for path in (ROOT / "bot/storage").rglob("*.py") if not {"tables", "migrations"} & set(path.parts)]
USED = "\n".join(path.read_text() for path in STORAGE)
MIGRATIONS = "\n".join(path.read_text() for path in (ROOT / "bot/storage/migrations/versions").glob("*.py"))

every = pytest.mark.parametrize("table", metadata.tables.values(), ids=metadata.tables)


@every
def test_it_says_what_forgetting_a_member_does_to_it(table: Table) -> None:
    said = kept_of(table)
    assert bool(said.persons) == (said.privacy in (Privacy.THEIRS, Privacy.NAMED))
    assert {*said.persons, *filter(None, [said.inside])} <= set(table.c.keys())
    assert (table in THEIRS, table in NAMED, table in WALLETS) == (
        said.privacy is Privacy.THEIRS,
        said.privacy is Privacy.NAMED,
        said.privacy is Privacy.WALLET,
    )
    if said.privacy is Privacy.THEIRS:
        assert "guild" in table.c
    if said.privacy is Privacy.WALLET:
        assert {"proposal", "wallet"} <= set(table.c.keys())
    if "wallet" in table.c and said.privacy is Privacy.NOBODY:
        pytest.fail("it is of wallets, so that a member's are found in it")


@every
def test_a_migration_makes_it_a_book_works_with_it_and_it_is_named_with_the_others(table: Table) -> None:
    assert re.search(rf'create_table\(\s*"{table.name}"', MIGRATIONS)
    assert getattr(tables, table.name) is table
    assert table.name in tables.__all__
    assert re.search(rf"\b{table.name}\.c\b|\(\[?{table.name}\b", USED)


@every
def test_the_docs_say_how_it_is_held_against_the_log(table: Table) -> None:
    part = text("docs/proof.md").partition("| table | `/audit verify` |")[2].partition("\n\n")[0]
    (row,) = [line for line in part.splitlines() if f"`{table.name}`" in line]
    how = row.split("|")[2].strip()
    assert how == kept_of(table).audit or (kept_of(table).audit == "otherwise" and how not in ("no", ""))


def test_a_transaction_has_each_book_that_its_protocol_names() -> None:
    lazies = {name for name, value in vars(SqlRepositories).items() if type(value).__name__ == "_Lazily"}
    assert lazies == set(get_type_hints(Repositories))
