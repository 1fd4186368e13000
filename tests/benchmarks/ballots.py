"""Part d: ballots stored a second, each in a transaction of its own that outlives a power cut."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from statistics import median

from bot.domain.proposals.proposal import Proposal
from bot.domain.voting.ballot import Ballot
from bot.storage.driver.engine import close_engine, open_engine
from bot.storage.schema_version import migrate
from bot.storage.unit_of_work import SqlStore
from tests.benchmarks.frame import Measured, Options, Report, Row, take_turns
from tests.builders import GUILD, a_ballot, a_proposal

BALLOTS, WALLETS = 500, 100
"""Most replace an earlier one of the same wallet."""
CLIENTS = 16
_REPLACE = "UPDATE ballots SET counts = 0 WHERE proposal = ? AND wallet = ? AND counts"
_ADD = """
    INSERT INTO ballots (proposal, wallet, member, mark, scores, power, cast_at, receipt, counts)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)
"""


async def stored_by_us(store: SqlStore, waiting: Iterator[Ballot], clients: int) -> float:
    """Store ballots through the repository, by so many tasks at once; return seconds for each."""

    async def client() -> None:
        for ballot in waiting:
            async with store.write() as repos:
                await repos.ballots.cast(ballot)
                await repos.commit()

    start = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return (time.perf_counter() - start) / BALLOTS


def stored_by_hand(path: Path, waiting: Iterator[Ballot]) -> float:
    """Store the same ballots in the same table with nothing but Python's own sqlite3; return seconds for each."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            raw.execute(f"PRAGMA {pragma}")
        start = time.perf_counter()
        for ballot in waiting:
            scores = '["' + str(ballot.scores[0]) + '"]'
            row = (str(ballot.mark), scores, str(ballot.power), ballot.cast_at, ballot.receipt)
            raw.execute("BEGIN IMMEDIATE")
            raw.execute(_REPLACE, (ballot.proposal, ballot.wallet))
            raw.execute(_ADD, (ballot.proposal, ballot.wallet, ballot.member, *row))
            raw.execute("COMMIT")
        return (time.perf_counter() - start) / BALLOTS


async def measure(asked: Options, report: Report) -> None:
    """Print the rows of this part."""
    report.title(f"Ballots stored a second, each durable before the next ({BALLOTS} at a time)")
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "folkmoot.sqlite3"
        engine = open_engine(str(path))
        await migrate(engine)
        store = SqlStore(engine)
        proposal = await _a_stored_proposal(store)
        receipts = count(1)

        def some() -> Iterator[Ballot]:
            for number in range(BALLOTS):
                yield a_ballot(number % WALLETS + 1, proposal=proposal.id, receipt=f"{next(receipts):08x}")

        async def by_hand() -> float:
            return await asyncio.to_thread(stored_by_hand, path, some())

        methods: dict[str, Measured] = {
            "one": lambda: stored_by_us(store, some(), 1),
            "many": lambda: stored_by_us(store, some(), CLIENTS),
            "raw": by_hand,
        }
        taken = await take_turns(methods, asked.runs)
        kept = await asyncio.to_thread(_kept, path)
        assert kept == (3 * asked.runs * BALLOTS, WALLETS), kept
        await close_engine(engine)
    raw = median(taken["raw"])
    for name, title in (("one", "one after another"), ("many", f"{CLIENTS} at once")):
        ours = median(taken[name])
        peer = f"raw sqlite3, synchronous=FULL {1 / raw:,.0f} a second"
        ratio = f"{ours / raw:.1f} times as long"
        report.row(Row(name=title, ours=f"{1 / ours:,.0f} a second", peer=peer, ratio=ratio, target=""))


async def _a_stored_proposal(store: SqlStore) -> Proposal:
    async with store.write() as repos:
        space = await repos.spaces.add(GUILD, "Folkmoot")
        stored = await repos.proposals.add(a_proposal(space=space.id))
        await repos.commit()
    return stored


def _kept(path: Path) -> tuple[int, int]:
    """Return how many ballots are stored, and how many of them count."""
    with closing(sqlite3.connect(path)) as raw:
        found: tuple[int, int] = raw.execute("SELECT count(*), sum(counts) FROM ballots").fetchone()
    return found
