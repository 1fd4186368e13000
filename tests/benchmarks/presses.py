"""Part c: from a press on a button to the receipt, through the real bot process and a Discord on loopback sockets."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bot.domain.proposals.proposal import Proposal
from tests.benchmarks import bare_bot
from tests.benchmarks.frame import Options, Report, Row
from tests.kill.scene import Scene, a_scene, submitted
from tests.standin import Discord, Interaction
from tests.standin.process import BotProcess

VOTERS, PROPOSALS = 50, 3
RATE, SECONDS = 100, 10
LIMIT = 250
_PATIENCE = 30
_ROOT = Path(__file__).parents[2]
_RECEIPT = re.compile(r"Receipt (\w+)")
_SHOWN = 8
"""Signs of a receipt's id that its card shows."""

Press = Callable[[int], Coroutine[Any, Any, Interaction]]


@dataclass(slots=True)
class Latencies:
    """Milliseconds from the moment at which a press was due: a late driver counts against the bot."""

    acknowledged: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Percentiles:
    """Of each run, one number."""

    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)

    def add(self, values: Sequence[float]) -> None:
        cuts = quantiles(values, n=100)
        self.p50.append(cuts[49])
        self.p99.append(cuts[98])


async def open_loop(press: Press) -> tuple[Latencies, list[Interaction]]:
    """Press `RATE` times a second, whatever the answers take."""

    async def one(number: int) -> Interaction:
        due = start + number / RATE
        await asyncio.sleep(due - time.monotonic())
        shown = await press(number)
        end = time.monotonic()
        found.acknowledged.append(_PATIENCE * 1_000 if shown.acked_at is None else (shown.acked_at - due) * 1_000)
        found.shown.append((end - due) * 1_000)
        return shown

    found = Latencies()
    gc.collect()
    gc.disable()
    try:
        start = time.monotonic() + 0.05
        answers = await asyncio.gather(*(one(number) for number in range(RATE * SECONDS)))
    finally:
        gc.enable()
    return found, answers


def cpu(bot: BotProcess) -> float:
    """Return the seconds that a bot's process has worked."""
    assert bot.process is not None
    fields = Path(f"/proc/{bot.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def kept_waiting(bot: BotProcess) -> float:
    """Return the seconds that a bot's one busy thread could have worked, had others not held the processors."""
    assert bot.process is not None
    pid = bot.process.pid
    return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[1]) / 1e9


@asynccontextmanager
async def the_bot(scene: Scene, folder: Path, *, idle: bool = True) -> AsyncIterator[BotProcess]:
    """Run it as an operator does, with the default calendar; wait until it has nothing to do, if it is to be idle."""
    scene.config.write_text(scene.config.read_text().partition("[jobs]")[0])
    command = [sys.executable, "-m", "bot", "run", "--config", str(scene.config)]
    async with BotProcess(command, env={}, log=folder / "bot.log", cwd=_ROOT) as bot:
        await scene.discord.until(lambda: scene.discord.gateway.connected, timeout=60)
        if idle:
            await scene.said(60)
        yield bot


@asynccontextmanager
async def the_floor(folder: Path) -> AsyncIterator[tuple[BotProcess, Press]]:
    """Run a bot that stores nothing on a Discord of its own."""
    async with Discord() as discord:
        guild = discord.create_guild("Floor")
        channel = discord.add_channel(guild, "floor")
        members = [discord.add_member(guild, f"voter{number}") for number in range(VOTERS)]
        button = {"type": 2, "style": 3, "label": "For", "custom_id": bare_bot.CUSTOM_ID}
        message = discord.post(
            channel, discord.bot, {"content": "", "components": [{"type": 1, "components": [button]}]}
        )
        command = [sys.executable, "-m", bare_bot.__name__, discord.api_base, discord.gateway_url, discord.token]
        async with BotProcess(command, env={}, log=folder / "bare.log", cwd=_ROOT) as bot:
            await discord.until(lambda: discord.gateway.connected, timeout=60)
            yield bot, lambda number: discord.press(message, "For", members[number % VOTERS], timeout=_PATIENCE)


def pressing(scene: Scene, proposals: Sequence[Proposal]) -> Press:
    """Return how the voters press in turn, each a button of one of the proposals."""
    rng = random.Random(proposals[0].id)  # noqa: S311 - repeatable

    async def press(number: int) -> Interaction:
        voter = scene.voters[number % VOTERS]
        return await scene.press(rng.choice(proposals), rng.randint(1, 3), voter, timeout=_PATIENCE)

    return press


