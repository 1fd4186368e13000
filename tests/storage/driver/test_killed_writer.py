from __future__ import annotations

import asyncio
import sqlite3
import sys
from asyncio.subprocess import Process
from pathlib import Path

import pytest

from bot.domain.proposals.proposal import Proposal
from bot.ports import Store
from tests.builders import a_ballot

CASTING = """
import asyncio, sys
from bot.storage.driver.engine import open_engine
from bot.storage.unit_of_work import SqlStore
from tests.builders import a_ballot

async def cast_for_ever(path, proposal):
    store = SqlStore(open_engine(path))
    for number in range(1, 1_000_000):
        async with store.write() as books:
            await books.ballots.cast(a_ballot(2 * number - 1, proposal=proposal))
            await books.ballots.cast(a_ballot(2 * number, proposal=proposal))
            if number == int(sys.argv[3]):
                print("inside", flush=True)
                await asyncio.sleep(60)
            await books.commit()
        print(number, flush=True)

asyncio.run(cast_for_ever(sys.argv[1], int(sys.argv[2])))
"""


async def _cast(path: Path, proposal: int, inside: int) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", CASTING, str(path), str(proposal), str(inside), stdout=asyncio.subprocess.PIPE
    )


def _check_whole(path: Path) -> None:
    raw = sqlite3.connect(path)
    assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
    raw.close()


@pytest.mark.kill
async def test_killed_inside_a_transaction_all_of_it_is_gone_and_nothing_before_it(
    store: Store, path: Path, proposal: Proposal
) -> None:
    process = await _cast(path, proposal.id, inside=6)
    assert process.stdout is not None
    lines = [(await process.stdout.readline()).strip() for _ in range(6)]
    assert lines[-1] == b"inside"
    process.kill()
    await process.communicate()
    _check_whole(path)
    async with store.read() as repos:
        ballots = await repos.ballots.in_force(proposal.id)
    assert ballots == [a_ballot(number, proposal=proposal.id) for number in range(1, 11)]


@pytest.mark.kill
@pytest.mark.parametrize("pause", [0.0, 0.013, 0.04])
async def test_killed_anywhere_what_was_acknowledged_is_there_and_no_half_of_a_press(
    store: Store, path: Path, proposal: Proposal, pause: float
) -> None:
    process = await _cast(path, proposal.id, inside=-1)
    assert process.stdout is not None
    await process.stdout.readline()
    await asyncio.sleep(pause)
    process.kill()
    acknowledged = [1, *(int(line) for line in (await process.stdout.read()).split(b"\n")[:-1])][-1]
    await process.wait()
    _check_whole(path)
    async with store.write() as repos:
        stored = len(await repos.ballots.in_force(proposal.id))
        assert stored % 2 == 0
        assert stored // 2 in (acknowledged, acknowledged + 1)
        await repos.ballots.cast(a_ballot(1, proposal=proposal.id))
        await repos.commit()
