"""A move that is killed, at whatever moment, costs no row, and leaves nothing that is taken for the whole."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.storage.driver.engine import for_writing
from bot.storage.maintenance.opening import open_database
from bot.storage.maintenance.unusable_database import Unusable
from bot.storage.schema_version import UNFINISHED, newest_version, schema_version
from tests.builders import NOW
from tests.storage.moving.conftest import Two, opened
from tests.storage.moving.rows import contents

KILLING = """
import asyncio, os, signal, sys, time
from bot.storage.moving import database_move

def move(step, number):
    found, left = getattr(database_move, step), number
    async def stopping(*given):
        nonlocal left
        left -= 1
        if left == 0:
            print("inside", flush=True)
            await asyncio.sleep(60)
        return await found(*given)
    setattr(database_move, step, stopping)
    asyncio.run(database_move.move(sys.argv[1], sys.argv[2], lambda table: print(table.name, flush=True)))
    print("done", flush=True)

# Each child is killed from within once it is there, or from without while it works.
for line in sys.stdin:
    step, number, pause = line.split()
    ready, told = os.pipe()
    if not (child := os.fork()):
        os.dup2(told, 1)
        os.close(told)
        move(step, int(number))
        os._exit(0)
    os.close(told)
    with os.fdopen(ready) as said:
        while (heard := said.readline()) not in ("inside\\n", "") and pause == "never":
            pass
        time.sleep(0 if pause == "never" else float(pause))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        print("done" if "done" in heard + said.read() else heard.strip(), flush=True)
"""
SEED = random.randrange(2**32)  # noqa: S311 - printed


@asynccontextmanager
async def killer(two: Two) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", KILLING, two.source, two.target),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


@pytest.mark.kill
@pytest.mark.timeout(180)  # eight processes begin a move, one after the other
async def test_a_move_that_is_killed_leaves_the_source_as_it_was_and_an_empty_target_that_nobody_works_with(
    two: Two,
) -> None:
    print("seed", SEED)
    dice = random.Random(SEED)  # noqa: S311 - repeatable
    await two.fill(30)
    async with opened(two.source) as engine:
        before = await contents(engine)
    moments = [("_mark", 1), ("_insert", 1), ("_insert", dice.randint(2, 40)), ("count_on", 27), ("mark_version", 2)]
    async with killer(two) as process:
        for step, number in moments:
            print(step, number)
            assert process.stdin is not None
            process.stdin.write(f"{step} {number} never\n".encode())
            assert process.stdout is not None
            assert await process.stdout.readline() == b"inside\n"
            assert not await is_whole(two, before, marked=step != "_mark")
        for pause in sorted(dice.uniform(0, 0.3) for _ in range(3)):
            print(pause)
            assert process.stdin is not None
            process.stdin.write(f"move 2 {pause}\n".encode())
            assert process.stdout is not None
            done = await process.stdout.readline() == b"done\n"
            whole = await is_whole(two, before)
            assert whole or not done
            if whole:
                break
        else:
            await two.move()
    async with opened(two.source) as source, opened(two.target) as target:
        assert await contents(source) == await contents(target) == before
        assert await schema_version(target) == newest_version()


async def is_whole(two: Two, before: dict[str, set[object]], *, marked: bool = True) -> bool:
    """Whether the target holds everything; where it does not, it holds nothing, and is `marked` as unfinished."""
    async with opened(two.source) as engine:
        assert await contents(engine) == before
    async with opened(two.target) as engine:
        async with for_writing(engine).begin():
            pass  # the server has noticed the kill
        if await schema_version(engine) == newest_version() and marked:
            assert await contents(engine) == before
            return True
        assert not any((await contents(engine)).values())
        assert await schema_version(engine) == (UNFINISHED if marked else newest_version())
    if marked:
        with pytest.raises(Unusable, match="start the same folkmoot db move again"):
            await open_database(two.target, None, NOW)
    return False
