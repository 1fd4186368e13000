"""`folkmoot verify`: recompute a result from its bundle, a receipt from its proof, a log from its entries."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass

from bot.cli._rpc import Unusable, reader, urls
from bot.cli.verifying.log import check_log
from bot.cli.verifying.reading import INPUT, read_bundle, read_file
from bot.domain.audit.bundle.checks import check, read
from bot.domain.audit.bundle.file import Malformed
from bot.domain.audit.bundle.findings import Finding, State, judged, unchecked
from bot.domain.audit.bundle.logged import Committed, Logged
from bot.domain.audit.bundle.matching import match, match_receipt
from bot.domain.audit.bundle.reading import Contents
from bot.domain.audit.bundle.receipts import check_receipt, commitments_of
from bot.domain.audit.content import cid
from bot.domain.audit.log import Entry
from bot.domain.types import Address

UNUSABLE = 2
"""The exit code for a command line that cannot be followed; 1 says that something does not hold."""

_POSTED = "that it was not made anew, with other rules or fewer ballots, shows against what was posted: --cid"
_POSTED_BALLOTS = "--root is of the ballots alone; that text, rules and outcome are those posted shows against --cid"


def main(given: argparse.Namespace) -> int:
    """Print what was found. Return 0 only if all that was checked holds."""
    try:
        _check_usable(given)
        return asyncio.run(_verify(given))
    except Unusable as error:
        print(f"problem: {_shown(str(error))}", file=sys.stderr)
        return UNUSABLE
    except BrokenPipeError:  # the reader has seen enough, but not that all holds
        with suppress(OSError):
            sys.stdout.close()
        return 1


def _check_usable(given: argparse.Namespace) -> None:
    if not given.bundle and given.receipt is None and not given.log:
        raise Unusable("nothing is given to verify: name a bundle, a receipt with --receipt, or a log with --log")
    if (given.finality or given.multicall) and not given.rpc:
        raise Unusable("--finality and --multicall are of a chain that --rpc names a node for")
    if given.head and not given.log:
        raise Unusable("--head is of a log, which --log names")
    if [*given.bundle, given.receipt, *given.log].count(INPUT) > 1:
        raise Unusable("standard input holds one file only")


async def _verify(given: argparse.Namespace) -> int:
    findings: list[Finding] = []
    async for finding in _all(given):
        findings.append(finding)
        if not given.json:
            print(f"{finding.state:<12} {finding.check}: {_shown(finding.detail)}", flush=True)
    failed = sum(finding.state is State.FAILS for finding in findings)
    left = sum(finding.state is State.UNCHECKED for finding in findings)
    if given.json:
        entries = [{"state": found.state.value, "check": found.check, "detail": found.detail} for found in findings]
        print(json.dumps({"holds": not failed, "unchecked": left, "findings": entries}))
    else:
        besides = f"; {left} not checked" if left else ""
        print(
            f"\nIt does NOT hold: {failed} of {len(findings)}{besides}"
            if failed
            else f"\nAll that was checked holds{besides}"
        )
    return 1 if failed else 0


@dataclass(slots=True)
class _Read:
    """What could be read of the files: the bundle with its name, and what the receipt commits to."""

    contents: Contents | None = None
    bundle: str = ""
    commitments: list[tuple[Address, str]] | None = None


async def _all(given: argparse.Namespace) -> AsyncIterator[Finding]:
    found = _Read()
    if given.bundle:
        async for finding in _bundle(given, found):
            yield finding
    if given.receipt is not None:
        for finding in _receipt(given, found):
            yield finding
    if given.log:
        for finding in _log(given, found):
            yield finding


async def _bundle(given: argparse.Namespace, found: _Read) -> AsyncIterator[Finding]:
    try:
        content = read_bundle(given.bundle)
        contents = read(content)
    except Malformed as error:
        for finding in judged("file", [str(error)], ""):
            yield finding
        return
    found.contents, found.bundle = contents, cid(content)
    for finding in check(content, contents, expected_cid=given.cid or "", expected_root=given.root or ""):
        yield finding
    async for finding in _asked(contents, given):
        yield finding


def _receipt(given: argparse.Namespace, found: _Read) -> Iterator[Finding]:
    try:
        content = read_file(given.receipt)
        yield from check_receipt(content, found.contents, expected_root=given.root or "")
        found.commitments = commitments_of(content)
    except Malformed as error:
        yield from judged("receipt", [str(error)], "")


def _log(given: argparse.Namespace, found: _Read) -> Iterator[Finding]:
    """Check the log, and hold the bundle and the receipt against it."""
    logged = None if found.contents is None else Logged(found.contents.proposal.number)
    committed = None if found.commitments is None else Committed([made for _, made in found.commitments])
    takers = [taker for taker in (logged, committed) if taker is not None]

    def take(entry: Entry) -> None:
        for taker in takers:
            taker.take(entry)

    held = yield from check_log(given.log, given.head, take)
    if not held.holds and takers:
        yield unchecked("log and bundle", "the log does not hold, so nothing is held against it")
        return
    if found.contents is not None and logged is not None:
        yield from match(found.contents, found.bundle, logged, held.pinned)
    if found.commitments is not None and committed is not None:
        yield from match_receipt(found.commitments, committed)


async def _asked(contents: Contents, given: argparse.Namespace) -> AsyncIterator[Finding]:
    """Check what needs keys or chains, which takes longer to load; say what only what was posted can tell."""
    if not given.cid:
        yield unchecked("posted result", _POSTED_BALLOTS if given.root else _POSTED)
    from bot.cli.verifying.chain import check_chains  # noqa: PLC0415 - a bundle that is no bundle is refused at once
    from bot.cli.verifying.signatures import check_signatures  # noqa: PLC0415 - likewise

    chains = reader(urls(given.rpc), given.finality, given.multicall) if given.rpc else None
    try:
        async for finding in check_signatures(contents, chains):
            yield finding
        async for finding in check_chains(contents, chains):
            yield finding
    finally:
        if chains is not None:
            await chains.close()


def _shown(text: str) -> str:
    """Write a file's words so that a terminal does nothing with them."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
