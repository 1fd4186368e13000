"""`folkmoot verify`: recomputes a result from its bundle, a receipt from its proof, a log from its entries."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from bot.cli.shared.rpc_options import Unusable, reader, urls
from bot.cli.verifying.log_checks import check_log
from bot.cli.verifying.posted_hashes import cid_of, hash_of
from bot.cli.verifying.read_files import INPUT, read_bundle, read_file
from bot.cli.verifying.report import (
    FALSE,
    INCOMPLETE,
    UNUSABLE,
    Unwritten,
    as_json,
    exit_code,
    last_line,
    printable,
    say,
    written,
)
from bot.domain.audit.bundle.checking.bundle_against_log import match
from bot.domain.audit.bundle.checking.bundle_checks import check, read
from bot.domain.audit.bundle.checking.findings import Finding, State, judged, unchecked
from bot.domain.audit.bundle.checking.log_of_proposal import Logged
from bot.domain.audit.bundle.checking.receipt_against_log import Committed
from bot.domain.audit.bundle.reading.bundle_file import Malformed
from bot.domain.audit.bundle.reading.bundle_reader import Contents
from bot.domain.audit.bundle.receipts import RECEIPT_ROOT, Commitments, check_receipt, commitments_of
from bot.domain.audit.hashing.content_id import cid
from bot.domain.audit.log.hash_chain import Entry

_LOG = (
    "that no ballot was dropped, added or dated back, which press and delegate cast each, when wallets were recused "
    "and votes counted, and how many ballots were superseded: give --log with a --head"
)
_POSTED = (
    "that it was not made anew, with other rules, fewer ballots or other software, shows against what was posted: --cid"
)
_TOO_MUCH = "what is given takes more memory than there is, so nothing is said of it"
_POSTED_BALLOTS = "--root is of the ballots alone; that text, rules and outcome are those posted shows against --cid"


def main(given: argparse.Namespace) -> int:
    """Print every finding. Return 0 only if all that was checked holds, 1 if anything is false, else another code."""
    findings: list[Finding] = []
    try:
        _check_usable(given)
        return asyncio.run(_verify(given, findings))
    except Unusable as error:
        _problem(str(error))
        return UNUSABLE
    except Unwritten as error:
        _problem(f"the answer cannot be written: {error}")
    except BrokenPipeError:  # the reader closed the pipe before it could learn whether all holds
        pass
    _close()
    return FALSE if exit_code(findings, strict=False) == FALSE else INCOMPLETE


def _problem(text: str) -> None:
    print(f"problem: {printable(text)}", file=sys.stderr)


def _close() -> None:
    """Close standard output: Python would else fail once more when it flushes the rest at exit."""
    with suppress(OSError):
        if sys.stdout is not None:
            sys.stdout.close()


def _check_usable(given: argparse.Namespace) -> None:
    if not given.bundle and given.receipt is None and not given.log:
        raise Unusable("nothing is given to verify: name a bundle, a receipt with --receipt, or a log with --log")
    if (given.finality or given.multicall) and not given.rpc:
        raise Unusable("--finality and --multicall are of a chain that --rpc names a node for")
    if (given.cid or given.root) and not given.bundle and given.receipt is None:
        raise Unusable("--cid and --root are of a bundle or of a receipt, and none is given")
    if given.rpc and not given.bundle:
        raise Unusable("--rpc is asked about a bundle, and none is given")
    if given.head and not given.log:
        raise Unusable("--head is of a log, which --log names")
    if [*given.bundle, given.receipt, *given.log].count(INPUT) > 1:
        raise Unusable("standard input holds one file only")
    given.cid = cid_of(given.cid, "--cid") if given.cid is not None else ""
    given.root = hash_of(given.root, "--root") if given.root is not None else ""
    given.head = [hash_of(head, "--head") for head in given.head]


async def _verify(given: argparse.Namespace, findings: list[Finding]) -> int:
    found = _Read()
    async for finding in _all(given, found):
        findings.append(finding)
        if not given.json:
            say(written(finding))
    for unread in found.unread:
        _problem(unread.detail)
    code = exit_code(findings, strict=given.strict)
    if found.unread and code != FALSE:  # 0 would say that all holds
        return UNUSABLE
    findings += found.unread
    if not given.json:
        for finding in found.unread:
            say(written(finding))
    anew = _anew(given, found)
    say(as_json(findings, anew) if given.json else f"\n{last_line(findings, anew)}")
    return code


@dataclass(slots=True)
class _Read:
    """What the checks have learnt from the files so far.

    `contents` is the bundle's and `bundle` its content identifier; `commitments` are the receipt's. `pinned` is the
    number of the newest log entry under a given head (0: none), `closed` says that an entry up to it names the bundle,
    `rooted` that the receipt's proof leads to the given root, and `committed` that entries up to `pinned` say all that
    the receipt does. `unread` has a finding for each input that could not
    be read.
    """

    contents: Contents | None = None
    bundle: str = ""
    commitments: Commitments | None = None
    pinned: int = 0
    closed: bool = False
    rooted: bool = False
    committed: bool = False
    unread: list[Finding] = field(default_factory=list)

    def leave(self, check: str, error: Unusable | MemoryError) -> None:
        """Note that an input could not be read."""
        self.unread.append(unchecked(check, str(error) if isinstance(error, Unusable) else _TOO_MUCH))


def _anew(given: argparse.Namespace, found: _Read) -> str:
    """Return what might have been forged as a whole, as a key of `last_line`; empty if a posted hash rules it out."""
    if given.bundle:
        return "" if given.cid or found.closed else "root" if given.root else "bundle"
    if given.receipt is not None:
        return "" if found.rooted or found.committed else "receipt"
    return "" if found.pinned else "log"


async def _all(given: argparse.Namespace, found: _Read) -> AsyncIterator[Finding]:
    """Yield the findings on every input. One that cannot be read does not keep the others from being checked."""
    if given.bundle:
        try:
            async for finding in _bundle(given, found):
                yield finding
        except (Unusable, MemoryError) as error:
            found.leave("file", error)
    later = {"receipt": _receipt if given.receipt is not None else None, "log": _log if given.log else None}
    for name, checks in later.items():
        try:
            for finding in checks(given, found) if checks else ():
                yield finding
        except (Unusable, MemoryError) as error:
            found.leave(name, error)
    if found.contents is not None and not given.log:
        yield unchecked("log", _LOG)
    if found.contents is not None and not given.cid and not found.closed:
        yield unchecked("posted result", _POSTED_BALLOTS if given.root else _POSTED)


async def _bundle(given: argparse.Namespace, found: _Read) -> AsyncIterator[Finding]:
    try:
        content = read_bundle(given.bundle)
        contents = read(content)
    except Malformed as error:
        for finding in judged("file", [str(error)], ""):
            yield finding
        return
    found.contents, found.bundle = contents, cid(content)
    for finding in check(content, contents, expected_cid=given.cid, expected_root=given.root):
        yield finding
    async for finding in _asked(contents, given, found):
        yield finding


def _receipt(given: argparse.Namespace, found: _Read) -> Iterator[Finding]:
    try:
        content = read_file(given.receipt)
        for finding in check_receipt(content, found.contents, expected_root=given.root, expected_cid=given.cid):
            found.rooted |= bool(given.root) and finding.check == RECEIPT_ROOT and finding.state is State.HOLDS
            yield finding
        found.commitments = commitments_of(content)
    except Malformed as error:
        yield from judged("receipt", [str(error)], "")


def _log(given: argparse.Namespace, found: _Read) -> Iterator[Finding]:
    """Check the log, and compare the bundle and the receipt with it."""
    logged = None if found.contents is None else Logged(found.contents.proposal.number)
    committed = None if found.commitments is None else Committed(found.commitments)
    takers = [taker for taker in (logged, committed) if taker is not None]

    def take(entry: Entry) -> None:
        for taker in takers:
            taker.take(entry)

    held = yield from check_log(given.log, given.head, take)
    found.pinned = held.pinned or 0
    if not held.holds and takers:
        yield unchecked("log and bundle", "the log does not hold, so nothing is held against it")
        return
    if found.contents is not None and logged is not None:
        yield from _match(found, found.contents, logged, held.pinned)
    if committed is not None:
        told = list(committed.match(held.pinned))
        found.committed = bool(found.pinned) and all(finding.state is State.HOLDS for finding in told)
        yield from told
    if not takers and held.behind:
        words = f"entries behind the last head given ({held.pinned}) can be written anew: give a later one"
        yield unchecked("log and heads", words)


def _match(found: _Read, contents: Contents, logged: Logged, pinned: int | None) -> Iterator[Finding]:
    """Compare a bundle with the log, and tell which entry under a posted head names it."""
    failed = False
    for finding in match(contents, found.bundle, logged, pinned):
        failed = failed or finding.state is State.FAILS
        yield finding
    closed = [step.seq for step in logged.closed()]
    if not failed and closed and closed[0] <= found.pinned:
        found.closed = True
        yield from judged("posted result", [], f"entry {closed[0]} names it, under a head that was given")


async def _asked(contents: Contents, given: argparse.Namespace, found: _Read) -> AsyncIterator[Finding]:
    """Yield the findings that need keys or chains, whose modules take longer to load."""
    from bot.cli.verifying.chain_checks import check_chains  # noqa: PLC0415 - a bundle that is no bundle is refused at once
    from bot.cli.verifying.signature_checks import check_signatures  # noqa: PLC0415 - likewise

    chains = None
    try:
        chains = reader(urls(given.rpc), given.finality, given.multicall) if given.rpc else None
    except Unusable as error:
        found.leave("blocks and power", error)
    try:
        async for finding in check_signatures(contents, chains):
            yield finding
        async for finding in check_chains(contents, chains):
            yield finding
    finally:
        if chains is not None:
            await chains.close()
