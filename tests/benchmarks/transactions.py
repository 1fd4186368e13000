"""Part j: a vote's whole transaction, durable each time: ours, and the same statements through the stock libraries."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import aiosqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.types import MemberId
from bot.ports import Repositories
from bot.services.voting.cast_transaction import cast
from bot.services.voting.vote_request import Missing, Read, VoteRequest
from bot.storage.driver.engine import close_engine, open_engine, open_writer
from bot.storage.driver.sqlite import ThreadConnection
from bot.storage.schema_version import migrate
from bot.storage.unit_of_work import SqlRepositories, SqlStore
from tests.benchmarks.frame import Measured, Options, Report, Row, take_turns
from tests.builders import GUILD, NOW, a_power, a_proposal, a_wallet
from tests.postgres import NoServer, running

VOTERS, PRESSES, CLIENTS = 50, 400, 16
_FIRST_MEMBER = 1_100_000_000_000_000_100
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")

Vote = Callable[[VoteRequest], Awaitable[object]]


class Recorder:
    """Stands for a connection of sqlite3 and writes down what it is asked to run."""

    def __init__(self, raw: Any) -> None:
        self._raw, self.statements = raw, list[tuple[str, list[Any]]]()

    def execute(self, sql: str, parameters: Any = ()) -> Any:
        self.statements.append((sql, list(parameters)))
        return self._raw.execute(sql, parameters)

    def executemany(self, sql: str, rows: Any) -> Any:
        self.statements += [(sql, list(row)) for row in rows]
        return self._raw.executemany(sql, rows)


class Presses:
    """Requests of voters in turn, each with a receipt of its own, over one stored proposal."""

    def __init__(self, store: SqlStore, proposal: Proposal) -> None:
        self.store, self.proposal, self._numbers = store, proposal, count(1)

    def some(self, many: int = PRESSES) -> Iterator[VoteRequest]:
        for _ in range(many):
            yield self.one()

    def one(self) -> VoteRequest:
        number = next(self._numbers)
        return VoteRequest(
            guild=GUILD,
            proposal=self.proposal.id,
            member=MemberId(_FIRST_MEMBER + number % VOTERS),
            mark=number % 3 + 1,
            at=NOW,
            receipt=f"{number:032x}",
        )


async def _stored(store: SqlStore) -> Presses:
    """Store a proposal, and wallets whose power is known."""
    async with store.write() as repos:
        space = await repos.spaces.add(GUILD, "Folkmoot")
        proposal = await repos.proposals.add(a_proposal(space=space.id))
        for number in range(VOTERS):
            await repos.wallets.add(a_wallet(number + 1, member=MemberId(_FIRST_MEMBER + number)))
        await repos.ballots.add_powers(proposal.id, [a_power(number + 1) for number in range(VOTERS)], NOW)
        await repos.commit()
    return Presses(store, proposal)


async def _vote(repos: Repositories, request: VoteRequest, read: Read | None = None) -> None:
    assert not isinstance(await cast(repos, request, NOW, read, last=False), Missing), "a voter's power is not known"


async def _timed(presses: Presses, vote: Vote, clients: int) -> tuple[float, list[float]]:
    """Return the seconds for a press, and of each how long it took."""
    waiting, latencies = presses.some(), list[float]()

    async def client() -> None:
        for request in waiting:
            begun = time.perf_counter()
            await vote(request)
            latencies.append(time.perf_counter() - begun)

    start = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return (time.perf_counter() - start) / PRESSES, latencies


class Replay:
    """The statements of one vote of ours, run one by one by aiosqlite alone, each time as another vote."""

    def __init__(self, statements: list[tuple[str, list[Any]]], receipt: str) -> None:
        self._statements, self._receipt = statements, receipt
        self._log, (sql, _) = next(one for one in enumerate(statements) if one[1][0].startswith("INSERT INTO log "))
        self._seq = sql[sql.index("(") + 1 : sql.index(")")].split(", ").index("seq")

    async def run(self, connection: aiosqlite.Connection, request: VoteRequest, seq: int) -> None:
        await connection.execute_fetchall("BEGIN IMMEDIATE")
        for number, (sql, parameters) in enumerate(self._statements):
            given = [request.receipt if value == self._receipt else value for value in parameters]
            if number == self._log:
                given[self._seq] = seq
            await connection.execute_fetchall(sql, given)
        await connection.commit()


async def _recorded(presses: Presses, engine: AsyncEngine) -> Replay:
    request, thread = presses.one(), open_writer(engine)

    async def once(connection: ThreadConnection) -> Replay:
        recorder = Recorder(connection.raw)
        connection.raw = recorder  # type: ignore[assignment]
        await _vote(SqlRepositories(connection), request)
        return Replay(recorder.statements, request.receipt)

    return await thread.run_in_transaction(once)


async def _by_aiosqlite(presses: Presses, path: Path, replay: Replay) -> tuple[float, list[float]]:
    async with aiosqlite.connect(path, isolation_level=None) as connection:
        for pragma in _PRAGMAS:
            await connection.execute_fetchall(f"PRAGMA {pragma}")
        ((last,),) = await connection.execute_fetchall("SELECT max(seq) FROM log")
        numbers = count(last + 1)
        return await _timed(presses, lambda request: replay.run(connection, request, next(numbers)), 1)


async def _one_by_one(presses: Presses, request: VoteRequest) -> None:
    async with presses.store.write() as repos:
        await _vote(repos, request)


async def _together(presses: Presses, request: VoteRequest) -> None:
    async def work(repos: Repositories) -> None:
        await _vote(repos, request)

    await presses.store.run_in_transaction(work)


async def measure(asked: Options, report: Report) -> None:
    """Print the rows of this part."""
    report.title(f"The transaction of a vote, each durable before it is told ({PRESSES} presses at a time)")
    latencies: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "folkmoot.sqlite3"
        engine = open_engine(str(path))
        await migrate(engine)
        presses = await _stored(SqlStore(engine))
        for request in presses.some(VOTERS):  # so that each press replaces a ballot
            await _together(presses, request)
        replay = await _recorded(presses, engine)

        def measured(name: str, run: Callable[[], Awaitable[tuple[float, list[float]]]]) -> Measured:
            async def once() -> float:
                seconds_each, found = await run()
                latencies.setdefault(name, []).extend(found)
                return seconds_each

            return once

        ours, stock = partial(_together, presses), partial(_one_by_one, presses)
        taken = await take_turns(
            {
                name: measured(name, run)
                for name, run in {
                    "ours, 1": lambda: _timed(presses, ours, 1),
                    "ours, many": lambda: _timed(presses, ours, CLIENTS),
                    "stock, 1": lambda: _timed(presses, stock, 1),
                    "stock, many": lambda: _timed(presses, stock, CLIENTS),
                    "aiosqlite": lambda: _by_aiosqlite(presses, path, replay),
                }.items()
            },
            asked.runs,
        )
        await close_engine(engine)
    each = {name: median(values) for name, values in taken.items()}
    for name, ours_name, peer_name, peer in (
        ("one after another", "ours, 1", "SQLAlchemy's asyncio on aiosqlite", "stock, 1"),
        (f"{CLIENTS} at once", "ours, many", "SQLAlchemy's asyncio on aiosqlite", "stock, many"),
        ("one after another", "ours, 1", "aiosqlite, the same statements with no rule applied", "aiosqlite"),
    ):
        report.row(
            Row(
                name=name,
                ours=_figures(each[ours_name], latencies[ours_name]),
                peer=f"{peer_name} {_figures(each[peer], latencies[peer])}",
                ratio=f"{each[peer] / each[ours_name]:.1f} times as fast",
                target="",
            )
        )

    await _measure_on_postgresql(asked, report)


async def _measure_on_postgresql(asked: Options, report: Report) -> None:
    """Print what sharing a transaction is worth on a server that waits for the disk."""
    latencies: dict[str, list[float]] = {}
    try:
        with running(durable=True) as server:
            engine = open_engine(server.empty())
            presses = await _stored(SqlStore(engine))
            for request in presses.some(VOTERS):
                await _together(presses, request)

            def measured(name: str, vote: Vote, clients: int) -> Measured:
                async def once() -> float:
                    seconds_each, found = await _timed(presses, vote, clients)
                    latencies.setdefault(name, []).extend(found)
                    return seconds_each

                return once

            ours, alone = partial(_together, presses), partial(_one_by_one, presses)
            runs = {
                "ours, 1": measured("ours, 1", ours, 1),
                "ours, many": measured("ours, many", ours, CLIENTS),
                "alone, many": measured("alone, many", alone, CLIENTS),
            }
            taken = await take_turns(runs, asked.runs)
            await close_engine(engine)
    except NoServer as reason:
        report.row(Row(name="on PostgreSQL", ours=str(reason), peer="", ratio="", target=""))
        return
    each = {name: median(values) for name, values in taken.items()}
    one = _figures(each["ours, 1"], latencies["ours, 1"])
    report.row(Row(name="on PostgreSQL, one after another", ours=one, peer="", ratio="", target=""))
    report.row(
        Row(
            name=f"on PostgreSQL, {CLIENTS} at once",
            ours=_figures(each["ours, many"], latencies["ours, many"]),
            peer=f"each in a transaction of its own {_figures(each['alone, many'], latencies['alone, many'])}",
            ratio=f"{each['alone, many'] / each['ours, many']:.1f} times as fast",
            target="",
        )
    )


def _figures(seconds_each: float, latencies: list[float]) -> str:
    cuts = quantiles(latencies, n=100)
    return f"{1 / seconds_each:,.0f} a second (p50 {cuts[49] * 1_000:.1f} ms, p99 {cuts[98] * 1_000:.1f} ms)"
