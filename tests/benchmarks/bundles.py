"""Part g: a result bundle of a large vote, made, verified by the real command, and its receipt."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from eth_keys.datatypes import PrivateKey

from bot.domain.audit.bundle.reading.bundle_file import packed
from bot.domain.audit.bundle.writing.bundle_builder import BundleSource, make_bundle
from bot.domain.audit.proposal_document import proposal_cid
from bot.domain.proposals.vote_rules import Assurance, Settled
from bot.domain.shared.types import Address, ChainId
from bot.domain.voting.ballot import Ballot, Signed
from bot.domain.voting.ballot_message import BallotMessage, choice_of
from tests.benchmarks.frame import Measured, Options, Report, Row, seconds, take_turns
from tests.builders import NOW, ONE, a_ballot, a_proposal, some_terms
from tests.bundles import counted

PLAIN, SIGNED, CHANGED = 30_000, 10_000, 7_777
MAKE, VERIFY, GAP = 3.0, 5.0, 0.25
"""Seconds: to make a bundle, to verify one of signed ballots, and for which the others may be held up meanwhile."""


async def measure(asked: Options, report: Report) -> None:
    """Measure making and verifying; each verdict is checked, and a changed ballot is found."""
    report.title("Result bundles")
    plain = [a_ballot(number, number % 3 + 1, number * ONE // 7) for number in range(1, PLAIN + 1)]
    held_up: list[float] = []

    async def make() -> float:
        count = BundleSource(proposal=counted(a_proposal(), plain), ballots=plain, software="folkmoot")
        watch = asyncio.create_task(_longest_gap())
        start = time.perf_counter()
        await asyncio.to_thread(lambda: packed(make_bundle(count).content))
        taken = time.perf_counter() - start
        watch.cancel()
        held_up.append(await watch)
        return taken

    taken = median((await take_turns({"make": make}, asked.runs))["make"])
    report.row(_row(f"bundle of {PLAIN:,} ballots, made and packed", taken, MAKE))
    report.row(_row("the longest that others were held up meanwhile", median(held_up), GAP))
    with TemporaryDirectory() as folder:
        whole, spoilt = Path(folder) / "whole.json.gz", Path(folder) / "spoilt.json.gz"
        content = _signed()
        whole.write_bytes(packed(content))
        value = json.loads(content)
        wallet = value["ballots"][CHANGED]["wallet"]
        old = f'"wallet":"{wallet}"'.encode()
        at = content.index(old)
        mark = content.rindex(b'"mark":', 0, at) + len(b'"mark":')
        other = b"1" if content[mark : mark + 1] != b"1" else b"2"
        spoilt.write_bytes(packed(content[:mark] + other + content[mark + 1 :]))

        async def good() -> float:
            return await _verified(whole, 0, f"signatures: {SIGNED:,} by account")

        async def bad() -> float:
            return await _verified(spoilt, 1, f"ballot of {wallet}")

        methods: dict[str, Measured] = {"good": good, "bad": bad}
        runs = await take_turns(methods, asked.runs)
    report.row(_row(f"folkmoot verify, {SIGNED:,} signed ballots", median(runs["good"]), VERIFY, "start included"))
    report.row(_row("the same with one mark changed, which is named", median(runs["bad"]), VERIFY, "start included"))


async def _verified(path: Path, code: int, says: str) -> float:
    start = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "verify", str(path), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    taken = time.perf_counter() - start
    assert process.returncode == code, out.decode()
    assert says in out.decode(), out.decode()
    return taken


async def _longest_gap() -> float:
    """Return how late the event loop came to it at worst."""
    longest, last = 0.0, time.perf_counter()
    try:
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            longest, last = max(longest, now - last), now
    except asyncio.CancelledError:
        return longest


def _signed() -> bytes:
    proposal = a_proposal(terms=some_terms(rules=Settled(assurance=Assurance.SIGNED)))
    name, space = proposal_cid(proposal), f"discord:{proposal.guild}"
    ballots: list[Ballot] = []
    for number in range(SIGNED):
        key = PrivateKey(os.urandom(32))
        wallet, mark = Address(key.public_key.to_address()), number % 3 + 1
        message = BallotMessage(
            voter=wallet, space=space, timestamp=NOW, proposal=name, choice=choice_of("basic", mark)
        )
        signature = key.sign_msg_hash(message.digest()).to_bytes()
        word = Signed(message=message, signature=signature, chain=ChainId(1))
        ballots.append(a_ballot(mark=mark, wallet=wallet, receipt=os.urandom(16).hex(), signed=word))
    return make_bundle(BundleSource(proposal=counted(proposal, ballots), ballots=ballots, software="folkmoot")).content


def _row(name: str, taken: float, most: float, note: str = "") -> Row:
    return Row(
        name=name, ours=seconds(taken), peer="", ratio="", target=f"under {most} s", good=taken < most, note=note
    )