def without_receipt(scene: Scene, answers: Sequence[Interaction]) -> int:
    """Return how many presses got no receipt. Each stands for a stored ballot of one member.

    Of two presses of a member that overtake each other the older one is answered with what counts: the same receipt.
    """
    found = [(answer, _RECEIPT.search(str([m.payload for m in answer.shown]))) for answer in answers]
    receipts = [(receipt[1], answer.member.id) for answer, receipt in found if receipt]
    stored = {row["receipt"][:_SHOWN] for row in scene.rows("SELECT receipt FROM ballots")}
    shown = {receipt for receipt, _ in receipts}
    assert len(set(receipts)) == len(shown), "one receipt for two members"
    assert stored.issuperset(shown), "a ballot was acknowledged and is not stored"
    return len(answers) - len(receipts)


async def measure(asked: Options, report: Report) -> None:
    """Print the rows of this part."""
    report.title(f"From press to receipt: {RATE} presses a second from {VOTERS} voters, through the real process")
    ours, floor, acknowledged = Percentiles(), Percentiles(), Percentiles()
    missing = 0
    waits: list[float] = []
    worked: list[float] = []
    bare_worked: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with a_scene(folder, voters=VOTERS) as scene:
            proposals = await submitted(scene, PROPOSALS * (asked.runs + 1))
            async with the_bot(scene, folder) as bot, the_floor(folder) as (bare, press_bare):
                for run in range(asked.runs):
                    press = pressing(scene, proposals[run * PROPOSALS : (run + 1) * PROPOSALS])
                    before, waited, start = cpu(bot), kept_waiting(bot), time.monotonic()
                    found, answers = await open_loop(press)
                    waits.append((kept_waiting(bot) - waited) / (time.monotonic() - start))
                    worked.append((cpu(bot) - before) / len(answers) * 1_000)
                    missing += without_receipt(scene, answers)
                    ours.add(found.shown)
                    acknowledged.add(found.acknowledged)
                    before = cpu(bare)
                    floor.add((await open_loop(press_bare))[0].shown)
                    bare_worked.append((cpu(bare) - before) / len(answers) * 1_000)
            beside, answers, drawn = await _while_drawing(scene, folder, proposals[:-PROPOSALS], proposals[-PROPOSALS:])
            missing += without_receipt(scene, answers)
    report.row(_row("receipt, p50", ours.p50, floor.p50))
    note = f"others held the processors {median(waits):.0%} of the time"
    report.row(_row("receipt, p99", ours.p99, floor.p99, limit=LIMIT, note=note))
    note = f"{drawn} results drawn meanwhile"
    report.row(_row("receipt while results are drawn, p99", beside.p99, limit=LIMIT, note=note))
    report.row(_row("acknowledged, p50", acknowledged.p50))
    report.row(_row("acknowledged, p99", acknowledged.p99))
    report.row(_row("the process works, a press", worked, bare_worked))
    lost = f"{missing} of {(asked.runs + 1) * RATE * SECONDS}"
    report.row(Row(name="presses without a receipt", ours=lost, peer="", ratio="", target="0", good=not missing))


async def _while_drawing(
    scene: Scene, folder: Path, ended: Sequence[Proposal], open_ones: Sequence[Proposal]
) -> tuple[Percentiles, list[Interaction], int]:
    """Press from the start of a bot that finds votes to count, draw and announce.

    Return the times, the answers and how many results were posted with their picture while the presses ran.
    """
    for proposal in ended:
        scene.end(proposal)
    found = Percentiles()
    before = _pictures(scene)
    async with the_bot(scene, folder, idle=False):
        latencies, answers = await open_loop(pressing(scene, open_ones))
        drawn = _pictures(scene) - before
        found.add(latencies.shown)
        await scene.said(60)
    return found, answers, drawn


def _pictures(scene: Scene) -> int:
    return sum(
        any(file["filename"].endswith(".png") for file in message.payload["attachments"])
        for message in scene.announcements.history
    )


def _row(
    name: str, ours: Sequence[float], floor: Sequence[float] = (), limit: float | None = None, note: str = ""
) -> Row:
    value = median(ours)
    return Row(
        name=name,
        ours=f"{value:.1f} ms",
        peer=f"discord.py that stores nothing {median(floor):.1f} ms" if floor else "",
        ratio=f"{value / median(floor):.1f} times as long" if floor else "",
        target="" if limit is None else f"< {limit} ms",
        good=None if limit is None else value < limit,
        note=note,
    )
