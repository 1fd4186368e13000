"""Receipts as files: a member's ballots with what proves that they were counted, or that they will have to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bot.domain.audit.bundle.fields import ADDRESS, HASH, Fields, text
from bot.domain.audit.bundle.file import Malformed, parsed
from bot.domain.audit.bundle.findings import Finding, judged, unchecked
from bot.domain.audit.bundle.making import assembled
from bot.domain.audit.bundle.parts import Part
from bot.domain.audit.bundle.reading import Contents, read_ballot, read_mark
from bot.domain.audit.canonical import canonical
from bot.domain.audit.commitment import ballot_commitment, commitment
from bot.domain.audit.content import cid
from bot.domain.audit.merkle import path, proves
from bot.domain.ballot import Ballot
from bot.domain.types import Address

RECEIPT = "folkmoot/receipt/1"
COMMITMENT = "folkmoot/commitment/1"
_MOST, _DEEPEST = 10_000, 64


def make_receipt(contents: Contents, bundle: str, wallets: Sequence[Address]) -> Part:
    """Return the proof of the ballots of some wallets in a bundle of the content identifier `bundle`."""
    wanted = frozenset(wallets)
    return {
        "schema": RECEIPT,
        "proposal": contents.cid,
        "bundle": bundle,
        "root": contents.root,
        "ballots": [
            {
                "line": parsed(contents.lines[place]),
                "index": place,
                "of": len(contents.lines),
                "path": path(contents.lines, place),
            }
            for place, ballot in enumerate(contents.ballots)
            if ballot.wallet in wanted
        ],
    }


def make_commitments(proposal: str, ballots: Sequence[Ballot]) -> Part:
    """Return what a member can show later: ballots that are not counted yet, with their commitments."""
    return {
        "schema": COMMITMENT,
        "proposal": proposal,
        "ballots": [
            {
                "wallet": ballot.wallet,
                "mark": ballot.mark,
                "at": ballot.cast_at,
                "receipt": ballot.receipt,
                "commitment": ballot_commitment(proposal, ballot),
            }
            for ballot in ballots
        ],
    }


def commitments_of(content: bytes) -> list[tuple[Address, str]]:
    """Return what a receipt that was checked holds: by wallet, the commitment to its ballot. Raises Malformed."""
    value = parsed(content)
    if value.get("schema") == COMMITMENT:
        return [(Address(entry["wallet"]), entry["commitment"]) for entry in value["ballots"]]
    ballots = [read_ballot(entry["line"], "receipt ballot", checked=False) for entry in value["ballots"]]
    return [(ballot.wallet, ballot_commitment(value["proposal"], ballot)) for ballot in ballots]


def check_receipt(content: bytes, contents: Contents | None, *, expected_root: str = "") -> Iterator[Finding]:
    """Yield what was found of a receipt: by itself, and against a bundle. Raises Malformed."""
    try:
        value = parsed(content)
        match value.get("schema"):
            case str() as schema if schema == RECEIPT:
                yield from _proofs(value, contents, expected_root)
            case str() as schema if schema == COMMITMENT:
                yield from _commitments(value, contents)
            case other:
                raise Malformed("receipt schema", f"is {str(other)[:60]}, neither {RECEIPT} nor {COMMITMENT}")
    except ValueError as error:
        raise Malformed("receipt", str(error)) from None


def _proofs(value: Any, contents: Contents | None, expected: str) -> Iterator[Finding]:  # noqa: ANN401 - JSON
    fields = Fields(value, "receipt", ("schema", "proposal", "bundle", "root", "ballots"))
    root = fields.text("root", HASH)
    bundle, proposal = fields.text("bundle"), fields.text("proposal")
    problems, many = [], 0
    for number, entry in enumerate(fields.list("ballots", _MOST), start=1):
        proof = Fields(entry, f"receipt ballot {number}", ("line", "index", "of", "path"))
        ballot = read_ballot(proof.raw("line"), proof.place("line"), checked=False)
        siblings = [text(one, proof.place("path"), HASH) for one in proof.list("path", _DEEPEST)]
        index, of = proof.whole("index"), proof.whole("of")
        if not proves(canonical(proof.raw("line")), index, of, siblings, root):
            problems.append(f"ballot of {ballot.wallet}: it is not number {index} of {of} under the root {root}")
        many += 1
    if not many:
        problems.append("it holds no ballot")
    yield from judged("receipt", problems, f"{many:,} under the root {root}")
    if expected:
        wrong = [] if root == expected else [f"it says {root}, expected was {expected}"]
        yield from judged("receipt root", wrong, "as expected")
    if contents is not None:
        of_bundle = (contents.root, contents.cid, cid(assembled(contents.lines, contents.sections)))
        wrong = [] if (root, proposal, bundle) == of_bundle else ["it is not that of this bundle"]
        yield from judged("receipt root", wrong, "that of the bundle")
    elif not expected:
        yield unchecked("receipt root", "give --root with the one that was posted with the result, or the bundle")


def _commitments(value: Any, contents: Contents | None) -> Iterator[Finding]:  # noqa: ANN401 - JSON
    fields = Fields(value, "receipt", ("schema", "proposal", "ballots"))
    proposal = fields.text("proposal")
    counted = {} if contents is None else {ballot.wallet: ballot for ballot in contents.ballots}
    problems, missing, many = [], [], 0
    for number, entry in enumerate(fields.list("ballots", _MOST), start=1):
        core = Fields(entry, f"receipt ballot {number}", ("wallet", "mark", "at", "receipt", "commitment"))
        wallet = Address(core.text("wallet", ADDRESS))
        mark = read_mark(core.raw("mark"), core.place("mark"))
        made = commitment(proposal, wallet, mark, core.time("at"), core.text("receipt"))
        if core.text("commitment", HASH) != made:
            problems.append(f"ballot of {wallet} commitment: that of what it says is {made}")
        ballot = counted.get(wallet)
        if contents is not None and (ballot is None or ballot_commitment(contents.cid, ballot) != made):
            missing.append(f"ballot of {wallet}: the bundle does not hold it as it is here")
        many += 1
    yield from judged("receipt", problems, f"{many:,} committed to as they are here")
    if contents is None:
        yield unchecked("receipt in the count", "give the bundle too, once the result is out")
    else:
        yield from judged("receipt in the count", missing, f"{many:,} counted as they are here")
