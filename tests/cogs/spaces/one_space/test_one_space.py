"""A server with one space sees no difference: a story that was recorded before there were several, told again now.

`before.jsonl` holds the rows that the first act of the story left with the code of 06f3962, the last that knew of one
space alone, and `told.txt` what that code answered in the second act upon them. Here the rows stand in tables as they
were then, are migrated, and the second act is played upon them. `meant.diff` holds every difference since, each of them
meant, whatever the number of spaces. Whoever changes words on purpose writes it anew, with MEANT=1 in the environment
of this test, and reads what has changed in it.
"""

from __future__ import annotations

import difflib
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.storage.driver.engine import close_engine, for_writing, open_engine
from tests.cogs.conftest import World
from tests.cogs.spaces.one_space.story import Story
from tests.storage.conftest import upgrade_to

HERE = Path(__file__).parent
TIME = re.compile(r"<t:t\+\d+:f> \(<t:t\+\d+:R>\)")


@pytest.fixture
async def database(tmp_path: Path) -> str:
    """A database as the code of then left it."""
    path = tmp_path / "folkmoot.sqlite3"
    engine = open_engine(str(path))
    async with for_writing(engine).begin() as connection:
        await connection.run_sync(upgrade_to, "0014")
        for line in (HERE / "before.jsonl").read_text().splitlines():
            stored = json.loads(line)
            row = {name: _value(value) for name, value in stored["row"].items()}
            columns, values = ", ".join(row), ", ".join(f":{name}" for name in row)
            await connection.execute(text(f"INSERT INTO {stored['table']} ({columns}) VALUES ({values})"), row)  # noqa: S608 - its own words
    await close_engine(engine)
    return f"sqlite:///{path}"


def _value(value: Any) -> Any:
    return bytes.fromhex(value["bytes"]) if isinstance(value, dict) else value


async def test_a_server_with_one_space_is_answered_as_before_there_were_several(world: World) -> None:
    story = Story(world)
    await story.come(link=False)
    await world.client.sync_guild(world.guild_id)
    await world.later(8_000)
    await story.present()
    told = (HERE / "told.txt").read_text()
    before, now = told.splitlines(), "\n".join(story.written).splitlines()
    assert len(before) > 1_000
    found = difflib.unified_diff(before, now, "before", "now", lineterm="", n=0)
    changed = [TIME.sub("", line) for line in found if not line.startswith(("---", "+++", "@@"))]
    if "MEANT" in os.environ:
        (HERE / "meant.diff").write_text("\n".join(changed) + "\n")
    assert "\n".join(changed).splitlines() == (HERE / "meant.diff").read_text().splitlines()
