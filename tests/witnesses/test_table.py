"""Every place of docs/chain.md where a node's answer becomes a number that counts, with a node that lies."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app.composition import App
from bot.domain.shared.errors import ChainUnavailable
from bot.settings import Settings, StorageSettings
from tests.witnesses.rows import LIES, ROWS, WAITS
from tests.witnesses.town import Town

PAGE = Path(__file__).parents[2] / "docs" / "chain.md"


@asynccontextmanager
async def town_of(folder: Path, name: str, nodes: str) -> AsyncIterator[Town]:
    town = Town(nodes, LIES.get(name))
    settings = Settings(storage=StorageSettings(url=SecretStr(f"sqlite+aiosqlite:///{folder}/{nodes}.sqlite3")))
    async with App.open(settings, clock=town.clock, chain=town.chain) as app:
        town.app = app
        await town.set_up()
        yield town


async def outcome(folder: Path, name: str, nodes: str) -> Any:
    """Return what a place makes of its answers through `nodes`, "t" for true and "f" for false ones."""
    async with town_of(folder, name, nodes) as town:
        try:
            return await ROWS[name](town)
        except ChainUnavailable:
            return WAITS


def test_every_row_of_the_page_is_walked_and_no_other() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(ROWS)


@pytest.mark.parametrize("name", sorted(ROWS))
async def test_one_endpoint_alone_would_be_believed(tmp_path: Path, name: str) -> None:
    """So that the walk proves something: these lies do make another number where nobody confirms it."""
    assert await outcome(tmp_path, name, "f") != await outcome(tmp_path, name, "t")


@pytest.mark.parametrize("nodes", ["tf", "ft"])
@pytest.mark.parametrize("name", sorted(ROWS))
async def test_of_two_endpoints_one_that_lies_decides_nothing(tmp_path: Path, name: str, nodes: str) -> None:
    truth = await outcome(tmp_path, name, "t")
    assert truth != WAITS
    assert await outcome(tmp_path, name, nodes) in (WAITS, truth)


@pytest.mark.parametrize("nodes", ["ftt", "tft", "ttf"])
@pytest.mark.parametrize("name", sorted(ROWS))
async def test_of_three_endpoints_two_that_agree_stand_against_one_that_lies(
    tmp_path: Path, name: str, nodes: str
) -> None:
    assert await outcome(tmp_path, name, nodes) == await outcome(tmp_path, name, "t") != WAITS
