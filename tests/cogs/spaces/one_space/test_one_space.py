"""A server with one space sees no difference: a story that was recorded before there were several, told again now.

`before.jsonl` holds the rows that the first act of the story left with the code of 06f3962, the last that knew of one
space alone, and `told.txt` what that code answered in the second act upon them. Here the rows stand in tables as they
were then, are migrated, and the second act is played upon them. Whoever changes words on purpose adds them to `MEANT`.
"""

from __future__ import annotations

import difflib
import json
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
NEW = (
    "config moderators",
    "config voters",
    "space archive",
    "space list",
    "space new",
    "space rename",
    "space restore",
)
"""Commands that there were not: in `/help`, and in the list of commands, each has a line."""
MEANT = {
    "attach it as a file. (file)": "attach it as a file. (file, snapshot_space)",
    "The log holds: 25 entries": "The log holds: 27 entries",
    "Entries 1 to 66 of 66": "Entries 1 to 67 of 67",
    "audit-log-1-66.jsonl.gz": "audit-log-1-67.jsonl.gz",
    "The log holds: 66 entries": "The log holds: 67 entries",
}
"""Parts of lines that are meant to be others since, whatever the number of spaces. Nothing else may differ."""
PRIVATE = (
    "Web pages of this server's proposals are private now, until a moderator says otherwise. "
    "Links to them find no page."
)
REMEDY = "`/config web public:True` lets anybody read them again; without it they stay on Discord."
NOTICE = {
    f"+: {PRIVATE} {REMEDY}",
    *(f"+{line}" for line in ("For moderators", PRIVATE, "Since", "", "Remedy", REMEDY, "Said once · ref «ref»")),
}
"""What moderators are told of the update; the time before it is left out."""
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
    for then, since in MEANT.items():
        assert then in told
        told = told.replace(then, since)
    before, now = told.splitlines(), "\n".join(story.written).splitlines()
    assert len(before) > 1_000
    found = difflib.unified_diff(before, now, "before", "now", lineterm="", n=0)
    changed = [line for line in found if not line.startswith(("---", "+++", "@@"))]
    added = [f"+{sign}{name}{end}" for name in NEW for sign, end in (("**/", "**: "), ("/", ": "))]
    others = [TIME.sub("", line) for line in changed if not line.startswith(tuple(added))]
    assert [line for line in others if line not in NOTICE] == []
    assert {one for one in added if any(line.startswith(one) for line in changed)} == set(added)
